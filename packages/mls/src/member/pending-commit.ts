/**
 * A member's own commit between its making and its acceptance. RFC 9420 §14.
 * @module
 */

import { encode } from "@openmimi/tls";
import { MLSMessage } from "../codec/index.ts";
import { sameOctets } from "../octets.ts";
import type { MadeCommit } from "./commit.ts";
import type { OwnKeys } from "./epoch.ts";

/** A commit that was made and waits for the delivery service's word. */
export interface PendingCommit {
  readonly message: MLSMessage;
  /** The message as it was sent, to know it again. */
  readonly encoded: Uint8Array;
  readonly made: MadeCommit;
  /** The private keys of the next epoch. */
  readonly own: OwnKeys;
}

/** Whether a received message is this commit, come back. */
export function isPendingCommit(
  pending: PendingCommit | undefined,
  message: MLSMessage,
): pending is PendingCommit {
  return pending !== undefined && sameOctets(pending.encoded, encode(MLSMessage, message));
}
