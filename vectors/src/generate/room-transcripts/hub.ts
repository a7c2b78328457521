/**
 * A hub in a few lines: what it answers, and what it sends to whom. Protocol §5.3 to §5.6.
 * @module
 */

import {
  type CryptoProvider,
  type GroupInfo,
  type MLSMessage,
  MlsError,
  PublicGroup,
  type RatchetTreeNodes,
  type StagedCommit,
} from "@openmimi/mls";
import {
  FanoutMessage,
  frankAadOf,
  type GroupInfoRatchetTreeTBE,
  GroupInfoRequest,
  GroupInfoResponse,
  identityOf,
  makeFrank,
  providerCredential,
  SubmitMessageRequest,
  SubmitMessageResponse,
  sealGroupInfoResponse,
  UpdateRequest,
  UpdateRoomResponse,
  verifyGroupInfoRequest,
} from "@openmimi/protocol";
import {
  authorizeCommit,
  authorizeGroupInfo,
  authorizeMessage,
  authorizeProposal,
  basicClaims,
  factsOfCommit,
  factsOfProposals,
  roomComponents,
  roomStateOf,
  withPending,
} from "@openmimi/room";
import { decode, encode } from "@openmimi/tls";

/** Secrets of the hub. */
export interface HubSecrets {
  readonly domain: string;
  readonly senderKey: Uint8Array;
  readonly senderPrivateKey: Uint8Array;
  readonly frankingPrivateKey: Uint8Array;
  readonly hubKey: Uint8Array;
}

/** Something to be fanned out, and the providers that get it. */
export interface Event {
  readonly message: FanoutMessage;
  readonly to: readonly string[];
}

/** What the hub makes of a request. */
export interface Outcome {
  readonly answer: Uint8Array;
  readonly events: readonly Event[];
}

/** One room at its hub. */
export class Hub {
  readonly #crypto: CryptoProvider;
  readonly #secrets: HubSecrets;
  readonly #roomUri: string;
  #group: PublicGroup;
  #groupInfo: GroupInfo;
  #accepted = new Map<MLSMessage, bigint>();

  constructor(
    crypto: CryptoProvider,
    secrets: HubSecrets,
    roomUri: string,
    groupInfo: GroupInfo,
    ratchetTree: RatchetTreeNodes,
  ) {
    this.#crypto = crypto;
    this.#secrets = secrets;
    this.#roomUri = roomUri;
    this.#group = PublicGroup.fromGroupInfo(crypto, groupInfo, ratchetTree, { components: roomComponents });
    this.#groupInfo = groupInfo;
  }

  /** What everybody may know of the group. */
  get group(): PublicGroup {
    return this.#group;
  }

  /** The clients in the group, by leaf; absent where a leaf is blank. */
  members(): (string | undefined)[] {
    return this.#group
      .ratchetTree()
      .filter((_, index) => index % 2 === 0)
      .map((node) =>
        node?.nodeType === "leaf" ? identityOf(node.leafNode.credential).clientUri : undefined,
      );
  }

