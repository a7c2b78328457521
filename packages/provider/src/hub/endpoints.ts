/**
 * The hub's calls by their names in the directory, for other providers and for our own clients alike. Protocol §5.
 * @module
 */

import type { CryptoProvider } from "@openmimi/mls";
import type { ClientCall, HubCall } from "../client-api/forward.ts";
import { ProviderError } from "../errors.ts";
import { type GroupInfoParts, groupInfo } from "./group-info.ts";
import { type KeyMaterialParts, keyMaterial } from "./key-material.ts";
import { type SubmitParts, submitMessage } from "./submit-message.ts";
import { type UpdateParts, update } from "./update.ts";

/** What all calls together need. */
export type HubParts = KeyMaterialParts &
  UpdateParts &
  SubmitParts &
  GroupInfoParts & { readonly crypto: CryptoProvider };

/** Makes the calls of a hub. */
export function hubCalls(parts: HubParts): Readonly<Record<ClientCall, HubCall>> {
  const inOwnRoom =
    (call: typeof update | typeof submitMessage | typeof groupInfo): HubCall =>
    (source, uri, body) => {
      if (parts.checks.roomIsOurs(uri, parts.domain)) return call(parts, source, uri, body);
      throw new ProviderError("not-found", "the room is not hosted here", "reading R-060");
    };
  return {
    keyMaterial: (source, uri, body) => keyMaterial(parts, source, uri, body),
    update: inOwnRoom(update),
    submitMessage: inOwnRoom(submitMessage),
    groupInfo: inOwnRoom(groupInfo),
  };
}
