/**
 * What the room's policy says of a message's content: replies, reactions, edits, deletes, topics, links, assets,
 * expiration. A hub cannot see them, so every member judges. Policy §8.3, §8.4; content §9.3.
 * @module
 */

import { decode, type MimiContent } from "@openmimi/content";
import { authorizeContent, type Decision, factsOfContent, type KnownMessage } from "@openmimi/room";
import { sameOctets, toHex } from "./octets.ts";
import { type Room, stateOf } from "./room.ts";
import type { Session } from "./session.ts";

/** A message that was sent, or is about to be. */
export interface SentContent {
  readonly senderUri: string;
  readonly content: MimiContent;
  /** When the hub accepted it, or now. */
  readonly acceptedTimestamp: bigint;
}

/** Whether the room's policy, as it is in this epoch, allows a message. */
export async function judgeContent(session: Session, room: Room, sent: SentContent): Promise<Decision> {
  const { content, senderUri, acceptedTimestamp } = sent;
  const known = new Map<string, KnownMessage>();
  const learn = async (messageId: Uint8Array | null, newest: boolean): Promise<void> => {
    const message = messageId === null ? undefined : await lookUp(session, room.uri, messageId, newest);
    if (messageId !== null && message !== undefined) known.set(toHex(messageId), message);
  };
  await learn(content.inReplyTo, false);
  await learn(content.replaces, true);
  const facts = factsOfContent(content, {
    find: (messageId) => known.get(toHex(messageId)),
    acceptedTimestampMs: acceptedTimestamp,
  });
  return authorizeContent(stateOf(room), senderUri, facts);
}

/** A message of the history. `newest`: with the body and topic of its last edit, which have been judged in their time. */
async function lookUp(
  { store }: Session,
  roomUri: string,
  messageId: Uint8Array,
  newest: boolean,
): Promise<KnownMessage | undefined> {
  const stored = await store.message(roomUri, toHex(messageId));
  if (stored === undefined) return undefined;
  const first = decode(stored.content);
  const { senderUri } = stored;
  if (!newest) return { senderUri, content: first };
  const edits = (await store.messages(roomUri, stored.acceptedTimestamp))
    .map(({ content }) => decode(content))
    .filter(({ replaces }) => replaces !== null && sameOctets(replaces, messageId));
  const { nestedPart, topicId } = edits.at(-1) ?? first;
  return { senderUri, content: { ...first, nestedPart, topicId } };
}
