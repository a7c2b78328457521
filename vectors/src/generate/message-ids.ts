/**
 * Vectors of the kind `message-ids`. Content §3.3; readings.
 * @module
 */

import { ContentError, decode, type MessageUris, messageId, messageUris } from "@openmimi/content";
import { ALICE, BOB, EXAMPLES, ROOM } from "./content-example-cases.ts";
import { messageOf, textItem } from "./content-tools.ts";
import {
  type Case,
  Draft,
  type Expected,
  type GeneratedFile,
  hex,
  makeVectors,
  textOf,
  unhex,
  type Vector,
  vectorFile,
} from "./envelope.ts";

/** What the implementation makes of an input of this kind. */
export function evaluateMessageId(input: Vector["input"]): Expected {
  const octets = unhex(textOf(input, "octets"));
  try {
    const derived = (input.derived ?? {}) as Partial<MessageUris>;
    const { senderUri, roomUri } = messageUris(decode(octets), derived);
    return { valid: true, messageId: hex(messageId(octets, senderUri, roomUri)) };
  } catch (error) {
    if (error instanceof ContentError) return { valid: false, reason: error.code };
    throw error;
  }
}

/** A message without URIs in it. */
const BARE = messageOf({});
const inside = (senderUri: string, roomUri: string): string =>
  messageOf({ mimiExtensions: `a201${textItem(senderUri)}02${textItem(roomUri)}` });
const long = (octets: number): string => `mimi://a.example/r/${"x".repeat(octets - 19)}`;

interface IdCase {
  readonly id: string;
  readonly octets?: string;
  readonly derived?: Readonly<Record<string, string>>;
  readonly cipherSuite?: number;
  readonly reason?: string;
  readonly notes?: string;
  readonly readings?: readonly string[];
}

const derived = (senderUri: string, roomUri: string) => ({ senderUri, roomUri });
const usual = derived(ALICE, ROOM);

const CASES: readonly IdCase[] = [
  {
    id: "derived-uris",
    derived: usual,
    readings: ["R-141"],
    notes: "Both URIs come from MLS: the message has none.",
  },
  { id: "inside-uris", octets: inside(ALICE, ROOM), readings: ["R-141"] },
  {
    id: "inside-and-derived",
    octets: inside(ALICE, ROOM),
    derived: usual,
    readings: ["R-141"],
    notes: "The message differs from that without URIs, so its ID does too.",
  },
  { id: "sender-inside", octets: messageOf({ mimiExtensions: `a101${textItem(ALICE)}` }), derived: usual },
  { id: "room-inside", octets: messageOf({ mimiExtensions: `a102${textItem(ROOM)}` }), derived: usual },
  { id: "another-sender", derived: derived(BOB, ROOM) },
  { id: "another-room", derived: derived(ALICE, `${ROOM}-2`) },
  { id: "another-salt", octets: messageOf({ salt: `50${"a5".repeat(16)}` }), derived: usual },
  { id: "another-content", octets: messageOf({ nestedPart: "8501600160436162 64" }), derived: usual },
  {
    id: "moved-border",
    derived: derived("mimi://a.example/u/alicem", "imi://a.example/r/reading-club"),
    notes: "The same octets as for derived-uris, but for the lengths in front of the URIs.",
  },
  {
    id: "uri-of-umlauts",
    derived: derived("mimi://a.example/u/älice", "mimi://a.example/r/küche"),
    readings: ["R-142"],
  },
  {
    id: "uri-of-four-octet-characters",
    derived: derived("mimi://a.example/u/🍰", ROOM),
    readings: ["R-142"],
  },
  { id: "uris-empty", derived: derived("", "") },
  ...[255, 256, 300, 4096, 65_535].map((octets) => ({
    id: `room-of-${octets}-octets`,
    derived: derived(ALICE, long(octets)),
    readings: ["R-142"],
  })),
  {
    id: "sender-of-65535-octets-in-32768-characters",
    derived: derived(`${"é".repeat(32_767)}x`, ROOM),
    readings: ["R-142"],
    notes: "The length counts octets.",
  },
  {
    id: "largest-suite",
    derived: usual,
    cipherSuite: 7,
    notes: "SHA-256 whatever the cipher suite of the group: here one with SHA-384.",
  },
  { id: "sha-512-suite", derived: usual, cipherSuite: 5, notes: "And here one with SHA-512." },
  {
    id: "unknown-extension-is-hashed",
    octets: messageOf({ mimiExtensions: "a1190100f5" }),
    derived: usual,
    readings: ["R-143"],
    notes: "The hash is over the octets as received.",
  },
  {
    id: "room-of-65536-octets",
    derived: derived(ALICE, long(65_536)),
    reason: "too-large",
    readings: ["R-142"],
  },
  {
    id: "sender-of-65536-octets-in-32768-characters",
    derived: derived("é".repeat(32_768), ROOM),
    reason: "too-large",
    readings: ["R-142"],
  },
  {
    id: "sender-spoofed",
    octets: inside(ALICE, ROOM),
    derived: derived(BOB, ROOM),
    reason: "uri-mismatch",
    readings: ["R-141"],
  },
  {
    id: "room-spoofed",
    octets: inside(ALICE, ROOM),
    derived: derived(ALICE, `${ROOM}-2`),
    reason: "uri-mismatch",
    readings: ["R-141"],
  },
  { id: "no-sender", derived: { roomUri: ROOM }, reason: "invalid-argument", readings: ["R-141"] },
  { id: "no-room", derived: { senderUri: ALICE }, reason: "invalid-argument", readings: ["R-141"] },
  {
    id: "not-deterministic",
    octets: BARE.replace("8501600160", "851801600160"),
    derived: usual,
    reason: "not-shortest",
    readings: ["R-143"],
    notes: "What is no message has no ID.",
  },
];

/** All files of this kind. */
export function messageIdFiles(): GeneratedFile[] {
  const base = { draft: Draft.content, section: "3.3", readings: [] };
  const examples = EXAMPLES.map(
    ({ id, octets, senderUri }): Case => ({
      id,
      input: { octets, derived: { senderUri, roomUri: ROOM } },
    }),
  );
  const cases = CASES.map(
    ({ id, octets = BARE, derived, cipherSuite, reason, notes, readings }): Case => ({
      id,
      input: {
        octets,
        ...(derived === undefined ? {} : { derived }),
        ...(cipherSuite === undefined ? {} : { cipherSuite }),
      },
      ...(reason === undefined ? {} : { reason }),
      ...(notes === undefined ? {} : { notes }),
      ...(readings === undefined ? {} : { readings }),
    }),
  );
  const file = (name: string, title: string, all: readonly Case[]): GeneratedFile =>
    vectorFile("message-ids", name, title, makeVectors(`message-ids/${name}`, base, all, evaluateMessageId));
  return [
    file("examples", "The IDs of the messages of content/examples.json", examples),
    file("uris", "Where the URIs come from, how they are counted, and what has no ID", cases),
  ];
}
