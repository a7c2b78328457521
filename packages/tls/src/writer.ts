/**
 * A growing buffer that values are encoded into. RFC 9420 §2.1, RFC 8446 §3.
 * @module
 */

import { TlsError } from "./errors.ts";

/** RFC 9420 §2.1.2: the largest length that four octets can hold. */
const MAX_VECTOR_OCTETS = 0x3fff_ffff;

/** The most octets that are kept for the next writer. */
const KEPT = 64 * 1024;
/** How many buffers are kept: one value can be encoded while another is looked at. */
const MOST_IDLE = 4;
/** The buffers of writers that are done, all zero, for the next ones: most values are small, and a buffer is not cheap. */
const idle: Uint8Array[] = [];

const none = new Uint8Array();

/** Appends big-endian integers, byte strings and length-prefixed vectors. */
export class Writer {
  #bytes: Uint8Array;
  #length = 0;

  constructor() {
    this.#bytes = idle.pop() ?? new Uint8Array(1024);
  }

  /** Octets written so far. */
  get length(): number {
    return this.#length;
  }

  /** Makes room for `count` octets and returns where they start. */
  #reserve(count: number): number {
    const start = this.#length;
    const needed = start + count;
    if (needed > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
      larger.set(this.#bytes.subarray(0, start));
      this.#bytes.fill(0, 0, start);
      this.#bytes = larger;
    }
    this.#length = needed;
    return start;
  }

  uint8(value: number): void {
    const at = this.#reserve(1);
    this.#bytes[at] = value;
  }

  uint16(value: number): void {
    const at = this.#reserve(2);
    this.#bytes[at] = value >>> 8;
    this.#bytes[at + 1] = value;
  }

  uint32(value: number): void {
    const at = this.#reserve(4);
    this.#bytes[at] = value >>> 24;
    this.#bytes[at + 1] = value >>> 16;
    this.#bytes[at + 2] = value >>> 8;
    this.#bytes[at + 3] = value;
  }

  uint64(value: bigint): void {
    this.uint32(Number(value >> 32n));
    this.uint32(Number(value & 0xffff_ffffn));
  }

  octets(value: Uint8Array): void {
    const at = this.#reserve(value.length);
    this.#bytes.set(value, at);
  }

  /** RFC 9420 §2.1.2: the shortest form of a variable-length size. */
  size(value: number): void {
    if (value < 0x40) this.uint8(value);
    else if (value < 0x4000) this.uint16(0x4000 | value);
    else if (value <= MAX_VECTOR_OCTETS) this.uint32((0x8000_0000 | value) >>> 0);
    else
      throw new TlsError(
        "unencodable",
        `a vector of ${value} octets is over the limit of ${MAX_VECTOR_OCTETS}`,
      );
  }

  /** Writes what `body` writes as a vector: its size in octets first. */
  vector(body: () => void): void {
    // One octet is set aside for the size; a body that turns out longer is moved up once.
    const prefix = this.#reserve(1);
    body();
    const size = this.#length - prefix - 1;
    if (size < 0x40) {
      this.#bytes[prefix] = size;
      return;
    }
    const extra = size < 0x4000 ? 1 : 3;
    this.#reserve(extra);
    this.#bytes.copyWithin(prefix + 1 + extra, prefix + 1, prefix + 1 + size);
    const end = this.#length;
    this.#length = prefix;
    this.size(size);
    this.#length = end;
  }

  /** What was written, copied out once; the writer begins anew. Secrets do not stay behind in it. */
  finish(): Uint8Array {
    const written = this.#bytes.slice(0, this.#length);
    this.#release();
    return written;
  }

  /** What was written, not copied, for as long as `use` runs; then it is overwritten with zeros. */
  lend<R>(use: (written: Uint8Array) => R): R {
    try {
      return use(this.#bytes.subarray(0, this.#length));
    } finally {
      this.#release();
    }
  }

  /** Gives the buffer to the next writer, without what was in it. */
  #release(): void {
    this.#bytes.fill(0, 0, this.#length);
    this.#length = 0;
    if (this.#bytes.length <= KEPT && idle.length < MOST_IDLE) idle.push(this.#bytes);
    this.#bytes = none;
  }
}
