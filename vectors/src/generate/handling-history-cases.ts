/**
 * Cases of a room's history. Content §4.1, §5, §9.3; readings.
 * @module
 */

import {
  deletion,
  edit,
  encode,
  type MessageOptions,
  type MimiContent,
  markdown,
  messageId,
  nullPart,
  reaction,
  reply,
  statusMessage,
  unlike,
} from "@openmimi/content";
import { ALICE, BOB, CATHY, ROOM } from "./content-example-cases.ts";
import { type Case, hex, type Json, type Vector } from "./envelope.ts";
import { seededOctets } from "./seeded.ts";

const random = seededOctets("history");
const MALLORY = "mimi://m.example/u/mallory";

/** A message of a case. */
interface Said {
  readonly id: Uint8Array;
  readonly entry: Record<string, Json>;
}

const START = 1_800_000_000_000;

/** Says something, `at` milliseconds after the room's first message. */
function say(
  at: number,
  senderUri: string,
  build: (options: MessageOptions) => MimiContent,
  octets: (count: number) => Uint8Array = random,
): Said {
  const bytes = encode(build({ salt: octets(16), senderUri, roomUri: ROOM }));
  return entryOf(at, senderUri, bytes, messageId(bytes, senderUri, ROOM));
}

function entryOf(at: number, senderUri: string, bytes: Uint8Array, id: Uint8Array): Said {
  const acceptedTimestampMs = String(START + at);
  return { id, entry: { messageId: hex(id), acceptedTimestampMs, senderUri, octets: hex(bytes) } };
}

/** Markdown of whoever, with other fields. */
const md =
  (body: string, more: MessageOptions = {}) =>
  (options: MessageOptions) =>
    markdown(body, { ...options, ...more });

const question = say(0, ALICE, md("borow a pen?"));
const corrected = say(10, ALICE, (options) => edit(question.id, "borrow a pen?", options));
const again = say(20, ALICE, (options) => edit(corrected.id, "borrow a pencil?", options));
const forged = say(30, MALLORY, (options) => edit(question.id, "borrow your car?", options));
const deleted = say(40, ALICE, (options) => deletion(question.id, options));
const removed = say(50, BOB, (options) => deletion(question.id, options));
const answer = say(60, BOB, (options) => reply(question.id, "Sure", options));
const heart = say(70, CATHY, (options) => reaction(question.id, "❤", options));
const heartAgain = say(80, CATHY, (options) => reaction(question.id, "❤", options));
const thumb = say(90, BOB, (options) => reaction(corrected.id, "👍", options));
const unliked = say(100, CATHY, (options) => unlike(heart.id, { ...options, inReplyTo: question.id }));
const unlikedByOther = say(110, MALLORY, (options) =>
  unlike(heart.id, { ...options, inReplyTo: question.id }),
);
const lonely = say(120, CATHY, (options) => ({ ...reaction(question.id, "🎈", options), inReplyTo: null }));
const elsewhere = say(130, BOB, (options) =>
  reply(new Uint8Array(32).fill(9).fill(1, 0, 1), "To what you cannot see", options),
);
const empty = say(140, BOB, (options) => ({ ...markdown("", options), nestedPart: nullPart() }));
const topic = Uint8Array.of(0x74);
const inTopic = say(150, ALICE, md("In a topic", { topicId: topic, inReplyTo: question.id }));
const outOfTopic = say(160, ALICE, (options) =>
  edit(inTopic.id, "Edited in a topic", {
    ...options,
    topicId: Uint8Array.of(0x75),
    inReplyTo: answer.id,
    expires: { relative: true, time: 5 },
  }),
);
const expiring = say(170, ALICE, md("Soon gone", { expires: { relative: false, time: START / 1000 + 100 } }));
const burning = say(180, ALICE, md("Gone after reading", { expires: { relative: true, time: 30 } }));
const seen = say(190, BOB, (options) =>
  statusMessage(
    [
      { messageId: question.id, status: 2 },
      { messageId: answer.id, status: 1 },
    ],
    options,
  ),
);
const seenLate = say(195, BOB, (options) => statusMessage([{ messageId: question.id, status: 1 }], options));
const sameTime = [1, 2, 3].map((number) => say(200, BOB, md(`At the same millisecond ${number}`)));

