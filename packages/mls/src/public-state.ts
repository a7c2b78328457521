/**
 * The public state of a group as stored octets.
 * @module
 */

import { decode, encode, enumeration, opaque, struct, vector } from "@openmimi/tls";
import { GroupContext, MLSMessage, Proposal, RatchetTreeNodes, Sender } from "./codec/index.ts";
import type { PendingProposal, PublicState } from "./group-view.ts";
import { RatchetTree } from "./tree/ratchet-tree.ts";

const StateVersion = enumeration("StateVersion", { version1: 1 });

const StoredProposal = struct("StoredProposal", {
  reference: opaque(),
  proposal: Proposal,
  sender: Sender,
  message: MLSMessage,
});

/** Ours, not a wire format: versioned, so that a later release can still read it. */
const StoredPublicState = struct("StoredPublicState", {
  version: StateVersion,
  groupContext: GroupContext,
  ratchetTree: RatchetTreeNodes,
  interimTranscriptHash: opaque(),
  confirmationTag: opaque(),
  pending: vector(StoredProposal),
});

/** Encodes the state with the proposals that wait for a commit. */
export function encodePublicState(state: PublicState, pending: readonly PendingProposal[]): Uint8Array {
  const { groupContext, tree, interimTranscriptHash, confirmationTag } = state;
  return encode(StoredPublicState, {
    version: "version1",
    groupContext,
    ratchetTree: tree.toNodes(),
    interimTranscriptHash,
    confirmationTag,
    pending: [...pending],
  });
}

/** @throws {TlsError} for anything that {@link encodePublicState} did not make */
export function decodePublicState(bytes: Uint8Array): { state: PublicState; pending: PendingProposal[] } {
  const { groupContext, ratchetTree, interimTranscriptHash, confirmationTag, pending } = decode(
    StoredPublicState,
    bytes,
  );
  return {
    state: { groupContext, tree: RatchetTree.fromNodes(ratchetTree), interimTranscriptHash, confirmationTag },
    pending,
  };
}
