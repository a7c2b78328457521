/**
 * A cursor over received bytes. RFC 9420 §2.1, RFC 8446 §3.
 * @module
 */

import { TlsError } from "./errors.ts";

/** Every byte string of no octets: there is nothing in it that could change. */
const none = new Uint8Array();

/**
 * Reads big-endian integers, byte strings and variable-length sizes. Byte strings are views of the
 * input, not copies. Every read checks the end first, so nothing is allocated for bytes that are not there.
 */
export class Reader {
  readonly bytes: Uint8Array;
  /** The next octet to read. */
  offset: number;
  /** One past the last octet that may be read; moved inwards while a vector is open. */
  end: number;
  readonly #buffer: ArrayBufferLike;
  readonly #start: number;

  constructor(bytes: Uint8Array, offset = 0, end = bytes.length) {
    this.bytes = bytes;
    this.#buffer = bytes.buffer;
    this.#start = bytes.byteOffset;
    this.offset = offset;
    this.end = end;
  }

  /** The octets left in the innermost open vector. */
  get remaining(): number {
    return this.end - this.offset;
  }

  /** Claims `count` octets and returns where they start. */
  take(count: number): number {
    const start = this.offset;
    if (count > this.end - start) {
      throw new TlsError("truncated", `needs ${count} octets, ${this.end - start} are left`, start);
    }
    this.offset = start + count;
    return start;
  }

  uint8(): number {
    return this.bytes[this.take(1)]!;
  }

  uint16(): number {
    const at = this.take(2);
    return (this.bytes[at]! << 8) | this.bytes[at + 1]!;
  }

  uint32(): number {
    const at = this.take(4);
    const b = this.bytes;
    return ((b[at]! << 24) | (b[at + 1]! << 16) | (b[at + 2]! << 8) | b[at + 3]!) >>> 0;
  }

  uint64(): bigint {
    const high = this.uint32();
    const low = this.uint32();
    // Nearly every epoch and most times fit a double exactly: one conversion instead of two and their sum.
    return high < 0x20_0000 ? BigInt(high * 0x1_0000_0000 + low) : (BigInt(high) << 32n) | BigInt(low);
  }

  /** A view of the next `count` octets. */
  view(count: number): Uint8Array {
    const at = this.take(count);
    return new Uint8Array(this.#buffer, this.#start + at, count);
  }

  /** A view of octets behind their {@link Reader.size | size}. */
  opaque(max: number): Uint8Array {
    const first = this.bytes[this.offset];
    // The usual case: a size of one or two octets, shortest form, within the limit, and what it announces is there.
    if (first !== undefined && first < 0x80) {
      const isShort = first < 0x40;
      const at = this.offset + (isShort ? 1 : 2);
      const size = isShort ? first : ((first & 0x3f) << 8) | this.bytes[at - 1]!;
      if ((isShort || size >= 0x40) && size <= max && at + size <= this.end) {
        this.offset = at + size;
        return size === 0 ? none : new Uint8Array(this.#buffer, this.#start + at, size);
      }
    }
    return this.view(this.size(max));
  }

  /**
   * RFC 9420 §2.1.2: a variable-length size of 1, 2 or 4 octets in its shortest form.
   * The octets that it announces must be there and be no more than `max`.
   */
  size(max: number): number {
    const start = this.offset;
    const first = this.uint8();
    // The usual case: one octet, within the limit, and what it announces is there.
    if (first < 0x40 && first <= max && first <= this.end - this.offset) return first;
    let size: number;
    switch (first >>> 6) {
      case 0:
        size = first;
        break;
      case 1:
        size = ((first & 0x3f) << 8) | this.uint8();
        if (size < 0x40)
          throw new TlsError("non-minimal-length", `length ${size} is written in 2 octets`, start);
        break;
      case 2: {
        const at = this.take(3);
        const b = this.bytes;
        size = ((first & 0x3f) << 24) | (b[at]! << 16) | (b[at + 1]! << 8) | b[at + 2]!;
        if (size < 0x4000)
          throw new TlsError("non-minimal-length", `length ${size} is written in 4 octets`, start);
        break;
      }
      default:
        throw new TlsError("invalid-length-prefix", "the length prefix 11 is invalid", start);
    }
    if (size > max)
      throw new TlsError("limit-exceeded", `length ${size} is over the limit of ${max} octets`, start);
    if (size > this.end - this.offset) {
      throw new TlsError("truncated", `announces ${size} octets, ${this.end - this.offset} are left`, start);
    }
    return size;
  }
}
