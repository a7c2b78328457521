/**
 * Proposals that the hub makes itself, as external sender. Protocol §5.5, §7.4; RFC 9420 §12.1.8.
 * @module
 */

import {
  FramedContentTBS,
  type MLSMessage,
  MlsError,
  type PendingProposal,
  type Proposal,
  type PublicGroup,
  signWithLabel,
} from "@openmimi/mls";
import { MimiComponentId, ParticipantListUpdate } from "@openmimi/protocol";
import { encode } from "@openmimi/tls";
import { sameOctets } from "../octets.ts";
import type { HubKeys } from "./keys.ts";

/** The hub as external sender of one group. Protocol §7.4. */
export class HubSender {
  /** Its place in external_senders; -1 where it is not there. */
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

  /** Signs and checks proposals that belong together; nothing if the group has no place for them. */
  stage(proposals: readonly Proposal[]): PendingProposal[] | undefined {
    const group = this.#group;
    try {
      const staged = proposals.flatMap((proposal) => {
        const message = this.#sign(proposal);
        return message === undefined ? [] : [group.stageProposal(message)];
      });
      group.provisional(staged);
      return staged;
    } catch (error) {
      // What the commit has made pointless or impossible is not proposed again.
      if (error instanceof MlsError) return undefined;
      throw error;
    }
  }

  /** RFC 9420 §6.1: what an external sender signs holds no GroupContext. */
  #sign(proposal: Proposal): MLSMessage | undefined {
    const group = this.#group;
    const privateKey = this.#keys.senderPrivateKey(group.suite.id);
    if (privateKey === undefined) return undefined;
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
    return { version: "mls10", wireFormat: "publicMessage", publicMessage: { content, auth } };
  }
}

/** The update that takes one entry out of the participant list (reading R-132). */
export function removalAt(place: number): Proposal {
  const update = encode(ParticipantListUpdate, {
    changedRoleParticipants: [],
    removedIndices: [place],
    addedParticipants: [],
  });
  const appDataUpdate = { componentId: MimiComponentId.participantList, op: "update", update } as const;
  return { proposalType: "appDataUpdate", appDataUpdate };
}
