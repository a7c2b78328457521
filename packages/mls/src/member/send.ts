/**
 * What a member sends besides commits. RFC 9420 §6, §12.1, §12.4.3, §15, extensions §6.3.
 * @module
 */

import type {
  AuthenticatedContent,
  FramedContent,
  GroupInfo,
  MLSMessage,
  Proposal,
  Sender,
  WireFormat,
} from "../codec/index.ts";
import { MlsError } from "../errors.ts";
import { externalReceivers } from "../extensions.ts";
import { protectPublic, signFramedContent } from "../framing/content.ts";
import { type MessageSecrets, protectPrivate } from "../framing/private-message.ts";
import { protectSemiPrivate } from "../framing/semi-private.ts";
import { signGroupInfo } from "../group-info.ts";
import type { PendingProposal } from "../group-view.ts";
import { type LeafChanges, nextLeaf, signLeafNode } from "../key-package.ts";
import type { GroupInfoRequest, HandshakeFormat } from "./commit-request.ts";
import type { MemberOptions } from "./options.ts";
import type { MemberState } from "./store.ts";

/** As much as a message may have in octets. */
const MAX_PADDING = 2 ** 24;

/** What goes with a message beside its content. */
export interface MessageRequest {
  /** Default: an empty SafeAAD where the group has safe_aad, nothing elsewhere. Extensions §4.9. */
  readonly authenticatedData?: Uint8Array;
  /** Of proposals; default: `publicMessage`, so that the delivery service can check them. */
  readonly wireFormat?: HandshakeFormat;
}

/** What goes with an application message. */
export interface ApplicationRequest {
  /** Default: an empty SafeAAD where the group has safe_aad, nothing elsewhere. Extensions §4.9. */
  readonly authenticatedData?: Uint8Array;
  /**
   * Sends although proposals wait for a commit, which RFC 9420 §12.4 forbids: for those who test others, and for
   * applications that know better (all that is pending was refused by their policy, say).
   */
  readonly despitePending?: boolean;
}

/** RFC 9420 §12.4.2: after removal or ReInit a member sends nothing more. @throws {MlsError} `not-a-member`, `usage` */
export function checkSending({ standing }: MemberState): void {
  if (standing === "removed") {
    throw new MlsError("not-a-member", "this client was removed from the group", "RFC 9420 §12.4.2");
  }
  if (standing === "reinitialized") {
    throw new MlsError("usage", "the group was reinitialized and takes no more messages", "RFC 9420 §12.4.2");
  }
}

/** The member as the sender of a message. */
export function ownSender({ epoch }: MemberState): Sender {
  return { senderType: "member", leafIndex: epoch.privateState.leafIndex };
}

/** What PrivateMessages of the present epoch are encrypted with. */
export function messageSecrets({ epoch }: MemberState): MessageSecrets {
  return { senderDataSecret: epoch.secrets.senderDataSecret, secretTree: epoch.secretTree };
}

/**
 * RFC 9420 §12.4: who has observed valid proposals commits before sending application data, so that whoever was to be
 * removed reads no more of it.
 *
 * @throws {MlsError} `pending-proposals`
 */
function checkNothingPending({ public: { pending } }: MemberState): void {
  if (pending.length === 0) return;
  const message = `proposals wait for a commit (${pending.length}): commit before sending application data`;
  throw new MlsError("pending-proposals", message, "RFC 9420 §12.4");
}

function header(state: MemberState, { authenticatedData }: Pick<MessageRequest, "authenticatedData">) {
  const { groupId, epoch } = state.public;
  return {
    groupId,
    epoch,
    sender: ownSender(state),
    authenticatedData: state.public.authenticatedDataOr(authenticatedData),
  };
}

function sign(state: MemberState, wireFormat: WireFormat, content: FramedContent): { signature: Uint8Array } {
  const { public: group, epoch } = state;
  return {
    signature: signFramedContent(
      group.suite,
      epoch.signaturePrivateKey,
      wireFormat,
      content,
      group.groupContext,
    ),
  };
}

/** Signs, tags and checks a proposal; nothing changes. @throws {MlsError} `invalid-proposal` and its kin */
export function makeProposal(
  state: MemberState,
  proposal: Proposal,
  request: MessageRequest,
): PendingProposal {
  checkSelfRemove(state, proposal);
  const content: FramedContent = { ...header(state, request), contentType: "proposal", proposal };
  const { wireFormat = "publicMessage" } = request;
  const authenticated = { wireFormat, content, auth: sign(state, wireFormat, content) };
  // First the checks: what is refused uses up no key.
  const checked = state.public.checkProposalContent(authenticated);
  return { ...checked, message: protectHandshake(state, authenticated) };
}