  #state() {
    const state = roomStateOf((id) => this.#group.component(id));
    return withPending(state, factsOfProposals(this.#group.pending, this.#group).changes);
  }

  /** The participants, in their order. */
  participants() {
    return roomStateOf((id) => this.#group.component(id)).participants;
  }

  #audience(): string[] {
    const domains = this.members().flatMap((client) =>
      client === undefined ? [] : [client.split("/")[2] ?? ""],
    );
    return [...new Set(domains)];
  }

  /** POST /update. */
  update(body: Uint8Array, clockMs: bigint): Outcome {
    const request = decode(UpdateRequest, body);
    const answer = (response: UpdateRoomResponse, events: readonly Event[] = []): Outcome => ({
      answer: encode(UpdateRoomResponse, response),
      events,
    });
    const { currentEpoch } = { currentEpoch: this.#group.groupContext.epoch };
    try {
      const events = this.#accept(request, clockMs);
      return answer({ responseCode: "success", errorDescription: "", acceptedTimestamp: clockMs }, events);
    } catch (error) {
      if (error instanceof MlsError && error.code === "wrong-epoch")
        return answer({
          responseCode: "wrongEpoch",
          errorDescription: "the room is in another epoch",
          currentEpoch,
        });
      if (error instanceof NotAllowed)
        return answer({ responseCode: "notAllowed", errorDescription: error.message });
      throw error;
    }
  }

  #accept(request: UpdateRequest, clockMs: bigint): Event[] {
    const { proposalOrCommit: message } = request;
    if (message.wireFormat !== "publicMessage")
      throw new Error("the handshakes of transcripts are PublicMessages");
    if (message.publicMessage.content.contentType === "commit") return this.#commit(request, clockMs);
    const messages = [message, ...(request.moreProposals ?? [])];
    const staged = messages.map((proposal) => this.#group.stageProposal(proposal));
    allow(authorizeProposal(this.#state(), factsOfProposals(staged, this.#group)));
    const to = this.#audience();
    staged.forEach((proposal, index) => {
      this.#group.addProposal(proposal);
      this.#accepted.set(messages[index]!, clockMs);
    });
    const fanout = { timestamp: clockMs, message, moreProposals: messages.slice(1) } as FanoutMessage;
    return [{ message: fanout, to }];
  }

  #commit({ proposalOrCommit, groupInfoOption, welcome }: UpdateRequest, clockMs: bigint): Event[] {
    const before = this.#audience();
    const staged = this.#group.stage(proposalOrCommit);
    const facts = { ...factsOfCommit(staged, this.#group), roomUri: this.#roomUri };
    allow(authorizeCommit(this.#state(), facts));
    this.#groupInfo = this.#groupInfoOf(staged, groupInfoOption);
    this.#group.merge(staged);
    this.#accepted.clear();
    const joiner = staged.joined === undefined ? [] : [identityOf(staged.joined.leafNode.credential).domain];
    const commit = { timestamp: clockMs, message: proposalOrCommit, externalProposals: [] } as FanoutMessage;
    const events: Event[] = [{ message: commit, to: [...new Set([...before, ...joiner])] }];
    if (welcome === undefined) return events;
    const invited = staged.added.map(({ keyPackage }) => identityOf(keyPackage.leafNode.credential).domain);
    const fanout = {
      timestamp: clockMs,
      message: { version: "mls10", wireFormat: "welcome", welcome },
      ratchetTreeOption: { representation: "full", ratchetTree: this.#group.ratchetTree() },
    } as FanoutMessage;
    return [...events, { message: fanout, to: [...new Set(invited)] }];
  }

  #groupInfoOf(staged: StagedCommit, option: UpdateRequest["groupInfoOption"]): GroupInfo {
    if (option === undefined) throw new NotAllowed("no GroupInfo");
    if (option.representation === "partial")
      return this.#group.rebuildGroupInfo(staged, option.partialGroupInfo);
    this.#group.verifyGroupInfo(staged, option.groupInfo);
    return option.groupInfo;
  }

  /** POST /submitMessage. */
  submitMessage(body: Uint8Array, clockMs: bigint): Outcome {
    const { appMessage, sendingUri } = decode(SubmitMessageRequest, body);
    if (appMessage.wireFormat !== "privateMessage") throw new Error("no PrivateMessage");
    const protocol = "mls10" as const;
    const { epoch, authenticatedData } = appMessage.privateMessage;
    const currentEpoch = this.#group.groupContext.epoch;
    if (epoch < currentEpoch)
      return {
        answer: encode(SubmitMessageResponse, { protocol, statusCode: "epochTooOld", currentEpoch }),
        events: [],
      };
    if (!authorizeMessage(this.#state(), sendingUri).allowed)
      return { answer: encode(SubmitMessageResponse, { protocol, statusCode: "notAllowed" }), events: [] };
    const frankingTag = frankAadOf(authenticatedData);
    const { hubKey, frankingPrivateKey } = this.#secrets;
    const context = { senderUri: sendingUri, roomUri: this.#roomUri, acceptedTimestamp: clockMs };
    const { suite } = this.#group;
    const frank =
      frankingTag === undefined
        ? undefined
        : makeFrank({ suite, hubKey, frankingPrivateKey, frankingTag, context });
    const answer = encode(SubmitMessageResponse, {
      protocol,
      statusCode: "accepted",
      acceptedTimestamp: clockMs,
      frank,
    } as SubmitMessageResponse);
    const fanout = { timestamp: clockMs, message: appMessage, frank } as FanoutMessage;
    return { answer, events: [{ message: fanout, to: this.#audience() }] };
  }

  /** POST /groupInfo. */
  groupInfo(crypto: CryptoProvider, body: Uint8Array): Uint8Array {
    const request = decode(GroupInfoRequest, body);
    const { userUri } = identityOf(request.requestingCredential);
    const decision = authorizeGroupInfo(this.#state(), userUri, request.joiningCode, {
      claims: basicClaims(request.requestingCredential),
    });
    const roomId = this.#roomUri;
    if (!decision.allowed || !verifyGroupInfoRequest(this.#crypto, request))
      return encode(GroupInfoResponse, { version: "mls10", roomId, status: "notAuthorized" });
    const contents: GroupInfoRatchetTreeTBE = {
      groupInfo: this.#groupInfo,
      ratchetTreeOption: { representation: "full", ratchetTree: this.#group.ratchetTree() },
      pendingProposals: [...this.#accepted].map(([proposal, hubAcceptedTime]) => ({
        proposal,
        hubAcceptedTime,
      })),
    };
    const { domain, senderKey, senderPrivateKey } = this.#secrets;
    const hubSender = { signatureKey: senderKey, credential: providerCredential(domain) };
    const response = sealGroupInfoResponse(crypto, {
      request,
      roomId,
      hubSender,
      hubPrivateKey: senderPrivateKey,
      contents,
    });
    return encode(GroupInfoResponse, response);
  }
}

class NotAllowed extends Error {}

function allow(decision: ReturnType<typeof authorizeCommit>): void {
  if (!decision.allowed) throw new NotAllowed(decision.reason);
}

/** The octets of a /notify with one message. */
export const notification = (message: FanoutMessage): Uint8Array => encode(FanoutMessage, message);
