/**
 * What a room says of application messages in MLS: padding, and how late and how far ahead they may be. Policy §7;
 * reading R-183.
 * @module
 */

import { type AppMessagePolicy, MimiComponentId, OperationalParameters } from "@openmimi/protocol";
import { decode } from "@openmimi/tls";
import { ClientError } from "./errors.ts";
import type { Room } from "./room.ts";

/** The policy of a room as it is in this epoch; `undefined` where the room takes no position. */
export function messagePolicy(room: Room | undefined): AppMessagePolicy | undefined {
  const data = room?.group.public.component(MimiComponentId.operationalPolicy);
  return data === undefined ? undefined : decode(OperationalParameters, data).appMessagePolicy;
}

/** How many octets of padding make a message a multiple of `padToSize`; none where that is 0 or not given. */
export function padding(length: number, padToSize = 0): number {
  return padToSize === 0 ? 0 : (padToSize - (length % padToSize)) % padToSize;
}

/**
 * Policy §7, epoch_tolerance: so many epochs before the present one a message may be.
 *
 * @throws {ClientError} `invalid-message`
 */
export function checkEpochTolerance(room: Room, epoch: bigint): void {
  const tolerance = messagePolicy(room)?.epochTolerance;
  const { epoch: current } = room.group;
  if (tolerance === undefined || epoch + BigInt(tolerance) >= current) return;
  throw new ClientError(
    "invalid-message",
    `a message of epoch ${epoch} in epoch ${current}: the room tolerates ${tolerance} (policy §7)`,
  );
}
