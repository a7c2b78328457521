/**
 * Handshakes that a hub refuses although they are right. Protocol §5.3, §7.
 * @module
 */

import { MlsError } from "@openmimi/mls";
import { MimiComponentId, ParticipantListUpdate } from "@openmimi/protocol";
import { standardChecks } from "@openmimi/provider";
import type { CommitFacts, Decision } from "@openmimi/room";
import { decode } from "@openmimi/tls";
import type { Mutant, Parts } from "../mutant.ts";
import { withChecks } from "../tools/checks.ts";

const { policyAllowsCommit, policyAllowsProposals, groupInfoOfCommit, ratchetTreeMatches } = standardChecks;

const denied = (message: string): Decision => ({
  allowed: false,
  reason: "not-permitted",
  message,
  section: "",
});

/** The commits that a rule too many forbids. */
function alsoForbidding(isForbidden: (facts: CommitFacts) => boolean): Parts {
  return withChecks({
    policyAllowsCommit: (state, facts) =>
      isForbidden(facts) ? denied("a rule of this provider's own") : policyAllowsCommit(state, facts),
  });
}

/** What a commit says about the participant list. */
function listUpdates({ changes }: CommitFacts): ParticipantListUpdate[] {
  return changes.flatMap((change) =>
    change.kind === "componentUpdate" && change.componentId === MimiComponentId.participantList
      ? [decode(ParticipantListUpdate, change.update)]
      : [],
  );
}

export const strictnessFaults: readonly Mutant[] = [
  {
    name: "partial-group-info-refused",
    fault: "Only a whole GroupInfo is understood.",
    section: "protocol §5.3, reading R-051",
    parts: () =>
      withChecks({
        groupInfoOfCommit(group, staged, option) {
          if (option.representation === "full") return groupInfoOfCommit(group, staged, option);
          throw new MlsError("invalid-group-info", "only a whole GroupInfo is understood", "protocol §5.3");
        },
      }),
    caughtBy: [],
  },
  {
    name: "full-group-info-refused",
    fault: "Only a PartialGroupInfo is understood, and a ratchet tree that is left to the hub.",
    section: "protocol §5.3, readings R-051, R-056",
    parts: () =>
      withChecks({
        ratchetTreeMatches: (staged, option) =>
          option?.representation === "distributionService" && ratchetTreeMatches(staged, option),
        groupInfoOfCommit(group, staged, option) {
          if (option.representation === "partial") return groupInfoOfCommit(group, staged, option);
          throw new MlsError("invalid-group-info", "only a PartialGroupInfo is understood", "protocol §5.3");
        },
      }),
    caughtBy: [],
  },
  {
    name: "participants-need-clients",
    fault: "A user can be added to the participant list only together with a client.",
    section: "protocol §7.5, reading R-134",
    parts: () =>
      alsoForbidding((facts) => {
        const withClient = facts.changes.flatMap((one) => (one.kind === "clientAdded" ? [one.user] : []));
        const added = listUpdates(facts).flatMap((one) => one.addedParticipants);
        return added.some(({ user }) => !withClient.includes(user));
      }),
    caughtBy: [],
  },
  {
    name: "removals-refused",
    fault: "Users can leave, but nobody can remove another one.",
    section: "policy §8.1, POLICY-CAP-13",
    parts: () =>
      alsoForbidding(({ changes }) =>
        changes.some((one) => one.kind === "clientRemoved" && one.by.user !== one.user),
      ),
    caughtBy: [],
  },
  {
    name: "roles-fixed",
    fault: "The role that a user was added with never changes.",
    section: "policy §8.1.3, POLICY-CAP-21",
    parts: () =>
      alsoForbidding((facts) => listUpdates(facts).some((one) => one.changedRoleParticipants.length > 0)),
    caughtBy: [],
  },
  {
    name: "metadata-refused",
    fault: "No component but the participant list can be changed.",
    section: "protocol §7.6, extensions §4.7",
    parts: () =>
      alsoForbidding(({ changes }) =>
        changes.some(
          (one) => one.kind === "componentUpdate" && one.componentId !== MimiComponentId.participantList,
        ),
      ),
    caughtBy: [],
  },
  {
    name: "proposals-refused",
    fault: "Proposals count only inside of commits.",
    section: "protocol §3.5, §5.3",
    parts: () =>
      withChecks({
        policyAllowsProposals: (state, facts) =>
          facts.changes.length > 0
            ? denied("only commits are accepted")
            : policyAllowsProposals(state, facts),
      }),
    caughtBy: [],
  },
  {
    name: "external-commits-refused",
    fault: "Nobody joins by external commit, not even with a further device.",
    section: "protocol §3.6",
    parts: () => withChecks({ externalCommitCorrelated: () => false }),
    caughtBy: [],
  },
];
