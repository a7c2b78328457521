/**
 * Reading the messages of a group as a member. RFC 9420 §6, §12.4.2, §15.3.
 * @module
 */

import type {
  AuthenticatedContent,
  Credential,
  MLSMessage,
  PrivateMessage,
  PublicMessage,
  SemiPrivateMessage,
} from "../codec/index.ts";
import { MlsError } from "../errors.ts";
import { checkAuthenticatedData, externalReceivers } from "../extensions.ts";
import { unprotectPublic, verifyFramedContent } from "../framing/content.ts";
import { type MessageSecrets, type OpenedMessage, unprotectPrivate } from "../framing/private-message.ts";
import { unprotectSemiPrivate } from "../framing/semi-private.ts";
import { checkHeader, verifySender, wrongEpoch } from "../framing/sender.ts";
import type { PendingProposal } from "../group-view.ts";
import type { FreshEpoch } from "../key-schedule.ts";
import { sameOctets } from "../octets.ts";
import type { StagedCommit } from "../staged-commit.ts";
import { type OwnKeys, type PastEpoch, resumptionLookup } from "./epoch.ts";
import { deriveNextEpoch } from "./next-epoch.ts";
import type { MemberOptions } from "./options.ts";
import { isPendingCommit } from "./pending-commit.ts";
import { messageSecrets } from "./send.ts";
import type { MemberState } from "./store.ts";

/** What a message was. */
export type Processed = ProcessedProposal | ProcessedCommit | ProcessedApplication;

/** A valid proposal: it is pending now. */
export interface ProcessedProposal {
  readonly kind: "proposal";
  readonly pending: PendingProposal;
}

/** A valid commit: authorize it, then merge it. */
export interface ProcessedCommit {
  readonly kind: "commit";
  readonly staged: StagedCommit;
  /** Whether it removes this member; its secrets cannot be checked then, and merging ends the membership. */
  readonly ownRemoved: boolean;
  /** Enters the new epoch. @throws {MlsError} `wrong-epoch` if the group has moved meanwhile */
  merge(): void;
}

/** An application message. */
export interface ProcessedApplication {
  readonly kind: "application";
  /** The sender's leaf in `epoch`. */
  readonly sender: number;
  /** The sender's credential in `epoch`; its leaf may have changed since. */
  readonly credential: Credential;
  readonly applicationData: Uint8Array;
  readonly authenticatedData: Uint8Array;
  readonly epoch: bigint;
  /** Where the message stands in its sender's ratchet. RFC 9420 §9.1. */
  readonly generation: number;
}

/** How a commit takes hold. */
export interface MergeActions {
  enter(staged: StagedCommit, fresh: FreshEpoch, own: OwnKeys): void;
  mergePending(): void;
  leave(): void;
}

/** Reads one message; see `MemberGroup.process`. */
export function processMessage(
  state: MemberState,
  message: MLSMessage,
  options: MemberOptions,
  actions: MergeActions,
): Processed {
  switch (message.wireFormat) {
    case "publicMessage":
      return processPublic(state, message, message.publicMessage, options, actions);
    case "privateMessage":
      return processPrivate(state, message, message.privateMessage, options, actions);
    case "semiPrivateMessage":
      return processSemiPrivate(state, message, message.semiPrivateMessage, options, actions);
    default:
      throw new MlsError(
        "wrong-wire-format",
        `a ${message.wireFormat} is not a message to a group`,
        "RFC 9420 §6",
      );
  }
}

function processPublic(
  state: MemberState,
  message: MLSMessage,
  publicMessage: PublicMessage,
  options: MemberOptions,
  actions: MergeActions,
): Processed {
  const { public: group, epoch } = state;
  checkHeader(group, publicMessage.content);
  checkStanding(state);
  const own = ownCommit(state, message, actions);
  if (own !== undefined) return own;
  const { membershipKey } = epoch.secrets;
  const authenticated = unprotectPublic(group.suite, publicMessage, group.groupContext, membershipKey);
  return processHandshake(state, authenticated, message, options, actions, () => {});
}

function processPrivate(
  state: MemberState,
  message: MLSMessage,
  privateMessage: PrivateMessage,
  options: MemberOptions,
  actions: MergeActions,
): Processed {
  const { public: group } = state;
  if (privateMessage.epoch < group.epoch) return processLate(state, privateMessage);
  checkHeader(group, privateMessage);
  if (privateMessage.contentType !== "application") checkStanding(state);
  const own = ownCommit(state, message, actions);
  if (own !== undefined) return own;
  const opened = open(state, privateMessage, messageSecrets(state));
  const { authenticated } = opened;
  if (authenticated.content.contentType !== "application") {
    return processHandshake(state, authenticated, message, options, actions, opened.consume);
  }
  verifySender(group, authenticated);
  const leaf = group.tree.leaf(opened.leafIndex)!;
  return application(opened, leaf.credential);
}

