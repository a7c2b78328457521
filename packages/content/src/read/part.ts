/**
 * The structure of a NestedPart: draft-ietf-mimi-content-08 §4.4 and §4.5.
 * @module
 */

import { CONTENT } from "../errors.ts";
import {
  Cardinality,
  type ExternalPart,
  MAX_PART_LEVELS,
  MAX_PARTS,
  type MultiPart,
  type NestedPart,
} from "../model.ts";
import { cardinalityName, dispositionName, partSemanticsName } from "../names.ts";
import type { Step } from "../place.ts";
import type { Cursor } from "./cursor.ts";
import { byteString, textString, unsigned, unsigned64 } from "./fields.ts";
import { Major } from "./major.ts";

const PARTS = `${CONTENT} §4.4`;
const EXTERNAL = `${CONTENT} §4.5`;
const LIMITS = `${CONTENT} §9.1`;

/** Elements of a part of each cardinality, disposition and language included. */
const ELEMENTS: readonly number[] = [3, 5, 15, 5];

const AES_128_GCM = { number: 1, keyOctets: 16, nonceOctets: 12 } as const;

const expiresNote = (value: number) => (value === 0 ? "never" : "seconds since the UNIX epoch");
const sizeNote = (value: number) => (value === 0 ? "not given" : "octets");
const encAlgNote = (value: number) => ["not encrypted", "AES-128-GCM"][value];
const hashAlgNote = (value: number) => ["no hash", "sha-256"][value];

/** Reads parts and counts them. One per message. */
export class PartReader {
  readonly #cursor: Cursor;
  /** Parts whose reading has begun. */
  #parts = 0;
  /** Those and all that the arrays read so far announce. */
  #announced = 1;

  constructor(cursor: Cursor) {
    this.#cursor = cursor;
  }

  /** Reads one part. @param level 1 for the root */
  read(step: Step, level: number): NestedPart {
    const cursor = this.#cursor;
    cursor.enter(step);
    cursor.section = PARTS;
    const start = cursor.offset;
    // Content §6.3: the root is level 1.
    if (level > MAX_PART_LEVELS)
      cursor.fail("too-deep", `a part on level ${level}, over ${MAX_PART_LEVELS}`, `${CONTENT} §6.3`, start);
    const partIndex = this.#parts++;
    cursor.head();
    if (cursor.traced) cursor.note(`part index ${partIndex}`);
    cursor.expect(Major.array);
    const container = cursor.open();
    const elements = cursor.argument;
    if (elements < ELEMENTS[0]!) cursor.fail("wrong-length", `expected 3 elements or more, got ${elements}`);
    const disposition = unsigned(cursor, "disposition", 1, dispositionName);
    const language = textString(cursor, "language");
    const cardinality = unsigned(cursor, "cardinality", 1, cardinalityName);
    const expected =
      ELEMENTS[cardinality] ?? cursor.fail("unknown-value", `cardinality ${cardinality} is not defined`);
    if (elements !== expected) this.#wrongElements(expected, cardinality, elements, start);
    const part = this.#body(disposition, language, cardinality, level);
    cursor.close(container);
    cursor.leave();
    return part;
  }

  #body(disposition: number, language: string, cardinality: number, level: number): NestedPart {
    const cursor = this.#cursor;
    switch (cardinality) {
      case Cardinality.nullpart:
        return { disposition, language, cardinality: "nullpart" };
      case Cardinality.single: {
        const contentType = textString(cursor, "contentType");
        const content = byteString(cursor, "content");
        return { disposition, language, cardinality: "single", contentType, content };
      }
      case Cardinality.external:
        return readExternal(cursor, disposition, language);
      default: {
        const partSemantics = readSemantics(cursor);
        const parts = this.#readParts(level);
        return { disposition, language, cardinality: "multi", partSemantics, parts };
      }
    }
  }

  #readParts(level: number): NestedPart[] {
    const cursor = this.#cursor;
    cursor.enter("parts");
    cursor.head();
    cursor.expect(Major.array);
    const container = cursor.open();
    if (cursor.argument < 2)
      cursor.fail("wrong-length", `a MultiPart has 2 parts or more, got ${cursor.argument}`);
    // Content §9.1: all parts count, with the root and the containers.
    if (cursor.argument > MAX_PARTS - this.#announced)
      cursor.fail("too-many-parts", `more than ${MAX_PARTS} parts`, LIMITS);
    const count = cursor.count();
    this.#announced += count;
    const parts: NestedPart[] = [];
    for (let index = 0; index < count; index++) parts.push(this.read(index, level + 1));
    cursor.close(container);
    cursor.leave();
    return parts;
  }

  #wrongElements(expected: number, cardinality: number, got: number | bigint, start: number): never {
    const cursor = this.#cursor;
    cursor.atContainer();
    const reason = `expected ${expected} elements for cardinality ${cardinality}, got ${got}`;
    return cursor.fail("wrong-length", reason, PARTS, start);
  }
}

function readExternal(cursor: Cursor, disposition: number, language: string): ExternalPart {
  cursor.section = EXTERNAL;
  const contentType = textString(cursor, "contentType");
  const url = textString(cursor, "url");
  const expires = unsigned(cursor, "expires", 4, expiresNote);
  const size = BigInt(unsigned64(cursor, "size", sizeNote));
  const encAlg = unsigned(cursor, "encAlg", 2, encAlgNote);
  const key = readEncryption(cursor, "key", encAlg, AES_128_GCM.keyOctets);
  const nonce = readEncryption(cursor, "nonce", encAlg, AES_128_GCM.nonceOctets);
  const aad = readEncryption(cursor, "aad", encAlg);
  const hashAlg = unsigned(cursor, "hashAlg", 1, hashAlgNote);
  const contentHash = byteString(cursor, "contentHash");
  // Content §4.5, as the conferencing example has it: no algorithm, no hash, and the other way round.
  if ((hashAlg === 0) !== (contentHash.length === 0))
    cursor.fail("inconsistent", `hashAlg ${hashAlg} with a hash of ${contentHash.length} octets`);
  const description = textString(cursor, "description");
  const filename = textString(cursor, "filename");
  return {
    disposition,
    language,
    cardinality: "external",
    contentType,
    url,
    expires,
    size,
    encAlg,
    key,
    nonce,
    aad,
    hashAlg,
    contentHash,
    description,
    filename,
  };
}

function readEncryption(cursor: Cursor, field: string, encAlg: number, aes128GcmOctets = -1): Uint8Array {
  const value = byteString(cursor, field);
  let expected = -1;
  // Content §4.5: encAlg 0 means that key, nonce and aad are empty.
  if (encAlg === 0) expected = 0;
  // RFC 5116 §5.1: the key and nonce of AES-128-GCM have fixed lengths.
  else if (encAlg === AES_128_GCM.number) expected = aes128GcmOctets;
  if (expected >= 0 && value.length !== expected)
    cursor.fail("inconsistent", `expected ${expected} octets for encAlg ${encAlg}, got ${value.length}`);
  return value;
}

function readSemantics(cursor: Cursor): MultiPart["partSemantics"] {
  const semantics = unsigned(cursor, "partSemantics", 1, partSemanticsName);
  // Content §9.1.
  return (
    partSemanticsName(semantics) ??
    cursor.fail("unknown-value", `partSemantics ${semantics} is not defined`, LIMITS)
  );
}
