/**
 * The group after the proposals of a commit: for those who check it and those who make it. RFC 9420 §12.2, §12.3,
 * §12.4.1, extensions §6.3.
 * @module
 */

import type {
  AuthenticatedContent,
  Extension,
  GroupContext,
  LeafNode,
  Sender,
  UpdatePath,
} from "../codec/index.ts";
import { MlsError } from "../errors.ts";
import { DEFAULT_MAX_LEAVES, type GroupView } from "../group-view.ts";
import { type AppliedProposals, applyProposals } from "../proposals/apply.ts";
import { checkExternalList, checkMemberList, type ResolvedProposal, removedLeaf } from "../proposals/list.ts";
import { checkProposalSupport } from "../proposals/validate.ts";
import type { StagedCommit } from "../staged-commit.ts";
import { confirmedTranscriptHash, interimTranscriptHash } from "../transcript.ts";
import type { RatchetTree } from "../tree/ratchet-tree.ts";
import { checkNewLeaves, checkPresented } from "./leaves.ts";

/** The group after the proposals and before the path. */
export interface ProposalOutcome {
  readonly list: readonly ResolvedProposal[];
  readonly external: boolean;
  readonly applied: AppliedProposals;
  /** With a leaf in the joiner's place for an external commit. */
  readonly provisionalTree: RatchetTree;
  readonly committer: number;
}

/** Stands in the joiner's place until the path brings the real leaf. */
const placeholderLeaf: LeafNode = {
  encryptionKey: new Uint8Array(),
  signatureKey: new Uint8Array(),
  credential: { credentialType: "basic", identity: new Uint8Array() },
  capabilities: { versions: [], cipherSuites: [], extensions: [], proposals: [], credentials: [] },
  leafNodeSource: "update",
  extensions: [],
  signature: new Uint8Array(),
};

/**
 * Checks the list of a commit and applies it.
 *
 * @throws {MlsError} `invalid-proposal-list`, `missing-capability` and their kin
 */
export function applyCommitProposals(
  group: GroupView,
  list: readonly ResolvedProposal[],
  sender: Sender,
): ProposalOutcome {
  const external = sender.senderType !== "member";
  if (external) checkExternalList(list, group.tree);
  else checkMemberList(list, sender.leafIndex, group.tree);
  const applied = applyProposals(group.tree, group.groupContext.extensions, list, group.options);
  const types = list.map(({ proposal }) => proposal.proposalType);
  checkProposalSupport(group.tree, types, new Set(applied.removed.map(({ leafIndex }) => leafIndex)));
  checkSize(group, applied.tree);
  if (!external)
    return { list, external, applied, provisionalTree: applied.tree, committer: sender.leafIndex };
  // RFC 9420 §12.4.3.2: the joiner takes the leftmost blank leaf once the removals are done.
  const { tree, leafIndex } = applied.tree.addLeaf(placeholderLeaf);
  checkSize(group, tree);
  return { list, external, applied, provisionalTree: tree, committer: leafIndex };
}

function checkSize(
  { options: { maxLeaves = DEFAULT_MAX_LEAVES } }: GroupView,
  { leafCount }: RatchetTree,
): void {
  if (leafCount > maxLeaves && leafCount > 1) {
    throw new MlsError("invalid-proposal-list", `the tree would have ${leafCount} leaves`, "RFC 9420 §7.7");
  }
}

/** The leaves that get their path secret by Welcome: those added in the same commit. RFC 9420 §7.6, §12.4.1. */
export function excludedLeaves({ applied }: ProposalOutcome): ReadonlySet<number> {
  return new Set(applied.added.map(({ leafIndex }) => leafIndex));
}

/** The GroupContext of the next epoch. RFC 9420 §8.1, §12.4.1. */
export function nextContext(
  group: GroupView,
  tree: RatchetTree,
  extensions: readonly Extension[],
  confirmed: Uint8Array,
): GroupContext {
  const treeHash = tree.rootHash(group.suite);
  return {
    ...group.groupContext,
    epoch: group.epoch + 1n,
    treeHash,
    confirmedTranscriptHash: confirmed,
    // Never changed in place, so a list that stays is shared by the epochs.
    extensions: extensions as Extension[],
  };
}

/** A commit whose proposals and path are applied, before its tag is known. */
export type UntaggedCommit = Omit<StagedCommit, "confirmationTag" | "interimTranscriptHash">;

/**
 * Checks the new tree, and describes what the commit does.
 *
 * @param tree the tree after the path
 * @throws {MlsError} `missing-capability` or `invalid-leaf-node`
 */
export function describeCommit(
  group: GroupView,
  outcome: ProposalOutcome,
  tree: RatchetTree,
  path: UpdatePath | undefined,
  authenticated: AuthenticatedContent,
): UntaggedCommit {
  const { list, external, applied, provisionalTree, committer } = outcome;
  const updated = [...applied.updated];
  const after = path?.leafNode;
  const before = group.tree.leaf(committer);
  if (after !== undefined && !external && before !== undefined)
    updated.push({ leafIndex: committer, before, after });
  const joined = external && after !== undefined ? { joined: { leafIndex: committer, leafNode: after } } : {};
  const fresh = [
    ...applied.added.map(({ leafIndex, keyPackage: { leafNode } }) => ({ leafIndex, leafNode })),
    ...updated.map(({ leafIndex, after: leafNode }) => ({ leafIndex, leafNode })),
    ...(joined.joined === undefined ? [] : [joined.joined]),
  ];
  const { extensions } = group.groupContext;
  checkNewLeaves(
    tree,
    fresh.map(({ leafIndex }) => leafIndex),
    extensions,
    applied.extensions,
  );
  const replaced = new Map(updated.map(({ leafIndex, before: { credential } }) => [leafIndex, credential]));
  // RFC 9420 §12.2: whom a joiner removes is an old version of itself.
  const old = external ? list.find(({ proposal }) => proposal.proposalType === "remove") : undefined;
  const removed = old === undefined ? undefined : group.tree.leaf(removedLeaf(old) ?? -1);
  if (removed !== undefined) replaced.set(committer, removed.credential);
  const both = { before: extensions, after: applied.extensions };
  checkPresented(group.suite, fresh, replaced, both, group.options.credentials);
  const confirmed = confirmedTranscriptHash(group.suite, group.state.interimTranscriptHash, authenticated);
  return {
    committer,
    external,
    proposals: list,
    added: applied.added,
    ...joined,
    removed: applied.removed,
    updated,
    components: applied.components,
    hasPath: path !== undefined,
    groupContext: nextContext(group, tree, applied.extensions, confirmed),
    tree,
    provisionalTree,
    ...(path === undefined ? {} : { path }),
    base: group.groupContext,
  };
}

/** Adds the confirmation tag and what follows from it. RFC 9420 §8.2. */
export function tagCommit(
  group: GroupView,
  commit: UntaggedCommit,
  confirmationTag: Uint8Array,
): StagedCommit {
  const { confirmedTranscriptHash: confirmed } = commit.groupContext;
  return {
    ...commit,
    confirmationTag,
    interimTranscriptHash: interimTranscriptHash(group.suite, confirmed, confirmationTag),
  };
}