/** Semi-private §3.2. */
function processSemiPrivate(
  state: MemberState,
  message: MLSMessage,
  semiPrivateMessage: SemiPrivateMessage,
  options: MemberOptions,
  actions: MergeActions,
): Processed {
  const { public: group, epoch } = state;
  const { suite, groupContext } = group;
  externalReceivers(groupContext.extensions);
  checkHeader(group, semiPrivateMessage);
  checkStanding(state);
  const own = ownCommit(state, message, actions);
  if (own !== undefined) return own;
  const { leafIndex } = epoch.privateState;
  const secrets = messageSecrets(state);
  const opened = unprotectSemiPrivate(suite, secrets, semiPrivateMessage, groupContext, leafIndex);
  return processHandshake(state, opened.authenticated, message, options, actions, opened.consume);
}

/** RFC 9420 §15.3: an application message of an epoch that has ended. Handshakes of past epochs are void. */
function processLate(state: MemberState, message: PrivateMessage): Processed {
  const { suite, groupId, epoch } = state.public;
  const past = state.past.find(({ groupContext }) => groupContext.epoch === message.epoch);
  if (!sameOctets(message.groupId, groupId)) {
    throw new MlsError("wrong-group", "the message is for another group", "RFC 9420 §6.1");
  }
  if (past === undefined || message.contentType !== "application") {
    throw wrongEpoch(message.epoch, epoch);
  }
  checkAuthenticatedData(past.groupContext.extensions, message.authenticatedData);
  const opened = open(state, message, past);
  const sender = senderOf(past, opened.leafIndex);
  if (!verifyFramedContent(suite, sender.signatureKey, opened.authenticated, past.groupContext)) {
    throw new MlsError("invalid-signature", "the message's signature does not verify", "RFC 9420 §6.1");
  }
  return application(opened, sender.credential);
}

function senderOf(past: PastEpoch, leafIndex: number) {
  const sender = past.senders.find((item) => item.leafIndex === leafIndex);
  if (sender === undefined)
    throw new MlsError("unknown-sender", `leaf ${leafIndex} was blank`, "RFC 9420 §6.1");
  return sender;
}

function open(state: MemberState, message: PrivateMessage, secrets: MessageSecrets): OpenedMessage {
  const { leafIndex } = state.epoch.privateState;
  return unprotectPrivate(state.public.suite, secrets, message, leafIndex);
}

function application(
  { authenticated, leafIndex, generation, consume }: OpenedMessage,
  credential: Credential,
): Processed {
  const { content } = authenticated;
  if (content.contentType !== "application")
    throw new MlsError("usage", "not an application message", "RFC 9420 §6");
  consume();
  const { applicationData, authenticatedData, epoch } = content;
  return {
    kind: "application",
    sender: leafIndex,
    credential,
    applicationData,
    authenticatedData,
    epoch,
    generation,
  };
}

/** A proposal becomes pending, a commit is staged and its secrets are derived. Nothing changes on failure. */
function processHandshake(
  state: MemberState,
  authenticated: AuthenticatedContent,
  message: MLSMessage,
  options: MemberOptions,
  actions: MergeActions,
  consume: () => void,
): Processed {
  const { public: group, epoch, updateKeys, past } = state;
  if (authenticated.content.contentType === "proposal") {
    const pending = { ...group.checkProposalContent(authenticated), message };
    consume();
    group.addProposal(pending);
    return { kind: "proposal", pending };
  }
  const staged = group.stageContent(authenticated);
  const { leafIndex } = epoch.privateState;
  if (staged.removed.some((item) => item.leafIndex === leafIndex)) {
    return { kind: "commit", staged, ownRemoved: true, merge: once(actions.leave) };
  }
  if (staged.committer === leafIndex) {
    throw new MlsError("own-message", "an own commit that is not pending comes back", "RFC 9420 §14");
  }
  const resumption = resumptionLookup(group, epoch, past);
  const { fresh, own } = deriveNextEpoch(
    { suite: group.suite, epoch, updateKeys, options, resumption },
    staged,
  );
  return { kind: "commit", staged, ownRemoved: false, merge: once(() => actions.enter(staged, fresh, own)) };
}

/** The own pending commit, come back from the delivery service: accepted. */
function ownCommit(
  state: MemberState,
  message: MLSMessage,
  actions: MergeActions,
): ProcessedCommit | undefined {
  const { pendingCommit } = state;
  if (!isPendingCommit(pendingCommit, message)) return undefined;
  const { staged } = pendingCommit.made;
  return { kind: "commit", staged, ownRemoved: false, merge: once(actions.mergePending) };
}

function once(action: () => void): () => void {
  let done = false;
  return () => {
    if (done) throw new MlsError("usage", "the commit was merged before", "RFC 9420 §12.4.2");
    action();
    done = true;
  };
}

/** RFC 9420 §12.4.2: after removal or ReInit the group goes on without this member, or not at all. */
function checkStanding({ standing }: MemberState): void {
  if (standing === "member") return;
  throw new MlsError(
    "not-a-member",
    `this member is ${standing} and follows no more handshakes`,
    "RFC 9420 §12.4.2",
  );
}
