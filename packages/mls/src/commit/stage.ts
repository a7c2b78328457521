/**
 * Checking a commit without secrets. RFC 9420 §12.4.2, extensions §4.7, §6.3.
 * @module
 */

import type {
  AuthenticatedContent,
  Commit,
  Extension,
  GroupContext,
  LeafNode,
  Proposal,
  Sender,
} from "../codec/index.ts";
import { MlsError } from "../errors.ts";
import { checkSupport, requiredCapabilities } from "../extensions.ts";
import type { GroupView } from "../group-view.ts";
import { sameOctets } from "../octets.ts";
import { type AppliedProposals, applyProposals } from "../proposals/apply.ts";
import { checkExternalList, checkMemberList, type ResolvedProposal } from "../proposals/list.ts";
import { validateProposal } from "../proposals/validate.ts";
import type { StagedCommit } from "../staged-commit.ts";
import { confirmedTranscriptHash, interimTranscriptHash } from "../transcript.ts";
import type { RatchetTree } from "../tree/ratchet-tree.ts";
import { applyUpdatePath } from "../tree/treekem.ts";

/** RFC 9420 §17.4, extensions §7.3: proposals that need an UpdatePath. */
const needsPath: ReadonlySet<Proposal["proposalType"]> = new Set([
  "update",
  "remove",
  "externalInit",
  "groupContextExtensions",
  "selfRemove",
]);

/** RFC 9420 §12.4: a path is needed for an empty list, or if one proposal needs it. */
export function requiresPath(list: readonly ResolvedProposal[]): boolean {
  return list.length === 0 || list.some(({ proposal }) => needsPath.has(proposal.proposalType));
}

/** Everything about a commit that does not need the group's secrets. The group does not change. */
export function stageContent(group: GroupView, authenticated: AuthenticatedContent): StagedCommit {
  const { content, auth } = authenticated;
  if (content.contentType !== "commit" || auth.confirmationTag === undefined) {
    throw new MlsError(
      "usage",
      `expected a commit, got a message of type ${content.contentType}`,
      "RFC 9420 §6",
    );
  }
  const { commit, sender } = content;
  const external = sender.senderType === "newMemberCommit";
  if (!external && sender.senderType !== "member") {
    throw new MlsError("invalid-commit", `a ${sender.senderType} sends a commit`, "RFC 9420 §12.4");
  }
  if (external && commit.path === undefined) {
    throw new MlsError("missing-path", "an external commit has no path", "RFC 9420 §12.4.3.2");
  }
  group.verifySender(authenticated);
  const list = resolveProposals(group, commit, sender);
  const outcome = applyCommitProposals(group, list, sender);
  if (commit.path === undefined && requiresPath(list)) {
    throw new MlsError("missing-path", "these proposals need a path", "RFC 9420 §12.4");
  }
  const { applied, provisionalTree, committer } = outcome;
  const before = provisionalTree.leaf(committer);
  const tree =
    commit.path === undefined
      ? provisionalTree
      : applyUpdatePath(group.suite, provisionalTree, committer, commit.path, {
          groupId: group.groupId,
          // RFC 9420 §7.6, §12.4.1: leaves added in this commit get their path secret by Welcome.
          excludedLeaves: new Set(applied.added.map(({ leafIndex }) => leafIndex)),
        });
  if (commit.path !== undefined)
    checkSupport(commit.path.leafNode, applied.extensions, requiredCapabilities(applied.extensions));
  if (before === undefined)
    throw new MlsError("unknown-sender", `leaf ${committer} is blank`, "RFC 9420 §12.4.2");
  const confirmed = confirmedTranscriptHash(group.suite, group.state.interimTranscriptHash, authenticated);
  const groupContext = nextContext(group, tree, applied.extensions, confirmed);
  const updatedByPath =
    commit.path === undefined || external
      ? []
      : [{ leafIndex: committer, before, after: commit.path.leafNode }];
  return {
    committer,
    external,
    proposals: list,
    added: applied.added,
    ...(external && commit.path !== undefined
      ? { joined: { leafIndex: committer, leafNode: commit.path.leafNode } }
      : {}),
    removed: applied.removed,
    updated: [...applied.updated, ...updatedByPath],
    components: applied.components,
    hasPath: commit.path !== undefined,
    groupContext,
    confirmationTag: auth.confirmationTag,
    interimTranscriptHash: interimTranscriptHash(group.suite, confirmed, auth.confirmationTag),
    tree,
    provisionalTree,
    ...(commit.path === undefined ? {} : { path: commit.path }),
    base: group.groupContext,
  };
}

