/**
 * Joining by external commit. RFC 9420 §12.4.3.2, §8.3, extensions §6.3.
 * @module
 */

import {
  ExtensionType,
  ExternalPub,
  type GroupInfo,
  type MLSMessage,
  type Proposal,
  RatchetTreeNodes,
  type Sender,
} from "../codec/index.ts";
import type { CryptoProvider } from "../crypto/provider.ts";
import { MlsError } from "../errors.ts";
import { readExtension } from "../extensions.ts";
import { protectPublic } from "../framing/content.ts";
import { nextLeaf, type OwnKeyPackage } from "../key-package.ts";
import type { ResolvedProposal } from "../proposals/list.ts";
import { validateProposal } from "../proposals/validate.ts";
import { PublicGroup } from "../public-group.ts";
import { makeCommit } from "./commit.ts";
import { beginEpoch, type MemberParts } from "./epoch.ts";
import { makeExternalInit, pskIds } from "./next-epoch.ts";
import { findPsks, type MemberOptions } from "./options.ts";

const SECTION = "RFC 9420 §12.4.3.2";

/** What an external commit is made of. */
export interface ExternalJoinInit {
  readonly groupInfo: GroupInfo;
  /** The tree, where the GroupInfo does not carry it. */
  readonly ratchetTree?: RatchetTreeNodes;
  /** Whose leaf is joined with; its init key is not used. */
  readonly own: OwnKeyPackage;
  /** Proposals of this epoch as the hub gives them out. SelfRemoves are referred to, others are passed over. */
  readonly pending?: readonly MLSMessage[];
  /** By value: Remove of an old leaf of one's own (resync), PreSharedKey, AppDataUpdate, AppEphemeral. */
  readonly proposals?: readonly Proposal[];
  readonly authenticatedData?: Uint8Array;
}

/** The new member, and what it has to send. */
export interface ExternalJoin extends MemberParts {
  readonly commit: MLSMessage;
  readonly groupInfo: GroupInfo;
}

/**
 * Makes an external commit and enters the epoch that it begins.
 *
 * @throws {MlsError} `invalid-group-info` without external_pub, `invalid-proposal-list`, `missing-psk`, ...
 */
export function joinByExternalCommit(
  crypto: CryptoProvider,
  init: ExternalJoinInit,
  options: MemberOptions,
): ExternalJoin {
  const { groupInfo, own } = init;
  const tree =
    init.ratchetTree ?? readExtension(groupInfo.extensions, ExtensionType.ratchetTree, RatchetTreeNodes);
  if (tree === undefined) {
    throw new MlsError(
      "invalid-group-info",
      "the GroupInfo carries no ratchet tree and none is given",
      SECTION,
    );
  }
  const externalPub = readExtension(
    groupInfo.extensions,
    ExtensionType.externalPub,
    ExternalPub,
  )?.externalPub;
  if (externalPub === undefined) {
    throw new MlsError("invalid-group-info", "the GroupInfo has no external_pub", SECTION);
  }
  const group = PublicGroup.fromGroupInfo(crypto, groupInfo, tree, options);
  const { suite } = group;
  if (own.keyPackage.cipherSuite !== suite.id) {
    throw new MlsError("usage", "the leaf to join with is of another cipher suite", SECTION);
  }
  const { kemOutput, initSecret } = makeExternalInit(suite, externalPub);
  const sender: Sender = { senderType: "newMemberCommit" };
  const list = resolve(
    group,
    sender,
    [{ proposalType: "externalInit", kemOutput }, ...(init.proposals ?? [])],
    init,
  );
  const made = makeCommit({
    group,
    list,
    sender,
    authenticatedData: group.authenticatedDataOr(init.authenticatedData),
    path: true,
    leaf: nextLeaf(own.keyPackage.leafNode),
    signaturePrivateKey: own.signaturePrivateKey,
    nextSignaturePrivateKey: own.signaturePrivateKey,
    initSecret,
    psks: findPsks(pskIds(list), options, () => undefined),
    privateState: { leafIndex: -1, keys: new Map() },
    wireFormat: "publicMessage",
    groupInfoExtensions: [],
    treeInWelcome: false,
  });
  initSecret.fill(0);
  const commit = protectPublic(suite, made.authenticated, group.groupContext, undefined);
  group.merge(made.staged);
  const { privateState } = made;
  const keys = { privateState, signaturePrivateKey: own.signaturePrivateKey };
  const epoch = beginEpoch(suite, made, keys, group.tree.leafCount, options.window);
  return { public: group, epoch, commit, groupInfo: made.groupInfo };
}

function resolve(
  group: PublicGroup,
  sender: Sender,
  byValue: readonly Proposal[],
  { pending = [] }: ExternalJoinInit,
): ResolvedProposal[] {
  const values = byValue.map((proposal): ResolvedProposal => {
    validateProposal(group.scope(), proposal, sender);
    return { proposal, sender };
  });
  // Extensions §6.3: a joiner validates SelfRemoves, but for the membership tag, and refers to them.
  const removes = pending.flatMap((message): ResolvedProposal[] => {
    if (message.wireFormat !== "publicMessage") return [];
    const { content } = message.publicMessage;
    if (content.contentType !== "proposal" || content.proposal.proposalType !== "selfRemove") return [];
    const { proposal, reference, sender: leaver } = group.stageProposal(message);
    return [{ proposal, reference, sender: leaver }];
  });
  return [...values, ...removes];
}
