/**
 * Writes deterministic CBOR: RFC 8949 §4.2.1.
 * @module
 */

/** Grows as needed. Heads always take their shortest form. */
export class Writer {
  #bytes = new Uint8Array(256);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;

  /** A head: major type and argument, 0 to 2^64-1. */
  head(majorType: number, argument: number | bigint): void {
    const initial = majorType << 5;
    this.#reserve(9);
    const at = this.#length;
    if (argument < 24) {
      this.#view.setUint8(at, initial | Number(argument));
      this.#length += 1;
    } else if (argument < 0x100) {
      this.#view.setUint8(at, initial | 24);
      this.#view.setUint8(at + 1, Number(argument));
      this.#length += 2;
    } else if (argument < 0x10000) {
      this.#view.setUint8(at, initial | 25);
      this.#view.setUint16(at + 1, Number(argument));
      this.#length += 3;
    } else if (argument < 2 ** 32) {
      this.#view.setUint8(at, initial | 26);
      this.#view.setUint32(at + 1, Number(argument));
      this.#length += 5;
    } else {
      this.#view.setUint8(at, initial | 27);
      this.#view.setBigUint64(at + 1, BigInt(argument));
      this.#length += 9;
    }
  }

  /** Octets as they are. */
  raw(octets: Uint8Array): void {
    this.#reserve(octets.length);
    this.#bytes.set(octets, this.#length);
    this.#length += octets.length;
  }

  /** @returns what was written, newly allocated */
  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  #reserve(octets: number): void {
    const needed = this.#length + octets;
    if (needed <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, 2 * this.#bytes.length));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }
}
