/**
 * What a member's application provides.
 * @module
 */

import type { Credential, PreSharedKeyID } from "../codec/index.ts";
import { MlsError } from "../errors.ts";
import type { GroupOptions } from "../group-view.ts";
import type { RatchetWindow } from "../secret-tree.ts";

/** {@link GroupOptions}, and what only members need. */
export interface MemberOptions extends GroupOptions {
  /** Finds the value of a PSK that is not a resumption PSK of this group. RFC 9420 §8.4. */
  readonly psk?: (id: PreSharedKeyID) => Uint8Array | undefined;
  /** RFC 9420 §11.3: whether two credentials speak for one member. Default: if they are the same octets. */
  readonly sameMember?: (a: Credential, b: Credential) => boolean;
  /** How many octets of zeros to append to an application message of this length. RFC 9420 §6.3.1. Default: none. */
  readonly padding?: (contentLength: number) => number;
  /** For how many epochs after their end application messages stay readable, and resumption PSKs known. Default 3. */
  readonly pastEpochs?: number;
  /** How far messages may run ahead, and how many skipped keys are kept. RFC 9420 §9.2, §15.3. */
  readonly window?: RatchetWindow;
}

/** A PSK with its value. */
export interface KnownPsk {
  readonly id: PreSharedKeyID;
  readonly psk: Uint8Array;
}

/** The resumption PSK of an epoch, if it is still known. */
export type ResumptionLookup = (groupId: Uint8Array, epoch: bigint) => Uint8Array | undefined;

/**
 * RFC 9420 §8.4: looks up the PSKs of a commit or Welcome, in order.
 *
 * @param resumption the resumption PSK of an epoch of this group
 * @throws {MlsError} `missing-psk`
 */
export function findPsks(
  ids: readonly PreSharedKeyID[],
  options: MemberOptions,
  resumption: ResumptionLookup,
): KnownPsk[] {
  return ids.map((id) => {
    const own = id.pskType === "resumption" ? resumption(id.pskGroupId, id.pskEpoch) : undefined;
    const psk = own ?? options.psk?.(id);
    if (psk === undefined) {
      throw new MlsError("missing-psk", `the ${id.pskType} PSK is not known here`, "RFC 9420 §8.4");
    }
    return { id, psk };
  });
}
