/**
 * A cursor over CBOR that accepts deterministic encodings only: RFC 8949 §3 and §4.2.1,
 * draft-ietf-mimi-content-08 §6.1 and §6.2.
 *
 * It reads heads and skips over strings; it builds no values. The rules of a format (`message.ts`,
 * `status-report.ts`) drive it from field to field, so that every octet is looked at once.
 * @module
 */

import { CONTENT, ContentError, type ContentErrorCode } from "../errors.ts";
import { findInvalidUtf8 } from "./utf8.ts";

/** The major types of RFC 8949 §3.1. */
export const Major = {
  unsigned: 0,
  negative: 1,
  bytes: 2,
  text: 3,
  array: 4,
  map: 5,
  tag: 6,
  simple: 7,
} as const;

const MAJOR_NAMES = [
  "an unsigned integer",
  "a negative integer",
  "a byte string",
  "a text string",
  "an array",
  "a map",
  "a tag",
  "a simple value or float",
] as const;

const ENCODING = `${CONTENT} §6.1`;
const DATA_MODEL = `${CONTENT} §6.2`;
const WELL_FORMED = "RFC 8949 §3";

/** One item that the cursor went over, for people who look at the bytes. */
export interface TracedItem {
  readonly path: string;
  readonly start: number;
  /** Where the item ends; -1 for a container that was not gone through to its end. */
  end: number;
  readonly majorType: number;
  readonly additional: number;
  readonly argument: number | bigint;
  readonly headEnd: number;
  note?: string;
}

/** A step into the value: a field's name, or an index or map key in brackets. */
export type Step = string | number;

/** Reads heads, remembers where it is, and refuses what is not deterministic. */
export class Cursor {
  readonly bytes: Uint8Array;
  /** The same octets, for numbers of several octets. */
  readonly view: DataView;
  /** The next octet to be read. */
  offset = 0;
  /** The section whose structure is being read; errors of structure name it. */
  section: string;
  /** The major type of the last head. */
  majorType: number = Major.unsigned;
  /** The additional information of the last head: for floats it says the width. */
  additional = 0;
  /** The argument of the last head: a bigint only above 2^53-1. */
  argument: number | bigint = 0;
  /** Where the last head starts. */
  start = 0;
  /** Heads of text strings, in order. */
  readonly textHeads: number[] = [];
  readonly #path: Step[];
  readonly #trace: TracedItem[] | undefined;

  constructor(bytes: Uint8Array, root: string, section: string, trace?: TracedItem[]) {
    this.bytes = bytes;
    this.section = section;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#path = [root];
    this.#trace = trace;
  }

  /** Steps into a field, element or entry. */
  enter(step: Step): void {
    this.#path.push(step);
  }

  /** Steps back out. */
  leave(): void {
    this.#path.pop();
  }

  /** Where the cursor is in the value: `MimiContent.nestedPart.parts[2]`. */
  get path(): string {
    let path = "";
    for (const step of this.#path) {
      if (typeof step === "number") path += `[${step}]`;
      else path += path === "" || step.startsWith("[") ? step : `.${step}`;
    }
    return path;
  }

  /** Refuses the input. */
  fail(code: ContentErrorCode, reason: string, section = this.section, offset = this.start): never {
    throw new ContentError(code, reason, section, this.path, offset);
  }

