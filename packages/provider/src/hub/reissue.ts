/**
 * Proposals that an external commit voids, made again by the hub. Protocol §5.5; readings.
 *
 * An external commit can refer to SelfRemoves only. What a leaving user was promised (removal as soon as possible) and
 * what the hub itself had proposed is proposed again in the new epoch, with the hub as external sender.
 * @module
 */

import {
  FramedContentTBS,
  type MLSMessage,
  MlsError,
  type PendingProposal,
  type Proposal,
  type PublicGroup,
  type StagedCommit,
  signWithLabel,
} from "@openmimi/mls";
import { identityOf, MimiComponentId, ParticipantListUpdate } from "@openmimi/protocol";
import { roomStateOf } from "@openmimi/room";
import { decode, encode } from "@openmimi/tls";
import { sameOctets, toHex } from "../octets.ts";
import type { HubKeys } from "./keys.ts";

/**
 * Adds the hub's replacements to the group in its new epoch.
 *
 * @param before the group in the epoch that the external commit ended, with what was pending
 * @param next the group in the new epoch; the replacements are added to its pending proposals
 * @returns the messages to staple to the commit, in order
 */
export function reissueProposals(
  keys: HubKeys,
  before: PublicGroup,
  staged: StagedCommit,
  next: PublicGroup,
): MLSMessage[] {
  const committed = new Set(
    staged.proposals.flatMap(({ reference }) => (reference ? [toHex(reference)] : [])),
  );
  const voided = before.pending.filter(({ reference }) => !committed.has(toHex(reference)));
  const hub = new Hub(keys, next);
  if (voided.length === 0 || hub.index < 0) return [];
  const wanted = [...removals(hub, before, next, voided), ...listUpdates(hub, before, next, voided)];
  return wanted.flatMap((proposal) => hub.propose(proposal));
}

/** The hub as external sender of one group. */
class Hub {
  readonly index: number;
  readonly #keys: HubKeys;
  readonly #group: PublicGroup;

  constructor(keys: HubKeys, group: PublicGroup) {
    this.#keys = keys;
    this.#group = group;
    const own = keys.hubSender(group.suite.id)?.signatureKey;
    this.index = group
      .externalSenders()
      .findIndex((entry) => own !== undefined && sameOctets(entry.signatureKey, own));
  }

  /** Signs a proposal (RFC 9420 §6.1: without the GroupContext) and keeps it; nothing if the room has no place for it. */
  propose(proposal: Proposal): MLSMessage[] {
    const group = this.#group;
    const privateKey = this.#keys.senderPrivateKey(group.suite.id);
    if (privateKey === undefined) return [];
    const content = {
      groupId: group.groupId,
      epoch: group.epoch,
      sender: { senderType: "external", senderIndex: this.index },
      authenticatedData: group.authenticatedDataOr(undefined),
      contentType: "proposal",
      proposal,
    } as const;
    const tbs = encode(FramedContentTBS, { version: "mls10", wireFormat: "publicMessage", content });
    const auth = { signature: signWithLabel(group.suite, privateKey, "FramedContentTBS", tbs) };
    const message: MLSMessage = {
      version: "mls10",
      wireFormat: "publicMessage",
      publicMessage: { content, auth },
    };
    try {
      const pending = group.stageProposal(message);
      group.provisional([pending]);
      group.addProposal(pending);
      return [message];
    } catch (error) {
      // What the commit has made pointless or impossible is not proposed again.
      if (error instanceof MlsError) return [];
      throw error;
    }
  }
}

/** Whether a proposal is one that must not get lost: the hub's own, or of a user about its own leaving. */
function authorOf(
  pending: PendingProposal,
  hub: Hub,
  before: PublicGroup,
): { readonly user?: string } | undefined {
  const { sender } = pending;
  if (sender.senderType === "external") return sender.senderIndex === hub.index ? {} : undefined;
  if (sender.senderType !== "member") return undefined;
  const leaf = before.tree.leaf(sender.leafIndex);
  return leaf && { user: identityOf(leaf.credential).userUri };
}

/** Removes of leaves that are still what they were. */
function removals(
  hub: Hub,
  before: PublicGroup,
  next: PublicGroup,
  voided: readonly PendingProposal[],
): Proposal[] {
  const leaves = new Set<number>();
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
    if (author.user === undefined || identityOf(was.credential).userUri === author.user) leaves.add(removed);
  }
  return [...leaves].map((removed) => ({ proposalType: "remove", removed }));
}

/** One update of the participant list, with indexes of the new epoch (reading R-132). */
function listUpdates(
  hub: Hub,
  before: PublicGroup,
  next: PublicGroup,
  voided: readonly PendingProposal[],
): Proposal[] {
  const old = roomStateOf((id) => before.component(id)).participants;
  const { places } = roomStateOf((id) => next.component(id));
  const removed = new Set<number>();
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
      if (place !== undefined && (author.user === undefined || author.user === user)) removed.add(place);
    }
  }
  if (removed.size === 0) return [];
  const update = encode(ParticipantListUpdate, {
    changedRoleParticipants: [],
    removedIndices: [...removed],
    addedParticipants: [],
  });
  const appDataUpdate = { componentId: MimiComponentId.participantList, op: "update", update } as const;
  return [{ proposalType: "appDataUpdate", appDataUpdate }];
}
