/**
 * Proposals that an external commit voids, made again by the hub. Protocol §5.5; readings.
 *
 * An external commit can refer to SelfRemoves only. What a leaving user was promised (removal as soon as possible) and
 * what the hub itself had proposed is proposed again in the new epoch, with the hub as external sender.
 * @module
 */

import type { MLSMessage, PendingProposal, Proposal, PublicGroup, StagedCommit } from "@openmimi/mls";
import { identityOf, MimiComponentId, ParticipantListUpdate } from "@openmimi/protocol";
import { type ClaimsSource, factsOfProposals, roomStateOf } from "@openmimi/room";
import { decode } from "@openmimi/tls";
import type { ProviderChecks } from "../checks.ts";
import { sameOctets, toHex } from "../octets.ts";
import { HubSender, removalAt } from "./hub-sender.ts";
import type { HubKeys } from "./keys.ts";
import { viewOf } from "./room-view.ts";

/** What {@link reissueProposals} needs. */
export interface ReissueParts {
  readonly keys: HubKeys;
  readonly checks: Pick<ProviderChecks, "policyAllowsProposals">;
  readonly claims: ClaimsSource;
  readonly roomUri: string;
}

/**
 * Adds the hub's replacements to the group in its new epoch: for each user, what removes the user's clients and entry.
 * What the hub may not propose by the room's policy is not proposed: every later commit would have to hold it and
 * would be refused for it, and the room could never move again.
 *
 * @param before the group in the epoch that the external commit ended, with what was pending
 * @param next the group in the new epoch; the replacements are added to its pending proposals
 * @returns the messages to staple to the commit, in order
 */
export function reissueProposals(
  { keys, checks, claims: claimsOf, roomUri }: ReissueParts,
  before: PublicGroup,
  staged: StagedCommit,
  next: PublicGroup,
): MLSMessage[] {
  const committed = new Set(
    staged.proposals.flatMap(({ reference }) => (reference ? [toHex(reference)] : [])),
  );
  const voided = before.pending.filter(({ reference }) => !committed.has(toHex(reference)));
  const hub = new HubSender(keys, next);
  if (voided.length === 0 || hub.index < 0) return [];
  return departures(hub, before, next, voided).flatMap((proposals) => {
    const pending = hub.stage(proposals);
    if (pending === undefined) return [];
    const facts = { ...factsOfProposals(pending, next, { claimsOf }), roomUri };
    if (!checks.policyAllowsProposals(viewOf(next).state, facts).allowed) return [];
    for (const one of pending) next.addProposal(one);
    return pending.map(({ message }) => message);
  });
}

/** Whether a proposal is one that must not get lost: the hub's own, or of a user about its own leaving. */
function authorOf(
  pending: PendingProposal,
  hub: HubSender,
  before: PublicGroup,
): { readonly user?: string } | undefined {
  const { sender } = pending;
  if (sender.senderType === "external") return sender.senderIndex === hub.index ? {} : undefined;
  if (sender.senderType !== "member") return undefined;
  const leaf = before.tree.leaf(sender.leafIndex);
  return leaf && { user: identityOf(leaf.credential).userUri };
}

/** For each user who was about to go, the proposals of the new epoch that let it go. */
function departures(
  hub: HubSender,
  before: PublicGroup,
  next: PublicGroup,
  voided: readonly PendingProposal[],
): Proposal[][] {
  const byUser = new Map<string, Proposal[]>();
  const add = (user: string, proposal: Proposal) => byUser.set(user, [...(byUser.get(user) ?? []), proposal]);
  for (const [leaf, user] of removedLeaves(hub, before, next, voided)) {
    add(user, { proposalType: "remove", removed: leaf });
  }
  for (const [place, user] of removedEntries(hub, before, next, voided)) add(user, removalAt(place));
  return [...byUser.values()];
}

/** Leaves that are still what they were, and whose they are. */
function removedLeaves(
  hub: HubSender,
  before: PublicGroup,
  next: PublicGroup,
  voided: readonly PendingProposal[],
): Map<number, string> {
  const leaves = new Map<number, string>();
  for (const pending of voided) {
    const { proposal, sender } = pending;
    const author = authorOf(pending, hub, before);
    const removed =
      proposal.proposalType === "remove"
        ? proposal.removed
        : proposal.proposalType === "selfRemove" && sender.senderType === "member"
          ? sender.leafIndex
          : undefined;
    if (author === undefined || removed === undefined) continue;
    const was = before.tree.leaf(removed);
    const is = next.tree.leaf(removed);
    if (was === undefined || is === undefined || !sameOctets(was.signatureKey, is.signatureKey)) continue;
    const { userUri } = identityOf(was.credential);
    if (author.user === undefined || userUri === author.user) leaves.set(removed, userUri);
  }
  return leaves;
}

/** Entries of the participant list by their place in the new epoch (reading R-132), and whose they are. */
function removedEntries(
  hub: HubSender,
  before: PublicGroup,
  next: PublicGroup,
  voided: readonly PendingProposal[],
): Map<number, string> {
  const old = roomStateOf((id) => before.component(id)).participants;
  const { places } = roomStateOf((id) => next.component(id));
  const removed = new Map<number, string>();
  for (const pending of voided) {
    const { proposal } = pending;
    const author = authorOf(pending, hub, before);
    if (author === undefined || proposal.proposalType !== "appDataUpdate") continue;
    const { appDataUpdate } = proposal;
    if (appDataUpdate.componentId !== MimiComponentId.participantList || appDataUpdate.op !== "update")
      continue;
    for (const index of decode(ParticipantListUpdate, appDataUpdate.update).removedIndices) {
      const user = old[index]?.user;
      const place = user === undefined ? undefined : places.get(user);
      if (user === undefined || place === undefined) continue;
      if (author.user === undefined || author.user === user) removed.set(place, user);
    }
  }
  return removed;
}
