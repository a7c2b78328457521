/**
 * Checking a commit without secrets. RFC 9420 §12.4.2, extensions §4.7, §6.3.
 * @module
 */

import type { AuthenticatedContent, Commit, ProposalType, Sender, UpdatePath } from "../codec/index.ts";
import { MlsError } from "../errors.ts";
import { verifySender } from "../framing/sender.ts";
import type { GroupView } from "../group-view.ts";
import { sameOctets } from "../octets.ts";
import type { ResolvedProposal } from "../proposals/list.ts";
import { validateProposal } from "../proposals/validate.ts";
import type { StagedCommit } from "../staged-commit.ts";
import { applyUpdatePath } from "../tree/treekem.ts";
import {
  applyCommitProposals,
  describeCommit,
  excludedLeaves,
  type ProposalOutcome,
  tagCommit,
} from "./apply.ts";

/** RFC 9420 §17.4, extensions §7.3: proposals that need an UpdatePath. */
const needsPath: ReadonlySet<ProposalType> = new Set([
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

/**
 * Checks everything about a commit that does not need the group's secrets. The group does not change.
 *
 * @throws {MlsError} with the reason
 */
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
  checkSender(sender, commit);
  verifySender(group, authenticated);
  const list = resolveProposals(group, commit, sender);
  const outcome = applyCommitProposals(group, list, sender);
  const { path } = commit;
  if (path === undefined && requiresPath(list)) {
    throw new MlsError("missing-path", "these proposals need a path", "RFC 9420 §12.4");
  }
  const tree = path === undefined ? outcome.provisionalTree : withPath(group, outcome, path);
  return tagCommit(group, describeCommit(group, outcome, tree, path, authenticated), auth.confirmationTag);
}

function checkSender({ senderType }: Sender, { path }: Commit): void {
  if (senderType !== "member" && senderType !== "newMemberCommit") {
    throw new MlsError("invalid-commit", `a ${senderType} sends a commit`, "RFC 9420 §12.4");
  }
  if (senderType === "newMemberCommit" && path === undefined) {
    throw new MlsError("missing-path", "an external commit has no path", "RFC 9420 §12.4.3.2");
  }
}

function withPath(group: GroupView, outcome: ProposalOutcome, path: UpdatePath) {
  const { provisionalTree, committer, external, applied } = outcome;
  // RFC 9420 §12.2: what replaces a removed leaf (resync) meets the criteria of an Update of that leaf.
  for (const { leafIndex, leafNode } of external ? applied.removed : []) {
    if (sameOctets(leafNode.encryptionKey, path.leafNode.encryptionKey)) {
      throw new MlsError(
        "invalid-update-path",
        `the joiner keeps the key of leaf ${leafIndex}`,
        "RFC 9420 §12.2",
      );
    }
  }
  return applyUpdatePath(group.suite, provisionalTree, committer, path, {
    groupId: group.groupId,
    excludedLeaves: excludedLeaves(outcome),
  });
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