/** The GroupContext of the next epoch. */
export function nextContext(
  group: GroupView,
  tree: RatchetTree,
  extensions: Extension[],
  confirmedTranscriptHash: Uint8Array,
): GroupContext {
  const treeHash = tree.rootHash(group.suite);
  return { ...group.groupContext, epoch: group.epoch + 1n, treeHash, confirmedTranscriptHash, extensions };
}

/** RFC 9420 §12.4.2: looks references up among the pending proposals; the sender of a value is the committer. */
function resolveProposals(group: GroupView, commit: Commit, sender: Sender): ResolvedProposal[] {
  return commit.proposals.map((item): ResolvedProposal => {
    if (item.type === "proposal") {
      validateProposal(group.scope(), item.proposal, sender);
      return { proposal: item.proposal, sender };
    }
    const pending = group.pendingProposal(item.reference);
    if (pending === undefined) {
      throw new MlsError(
        "unknown-proposal-reference",
        "the commit refers to a proposal that is not pending",
        "RFC 9420 §12.4.2",
      );
    }
    return { proposal: pending.proposal, sender: pending.sender, reference: pending.reference };
  });
}

/** The group after the proposals: shared by those who check a commit and those who make one. */
export interface ProposalOutcome {
  readonly applied: AppliedProposals;
  /** With the joiner's leaf already in its place for an external commit. */
  readonly provisionalTree: RatchetTree;
  readonly committer: number;
}

/**
 * Checks the list and applies it.
 *
 * @param joiner the leaf of the joiner for an external commit; taken from the commit's own path when absent
 * @throws {MlsError} `invalid-proposal-list` and its kin
 */
export function applyCommitProposals(
  group: GroupView,
  list: readonly ResolvedProposal[],
  sender: Sender,
  joiner?: LeafNode,
): ProposalOutcome {
  const external = sender.senderType === "newMemberCommit";
  if (external) checkExternalList(list, group.tree);
  else if (sender.senderType === "member") checkMemberList(list, sender.leafIndex, group.tree);
  const applied = applyProposals(group.tree, group.groupContext.extensions, list, group.components);
  if (!sameExtensions(group.groupContext.extensions, applied.extensions)) {
    refreshSupport(applied.tree, applied.extensions);
  } else {
    const required = requiredCapabilities(applied.extensions);
    for (const { keyPackage } of applied.added)
      checkSupport(keyPackage.leafNode, applied.extensions, required);
    for (const { after } of applied.updated) checkSupport(after, applied.extensions, required);
  }
  checkCredentialSupport(applied);
  if (!external) {
    return {
      applied,
      provisionalTree: applied.tree,
      committer: sender.senderType === "member" ? sender.leafIndex : -1,
    };
  }
  const leaf = joiner ?? placeholderLeaf;
  // RFC 9420 §12.4.3.2: the joiner takes the leftmost blank leaf once the removals are done.
  const { tree, leafIndex } = applied.tree.addLeaf(leaf);
  return { applied, provisionalTree: tree, committer: leafIndex };
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

/** RFC 9420 §12.1.7: every member must support the group's extensions and what it requires. */
export function refreshSupport(tree: RatchetTree, extensions: readonly Extension[]): void {
  const required = requiredCapabilities(extensions);
  for (const { leafNode } of tree.leaves()) checkSupport(leafNode, extensions, required);
}

const credentialNumbers = { basic: 1, x509: 2 } as const;

/** RFC 9420 §7.3: the credential of a new leaf must be of a type that every member supports, and the other way round. */
function checkCredentialSupport(applied: AppliedProposals): void {
  const fresh = [
    ...applied.added.map(({ keyPackage }) => keyPackage.leafNode),
    ...applied.updated.map(({ after }) => after),
  ];
  if (fresh.length === 0) return;
  const types = new Set(fresh.map((leaf) => credentialNumbers[leaf.credential.credentialType]));
  const inUse = new Set<number>();
  for (const { leafIndex, leafNode } of applied.tree.leaves()) {
    inUse.add(credentialNumbers[leafNode.credential.credentialType]);
    for (const type of types) {
      if (!leafNode.capabilities.credentials.includes(type)) {
        throw new MlsError(
          "missing-capability",
          `leaf ${leafIndex} does not support credential type ${type}`,
          "RFC 9420 §7.3",
        );
      }
    }
  }
  for (const leaf of fresh) {
    for (const type of inUse) {
      if (!leaf.capabilities.credentials.includes(type)) {
        throw new MlsError(
          "missing-capability",
          `a new leaf does not support credential type ${type}`,
          "RFC 9420 §7.3",
        );
      }
    }
  }
}

function sameExtensions(a: readonly Extension[], b: readonly Extension[]): boolean {
  return (
    a.length === b.length &&
    a.every((extension, index) => {
      const other = b[index]!;
      return (
        extension.extensionType === other.extensionType &&
        sameOctets(extension.extensionData, other.extensionData)
      );
    })
  );
}
