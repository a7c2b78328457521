/**
 * What a client reads off the room's policies for its user. Policy §6.4, §6.5.
 * @module
 */

import type { DownloadPrivacyType } from "@openmimi/protocol";
import type { RoomState } from "./state.ts";

/** Whether the room is logged: by demand, or because a logging client is there. Policy §6.5. */
export function isLogged({ logging }: RoomState): boolean {
  if (logging === undefined || logging.logging === "forbidden") return false;
  return logging.logging === "required" || logging.loggingClients.length > 0;
}

/**
 * How assets may be downloaded, the default first. Policy §6.4; forbidden wins over allowed (reading R-193).
 *
 * @returns `undefined` where the room takes no position
 */
export function downloadTypes({ assets }: RoomState): readonly DownloadPrivacyType[] | undefined {
  if (assets === undefined) return undefined;
  const { allowedDownloadTypes, forbiddenDownloadTypes, defaultDownloadType } = assets.downloadPrivacy;
  const permitted = new Set(allowedDownloadTypes.filter((type) => !forbiddenDownloadTypes.includes(type)));
  return permitted.has(defaultDownloadType)
    ? [defaultDownloadType, ...[...permitted].filter((type) => type !== defaultDownloadType)]
    : [...permitted];
}
