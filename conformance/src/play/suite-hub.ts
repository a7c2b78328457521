/**
 * The suite's hub at work: answers what the target's users send, as alice's provider would. Protocol §5.3 to §5.6.
 * @module
 */

import { ContentError } from "@openmimi/content";
import {
  type ExternalSender,
  type KeyPair,
  type MLSMessage,
  MlsError,
  nobleCrypto,
  type StagedCommit,
} from "@openmimi/mls";
import {
  type Frank,
  frankAadOf,
  type GroupInfoRatchetTreeTBE,
  GroupInfoRequest,
  GroupInfoResponse,
  identityOf,
  makeFrank,
  ProtocolError,
  SubmitMessageRequest,
  SubmitMessageResponse,
  sealGroupInfoResponse,
  UpdateRequest,
  UpdateRoomResponse,
  verifyFrankingTag,
} from "@openmimi/protocol";
import { decode, encode, type Schema, TlsError } from "@openmimi/tls";
import type { CaseContext, Endpoint, Peer, PeerAnswer, ReceivedRequest } from "../context.ts";
import { reasonOf } from "../errors.ts";
import { contentOf, franksMessages, reportedIn, textOf } from "./message.ts";
import { SUITE, type SuiteClient } from "./suite-client.ts";

const OCTETS = { "content-type": "application/octet-stream" };
const FRANKING_SECRET_OCTETS = 32;

/** Labels of observations: the texts of submitted messages as alice reads them, and what else they state. */
export const ALICE_READS = "alice reads";
export const STATED = "what the message states";
/** All statuses that were reported so far, each with the ID of its message. */
export const REPORTED = "statuses reported so far";
/** And what became of handshakes: {@link ACCEPTED}, or why not. */
export const HUB_SAYS = "what the hub makes of it";
export const ACCEPTED = "accepted";

/** A commit of the target's user that was accepted. */
export interface AcceptedCommit {
  readonly request: UpdateRequest;
  readonly staged: StagedCommit;
}

/** What the hub has to do with its room; see suite-room.ts. */
export interface HostedRoom {
  readonly peer: Peer;
  readonly roomUri: string;
  readonly alice: SuiteClient;
  readonly hubKeys: KeyPair;
  readonly hubSender: ExternalSender;
  timestamp(): bigint;
  take(message: MLSMessage): StagedCommit | undefined;
}

/** Answers for one room. */
export class SuiteHub {
  /** Oldest first. */
  readonly commits: AcceptedCommit[] = [];
  readonly #context: CaseContext;
  readonly #room: HostedRoom;
  readonly #frankingSecret: Uint8Array;
  readonly #accepted = new WeakMap<MLSMessage, bigint>();
  readonly #reports: { readonly about: string; readonly status: string }[] = [];

  constructor(context: CaseContext, room: HostedRoom) {
    this.#context = context;
    this.#room = room;
    this.#frankingSecret = context.random.octets(FRANKING_SECRET_OCTETS);
  }

  /** Accepts whatever is right, from now on, at every endpoint. */
  serve(): void {
    for (const endpoint of ["update", "submitMessage", "groupInfo"] as const) this.serveAgain(endpoint);
  }

  /** The same for one endpoint at which a case has answered something else. */
  serveAgain(endpoint: "update" | "submitMessage" | "groupInfo"): void {
    const { peer } = this.#room;
    peer.handle(endpoint, (request) => this.answer(endpoint, request));
  }

  /** What the hub answers. The room takes what is accepted. */
  answer(endpoint: Endpoint, request: ReceivedRequest): PeerAnswer {
    switch (endpoint) {
      case "update":
        return this.#answer(request, UpdateRequest, (body) => this.#update(body));
      case "submitMessage":
        return this.#answer(request, SubmitMessageRequest, (body) => this.#submit(body));
      case "groupInfo":
        return this.#answer(request, GroupInfoRequest, (body) => this.#groupInfo(body));
      default:
        return { status: 404 };
    }
  }

  /** When the hub accepted a handshake; the present where it did not. */
  acceptedAt(message: MLSMessage): bigint {
    return this.#accepted.get(message) ?? this.#room.timestamp();
  }