// Out of a seed of its own, so that the messages around it keep their octets.
const agreed = say(
  95,
  BOB,
  (options) => reaction(forged.id, "👍", options),
  seededOctets("reaction to a forged version"),
);
const several = say(
  72,
  CATHY,
  (options) => reaction(question.id, ["❤", "🥳"], options),
  seededOctets("several reactions"),
);
const inFormats = say(74, CATHY, inAlternatives, seededOctets("a reaction in several formats"));
const rewritten = say(
  185,
  ALICE,
  (options) =>
    edit(burning.id, "Gone after reading this", { ...options, expires: { relative: true, time: 30 } }),
  seededOctets("edit of what expires"),
);

/** A reaction for those who can show emojis, and for those who cannot. */
function inAlternatives(options: MessageOptions): MimiContent {
  const content = reaction(question.id, ["❤", "<3"], options);
  if (content.nestedPart.cardinality !== "multi") throw new Error("two reactions are in a MultiPart");
  return { ...content, nestedPart: { ...content.nestedPart, partSemantics: "chooseOne" } };
}

/** Messages whose IDs are not their hashes, so that replies can loop. */
function looped(): Said[] {
  const id = (digit: number): Uint8Array => new Uint8Array(32).fill(digit).fill(1, 0, 1);
  return [1, 2, 3].map((number) => {
    const inReplyTo = id((number % 3) + 1);
    const content = markdown(`Reply ${number}`, { salt: random(16), inReplyTo });
    return entryOf(number, ALICE, encode(content), id(number));
  });
}

const loop = looped();

const history = (
  id: string,
  said: readonly Said[],
  more: Vector["input"] = {},
  rest: Partial<Omit<Case, "id" | "input">> = {},
): Case => ({ id, input: { messages: said.map(({ entry }) => entry), ...more }, ...rest });

const of = (said: Said | undefined): { of: string } => ({ of: hex(said?.id ?? new Uint8Array(32)) });
const grant = (actorUri: string, action: string): Vector["input"] => ({ grants: [{ actorUri, action }] });

