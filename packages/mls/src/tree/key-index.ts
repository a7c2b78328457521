/**
 * Finding a key in a tree without looking at every node. RFC 9420 §7.3: keys are unique.
 * @module
 */

import { sameOctets } from "../octets.ts";

const FREE = -1;
/** Nobody outside knows it, so nobody can choose keys that fall into one slot. */
const seed = globalThis.crypto.getRandomValues(new Uint32Array(2));

function hashOf(key: Uint8Array): number {
  let hash = seed[0]!;
  for (let index = 0; index < key.length; index++) {
    hash = Math.imul(hash ^ key[index]!, 0x9e37_79b1) ^ (hash >>> 15);
  }
  return Math.imul(hash ^ seed[1]!, 0x85eb_ca6b) >>> 0;
}

/**
 * A table of places where keys have been seen, shared by all trees that come of one another. A place may be out of
 * date, so whoever asks looks there; but no tree has a key in a place that is not in the table.
 */
export class KeyIndex {
  #slots: Int32Array;
  #used = 0;

  private constructor(slots: number) {
    this.#slots = new Int32Array(slots).fill(FREE);
  }

  /** A table of these keys; `undefined` stands for a blank node. */
  static of(count: number, keyAt: (node: number) => Uint8Array | undefined): KeyIndex {
    let slots = 16;
    while (slots < 4 * count) slots *= 2;
    const index = new KeyIndex(slots);
    for (let node = 0; node < count; node++) {
      const key = keyAt(node);
      if (key !== undefined) index.add(key, node);
    }
    return index;
  }

  /** Notes where a key stands. @returns false if the table is full: make a new one of what is there now */
  add(key: Uint8Array, node: number): boolean {
    if (2 * this.#used >= this.#slots.length) return false;
    const mask = this.#slots.length - 1;
    let slot = hashOf(key) & mask;
    while (this.#slots[slot] !== FREE) {
      if (this.#slots[slot] === node) return true;
      slot = (slot + 1) & mask;
    }
    this.#slots[slot] = node;
    this.#used++;
    return true;
  }

  /** A place of a key, by what stands there now; not `except`. */
  find(
    key: Uint8Array,
    keyAt: (node: number) => Uint8Array | undefined,
    except?: number,
  ): number | undefined {
    const mask = this.#slots.length - 1;
    for (let slot = hashOf(key) & mask; this.#slots[slot] !== FREE; slot = (slot + 1) & mask) {
      const node = this.#slots[slot]!;
      const found = node === except ? undefined : keyAt(node);
      if (found !== undefined && sameOctets(found, key)) return node;
    }
    return undefined;
  }
}
