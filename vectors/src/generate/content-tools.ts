/**
 * Messages in hexadecimal, put together field by field, so that an invalid one differs from a valid one in one field.
 * @module
 */

import { ContentError, decode, encode, indexParts, type MimiContent } from "@openmimi/content";
import { type Case, type Expected, hex, type Json, textOf, toJson, unhex, type Vector } from "./envelope.ts";

/** Of a message with more parts only their number stands in the vector. */
const MOST_PARTS_SHOWN = 64;

/** The fields of a message. */
export const FIELDS = {
  head: "87",
  salt: "50000102030405060708090a0b0c0d0e0f",
  replaces: "f6",
  topicId: "40",
  expires: "f6",
  inReplyTo: "f6",
  mimiExtensions: "a0",
  nestedPart: "8501600160436162 63",
};
export type Field = keyof typeof FIELDS;

/** @returns the same two digits, `count` times */
export const times = (count: number, digits = "00"): string => digits.repeat(count);

/** @returns the shortest head of a major type with an argument */
export function headOf(major: number, argument: number): string {
  const initial = (additional: number): string => ((major << 5) | additional).toString(16).padStart(2, "0");
  if (argument < 24) return initial(argument);
  const width = argument < 0x100 ? 1 : argument < 0x10000 ? 2 : 4;
  return initial(23 + { 1: 1, 2: 2, 4: 3 }[width]!) + argument.toString(16).padStart(2 * width, "0");
}

/** @returns a text string */
export function textItem(text: string): string {
  const octets = new TextEncoder().encode(text);
  return headOf(3, octets.length) + hex(octets);
}

/** @returns a byte string */
export const bytesItem = (digits: string): string => headOf(2, digits.length / 2) + digits;

/** @returns the octets of a message, fields other than usual where they are given */
export function messageOf(fields: Partial<Record<Field, string>>): string {
  return Object.values({ ...FIELDS, ...fields })
    .join("")
    .replaceAll(" ", "");
}

/** An invalid neighbour: its id behind the group's, the octets of the field, why it is refused, and notes. */
export type Spoiled = readonly [id: string, octets: string, reason: string, notes?: string];

/** A valid field and its invalid neighbours. */
export interface Group {
  readonly id: string;
  readonly field: Field;
  readonly octets: string;
  readonly notes?: string;
  readonly section?: string;
  readonly readings?: readonly string[];
  readonly spoiled?: readonly Spoiled[];
}

/** Makes the cases of groups: first the valid one, then those that differ from it in the one field. */
export function casesOf(groups: readonly Group[]): Case[] {
  return groups.flatMap(({ id, field, octets, notes, section, readings, spoiled = [] }) => {
    const said = {
      ...(section === undefined ? {} : { section }),
      ...(readings === undefined ? {} : { readings }),
    };
    const valid: Case = {
      id,
      input: { octets: messageOf({ [field]: octets }) },
      ...said,
      ...(notes === undefined ? {} : { notes }),
    };
    const invalid = spoiled.map(
      ([name, other, reason, why]): Case => ({
        id: `${id}-${name}`,
        input: { octets: messageOf({ [field]: other }), twin: id },
        reason,
        ...said,
        ...(why === undefined ? {} : { notes: why }),
      }),
    );
    return [valid, ...invalid];
  });
}

/** A message as JSON: octets as hexadecimal, 64-bit sizes as decimal text, extensions that are not known as pairs. */
function contentJson({ mimiExtensions, ...content }: MimiContent): Json {
  const { unknownExtensions, ...known } = mimiExtensions;
  const pairs = [...unknownExtensions].map(([key, value]) => [key, hex(value)]);
  return toJson({ ...content, mimiExtensions: { ...known, unknownExtensions: pairs } });
}

/** What the implementation makes of an input of the kind `content`. */
export function evaluateContent(input: Vector["input"]): Expected {
  const octets = unhex(textOf(input, "octets"));
  try {
    const content = decode(octets, typeof input.maxOctets === "number" ? { maxOctets: input.maxOctets } : {});
    if (hex(encode(content)) !== input.octets) throw new Error("a message has two encodings");
    const parts = indexParts(content).length;
    return { valid: true, ...(parts > MOST_PARTS_SHOWN ? { parts } : { value: contentJson(content) }) };
  } catch (error) {
    if (!(error instanceof ContentError)) throw error;
    return { valid: false, reason: error.code, path: error.path, offset: error.offset };
  }
}
