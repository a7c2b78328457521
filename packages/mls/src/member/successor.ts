/**
 * Making a group that follows another one: reinitialization and branching. RFC 9420 §11.2, §11.3.
 * @module
 */

import type {
  Extension,
  GroupInfo,
  KeyPackage,
  PreSharedKeyID,
  Proposal,
  Sender,
  Welcome,
} from "../codec/index.ts";
import type { CryptoProvider } from "../crypto/provider.ts";
import { MlsError } from "../errors.ts";
import { nextLeaf, type OwnKeyPackage } from "../key-package.ts";
import type { ResolvedProposal } from "../proposals/list.ts";
import { validateProposal } from "../proposals/validate.ts";
import { makeCommit } from "./commit.ts";
import { createGroup } from "./create.ts";
import { beginEpoch, type MemberParts } from "./epoch.ts";
import { checkLink, type LinkUsage, linkedGroup } from "./linked.ts";
import { findPsks, type MemberOptions } from "./options.ts";
import type { MemberState } from "./store.ts";

/** The members of a group that follows another one. */
export interface SuccessorInit {
  /** The creator, of the new cipher suite. */
  readonly own: OwnKeyPackage;
  /** One KeyPackage for every other member. */
  readonly members: readonly KeyPackage[];
  /** Whether the Welcome carries the ratchet tree. Default: no. */
  readonly treeInWelcome?: boolean;
}

/** A subgroup. */
export interface BranchInit extends SuccessorInit {
  readonly groupId: Uint8Array;
  /** Default: those of the group. */
  readonly extensions?: readonly Extension[];
}

/** A new group in epoch 1, and what its members join with. */
export interface Successor extends MemberParts {
  readonly welcome?: Welcome;
  readonly groupInfo: GroupInfo;
}

interface Parameters extends SuccessorInit {
  readonly usage: LinkUsage;
  readonly groupId: Uint8Array;
  readonly cipherSuite: number;
  readonly extensions: readonly Extension[];
}

const sectionOf = (usage: LinkUsage) => (usage === "reinit" ? "RFC 9420 §11.2" : "RFC 9420 §11.3");

/** RFC 9420 §11.2: the group that the ReInit of `old` announced. @throws {MlsError} `usage` and its kin */
export function createReinitialized(
  crypto: CryptoProvider,
  old: MemberState,
  init: SuccessorInit,
  options: MemberOptions,
): Successor {
  const { reinit } = old;
  if (reinit === undefined) throw new MlsError("usage", "the group was not reinitialized", "RFC 9420 §11.2");
  return createSuccessor(crypto, old, { ...init, ...reinit, usage: "reinit" }, options);
}

/** RFC 9420 §11.3: a group of some members of `old`. @throws {MlsError} `usage` and its kin */
export function createBranch(
  crypto: CryptoProvider,
  old: MemberState,
  init: BranchInit,
  options: MemberOptions,
): Successor {
  const { cipherSuite, extensions } = old.public.groupContext;
  return createSuccessor(crypto, old, { extensions, ...init, cipherSuite, usage: "branch" }, options);
}

/** A group of one in epoch 0, and its first commit: all the others, and the PSK that links the groups. */
function createSuccessor(
  crypto: CryptoProvider,
  old: MemberState,
  parameters: Parameters,
  options: MemberOptions,
): Successor {
  const { usage, own, members, groupId, cipherSuite, extensions } = parameters;
  const first = createGroup(crypto, { cipherSuite, groupId, own, extensions }, options);
  const { public: group, epoch } = first;
  const { suite } = group;
  const linked = linkedGroup(old);
  const psk: PreSharedKeyID = {
    pskType: "resumption",
    usage,
    pskGroupId: old.public.groupId,
    pskEpoch: old.public.epoch,
    pskNonce: suite.random(suite.hashLength),
  };
  const credentials = [own.keyPackage, ...members].map(({ leafNode }) => leafNode.credential);
  const refuse = (message: string) => new MlsError("usage", message, sectionOf(usage));
  checkLink(
    linked,
    usage,
    old.public.epoch,
    { groupContext: group.groupContext, credentials },
    options,
    refuse,
  );
  const sender: Sender = { senderType: "member", leafIndex: 0 };
  const adds = members.map((keyPackage): Proposal => ({ proposalType: "add", keyPackage }));
  for (const add of adds) validateProposal(group.scope(), add, sender);
  const list = [...adds, { proposalType: "psk" as const, psk }].map(
    (proposal): ResolvedProposal => ({ proposal, sender }),
  );
  const made = makeCommit({
    group,
    list,
    sender,
    authenticatedData: group.authenticatedDataOr(undefined),
    path: true,
    leaf: nextLeaf(own.keyPackage.leafNode),
    signaturePrivateKey: own.signaturePrivateKey,
    nextSignaturePrivateKey: own.signaturePrivateKey,
    initSecret: epoch.secrets.initSecret,
    psks: findPsks([psk], options, linked.resumption),
    privateState: epoch.privateState,
    wireFormat: "privateMessage",
    groupInfoExtensions: [],
    treeInWelcome: parameters.treeInWelcome ?? false,
  });
  group.merge(made.staged);
  epoch.secrets.erase();
  const keys = { privateState: made.privateState, signaturePrivateKey: own.signaturePrivateKey };
  const { welcome, groupInfo } = made;
  return {
    public: group,
    epoch: beginEpoch(suite, made, keys, group.tree.leafCount, options.window),
    groupInfo,
    ...(welcome === undefined ? {} : { welcome }),
  };
}
