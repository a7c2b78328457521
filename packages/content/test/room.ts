/**
 * Messages of a room without their hashes: short names stand for message IDs.
 * @module
 */

import {
  type HistoryInput,
  type HistoryMessage,
  type MessageHistory,
  type MimiContent,
  markdown,
  type NestedPart,
  statusMessage,
} from "@openmimi/content";

/** @returns the ID that a name stands for; it begins like one of SHA-256 */
export function id(name: string): Uint8Array {
  const octets = new Uint8Array(32);
  octets[0] = 1;
  octets.set(new TextEncoder().encode(name).subarray(0, 31), 1);
  return octets;
}

/** @returns the name of an ID */
export const nameOf = (messageId: Uint8Array): string =>
  new TextDecoder().decode(messageId.subarray(1)).replaceAll("\0", "");

export const ALICE = "mimi://a.example/u/alice";
export const BOB = "mimi://b.example/u/bob";
export const MALLORY = "mimi://m.example/u/mallory";

/** What a message of a test is made of. */
export interface Said {
  readonly name: string;
  /** Its accepted timestamp in milliseconds. */
  readonly at: number;
  readonly by?: string;
  readonly replaces?: string;
  readonly inReplyTo?: string;
  readonly body?: NestedPart | string;
  readonly changes?: Partial<MimiContent>;
}

const salt = new Uint8Array(16);

/** @returns the message; by default Alice says its name */
export function said({
  name,
  at,
  by = ALICE,
  replaces,
  inReplyTo,
  body = name,
  changes,
}: Said): HistoryInput {
  const plain = markdown(typeof body === "string" ? body : name, { salt });
  const content: MimiContent = {
    ...plain,
    ...(typeof body === "string" ? {} : { nestedPart: body }),
    replaces: replaces === undefined ? null : id(replaces),
    inReplyTo: inReplyTo === undefined ? null : id(inReplyTo),
    ...changes,
  };
  return { messageId: id(name), acceptedTimestampMs: BigInt(at), senderUri: by, content };
}

/** @returns a status report of a user */
export function reported(name: string, at: number, by: string, ...pairs: [string, number][]): HistoryInput {
  const content = statusMessage(
    pairs.map(([of, status]) => ({ messageId: id(of), status })),
    { salt },
  );
  return { messageId: id(name), acceptedTimestampMs: BigInt(at), senderUri: by, content };
}

/** @returns what a body says */
export function textOf(body: NestedPart | undefined): string | undefined {
  return body?.cardinality === "single" ? new TextDecoder().decode(body.content) : body?.cardinality;
}

/** @returns a message in one line: `name=text`, with what is remarkable about it */
function lineOf(message: HistoryMessage): string {
  const { messageId, versions, state, body, reactions, isOriginalKnown } = message;
  const edited = versions.length > 1 ? ` v${versions.length}` : "";
  const implied = isOriginalKnown ? "" : " implied";
  const reacted = reactions.map(({ part }) => ` ${textOf(part)}`).join("");
  return `${nameOf(messageId)}=${state === "shown" ? textOf(body) : state}${edited}${implied}${reacted}`;
}

/** @returns the whole room, a line for each message */
export const linesOf = (history: MessageHistory): string[] => history.messages({ limit: 1_000 }).map(lineOf);
