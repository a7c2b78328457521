/**
 * A room of the target as the suite's follower sees it: takes what the target fans out, in order, and has the
 * follower's clients process it. Protocol §5.5.
 * @module
 */

import { ContentError } from "@openmimi/content";
import { MLSMessage, MlsError } from "@openmimi/mls";
import { decodeFanoutMessages, type FanoutMessage } from "@openmimi/protocol";
import { encode, TlsError } from "@openmimi/tls";
import type { CaseContext, Peer, ReceivedRequest } from "../context.ts";
import { CaseStopped } from "../errors.ts";
import { contentOf, textOf } from "./message.ts";
import type { SuiteClient } from "./suite-client.ts";

/** One event of the room, and the exchange that brought it. */
export interface RoomEvent {
  readonly n: number;
  readonly fanout: FanoutMessage;
}

/** A message that a client of the suite decrypted. */
export interface ReadMessage {
  readonly reader: SuiteClient;
  readonly text: string | undefined;
  readonly acceptedTimestamp: bigint;
  readonly fanout: FanoutMessage;
}

/** What one follower of the suite receives of one room. */
export class FollowedRoom {
  readonly peer: Peer;
  readonly roomUri: string;
  readonly clients: SuiteClient[];
  /** Everything that was processed, oldest first. */
  readonly events: RoomEvent[] = [];
  /** What the clients decrypted, oldest first. */
  readonly messages: ReadMessage[] = [];
  readonly #context: CaseContext;
  readonly #taken = new Set<RoomEvent>();
  #bodies = 0;

  constructor(context: CaseContext, peer: Peer, roomUri: string, clients: readonly SuiteClient[]) {
    this.#context = context;
    this.peer = peer;
    this.roomUri = roomUri;
    this.clients = [...clients];
  }

  /** Processes what has arrived so far. */
  catchUp(): void {
    this.#process(Number.POSITIVE_INFINITY);
  }

  /**
   * The first event that fits and that no earlier call has returned; waits for it. Everything before it is processed.
   * The wait is recorded under `label`.
   */
  async next(label: string, fits: (fanout: FanoutMessage) => boolean): Promise<RoomEvent> {
    const wanted = (event: RoomEvent) => !this.#taken.has(event) && fits(event.fanout);
    const request = await this.peer.waitFor({
      label,
      endpoint: "notify",
      about: this.roomUri,
      again: true,
      where: (one) => this.#eventsIn(one).some(wanted),
    });
    this.#process(request.n);
    const event = this.events.find(wanted);
    if (event === undefined) return this.#context.stop("decode", `${label}: the event is gone`);
    this.#taken.add(event);
    return event;
  }

  /** The commit that ends this epoch. */
  commitOf(epoch: bigint, label: string): Promise<RoomEvent> {
    return this.next(
      label,
      ({ message }) => contentTypeOf(message) === "commit" && epochOf(message) === epoch,
    );
  }

  /** The event that brings this message; waits for it. */
  bringing(label: string, message: MLSMessage): Promise<RoomEvent> {
    const wanted = encode(MLSMessage, message);
    return this.next(label, (fanout) => Buffer.compare(encode(MLSMessage, fanout.message), wanted) === 0);
  }

  /** As {@link FollowedRoom.bringing}, for what need not come: the case goes on without it. */
  async perhaps(label: string, message: MLSMessage): Promise<RoomEvent | undefined> {
    try {
      return await this.bringing(label, message);
    } catch (error) {
      if (error instanceof CaseStopped && error.cause === "wait") return undefined;
      throw error;
    }
  }

  /** The next application message that somebody here could read. */
  async message(label: string): Promise<ReadMessage | undefined> {
    const { fanout } = await this.next(label, ({ message }) => contentTypeOf(message) === "application");
    return this.messages.find((one) => one.fanout === fanout);
  }

  #eventsIn(request: ReceivedRequest): RoomEvent[] {
    const known = this.events.filter(({ n }) => n === request.n);
    if (known.length > 0) return known;
    return this.#decode(request).map((fanout) => ({ n: request.n, fanout }));
  }

  #decode(request: ReceivedRequest): FanoutMessage[] {
    try {
      return decodeFanoutMessages(request.body);
    } catch (error) {
      if (!(error instanceof TlsError)) throw error;
      // What the target sends is judged elsewhere; nobody can go on from here.
      return this.#context.stop("decode", `the body of ${request.path}: ${error.message}`);
    }
  }

  #process(until: number): void {
    const bodies = this.peer.received("notify", this.roomUri);
    while (this.#bodies < bodies.length) {
      const request = bodies[this.#bodies] as ReceivedRequest;
      if (request.n > until) return;
      this.#bodies += 1;
      for (const fanout of this.#decode(request)) {
        this.events.push({ n: request.n, fanout });
        for (const client of this.clients) this.#give(client, fanout);
      }
    }
  }

  #give(client: SuiteClient, fanout: FanoutMessage): void {
    try {
      for (const message of stapled(fanout)) this.#take(client, message, fanout);
    } catch (error) {
      if (!(error instanceof MlsError || error instanceof ContentError || error instanceof TlsError))
        throw error;
      this.#context.note(`${client.clientUri} could not use what was fanned out: ${error.message}`);
    }
  }

  #take(client: SuiteClient, message: MLSMessage, fanout: FanoutMessage): void {
    if (message.wireFormat === "welcome") {
      const own = client.keyPackages.some(({ reference }) =>
        message.welcome.secrets.some(({ newMember }) => Buffer.compare(newMember, reference) === 0),
      );
      const tree = fanout.ratchetTreeOption;
      if (own && !client.joined && tree?.representation === "full") {
        client.join(message.welcome, tree.ratchetTree);
      }
      return;
    }
    if (!client.joined || epochOf(message) !== client.group.epoch) return;
    const processed = client.group.process(message);
    if (processed.kind === "commit") processed.merge();
    if (processed.kind !== "application") return;
    const text = textOf(contentOf(client.group.public, processed));
    this.messages.push({ reader: client, text, acceptedTimestamp: fanout.timestamp, fanout });
  }
}

/** The events in the body of a /notify; none where it does not decode. */
export function eventsIn(body: Uint8Array): FanoutMessage[] {
  try {
    return decodeFanoutMessages(body);
  } catch (error) {
    if (error instanceof TlsError) return [];
    throw error;
  }
}

/** Whether the body of a /notify brings an application message. */
export function bringsMessage({ body }: Pick<ReceivedRequest, "body">): boolean {
  return eventsIn(body).some(({ message }) => contentTypeOf(message) === "application");
}

/** The messages of an event in the order in which a client processes them (reading R-092). */
function stapled({ message, moreProposals = [], externalProposals = [] }: FanoutMessage): MLSMessage[] {
  return [message, ...moreProposals, ...externalProposals];
}

/** What an MLSMessage carries, as far as that shows. */
export function contentTypeOf(message: MLSMessage): "application" | "proposal" | "commit" | undefined {
  if (message.wireFormat === "publicMessage") return message.publicMessage.content.contentType;
  if (message.wireFormat === "privateMessage") return message.privateMessage.contentType;
  return undefined;
}

function epochOf(message: MLSMessage): bigint | undefined {
  if (message.wireFormat === "publicMessage") return message.publicMessage.content.epoch;
  if (message.wireFormat === "privateMessage") return message.privateMessage.epoch;
  return undefined;
}
