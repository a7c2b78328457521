/**
 * A transport that gives prepared answers, and keeps what it was asked.
 * @module
 */

import { SubmitMessageResponse, UpdateRoomResponse } from "@openmimi/protocol";
import { encode } from "@openmimi/tls";
import { ClientError } from "../src/errors.ts";
import { toBase64 } from "../src/octets.ts";
import type { InboxEvent } from "../src/provider-api.ts";
import type { Transport, TransportRequest, TransportResponse } from "../src/transport.ts";

type Answer = TransportResponse | ClientError;

/** What to answer to paths that begin so, in turn or made for the request. */
type Answers = Readonly<Record<string, Answer[] | ((request: TransportRequest) => Answer)>>;

/** Answers as told, holds an inbox, and says `connection` to everything else. */
export function answering(
  answers: Answers,
  inbox = new Inbox(),
): { transport: Transport; requests: TransportRequest[] } {
  const requests: TransportRequest[] = [];
  const request = async (asked: TransportRequest): Promise<TransportResponse> => {
    requests.push(asked);
    const found = Object.entries(answers).find(([path]) => asked.path.startsWith(`/client/v1/${path}`))?.[1];
    const made = typeof found === "function" ? found(asked) : found?.shift();
    const answer = found === undefined ? inbox.answer(asked) : (made ?? lost());
    if (answer instanceof ClientError) throw answer;
    return answer;
  };
  return { transport: { request, close: () => {} }, requests };
}

/** An inbox that holds events until they are acknowledged, as a provider keeps it. */
export class Inbox {
  acknowledged = 0;
  readonly #events: readonly InboxEvent[];
  #emptyPulls: number;

  /** @param emptyPulls how many pulls come too early for the events */
  constructor(events: readonly InboxEvent[] = [], emptyPulls = 0) {
    this.#events = events;
    this.#emptyPulls = emptyPulls;
  }

  answer({ path, body }: TransportRequest): Answer {
    if (path.startsWith("/client/v1/inbox/acknowledge")) {
      const { through } = JSON.parse(new TextDecoder().decode(body)) as { through: number };
      this.acknowledged = through;
      return status(204);
    }
    if (!path.startsWith("/client/v1/inbox?")) return lost();
    const after = Number(new URLSearchParams(path.split("?")[1]).get("after"));
    const from = Math.max(after, this.acknowledged);
    const waiting = this.#emptyPulls-- > 0 ? [] : this.#events.filter(({ sequence }) => sequence > from);
    const events = waiting.map(({ sequence, roomUri, acceptedTimestamp, fanout }) => ({
      ...{ sequence, roomUri, acceptedTimestampMs: String(acceptedTimestamp), fanout: toBase64(fanout) },
    }));
    return { status: 200, headers: {}, body: new TextEncoder().encode(JSON.stringify({ events })) };
  }
}

/** No answer came. */
export function lost(): ClientError {
  return new ClientError("connection", "the connection broke off");
}

/** A refusal by status. */
export function status(code: number): TransportResponse {
  return { status: code, headers: {}, body: new Uint8Array() };
}

export function updated(answer: UpdateRoomResponse): TransportResponse {
  return { status: 200, headers: {}, body: encode(UpdateRoomResponse, answer) };
}

export function submitted(answer: SubmitMessageResponse): TransportResponse {
  return { status: 200, headers: {}, body: encode(SubmitMessageResponse, answer) };
}
