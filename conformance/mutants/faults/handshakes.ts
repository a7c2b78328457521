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
    caughtBy: [],
  },
  {
    name: "pending-proposals-optional",
    fault: "A commit may leave out what is pending.",
    section: "protocol §3.5, §7.3",
    parts: () => withChecks({ pendingProposalsMissing: () => [] }),
    caughtBy: [],
  },
  {
    name: "handshake-signatures-not-verified",
    fault:
      "The signatures of proposals and commits are not verified: the membership tag is thought to be enough.",
    section: "protocol §7.3, RFC 9420 §6.1",
    parts: () => withoutVerifying("FramedContentTBS"),
    caughtBy: [],
  },
  {
    name: "group-info-signatures-not-verified",
    fault: "The signature of the GroupInfo that comes with a commit is not verified.",
    section: "policy §7, reading R-065",
    parts: () => withoutVerifying("GroupInfoTBS"),
    caughtBy: [],
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
    caughtBy: [],
  },
  {
    name: "tree-in-group-info",
    fault: "A GroupInfo may embed the ratchet tree.",
    section: "protocol §5.3, reading R-052",
    parts: () => withChecks({ groupInfoOmitsTree: yes }),
    caughtBy: [],
  },
  {
    name: "tree-not-compared",
    fault: "The ratchet tree that comes with a commit is not compared with the one that the commit makes.",
    section: "tree-options §3, reading R-056",
    parts: () => withChecks({ ratchetTreeMatches: yes }),
    caughtBy: [],
  },
  {
    name: "policy-not-asked",
    fault: "Whatever MLS allows is allowed: the room's policy is left to the clients.",
    section: "protocol §5.3, policy §8",
    parts: () => withChecks({ policyAllowsCommit: () => ALLOWED, policyAllowsProposals: () => ALLOWED }),
    caughtBy: [],
  },
  {
    name: "commits-not-authorized",
    fault: "Only proposals that come on their own are authorized; what stands in a commit by value is not.",
    section: "protocol §5.3, reading R-195",
    parts: () => withChecks({ policyAllowsCommit: () => ALLOWED }),
    caughtBy: [],
  },
  {
    name: "proposals-not-authorized",
    fault: "Proposals that come on their own are kept and fanned out; only the commit is authorized.",
    section: "protocol §5.3, §7.1",
    parts: () => withChecks({ policyAllowsProposals: () => ALLOWED }),
    caughtBy: [],
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
    caughtBy: [],
  },
  {
    name: "speaks-for-anybody",
    fault: "A provider may bring the handshakes of another provider's users.",
    section: "protocol §4.1, reading R-068",
    parts: () => withChecks({ senderDomain: yes }),
    caughtBy: [],
  },
  {
    name: "joins-unasked",
    fault: "An external commit is accepted of clients that never asked for the GroupInfo.",
    section: "protocol §5.6, reading R-106",
    parts: () => withChecks({ externalCommitCorrelated: yes }),
    caughtBy: [],
  },
];
