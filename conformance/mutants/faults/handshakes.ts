/**
 * Checks of proposals and commits that a hub leaves out. Protocol §5.3, §7.
 * @module
 */

import { PublicGroup } from "@openmimi/mls";
import { standardChecks } from "@openmimi/provider";
import { careless } from "../../src/play/careless.ts";
import type { Mutant } from "../mutant.ts";
import { ALLOWED, withChecks, withoutVerifying, yes } from "../tools/checks.ts";

/** The group with list updates carried out as far as they can be. */
function carelessly(group: PublicGroup): PublicGroup {
  const copy = new PublicGroup(group.suite, group.state, { ...group.options, components: careless });
  for (const pending of group.pending) copy.addProposal(pending);
  return copy;
}

export const handshakeFaults: readonly Mutant[] = [
  {
    name: "any-epoch",
    fault: "The epoch of a handshake is not compared with the hub's: it is refused as invalid, not as late.",
    section: "protocol §5.3, reading R-060",
    parts: () => withChecks({ epochMatches: yes }),
    caughtBy: ["hub/update/epoch-passed"],
  },
  {
    name: "pending-proposals-optional",
    fault: "A commit may leave out what is pending.",
    section: "protocol §3.5, §7.3",
    parts: () => withChecks({ pendingProposalsMissing: () => [] }),
    caughtBy: ["hub/leave/commit-without-proposals", "hub/external/without-self-remove"],
  },
  {
    name: "handshake-signatures-not-verified",
    fault:
      "The signatures of proposals and commits are not verified: the membership tag is thought to be enough.",
    section: "protocol §7.3, RFC 9420 §6.1",
    parts: () => withoutVerifying("FramedContentTBS"),
    caughtBy: ["hub/update/bad-signature", "hub/update/proposal-with-bad-signature"],
  },
  {
    name: "group-info-signatures-not-verified",
    fault: "The signature of the GroupInfo that comes with a commit is not verified.",
    section: "policy §7, reading R-065",
    parts: () => withoutVerifying("GroupInfoTBS"),
    caughtBy: [
      "hub/update/partial-group-info-with-bad-signature",
      "hub/update/full-group-info-with-bad-signature",
      "hub/update/group-info-signed-by-another",
    ],
  },
  {
    name: "group-info-not-compared",
    fault: "A whole GroupInfo is kept as it comes, without a look at the epoch that it describes.",
    section: "policy §7, reading R-065",
    parts: () =>
      withChecks({
        groupInfoOfCommit: (group, staged, option) =>
          option.representation === "full"
            ? option.groupInfo
            : standardChecks.groupInfoOfCommit(group, staged, option),
      }),
    caughtBy: ["hub/update/group-info-of-epoch-before"],
  },
  {
    name: "tree-in-group-info",
    fault: "A GroupInfo may embed the ratchet tree.",
    section: "protocol §5.3, reading R-052",
    parts: () => withChecks({ groupInfoOmitsTree: yes }),
    caughtBy: ["hub/update/group-info-with-tree"],
  },
  {
    name: "tree-not-compared",
    fault: "The ratchet tree that comes with a commit is not compared with the one that the commit makes.",
    section: "tree-options §3, reading R-056",
    parts: () => withChecks({ ratchetTreeMatches: yes }),
    caughtBy: ["hub/update/tree-of-epoch-before"],
  },
  {
    name: "commits-not-authorized",
    fault: "Only proposals that come on their own are authorized; what stands in a commit by value is not.",
    section: "protocol §5.3, reading R-195",
    parts: () => withChecks({ policyAllowsCommit: () => ALLOWED }),
    caughtBy: [
      "hub/update/client-without-participant",
      "hub/update/list-entry-of-another-user",
      "hub/update/removed-user-keeps-clients",
      "hub/update/removed-user-keeps-one-client",
      "hub/update/clients-removed-without-list-entry",
      "hub/update/undefined-role",
      "hub/update/one-part-forbidden",
      "hub/update/participant-list-removed",
      "hub/policy/add-without-capability",
      "hub/policy/add-with-role-not-listed",
      "hub/policy/remove-without-capability",
      "hub/policy/remove-creator",
      "hub/policy/promote-oneself",
      "hub/policy/demote-creator",
      "hub/policy/ban-without-capability",
      "hub/policy/description-without-capability",
      "hub/policy/name-without-capability",
      "hub/policy/roles-without-capability",
      "hub/policy/base-policy-without-capability",
      "hub/policy/preauthorization-without-capability",
      "hub/roles/ban-keeps-clients",
      "hub/roles/definitions-with-list-change",
      "hub/roles/used-role-vanishes",
      "hub/external/removed-user",
      "hub/external/removed-user-who-lists-himself",
    ],
  },
  {
    name: "proposals-not-authorized",
    fault: "Proposals that come on their own are kept and fanned out; only the commit is authorized.",
    section: "protocol §5.3, §7.1",
    parts: () => withChecks({ policyAllowsProposals: () => ALLOWED }),
    caughtBy: [
      "hub/proposals/unauthorized",
      "hub/leave/other-proposal-afterwards",
      "hub/leave/list-entry-only",
    ],
  },
  {
    name: "list-updates-not-checked",
    fault:
      "Updates of the participant list are carried out as far as they can be: indexes and repetitions are not looked at.",
    section: "protocol §7.5, readings R-132, R-133",
    parts: () =>
      withChecks({
        policyAllowsCommit: () => ALLOWED,
        stageCommit: (group, message) => carelessly(group).stage(message),
      }),
    caughtBy: [
      "hub/update/index-out-of-range",
      "hub/update/index-repeated",
      "hub/update/user-added-by-two-updates",
      "hub/update/participant-added-again",
      "hub/update/role-zero",
      "hub/update/unknown-component",
      "hub/policy/room-uri-changed",
      "hub/policy/metadata-twice",
      "hub/roles/index-twice",
      "hub/roles/open-join-on-a-role",
    ],
  },
  {
    name: "speaks-for-anybody",
    fault: "A provider may bring the handshakes of another provider's users.",
    section: "protocol §4.1, reading R-068",
    parts: () => withChecks({ senderDomain: yes }),
    caughtBy: ["hub/update/relayed-by-another-provider"],
  },
  {
    name: "joins-unasked",
    fault: "An external commit is accepted of clients that never asked for the GroupInfo.",
    section: "protocol §5.6, reading R-106",
    parts: () => withChecks({ externalCommitCorrelated: yes }),
    caughtBy: ["hub/external/not-asked-for"],
  },
];
