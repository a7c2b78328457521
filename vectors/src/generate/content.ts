/**
 * Vectors of the kind `content`: octets that are a message, and octets that are none. Content §4, §6, §9.1.
 * @module
 */

import { EXAMPLES } from "./content-example-cases.ts";
import { EXTENSION_GROUPS } from "./content-extension-cases.ts";
import { EXTERNAL_GROUPS } from "./content-external-cases.ts";
import { MESSAGE_GROUPS } from "./content-message-cases.ts";
import { PART_GROUPS } from "./content-part-cases.ts";
import { bytesItem, casesOf, evaluateContent, messageOf, times } from "./content-tools.ts";
import { type Case, Draft, type GeneratedFile, makeVectors, vectorFile } from "./envelope.ts";

const examples = EXAMPLES.map(
  ({ id, section, octets, notes }): Case => ({
    id,
    input: { octets },
    section,
    ...(notes === undefined ? {} : { notes }),
  }),
);

const long = messageOf({ nestedPart: `8501600160${bytesItem(times(1000, "6c"))}` });
const sizes: readonly Case[] = [
  {
    id: "size-at-the-limit",
    input: { octets: long, maxOctets: long.length / 2 },
    section: "9.1",
    notes: "How large a message may be is for the receiver to say.",
  },
  {
    id: "size-over-the-limit",
    input: { octets: long, maxOctets: long.length / 2 - 1, twin: "size-at-the-limit" },
    reason: "too-large",
    section: "9.1",
    notes: "The octets are those of the twin; the limit is one less.",
  },
];

function file(name: string, title: string, section: string, cases: readonly Case[]): GeneratedFile {
  const base = { draft: Draft.content, section, readings: ["R-150"] };
  const vectors = makeVectors(`content/${name}`, base, cases, evaluateContent);
  return vectorFile("content", name, title, vectors);
}

/** All files of this kind. */
export function contentFiles(): GeneratedFile[] {
  return [
    file("examples", "Messages of each kind, from the original to the unlike", "5", examples),
    file("messages", "The array of a message and its behaviour fields", "4.1", [
      ...casesOf(MESSAGE_GROUPS),
      ...sizes,
    ]),
    file("extensions", "The extensions map: keys, values, order and depth", "4.3", casesOf(EXTENSION_GROUPS)),
    file("parts", "Parts of each cardinality, their nesting and their number", "4.4", casesOf(PART_GROUPS)),
    file("external-parts", "Parts whose content is at a URL", "4.5", casesOf(EXTERNAL_GROUPS)),
  ];
}
