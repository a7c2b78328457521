/**
 * A cursor over CBOR that accepts deterministic encodings only: RFC 8949 §3 and §4.2.1,
 * draft-ietf-mimi-content-08 §6.1 and §6.2.
 *
 * It reads heads and strings. The rules of a format (`message.ts`, `status-report.ts`) drive it from field to field, so
 * that every octet is looked at once.
 * @module
 */

import { CONTENT, ContentError, type ContentErrorCode } from "../errors.ts";
import { Place } from "../place.ts";
import { argumentAt } from "./argument.ts";
import { Major } from "./major.ts";
import { noOctets } from "./no-octets.ts";
import { textOf } from "./text.ts";
import { findInvalidUtf8 } from "./utf8.ts";

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

/** Reads heads, remembers where it is, and refuses what is not deterministic. */
export class Cursor extends Place {
  readonly bytes: Uint8Array;
  /** The next octet to be read. */
  offset = 0;
  /** The section whose structure is being read; errors of structure name it. */
  section: string;
  /** The first octet of the last head. */
  initial = 0;
  /** The argument of the last head: a bigint only above 2^53-1. */
  argument: number | bigint = 0;
  /** Where the last head starts. */
  start = 0;
  /** Whether byte strings are copied out of `bytes`, as callers expect, or only looked at. */
  copies = true;
  readonly #trace: TracedItem[] | undefined;

  constructor(bytes: Uint8Array, root: string, section: string, trace?: TracedItem[]) {
    super(root);
    this.bytes = bytes;
    this.section = section;
    this.#trace = trace;
  }

  /** Refuses the input. */
  fail(code: ContentErrorCode, reason: string, section = this.section, offset = this.start): never {
    throw new ContentError(code, reason, section, this.path, offset);
  }

  /** Reads the head of one item: initial byte and argument, in the shortest form. */
  head(): void {
    const { bytes, offset } = this;
    this.start = offset;
    if (offset >= bytes.length) this.fail("truncated", "the bytes end here", WELL_FORMED, bytes.length);
    const initial = bytes[offset]!;
    this.initial = initial;
    this.offset = offset + 1;
    if ((initial & 0x1f) < 24) this.argument = initial & 0x1f;
    else this.#longArgument();
    if (this.#trace !== undefined) this.#record(this.#trace);
  }

  /** The major type of the last head. */
  get majorType(): number {
    return this.initial >> 5;
  }

  /** The additional information of the last head: for floats it says the width. */
  get additional(): number {
    return this.initial & 0x1f;
  }

  /** Whether somebody wants to know all items: only then there are notes to be made. */
  get traced(): boolean {
    return this.#trace !== undefined;
  }

  /** Says something about the last item read, for people. A function is given its argument. */
  note(text: string | ((argument: number) => string | undefined)): void {
    if (this.#trace === undefined) return;
    const item = this.#trace.at(-1);
    const note = typeof text === "string" ? text : text(Number(this.argument));
    if (item !== undefined && note !== undefined) item.note = note;
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
    if (this.majorType !== majorType)
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

  /** Takes the byte string whose head was read last. @returns a copy, see {@link copies} */
  octets(): Uint8Array {
    const { offset } = this;
    return this.#stringEnd() === offset ? noOctets() : this.octetsFrom(offset);
  }

  /** @returns the octets from `start` up to where the cursor is, see {@link copies} */
  octetsFrom(start: number): Uint8Array {
    return this.copies ? this.bytes.slice(start, this.offset) : this.bytes.subarray(start, this.offset);
  }

  /** Takes the text string whose head was read last. */
  text(): string {
    const { bytes, offset } = this;
    const end = this.#stringEnd();
    return textOf(bytes, offset, end) ?? this.#invalidText(offset, end);
  }

  /** Goes over the byte or text string whose head was read last. @returns its length */
  skipString(): number {
    const { bytes, offset } = this;
    const isText = this.majorType === Major.text;
    const end = this.#stringEnd();
    // Content §6.2: text strings are UTF-8 wherever they stand.
    if (isText && findInvalidUtf8(bytes, offset, end) >= 0) this.#invalidText(offset, end);
    return end - offset;
  }

  #stringEnd(): number {
    const end = this.offset + this.#length("octets");
    this.offset = end;
    if (this.#trace !== undefined) this.close(this.open());
    return end;
  }

  #invalidText(start: number, end: number): never {
    const invalid = findInvalidUtf8(this.bytes, start, end);
    return this.fail("invalid-utf8", "the text is not UTF-8", DATA_MODEL, invalid);
  }

  /** The count of the array or map whose head was read last. Every item takes an octet or more. */
  count(): number {
    return this.#length(this.majorType === Major.map ? "entries" : "elements");
  }

  /** Refuses octets after the item. */
  finish(): void {
    if (this.offset === this.bytes.length) return;
    this.atContainer();
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
    const at = this.offset;
    const octets = 1 << (additional - 24);
    if (at + octets > this.bytes.length)
      this.fail("truncated", "the bytes end here", WELL_FORMED, this.bytes.length);
    this.offset = at + octets;
    const wide = argumentAt(this.bytes, at, additional);
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
      this.fail("not-shortest", `${wide} in ${octets} octets is not its shortest form`, ENCODING);
  }

  #length(unit: string): number {
    const length = this.argument;
    const left = this.bytes.length - this.offset;
    if (length > left)
      this.fail("truncated", `${length} ${unit} announced, ${left} octets left`, WELL_FORMED);
    return length as number;
  }

  #record(trace: TracedItem[]): void {
    const { path, start, offset, majorType, additional, argument } = this;
    const isContainer = majorType >= Major.array && majorType <= Major.tag;
    trace.push({
      path,
      start,
      end: isContainer ? -1 : offset,
      majorType,
      additional,
      argument,
      headEnd: offset,
    });
  }
}