  /** The frank of a message that carries a tag. Protocol §5.4.1.2. */
  frank(message: MLSMessage, senderUri: string, acceptedTimestamp: bigint): Frank | undefined {
    const { alice, roomUri, hubKeys } = this.#room;
    if (message.wireFormat !== "privateMessage" || !franksMessages(alice.group.public)) return undefined;
    const frankingTag = frankAadOf(message.privateMessage.authenticatedData);
    if (frankingTag === undefined) return undefined;
    return makeFrank({
      suite: SUITE,
      hubKey: this.#frankingSecret,
      frankingPrivateKey: hubKeys.privateKey,
      frankingTag,
      context: { senderUri, roomUri, acceptedTimestamp },
    });
  }

  /** What a joiner is given, at this moment. Protocol §5.6. */
  groupInfoContents(): GroupInfoRatchetTreeTBE {
    const { group } = this.#room.alice;
    return {
      groupInfo: group.groupInfo(),
      ratchetTreeOption: { representation: "full", ratchetTree: group.public.ratchetTree() },
      pendingProposals: group.public.pending.map(({ message }) => ({
        proposal: message,
        hubAcceptedTime: this.acceptedAt(message),
      })),
    };
  }

  #answer<T>(request: ReceivedRequest, schema: Schema<T>, answer: (body: T) => Uint8Array): PeerAnswer {
    if (request.about !== this.#room.roomUri) return { status: 404 };
    try {
      return { status: 200, headers: OCTETS, body: answer(decode(schema, request.body)) };
    } catch (error) {
      if (!(error instanceof TlsError)) throw error;
      this.#context.observe(HUB_SAYS, error.message);
      return { status: 400, headers: { "content-type": "text/plain" }, body: Buffer.from(error.message) };
    }
  }

  #update(request: UpdateRequest): Uint8Array {
    const acceptedTimestamp = this.#room.timestamp();
    try {
      for (const message of [request.proposalOrCommit, ...(request.moreProposals ?? [])]) {
        const staged = this.#room.take(message);
        this.#accepted.set(message, acceptedTimestamp);
        if (staged !== undefined) this.commits.push({ request, staged });
      }
    } catch (error) {
      if (!(error instanceof MlsError)) throw error;
      this.#context.observe(HUB_SAYS, error.message);
      return encode(UpdateRoomResponse, { responseCode: "notAllowed", errorDescription: error.message });
    }
    this.#context.observe(HUB_SAYS, ACCEPTED);
    return encode(UpdateRoomResponse, { responseCode: "success", errorDescription: "", acceptedTimestamp });
  }

  #submit({ appMessage, sendingUri }: SubmitMessageRequest): Uint8Array {
    const refused = encode(SubmitMessageResponse, { protocol: "mls10", statusCode: "notAllowed" });
    try {
      this.#read(appMessage);
    } catch (error) {
      const unreadable = [MlsError, TlsError, ContentError, ProtocolError].some(
        (one) => error instanceof one,
      );
      if (!unreadable) throw error;
      this.#context.observe(ALICE_READS, `nothing: ${reasonOf(error)}`);
      return refused;
    }
    const acceptedTimestamp = this.#room.timestamp();
    const frank = this.frank(appMessage, sendingUri, acceptedTimestamp);
    return encode(SubmitMessageResponse, {
      protocol: "mls10",
      statusCode: "accepted",
      acceptedTimestamp,
      ...(frank === undefined ? {} : { frank }),
    });
  }

  #read(message: MLSMessage): void {
    const { group } = this.#room.alice;
    const processed = group.process(message);
    if (processed.kind !== "application") return;
    const content = contentOf(group.public, processed);
    this.#reports.push(...reportedIn(content));
    if (reportedIn(content).length > 0) {
      this.#context.observe(
        REPORTED,
        this.#reports.map((one) => ({ ...one })),
      );
      return;
    }
    this.#context.observe(ALICE_READS, textOf(content) ?? null);
    const tag = frankAadOf(processed.authenticatedData);
    const right = tag !== undefined && verifyFrankingTag(tag, content.salt, processed.applicationData);
    this.#context.observe(STATED, {
      member: identityOf(processed.credential).userUri,
      senderUri: content.mimiExtensions.senderUri ?? null,
      roomUri: content.mimiExtensions.roomUri ?? null,
      tag: tag === undefined ? "absent" : right ? "right" : "wrong",
    });
  }

  #groupInfo(request: GroupInfoRequest): Uint8Array {
    const { roomUri: roomId, hubSender, hubKeys } = this.#room;
    const response = sealGroupInfoResponse(nobleCrypto, {
      request,
      roomId,
      hubSender,
      hubPrivateKey: hubKeys.privateKey,
      contents: this.groupInfoContents(),
    });
    return encode(GroupInfoResponse, response);
  }
}
