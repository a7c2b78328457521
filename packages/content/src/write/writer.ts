/**
 * Writes deterministic CBOR: RFC 8949 §4.2.1.
 * @module
 */

import { Place } from "../place.ts";
import { Major } from "../read/major.ts";

const FIRST_OCTETS = 4096;
/** Up to here a loop is faster than `set`. */
const SHORT_OCTETS = 48;
/** A larger buffer is not kept for the next writer. */
const MOST_KEPT_OCTETS = 65_536;

/** The buffer of the last writer that has finished: making one takes as long as writing a short message. */
let spare: Uint8Array | undefined;

/** Grows as needed. Heads always take their shortest form. */
export class Writer extends Place {
  #bytes: Uint8Array;
  #length = 0;

  constructor(root = "") {
    super(root);
    this.#bytes = spare ?? new Uint8Array(FIRST_OCTETS);
    // Nobody else may write to it before this writer has finished.
    spare = undefined;
  }

  /** A head: major type and argument, 0 to 2^64-1. */
  head(majorType: number, argument: number | bigint): void {
    this.#reserve(9);
    const initial = majorType << 5;
    if (typeof argument === "bigint" || argument >= 2 ** 32) this.#wideHead(initial, BigInt(argument));
    else if (argument < 24) this.#bytes[this.#length++] = initial | argument;
    else this.#longHead(initial, argument);
  }

  /** Octets as they are. */
  raw(octets: Uint8Array): void {
    const { length } = octets;
    this.#reserve(length);
    const bytes = this.#bytes;
    const at = this.#length;
    if (length <= SHORT_OCTETS)
      for (let index = 0; index < length; index++) bytes[at + index] = octets[index]!;
    else bytes.set(octets, at);
    this.#length = at + length;
  }

  /** A text string with its head, if all of it is ASCII. @returns whether it was, and so was written */
  asciiText(text: string): boolean {
    const { length } = text;
    const start = this.#length;
    this.head(Major.text, length);
    this.#reserve(length);
    const bytes = this.#bytes;
    const at = this.#length;
    for (let index = 0; index < length; index++) {
      const code = text.charCodeAt(index);
      if (code > 0x7f) {
        this.#length = start;
        return false;
      }
      bytes[at + index] = code;
    }
    this.#length = at + length;
    return true;
  }

  /** @returns what was written, newly allocated; the writer is of no use from here on */
  finish(): Uint8Array {
    const written = this.#bytes.slice(0, this.#length);
    if (this.#bytes.length <= MOST_KEPT_OCTETS) spare = this.#bytes;
    this.#bytes = written;
    return written;
  }

  #longHead(initial: number, argument: number): void {
    const bytes = this.#bytes;
    let at = this.#length;
    if (argument < 0x100) {
      bytes[at++] = initial | 24;
    } else {
      bytes[at++] = initial | (argument < 0x10000 ? 25 : 26);
      if (argument >= 0x10000) {
        bytes[at++] = argument >>> 24;
        bytes[at++] = argument >>> 16;
      }
      bytes[at++] = argument >>> 8;
    }
    bytes[at++] = argument;
    this.#length = at;
  }

  #wideHead(initial: number, argument: bigint): void {
    if (argument < 2n ** 32n) {
      const narrow = Number(argument);
      if (narrow < 24) this.#bytes[this.#length++] = initial | narrow;
      else this.#longHead(initial, narrow);
      return;
    }
    this.#bytes[this.#length++] = initial | 27;
    for (let shift = 56n; shift >= 0n; shift -= 8n)
      this.#bytes[this.#length++] = Number((argument >> shift) & 0xffn);
  }

  #reserve(octets: number): void {
    const needed = this.#length + octets;
    if (needed <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, 2 * this.#bytes.length));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
  }
}