  /** Reads the head of one item: initial byte and argument, in the shortest form. */
  head(): void {
    this.start = this.offset;
    const initial = this.#octets(1);
    this.majorType = this.bytes[initial]! >> 5;
    this.additional = this.bytes[initial]! & 0x1f;
    if (this.additional < 24) this.argument = this.additional;
    else this.#longArgument();
    const isContainer = this.majorType >= Major.array && this.majorType <= Major.tag;
    this.#trace?.push({
      path: this.path,
      start: this.start,
      end: isContainer ? -1 : this.offset,
      majorType: this.majorType,
      additional: this.additional,
      argument: this.argument,
      headEnd: this.offset,
    });
  }

  /** Says something about the last item read, for people. */
  note(text: (argument: number) => string | undefined): void {
    const item = this.#trace?.at(-1);
    if (item === undefined) return;
    const note = text(Number(item.argument));
    if (note !== undefined) item.note = note;
  }

  /** Marks a container as open, so that its end can be told when it is closed. */
  open(): TracedItem | undefined {
    return this.#trace?.at(-1);
  }

  /** Tells the end of a container. */
  close(item: TracedItem | undefined): void {
    if (item !== undefined) item.end = this.offset;
  }

  /** Refuses the last head if it is of another major type. */
  expect(majorType: number, or = ""): void {
    if (this.majorType === majorType) return;
    this.fail("wrong-type", `expected ${MAJOR_NAMES[majorType]}${or}, got ${this.typeName()}`);
  }

  /** What the last head is, in words. */
  typeName(): string {
    if (this.majorType === Major.simple) {
      if (this.additional === 20 || this.additional === 21) return "a boolean";
      if (this.additional === 22) return "null";
    }
    return this.majorType === Major.tag ? `tag ${this.argument}` : MAJOR_NAMES[this.majorType]!;
  }

  /** Skips the octets of the string whose head was read last. */
  skipString(): number {
    const length = this.#length("octets");
    if (this.majorType === Major.text) {
      this.textHeads.push(this.start);
      // Content §6.2: text strings are UTF-8 wherever they stand.
      const invalid = findInvalidUtf8(this.bytes, this.offset, this.offset + length);
      if (invalid >= 0) this.fail("invalid-utf8", "the text is not UTF-8", DATA_MODEL, invalid);
    }
    this.offset += length;
    const item = this.#trace?.at(-1);
    if (item !== undefined) item.end = this.offset;
    return length;
  }

  /** The count of the array or map whose head was read last. Every item takes an octet or more. */
  count(): number {
    return this.#length(this.majorType === Major.map ? "entries" : "elements");
  }

  /** Refuses octets after the item. */
  finish(): void {
    if (this.offset === this.bytes.length) return;
    const left = this.bytes.length - this.offset;
    this.fail("trailing-bytes", `${left} octets follow`, WELL_FORMED, this.offset);
  }

  #longArgument(): void {
    const { majorType, additional } = this;
    if (additional === 31) {
      // Content §6.1: definite lengths only. Elsewhere 31 is a stray break or reserved (RFC 8949 §3.2).
      if (majorType >= Major.bytes && majorType <= Major.map)
        this.fail("indefinite-length", `${MAJOR_NAMES[majorType]} of indefinite length`, ENCODING);
      this.fail("not-well-formed", "additional information 31 has no meaning here", WELL_FORMED);
    }
    if (additional > 27)
      this.fail("not-well-formed", `additional information ${additional} is reserved`, WELL_FORMED);
    const at = this.#octets(1 << (additional - 24));
    const wide = this.#argumentAt(at);
    this.argument = wide;
    if (majorType === Major.simple) {
      // RFC 8949 §3.3: a simple value below 32 takes no second octet. Floats are checked with their values.
      if (additional === 24 && wide < 32)
        this.fail("not-well-formed", `simple value ${wide} in two octets`, WELL_FORMED);
      return;
    }
    // Content §6.1: the shortest form.
    const least = additional === 24 ? 24 : additional === 25 ? 0x100 : additional === 26 ? 0x10000 : 2 ** 32;
    if (wide < least)
      this.fail(
        "not-shortest",
        `${wide} in ${1 << (additional - 24)} octets is not its shortest form`,
        ENCODING,
      );
  }

  #argumentAt(at: number): number | bigint {
    switch (this.additional) {
      case 24:
        return this.bytes[at]!;
      case 25:
        return this.view.getUint16(at);
      case 26:
        return this.view.getUint32(at);
      default: {
        const wide = this.view.getBigUint64(at);
        return wide <= Number.MAX_SAFE_INTEGER ? Number(wide) : wide;
      }
    }
  }

  #length(unit: string): number {
    const left = this.bytes.length - this.offset;
    if (this.argument > left)
      this.fail("truncated", `${this.argument} ${unit} announced, ${left} octets left`, WELL_FORMED);
    return Number(this.argument);
  }

  #octets(count: number): number {
    const at = this.offset;
    if (at + count > this.bytes.length)
      this.fail("truncated", "the bytes end here", WELL_FORMED, this.bytes.length);
    this.offset += count;
    return at;
  }
}
