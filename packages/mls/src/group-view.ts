/**
 * What the parts of this package see of a group.
 * @module
 */

import type { ComponentLogic, EphemeralLogic } from "./app-data.ts";
import type { GroupContext, MLSMessage, Proposal, Sender } from "./codec/index.ts";
import type { CredentialLogic } from "./credentials/validate.ts";
import type { CipherSuite } from "./crypto/provider.ts";
import type { ReceiverKeys } from "./framing/semi-private.ts";
import type { ProposalScope } from "./proposals/validate.ts";
import type { RatchetTree } from "./tree/ratchet-tree.ts";

/** What the application decides. */
export interface GroupOptions {
  /** Extensions §4.7: what AppDataUpdate means for each component. Default: no component is known. */
  readonly components?: ComponentLogic;
  /** Extensions §4.8: which AppEphemeral data are valid. Default: no component is known. */
  readonly ephemeral?: EphemeralLogic;
  /**
   * RFC 9420 §5.3.1: who stands behind a credential; asked for every credential that comes into the group. Default:
   * whoever holds the signature key, and the key of an X.509 certificate or of a credential's bindings, is believed.
   */
  readonly credentials?: CredentialLogic;
  /** Who reads SemiPrivateMessages here from outside the group. Semi-private §3.3. Absent: they are refused. */
  readonly receiver?: ReceiverKeys;
  /** The most leaves that the tree may have, blank ones included: all of them have to be hashed. Default 65,536. */
  readonly maxLeaves?: number;
  /** Seconds since the UNIX epoch, asked when a KeyPackage is added. Absent: lifetimes are not checked. */
  readonly now?: () => bigint;
}

/** See `GroupOptions.maxLeaves`. */
export const DEFAULT_MAX_LEAVES = 2 ** 16;

/** A proposal that was sent on its own and waits for a commit. */
export interface PendingProposal {
  readonly reference: Uint8Array;
  readonly proposal: Proposal;
  readonly sender: Sender;
  /** As it was received, for those who must relay it. */
  readonly message: MLSMessage;
}

/** The state that a commit turns into the next one. */
export interface PublicState {
  readonly groupContext: GroupContext;
  readonly tree: RatchetTree;
  readonly interimTranscriptHash: Uint8Array;
  readonly confirmationTag: Uint8Array;
}

/** A group as the checks of a commit see it. */
export interface GroupView {
  readonly suite: CipherSuite;
  readonly state: PublicState;
  readonly groupContext: GroupContext;
  readonly groupId: Uint8Array;
  readonly epoch: bigint;
  readonly tree: RatchetTree;
  readonly options: GroupOptions;
  scope(): ProposalScope;
  pendingProposal(reference: Uint8Array): PendingProposal | undefined;
}
