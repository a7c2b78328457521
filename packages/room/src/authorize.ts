/**
 * May this commit, may these proposals? Protocol §5.3, policy §3-§8; readings.
 * @module
 */

import { type Decision, decide, deny } from "./decision.ts";
import { evaluate } from "./evaluate.ts";
import type { CommitFacts, ProposalFacts } from "./facts.ts";
import { requireStanding, type Scope } from "./scope.ts";
import type { RoomState } from "./state.ts";

/**
 * Decides about a commit against the room as the epoch began. Whoever proposed something answers for it (reading
 * R-195); the committer answers for the proposals by value, and must be somebody who may commit at all. Limits are
 * judged by the outcome (reading R-186), and new roles apply from the next epoch on (reading R-196).
 *
 * Restrictions of pending proposals bite the committer at once if `before` comes from `withPending` (reading R-061).
 * Whether the commit holds every pending proposal is asked with `missingProposals`.
 *
 * @param before the room as the epoch began
 * @example
 * ```ts
 * const staged = group.stage(commit);
 * const decision = authorizeCommit(state, factsOfCommit(staged, group));
 * if (!decision.allowed) refuse(decision.reason, decision.message);
 * ```
 */
export function authorizeCommit(before: RoomState, facts: CommitFacts): Decision {
  const { committer, changes, clients } = facts;
  const otherwise = { rule: "commit of a participant", section: "protocol §7.3", by: committer.user };
  return decide(otherwise, (grounds) => {
    const externalCommit = committer.kind === "joiner";
    const scope: Scope = { state: before, clients, circumstances: facts, externalCommit, grounds };
    if (committer.kind === "externalSender") {
      deny("not-permitted", "only clients commit", { section: "protocol §7.3", user: committer.user });
    }
    if (externalCommit && before.operational?.externalCommitAllowed === false) {
      deny("external-commit-not-allowed", "the room takes no external commits", {
        section: "policy §7",
        user: committer.user,
      });
    }
    requireStanding(scope, committer, true);
    evaluate(
      scope,
      changes.map((change) => ({ ...change, fresh: !change.byReference, settled: false })),
    );
  });
}

/**
 * Decides about proposals that come on their own, in one request: together with those that are pending already they
 * must leave a room that keeps its rules, because the next commit has to take them all.
 *
 * @param state the room of this epoch, from `withPending` if proposals are pending
 * @example
 * ```ts
 * const decision = authorizeProposal(withPending(state, accepted), factsOfProposals(bundle, group));
 * ```
 */
export function authorizeProposal(state: RoomState, facts: ProposalFacts): Decision {
  const otherwise = { rule: "nothing changes", section: "protocol §5.3" };
  return decide(otherwise, (grounds) => {
    const scope: Scope = {
      state,
      clients: facts.clients,
      circumstances: facts,
      externalCommit: false,
      grounds,
    };
    const pending = state.pending?.changes ?? [];
    evaluate(scope, [
      ...pending.map((change) => ({ ...change, fresh: false, settled: true })),
      ...facts.changes.map((change) => ({ ...change, fresh: true, settled: false })),
    ]);
  });
}
