/**
 * Facts from MLS: who proposes what, whose clients come and go. Protocol §7; readings.
 * @module
 */

import type {
  ComponentChange,
  Credential,
  Extension,
  ExternalSender,
  GroupContext,
  LeafNode,
  Proposal,
  Sender,
} from "@openmimi/mls";
import {
  type Claim,
  FrankingAgentData,
  type Identity,
  identityOf,
  ProtocolError,
  providerOf,
  providerUri,
} from "@openmimi/protocol";
import { decode, TlsError, vector } from "@openmimi/tls";
import { RoomError } from "./errors.ts";
import type {
  Actor,
  Change,
  ChangeBody,
  Circumstances,
  Clients,
  CommitFacts,
  ProposalFacts,
} from "./facts.ts";
import { basicClaims } from "./preauthorization.ts";

/** What is needed of a group; `PublicGroup` of `@openmimi/mls` has it, as it is before the change. */
export interface GroupBefore {
  readonly groupContext: GroupContext;
  members(): readonly { readonly leafIndex: number; readonly leafNode: LeafNode }[];
  externalSenders(): readonly ExternalSender[];
}

/** A proposal and its sender; `PendingProposal` and `ResolvedProposal` of `@openmimi/mls` have it. */
export interface SentProposal {
  readonly proposal: Proposal;
  readonly sender: Sender;
  readonly reference?: Uint8Array;
}

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
  readonly components: ReadonlyMap<number, ComponentChange>;
}

/** What else the caller knows. */
export interface FactOptions extends Circumstances {
  /** What a credential claims, for preauthorization. Default: `basicClaims`. */
  readonly claimsOf?: (credential: Credential) => readonly Claim[];
}

/** RFC 9420 §17.3. */
const EXTERNAL_SENDERS = 5;
/** RFC 9420 §12.1.8.1: external_senders. An ExternalSender has the form of FrankingAgentData (protocol §5.4.1). */
const ExternalSenders = vector(FrankingAgentData, { maxElements: 1024 });

interface Members {
  readonly identities: ReadonlyMap<number, Identity>;
  readonly credentials: ReadonlyMap<number, Credential>;
  readonly clients: Clients;
}

const known = new WeakMap<GroupContext, Members>();

function identify(credential: Credential, whose: string): Identity {
  try {
    return identityOf(credential);
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    throw new RoomError("unknown-identity", `${whose}: ${error.message}`, "protocol §4.2", { cause: error });
  }
}

/** Who is in the group. Worked out once per epoch. */
function membersOf(group: GroupBefore): Members {
  const { groupContext } = group;
  const before = known.get(groupContext);
  if (before !== undefined) return before;
  const identities = new Map<number, Identity>();
  const credentials = new Map<number, Credential>();
  const byUser = new Map<string, number>();
  for (const { leafIndex, leafNode } of group.members()) {
    const identity = identify(leafNode.credential, `leaf ${leafIndex}`);
    identities.set(leafIndex, identity);
    credentials.set(leafIndex, leafNode.credential);
    byUser.set(identity.userUri, (byUser.get(identity.userUri) ?? 0) + 1);
  }
  const members = { identities, credentials, clients: { byUser, total: identities.size } };
  known.set(groupContext, members);
  return members;
}

/**
 * How many clients each user has in the group.
 *
 * @throws {RoomError} `unknown-identity` for a leaf that names nobody
 */
export function clientsOf(group: GroupBefore): Clients {
  return membersOf(group).clients;
}

/** Translates proposals of one group. */
class Translator {
  readonly #group: GroupBefore;
  readonly #members: Members;
  readonly #claimsOf: (credential: Credential) => readonly Claim[];
  readonly #joiner: LeafNode | undefined;

  constructor(group: GroupBefore, options: FactOptions, joiner?: LeafNode) {
    this.#group = group;
    this.#members = membersOf(group);
    this.#claimsOf = options.claimsOf ?? basicClaims;
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
        return { kind: "externalSender", user, claims: this.#claimsOf(entry.credential) };
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
    const credential = this.#members.credentials.get(leafIndex);
    if (identity === undefined || credential === undefined) return nobody(`leaf ${leafIndex}`);
    return { kind: "member", user: identity.userUri, claims: this.#claimsOf(credential) };
  }

  joiner({ credential }: LeafNode): Actor {
    return {
      kind: "joiner",
      user: identify(credential, "the joiner").userUri,
      claims: this.#claimsOf(credential),
    };
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

function nameOf({ clientUri, userUri }: Identity): string {
  return clientUri ?? userUri;
}

function nobody(what: string): never {
  throw new RoomError("unknown-identity", `${what} is nobody`, "protocol §7.4");
}

function providerOfSender(credential: Credential, index: number): string {
  try {
    return providerUri(providerOf(credential));
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    throw new RoomError("unknown-identity", `external sender ${index}: ${error.message}`, "protocol §7.4", {
      cause: error,
    });
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
