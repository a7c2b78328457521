/**
 * What stands inside extensions and components. RFC 9420 §11.1, §12.1.8.1, §12.4.3.2, extensions §4.6, §4.9, §5, §6.2.
 * @module
 */

import { type Infer, opaque, refined, struct, text, uint16, uint32 } from "@openmimi/tls";
import { Credential, list } from "./basic.ts";

/** RFC 9420 §11.1. */
export const RequiredCapabilities = struct("RequiredCapabilities", {
  extensionTypes: list(uint16),
  proposalTypes: list(uint16),
  credentialTypes: list(uint16),
});
export type RequiredCapabilities = Infer<typeof RequiredCapabilities>;

/** RFC 9420 §12.4.3.2: the public key that external commits are encrypted to. */
export const ExternalPub = struct("ExternalPub", { externalPub: opaque() });

/** RFC 9420 §12.1.8.1. */
export const ExternalSender = struct("ExternalSender", { signatureKey: opaque(), credential: Credential });
export type ExternalSender = Infer<typeof ExternalSender>;

/** RFC 9420 §12.1.8.1: the content of the external_senders extension. */
export const ExternalSenders = list(ExternalSender);

function strictlyIncreasing<T>(
  what: string,
  key: (item: T) => number,
): (items: readonly T[]) => string | undefined {
  return (items) => {
    for (let index = 1; index < items.length; index++) {
      const previous = key(items[index - 1] as T);
      const current = key(items[index] as T);
      if (current <= previous)
        return `${what} ${current} follows ${previous}: expected strictly increasing order`;
    }
    return undefined;
  };
}

/** Extensions §4.6. */
export const ComponentData = struct("ComponentData", { componentId: uint16, data: opaque() });
export type ComponentData = Infer<typeof ComponentData>;

/** Extensions §4.6: sorted by component, at most one entry each. */
export const AppDataDictionary = struct("AppDataDictionary", {
  componentData: refined(
    list(ComponentData),
    strictlyIncreasing("component", (item: ComponentData) => item.componentId),
  ),
});
export type AppDataDictionary = Infer<typeof AppDataDictionary>;

/** Extensions §4.9. */
export const SafeAADItem = struct("SafeAADItem", { componentId: uint16, aadItemData: opaque() });
export type SafeAADItem = Infer<typeof SafeAADItem>;

/** Extensions §4.9: the whole authenticated_data of a group with the safe_aad component (readings ). */
export const SafeAAD = struct("SafeAAD", {
  aadItems: refined(
    list(SafeAADItem),
    strictlyIncreasing("component", (item: SafeAADItem) => item.componentId),
  ),
});
export type SafeAAD = Infer<typeof SafeAAD>;

/** Extensions §5: the data of `app_components` and `safe_aad`. */
export const ComponentsList = struct("ComponentsList", { componentIds: list(uint16) });

/** Extensions §5: the data of `supported_wire_formats` and `required_wire_formats`. */
export const WireFormats = struct("WireFormats", { wireFormats: list(uint16) });

/** Extensions §6.2. */
export const Parameter = struct("Parameter", { parameterName: opaque(), parameterValue: opaque() });

/** Extensions §6.2. */
export const MediaType = struct("MediaType", { type: text(), parameters: list(Parameter) });
export type MediaType = Infer<typeof MediaType>;

/** Extensions §6.2: the data of `content_media_types`. */
export const MediaTypeList = struct("MediaTypeList", {
  mediaTypeList: refined(list(MediaType), (list: MediaType[]) =>
    list.length === 0 ? "the list is empty" : undefined,
  ),
});

/** Extensions §6.2.4: the application_data of a group with `content_media_types`. */
export const ApplicationFraming = struct("ApplicationFraming", {
  mediaType: MediaType,
  innerApplicationContent: opaque(),
});
export type ApplicationFraming = Infer<typeof ApplicationFraming>;

/** Extensions §4.1. */
export const ComponentOperationLabel = struct("ComponentOperationLabel", {
  baseLabel: opaque(),
  componentId: uint16,
  label: opaque(),
});

/** Extensions §6.1. */
export const MessageRange = refined(
  struct("MessageRange", { sender: uint32, firstGeneration: uint32, lastGeneration: uint32 }),
  ({ firstGeneration, lastGeneration }) =>
    firstGeneration > lastGeneration ? `a range from ${firstGeneration} to ${lastGeneration}` : undefined,
);
/** Extensions §6.1: the data of an AppEphemeral of the `app_ack` component. */
export const AppAck = struct("AppAck", { receivedRanges: list(MessageRange) });
export type AppAck = Infer<typeof AppAck>;