/** Frames a signed handshake. @throws {MlsError} `wrong-wire-format` where the group has no SemiPrivateMessages */
export function protectHandshake(state: MemberState, authenticated: AuthenticatedContent): MLSMessage {
  const { suite, groupContext } = state.public;
  switch (authenticated.wireFormat) {
    case "privateMessage":
      return protectPrivate(suite, messageSecrets(state), authenticated);
    case "semiPrivateMessage": {
      const receivers = externalReceivers(groupContext.extensions);
      return protectSemiPrivate(suite, messageSecrets(state), authenticated, groupContext, receivers);
    }
    default:
      return protectPublic(suite, authenticated, groupContext, state.epoch.secrets.membershipKey);
  }
}

/** Extensions §6.3: one SelfRemove per epoch. */
function checkSelfRemove(state: MemberState, { proposalType }: Proposal): void {
  if (proposalType !== "selfRemove") return;
  const { leafIndex } = state.epoch.privateState;
  const again = state.public.pending.some(
    ({ proposal, sender }) =>
      proposal.proposalType === "selfRemove" &&
      sender.senderType === "member" &&
      sender.leafIndex === leafIndex,
  );
  if (again) throw new MlsError("usage", "a SelfRemove of this member is pending already", "extensions §6.3");
}

/** The next leaf of this member, with fresh keys, and an Update proposal of it. RFC 9420 §12.1.2. */
export function makeUpdate(state: MemberState, changes: LeafChanges, request: MessageRequest) {
  const { public: group, epoch } = state;
  const { suite, groupId } = group;
  const { leafIndex } = epoch.privateState;
  const encryption = suite.generateHpkeKeyPair();
  const signaturePrivateKey = changes.signatureKeyPair?.privateKey ?? epoch.signaturePrivateKey;
  const unsigned = { ...nextLeaf(ownLeaf(state), changes), encryptionKey: encryption.publicKey };
  const leafNode = signLeafNode(suite, unsigned, signaturePrivateKey, { groupId, leafIndex });
  return {
    pending: makeProposal(state, { proposalType: "update", leafNode }, request),
    keys: {
      encryptionKey: encryption.publicKey,
      encryptionPrivateKey: encryption.privateKey,
      signaturePrivateKey,
    },
  };
}

/** The member's leaf in the present tree. */
export function ownLeaf(state: MemberState) {
  const leaf = state.public.tree.leaf(state.epoch.privateState.leafIndex);
  if (leaf === undefined) throw new MlsError("not-a-member", "the own leaf is blank", "RFC 9420 §12.4.2");
  return leaf;
}

/** Encrypts application data. RFC 9420 §15. @throws {MlsError} `pending-proposals` */
export function protectApplication(
  state: MemberState,
  applicationData: Uint8Array,
  request: ApplicationRequest,
  options: MemberOptions,
): MLSMessage {
  if (request.despitePending !== true) checkNothingPending(state);
  const content: FramedContent = { ...header(state, request), contentType: "application", applicationData };
  const authenticated = {
    wireFormat: "privateMessage" as const,
    content,
    auth: sign(state, "privateMessage", content),
  };
  const padding = options.padding?.(applicationData.length) ?? 0;
  if (!Number.isSafeInteger(padding) || padding < 0 || padding > MAX_PADDING) {
    throw new MlsError("usage", `padding of ${padding} octets`, "RFC 9420 §6.3.1");
  }
  return protectPrivate(state.public.suite, messageSecrets(state), authenticated, padding);
}

/** RFC 9420 §12.4.3: signs a GroupInfo of the present epoch. */
export function makePresentGroupInfo(state: MemberState, request: GroupInfoRequest): GroupInfo {
  const { groupContext, tree, suite, state: publicState } = state.public;
  const { secrets, signaturePrivateKey, privateState } = state.epoch;
  const extensions = [
    ...(request.extensions ?? []),
    ...(request.externalPub === false ? [] : [secrets.externalPubExtension()]),
    ...(request.ratchetTree === true ? [tree.extension()] : []),
  ];
  const { confirmationTag } = publicState;
  return signGroupInfo(
    suite,
    { groupContext, extensions, confirmationTag, signer: privateState.leafIndex },
    signaturePrivateKey,
  );
}
