/**
 * Proposals of MLS as changes of a room. Protocol §7; readings.
 * @module
 */

import type { Credential, Extension, LeafNode, Proposal, Sender } from "@openmimi/mls";
import { type Claim, FrankingAgentData, ProtocolError, providerOf, providerUri } from "@openmimi/protocol";
import { decode, TlsError, vector } from "@openmimi/tls";
import type { Actor, Change, ChangeBody } from "./facts.ts";
import {
  type GroupBefore,
  identify,
  type Members,
  membersOf,
  nameOf,
  nobody,
  type Presented,
  providerOfSender,
} from "./members.ts";
import { basicClaims } from "./preauthorization.ts";

/** A proposal and its sender; `PendingProposal` and `ResolvedProposal` of `@openmimi/mls` have it. */
export interface SentProposal {
  readonly proposal: Proposal;
  readonly sender: Sender;
  readonly reference?: Uint8Array;
}

/** What a credential claims that `signatureKey` presents, for preauthorization. */
export type ClaimsOf = (credential: Credential, signatureKey: Uint8Array) => readonly Claim[];

/** RFC 9420 §17.3. */
const EXTERNAL_SENDERS = 5;
/** RFC 9420 §12.1.8.1: external_senders. An ExternalSender has the form of FrankingAgentData (protocol §5.4.1). */
const ExternalSenders = vector(FrankingAgentData, { maxElements: 1024 });

/** Translates proposals of one group. */
export class Translator {
  readonly #group: GroupBefore;
  readonly #members: Members;
  readonly #claimsOf: ClaimsOf;
  readonly #joiner: LeafNode | undefined;

  constructor(group: GroupBefore, { claimsOf }: { readonly claimsOf?: ClaimsOf }, joiner?: LeafNode) {
    this.#group = group;
    this.#members = membersOf(group);
    this.#claimsOf = claimsOf ?? basicClaims;
    this.#joiner = joiner;
  }

  actor(sender: Sender, proposal?: Proposal): Actor {
    switch (sender.senderType) {
      case "member":
        return this.member(sender.leafIndex);
      case "external": {
        const entry = this.#group.externalSenders()[sender.senderIndex];
        if (entry === undefined) return nobody(`external sender ${sender.senderIndex}`);
        const user = providerOfSender(entry.credential, sender.senderIndex);
        return { kind: "externalSender", user, claims: this.#claims(entry) };
      }
      case "newMemberProposal":
        if (proposal?.proposalType === "add") return this.joiner(proposal.keyPackage.leafNode);
        break;
      case "newMemberCommit":
        if (this.#joiner !== undefined) return this.joiner(this.#joiner);
    }
    return nobody(`a ${sender.senderType}`);
  }

  member(leafIndex: number): Actor {
    const identity = this.#members.identities.get(leafIndex);
    const leaf = this.#members.leaves.get(leafIndex);
    if (identity === undefined || leaf === undefined) return nobody(`leaf ${leafIndex}`);
    return { kind: "member", user: identity.userUri, claims: this.#claims(leaf) };
  }

  joiner(leaf: LeafNode): Actor {
    return {
      kind: "joiner",
      user: identify(leaf.credential, "the joiner").userUri,
      claims: this.#claims(leaf),
    };
  }

  #claims({ credential, signatureKey }: Presented): readonly Claim[] {
    return this.#claimsOf(credential, signatureKey);
  }

  /** The change that a proposal is; `undefined` for one that is no change of its own here. */
  change({ proposal, sender, reference }: SentProposal): Change | undefined {
    const body = this.#body(proposal, sender);
    if (body === undefined) return undefined;
    return { ...body, by: this.actor(sender, proposal), byReference: reference !== undefined };
  }

  #body(proposal: Proposal, sender: Sender): ChangeBody | undefined {
    switch (proposal.proposalType) {
      case "add": {
        const { userUri } = identify(proposal.keyPackage.leafNode.credential, "an added client");
        return { kind: "clientAdded", user: userUri };
      }
      case "remove":
        return this.#removal(proposal.removed, false);
      case "selfRemove":
        return sender.senderType === "member"
          ? this.#removal(sender.leafIndex, true)
          : nobody("a SelfRemove from outside");
      case "appDataUpdate": {
        const { appDataUpdate: update } = proposal;
        const { componentId } = update;
        return update.op === "update"
          ? { kind: "componentUpdate", componentId, update: update.update }
          : { kind: "componentRemoval", componentId };
      }
      case "appEphemeral":
        return { kind: "appEphemeral", componentId: proposal.appEphemeral.componentId };
      case "groupContextExtensions":
        return extensionsBody(this.#group.groupContext.extensions, proposal.extensions);
      case "psk":
        return { kind: "preSharedKey" };
      case "reinit":
        return { kind: "reInit" };
      case "update":
        return sender.senderType === "member" ? this.update(sender.leafIndex, proposal.leafNode) : undefined;
      case "externalInit":
        return undefined;
    }
  }

  update(leafIndex: number, after: LeafNode): ChangeBody {
    const before = this.#members.identities.get(leafIndex);
    if (before === undefined) return nobody(`leaf ${leafIndex}`);
    const next = identify(after.credential, `leaf ${leafIndex}`);
    return { kind: "clientUpdated", before: nameOf(before), after: nameOf(next) };
  }

  #removal(leafIndex: number, selfRemove: boolean): ChangeBody {
    const identity = this.#members.identities.get(leafIndex);
    if (identity === undefined) return nobody(`leaf ${leafIndex}`);
    const joiner = this.#joiner === undefined ? undefined : identify(this.#joiner.credential, "the joiner");
    // RFC 9420 §12.4.3.2: a client that comes back removes its former leaf.
    const replaced = !selfRemove && joiner !== undefined && nameOf(joiner) === nameOf(identity);
    return { kind: "clientRemoved", user: identity.userUri, selfRemove, replaced };
  }
}

function extensionsBody(before: readonly Extension[], after: readonly Extension[]): ChangeBody {
  const types = new Set([...before, ...after].map(({ extensionType }) => extensionType));
  const data = (list: readonly Extension[], type: number) =>
    list.find(({ extensionType }) => extensionType === type)?.extensionData.join(",");
  const changedTypes = [...types]
    .filter((type) => data(before, type) !== data(after, type))
    .sort((a, b) => a - b);
  const senders = after.find(({ extensionType }) => extensionType === EXTERNAL_SENDERS);
  return { kind: "groupContextExtensions", changedTypes, externalSenders: sendersOf(senders) };
}

/** The provider URIs that can be read; others count as not being there. */
function sendersOf(extension: Extension | undefined): string[] {
  if (extension === undefined) return [];
  try {
    return decode(ExternalSenders, extension.extensionData).flatMap(({ credential }) => {
      try {
        return [providerUri(providerOf(credential))];
      } catch (error) {
        if (error instanceof ProtocolError) return [];
        throw error;
      }
    });
  } catch (error) {
    if (error instanceof TlsError) return [];
    throw error;
  }
}
