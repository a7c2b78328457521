/**
 * Reading and changing the extensions of a GroupContext, leaf or KeyPackage. RFC 9420 §7.2, §11.1, §13, extensions §4.6, §5.
 * @module
 */

import { decode, encode, type Schema, TlsError } from "@openmimi/tls";
import {
  AppDataDictionary,
  type ComponentData,
  ComponentId,
  type Extension,
  ExtensionType,
  ExternalPub,
  type ExternalReceiver,
  ExternalReceivers,
  type ExternalSender,
  ExternalSenders,
  ProposalTypeId,
  RequiredCapabilities,
  SafeAAD,
  WireFormatId,
  WireFormats,
} from "./codec/index.ts";
import { MlsError } from "./errors.ts";

/** The data of the extension of one type, or `undefined`. */
export function findExtension(
  extensions: readonly Extension[],
  extensionType: number,
): Uint8Array | undefined {
  return extensions.find((extension) => extension.extensionType === extensionType)?.extensionData;
}

/** Decodes the extension of one type. @throws {MlsError} `invalid-extension` if its data are malformed */
export function readExtension<T>(
  extensions: readonly Extension[],
  extensionType: number,
  schema: Schema<T>,
): T | undefined {
  const data = findExtension(extensions, extensionType);
  if (data === undefined) return undefined;
  try {
    return decode(schema, data);
  } catch (error) {
    if (!(error instanceof TlsError)) throw error;
    throw new MlsError("invalid-extension", `extension ${extensionType}: ${error.message}`, "RFC 9420 §13", {
      cause: error,
    });
  }
}

/** RFC 9420 §13.4: no type may stand twice in one list. */
export function checkUniqueExtensions(extensions: readonly Extension[]): void {
  const seen = new Set<number>();
  for (const { extensionType } of extensions) {
    if (seen.has(extensionType)) {
      throw new MlsError("invalid-extension", `extension ${extensionType} stands twice`, "RFC 9420 §13.4");
    }
    seen.add(extensionType);
  }
}

/** The required_capabilities of a group, empty lists when it has none. RFC 9420 §11.1. */
export function requiredCapabilities(extensions: readonly Extension[]): RequiredCapabilities {
  return (
    readExtension(extensions, ExtensionType.requiredCapabilities, RequiredCapabilities) ?? {
      extensionTypes: [],
      proposalTypes: [],
      credentialTypes: [],
    }
  );
}

/** The external_senders of a group. RFC 9420 §12.1.8.1. */
export function externalSenders(extensions: readonly Extension[]): ExternalSender[] {
  return readExtension(extensions, ExtensionType.externalSenders, ExternalSenders) ?? [];
}

/**
 * Semi-private §3: who reads the handshakes of a group from outside.
 *
 * @throws {MlsError} `wrong-wire-format` where the group does not require SemiPrivateMessage or names nobody
 */
export function externalReceivers(extensions: readonly Extension[]): ExternalReceiver[] {
  const formats = readExtension(extensions, ExtensionType.requiredWireFormats, WireFormats)?.wireFormats;
  const receivers = readExtension(extensions, ExtensionType.externalReceivers, ExternalReceivers) ?? [];
  if (formats?.includes(WireFormatId.semiPrivateMessage) && receivers.length > 0) return receivers;
  throw new MlsError("wrong-wire-format", "the group has no SemiPrivateMessages", "semi-private §3");
}

type KnownExtensions = readonly (readonly [number, Schema<unknown>])[];

/** Extensions of a GroupContext that mean something here. */
const groupExtensions: KnownExtensions = [
  [ExtensionType.requiredCapabilities, RequiredCapabilities],
  [ExtensionType.externalSenders, ExternalSenders],
  [ExtensionType.appDataDictionary, AppDataDictionary],
  [ExtensionType.requiredWireFormats, WireFormats],
  [ExtensionType.externalReceivers, ExternalReceivers],
];

/** Extensions of a leaf or KeyPackage that mean something here. */
const clientExtensions: KnownExtensions = [
  [ExtensionType.appDataDictionary, AppDataDictionary],
  [ExtensionType.supportedWireFormats, WireFormats],
];

/** Reads what is known here of a GroupContext. RFC 9420 §13.4. @throws {MlsError} `invalid-extension` */
export function readGroupExtensions(extensions: readonly Extension[]): void {
  checkUniqueExtensions(extensions);
  for (const [extensionType, schema] of groupExtensions) readExtension(extensions, extensionType, schema);
}

/** Extensions of a GroupInfo that mean something here; whoever joins reads the ratchet_tree. */
const groupInfoExtensions: KnownExtensions = [
  [ExtensionType.externalPub, ExternalPub],
  [ExtensionType.appDataDictionary, AppDataDictionary],
];

/** Reads what is known here of a GroupInfo, but for its tree. RFC 9420 §13.4. @throws {MlsError} `invalid-extension` */
export function readGroupInfoExtensions(extensions: readonly Extension[]): void {
  checkUniqueExtensions(extensions);
  for (const [extensionType, schema] of groupInfoExtensions) readExtension(extensions, extensionType, schema);
}

/** Reads what is known here of a leaf or KeyPackage. RFC 9420 §13.4. @throws {MlsError} `invalid-extension` */
export function readClientExtensions(extensions: readonly Extension[]): void {
  checkUniqueExtensions(extensions);
  for (const [extensionType, schema] of clientExtensions) readExtension(extensions, extensionType, schema);
}

/**
 * Extensions §4.9 (readings ): where the group has the safe_aad component, authenticated_data is one
 * SafeAAD from its first octet to its last.
 *
 * @throws {MlsError} `invalid-authenticated-data`
 */
export function checkAuthenticatedData(
  extensions: readonly Extension[],
  authenticatedData: Uint8Array,
): void {
  if (componentOf(extensions, ComponentId.safeAad) === undefined) return;
  try {
    decode(SafeAAD, authenticatedData);
  } catch (cause) {
    if (!(cause instanceof TlsError)) throw cause;
    throw new MlsError("invalid-authenticated-data", cause.message, "extensions §4.9", { cause });
  }
}

/** What to send where the application has nothing to say: an empty SafeAAD, or nothing. Extensions §4.9. */
export function defaultAuthenticatedData(extensions: readonly Extension[]): Uint8Array {
  const framed = componentOf(extensions, ComponentId.safeAad) !== undefined;
  return framed ? encode(SafeAAD, { aadItems: [] }) : new Uint8Array();
}

/** The entries of an app_data_dictionary extension, sorted by component. Extensions §4.6. */
export function dictionaryOf(extensions: readonly Extension[]): ComponentData[] {
  return readExtension(extensions, ExtensionType.appDataDictionary, AppDataDictionary)?.componentData ?? [];
}

/** The data of one component. Extensions §4.6. */
export function componentOf(extensions: readonly Extension[], componentId: number): Uint8Array | undefined {
  return dictionaryOf(extensions).find((entry) => entry.componentId === componentId)?.data;
}

/** An app_data_dictionary extension of these entries, which are put in order. Extensions §4.6. */
export function dictionaryExtension(entries: readonly ComponentData[]): Extension {
  const componentData = [...entries].sort((a, b) => a.componentId - b.componentId);
  return {
    extensionType: ExtensionType.appDataDictionary,
    extensionData: encode(AppDataDictionary, { componentData }),
  };
}

/** Extensions §4.7: whether only AppDataUpdate may touch the dictionary of this group. */
export function dictionaryIsLocked(extensions: readonly Extension[]): boolean {
  return requiredCapabilities(extensions).proposalTypes.includes(ProposalTypeId.appDataUpdate);
}