export const HISTORY_CASES: readonly Case[] = [
  history("edit", [question, corrected], of(question), { section: "5.5" }),
  history("edit-of-an-edit", [question, corrected, again], of(again), {
    section: "5.5",
    readings: ["R-156"],
  }),
  history("edit-arrives-first", [corrected, question], {}, { section: "5.5", readings: ["R-156"] }),
  history(
    "edits-arrive-backwards",
    [again, corrected, question],
    {},
    { section: "5.5", readings: ["R-156"] },
  ),
  history("edit-of-an-unknown-message", [corrected], {}, { section: "9.1" }),
  history(
    "edits-of-an-unknown-message-by-two",
    [corrected, forged],
    {},
    {
      section: "9.3",
      notes: "Who wrote the original cannot be told: nobody changes what another one shows.",
    },
  ),
  history("newest-version-of-one-of-two", [corrected, forged], of(forged), { section: "9.3" }),
  history("edit-by-another", [question, forged], {}, { section: "9.3" }),
  history("edit-by-another-allowed", [question, forged], grant(MALLORY, "editMessage"), { section: "9.3" }),
  history("edit-arrives-before-its-foreign-original", [forged, question], {}, { section: "9.3" }),
  history(
    "edit-keeps-topic-reply-and-expiry",
    [inTopic, outOfTopic],
    {},
    { section: "9.3", readings: ["R-155"] },
  ),
  history("edit-of-the-topic-allowed", [inTopic, outOfTopic], grant(ALICE, "changeTopic"), {
    section: "9.3",
    readings: ["R-155"],
  }),
  history("delete", [question, deleted], {}, { section: "5.6" }),
  history("delete-of-an-edited-message", [question, corrected, deleted], {}, { section: "5.6" }),
  history("delete-arrives-first", [deleted, question], {}, { section: "5.6" }),
  history("delete-alone", [deleted], {}, { section: "9.1", readings: ["R-154"] }),
  history(
    "delete-then-edit",
    [question, deleted, say(45, ALICE, (options) => edit(question.id, "Back", options))],
    {},
    { section: "5.6" },
  ),
  history("delete-by-another", [question, removed], {}, { section: "9.3" }),
  history("delete-by-another-allowed", [question, removed], grant(BOB, "deleteMessage"), { section: "9.3" }),
  history("reply", [question, answer], of(answer), { section: "5.2" }),
  history("reply-to-an-edited-message", [question, corrected, answer], of(question), {
    section: "4.1",
    notes: "The newest version is what the next reply should refer to.",
  }),
  history("reply-to-an-unknown-message", [elsewhere], of(elsewhere), { section: "9.1" }),
  history("reply-loop", loop, of(loop[0]), {
    section: "4.1",
    notes: "The IDs are given and not computed: with a hash there are no loops.",
  }),
  history("reaction", [question, heart, thumb], {}, { section: "5.3" }),
  history("reaction-arrives-first", [heart, question], {}, { section: "5.3" }),
  history("reaction-to-a-version", [question, corrected, heart, thumb], {}, { section: "5.5" }),
  history(
    "reaction-to-a-refused-edit",
    [question, forged, agreed],
    {},
    { section: "9.3", notes: "What was said of a version that does not stand is not said of the message." },
  ),
  history(
    "reactions-to-edits-of-an-unknown-message-by-two",
    [corrected, forged, thumb, agreed],
    {},
    { section: "9.3" },
  ),
  history("reaction-to-an-unknown-original", [corrected, heart], {}, { section: "5.5" }),
  history("reactions-to-a-deleted-message", [question, heart, deleted], {}, { section: "5.6" }),
  history("reaction-twice", [question, heart, heartAgain], {}, { section: "5.3" }),
  history("reactions-in-one-message", [question, several, heart], {}, { section: "5.3" }),
  history(
    "reaction-in-alternatives",
    [question, inFormats, heart],
    {},
    {
      section: "5.3",
      notes: "Alternatives are the same reaction; here all are understood, and the first counts.",
    },
  ),
  history("reaction-to-nothing", [lonely], {}, { section: "5.3", readings: ["R-157"] }),
  history("unlike", [question, heart, unliked], {}, { section: "5.7" }),
  history("unlike-of-one-of-two", [question, heart, heartAgain, unliked], {}, { section: "5.7" }),
  history("unlike-by-another", [question, heart, unlikedByOther], {}, { section: "9.3" }),
  history("nullpart-that-replaces-nothing", [question, empty], {}, { section: "4.4", readings: ["R-154"] }),
  history("duplicate", [question, question, answer], {}, { section: "9.1" }),
  history("order-of-time", [answer, question], {}, { section: "3.4", readings: ["R-171"] }),
  history("order-at-the-same-millisecond", sameTime, {}, { section: "5.11", readings: ["R-171"] }),
  history("expired", [expiring, answer], { nowMs: String(START + 100_000) }, { section: "5.8" }),
  history("not-yet-expired", [expiring, answer], { nowMs: String(START + 99_999) }, { section: "5.8" }),
  history(
    "expired-after-reading",
    [burning],
    { read: [[hex(burning.id), String(START + 1_000)]], nowMs: String(START + 31_000) },
    { section: "5.8" },
  ),
  history(
    "expired-after-reading-an-edit",
    [burning, rewritten],
    { read: [[hex(rewritten.id), String(START + 1_000)]], nowMs: String(START + 31_000) },
    { section: "5.8", notes: "Reading a version is reading the message." },
  ),
  history("not-expired-unread", [burning], { nowMs: String(START + 10_000_000) }, { section: "5.8" }),
  history("statuses", [question, answer, seen], of(question), { section: "4.4" }),
  history("statuses-arrive-backwards", [seenLate, seen, question], of(question), { section: "4.4" }),
  history("statuses-of-unknown-messages", [seen], of(question), { section: "9.1" }),
];
