/**
 * Facts from MLS: who proposes what, whose clients come and go. Protocol §7; readings.
 * @module
 */

import type { LeafNode } from "@openmimi/mls";
import type { Circumstances, Clients, CommitFacts, ProposalFacts } from "./facts.ts";
import { type GroupBefore, membersOf } from "./members.ts";
import { type ClaimsOf, type SentProposal, Translator } from "./translate.ts";

/** What is needed of a staged commit; `StagedCommit` of `@openmimi/mls` has it. */
export interface StagedChanges {
  readonly committer: number;
  readonly proposals: readonly SentProposal[];
  readonly joined?: { readonly leafIndex: number; readonly leafNode: LeafNode };
  readonly updated: readonly {
    readonly leafIndex: number;
    readonly before: LeafNode;
    readonly after: LeafNode;
  }[];
}

/** What else the caller knows. */
export interface FactOptions extends Circumstances {
  /** What a credential claims, for preauthorization. Default: `basicClaims`. */
  readonly claimsOf?: ClaimsOf;
}

/**
 * How many clients each user has in the group.
 *
 * @throws {RoomError} `unknown-identity` for a leaf that names nobody
 */
export function clientsOf(group: GroupBefore): Clients {
  return membersOf(group).clients;
}

/**
 * What a staged commit does, in the order of its proposals.
 *
 * @param before the group as it is until the commit is merged
 * @throws {RoomError} `unknown-identity`: a credential in the commit or the group names nobody (reading R-028)
 */
export function factsOfCommit(
  staged: StagedChanges,
  before: GroupBefore,
  options: FactOptions = {},
): CommitFacts {
  const { joined } = staged;
  const translator = new Translator(before, options, joined?.leafNode);
  const committer =
    joined === undefined ? translator.member(staged.committer) : translator.joiner(joined.leafNode);
  const changes = staged.proposals.flatMap((proposal) => translator.change(proposal) ?? []);
  if (joined !== undefined) {
    changes.push({ kind: "clientJoined", user: committer.user, by: committer, byReference: false });
  }
  const path = staged.updated.find(({ leafIndex }) => joined === undefined && leafIndex === staged.committer);
  if (path !== undefined) {
    changes.push({ ...translator.update(path.leafIndex, path.after), by: committer, byReference: false });
  }
  return { ...circumstances(options), committer, changes, clients: clientsOf(before) };
}

/**
 * What proposals would do that come on their own in one request (the first one and `moreProposals`).
 *
 * @param group the group that they are for
 * @throws {RoomError} `unknown-identity`
 */
export function factsOfProposals(
  proposals: readonly SentProposal[],
  group: GroupBefore,
  options: FactOptions = {},
): ProposalFacts {
  const translator = new Translator(group, options);
  const changes = proposals.flatMap((proposal) => translator.change(proposal) ?? []);
  return { ...circumstances(options), changes, clients: clientsOf(group) };
}

/** {@link factsOfProposals} for one proposal. */
export function factsOfProposal(
  proposal: SentProposal,
  group: GroupBefore,
  options: FactOptions = {},
): ProposalFacts {
  return factsOfProposals([proposal], group, options);
}

function circumstances({ claimsOf: _, ...rest }: FactOptions): Circumstances {
  return rest;
}
