/**
 * The structure of a NestedPart: draft-ietf-mimi-content-08 §4.4 and §4.5.
 * @module
 */

import { CONTENT } from "../errors.ts";
import { Cardinality, MAX_PART_LEVELS, MAX_PARTS, PartSemantics } from "../model.ts";
import { cardinalityName, dispositionName, partSemanticsName } from "../names.ts";
import { type Cursor, Major, type Step } from "./cursor.ts";
import { byteString, textString, unsigned } from "./fields.ts";

const PARTS = `${CONTENT} §4.4`;
const EXTERNAL = `${CONTENT} §4.5`;
const LIMITS = `${CONTENT} §9.1`;

/** Elements of a part of each cardinality, disposition and language included. */
const ELEMENTS: readonly number[] = [3, 5, 15, 5];

const AES_128_GCM = { number: 1, keyOctets: 16, nonceOctets: 12 } as const;

/** Reads parts and counts them. One per message. */
export class PartScan {
  readonly #cursor: Cursor;
  #parts = 0;

  constructor(cursor: Cursor) {
    this.#cursor = cursor;
  }

  /** Reads one part. @param level 1 for the root */
  scan(step: Step, level: number): void {
    const cursor = this.#cursor;
    cursor.enter(step);
    cursor.section = PARTS;
    const start = cursor.offset;
    // Content §6.3: the root is level 1.
    if (level > MAX_PART_LEVELS)
      cursor.fail("too-deep", `a part on level ${level}, over ${MAX_PART_LEVELS}`, `${CONTENT} §6.3`, start);
    // Content §9.1: parts are counted with the root and the containers.
    const partIndex = this.#parts++;
    cursor.head();
    cursor.note(() => `part index ${partIndex}`);
    cursor.expect(Major.array);
    const container = cursor.open();
    const elements = cursor.argument;
    if (elements < ELEMENTS[0]!) cursor.fail("wrong-length", `expected 3 elements or more, got ${elements}`);
    unsigned(cursor, "disposition", 1, dispositionName);
    textString(cursor, "language");
    const cardinality = Number(unsigned(cursor, "cardinality", 1, cardinalityName));
    const expected = ELEMENTS[cardinality];
    if (expected === undefined) {
      cursor.enter("cardinality");
      cursor.fail("unknown-value", `cardinality ${cardinality} is not defined`);
    }
    if (elements !== expected)
      cursor.fail(
        "wrong-length",
        `expected ${expected} elements for cardinality ${cardinality}, got ${elements}`,
        PARTS,
        start,
      );
    if (cardinality === Cardinality.single) this.#single();
    else if (cardinality === Cardinality.external) this.#external();
    else if (cardinality === Cardinality.multi) this.#multi(level);
    cursor.close(container);
    cursor.leave();
  }

  #single(): void {
    textString(this.#cursor, "contentType");
    byteString(this.#cursor, "content");
  }

  #external(): void {
    const cursor = this.#cursor;
    cursor.section = EXTERNAL;
    textString(cursor, "contentType");
    textString(cursor, "url");
    unsigned(cursor, "expires", 4, (value) => (value === 0 ? "never" : "seconds since the UNIX epoch"));
    unsigned(cursor, "size", 8, (value) => (value === 0 ? "not given" : "octets"));
    const encAlg = unsigned(cursor, "encAlg", 2, (value) => ["not encrypted", "AES-128-GCM"][value]);
    this.#encryptionField("key", encAlg, AES_128_GCM.keyOctets);
    this.#encryptionField("nonce", encAlg, AES_128_GCM.nonceOctets);
    this.#encryptionField("aad", encAlg);
    const hashAlg = unsigned(cursor, "hashAlg", 1, (value) => ["no hash", "sha-256"][value]);
    const hashLength = byteString(cursor, "contentHash");
    // Content §4.5, as the conferencing example has it: no algorithm, no hash, and the other way round.
    if ((hashAlg === 0) !== (hashLength === 0)) {
      cursor.enter("contentHash");
      cursor.fail("inconsistent", `hashAlg ${hashAlg} with a hash of ${hashLength} octets`);
    }
    textString(cursor, "description");
    textString(cursor, "filename");
  }

  #encryptionField(field: string, encAlg: number | bigint, aes128GcmOctets?: number): void {
    const cursor = this.#cursor;
    const length = byteString(cursor, field);
    let expected: number | undefined;
    // Content §4.5: encAlg 0 means that key, nonce and aad are empty.
    if (encAlg === 0) expected = 0;
    // RFC 5116 §5.1: the key and nonce of AES-128-GCM have fixed lengths.
    else if (encAlg === AES_128_GCM.number) expected = aes128GcmOctets;
    if (expected !== undefined && length !== expected) {
      cursor.enter(field);
      cursor.fail("inconsistent", `expected ${expected} octets for encAlg ${encAlg}, got ${length}`);
    }
  }

  #multi(level: number): void {
    const cursor = this.#cursor;
    const semantics = Number(unsigned(cursor, "partSemantics", 1, partSemanticsName));
    // Content §9.1.
    if (semantics > PartSemantics.processAll) {
      cursor.enter("partSemantics");
      cursor.fail("unknown-value", `partSemantics ${semantics} is not defined`, LIMITS);
    }
    cursor.enter("parts");
    cursor.head();
    cursor.expect(Major.array);
    const container = cursor.open();
    if (cursor.argument < 2)
      cursor.fail("wrong-length", `a MultiPart has 2 parts or more, got ${cursor.argument}`);
    if (cursor.argument > MAX_PARTS - this.#parts)
      cursor.fail("too-many-parts", `more than ${MAX_PARTS} parts`, LIMITS);
    const count = cursor.count();
    cursor.leave();
    for (let index = 0; index < count; index++) this.scan(`parts[${index}]`, level + 1);
    cursor.close(container);
  }
}
