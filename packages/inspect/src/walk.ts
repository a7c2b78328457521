/**
 * What goes along while octets are read: the octets themselves, the readers of other objects, and how much may still be
 * read inside of fields.
 * @module
 */

import type { InspectedError, InspectedNode } from "./model.ts";

/** Objects inside of fields of objects inside of fields... deeper ones stay octets. */
const MAX_LEVELS = 8;
/** How often each octet may be read again, all levels and attempts together: so the cost stays linear. */
const MAX_REREADS = 24;

/** An object that facts can be computed of. */
export interface Found {
  readonly object: string;
  /** `clients[0].keyPackage`; empty for the whole. */
  readonly path: string;
  readonly start: number;
  readonly end: number;
}

/** An object as far as it could be read. */
export interface Read {
  readonly root: InspectedNode;
  readonly error?: InspectedError;
  /**
   * How many bits of the octets the object would have been able to foretell: the higher, the less it fits by chance.
   */
  readonly bits: number;
  readonly found: readonly Found[];
}

/** Reads `walk.octets` from `start` to `end` as one object. */
export type Reader = (walk: Walk, start: number, end: number, path: string) => Read;

/** See above. */
export class Walk {
  readonly octets: Uint8Array;
  readonly level: number;
  readonly #readers: ReadonlyMap<string, Reader>;
  readonly #left: { octets: number };

  private constructor(
    octets: Uint8Array,
    readers: ReadonlyMap<string, Reader>,
    level: number,
    left: { octets: number },
  ) {
    this.octets = octets;
    this.level = level;
    this.#readers = readers;
    this.#left = left;
  }

  /** Begins at the top. */
  static begin(octets: Uint8Array, readers: ReadonlyMap<string, Reader>): Walk {
    return new Walk(octets, readers, 0, { octets: MAX_REREADS * octets.length });
  }

  /** Reads a field's octets as the named object; undefined when that is too much. */
  read(object: string, start: number, end: number, path: string): Read | undefined {
    const reader = this.#readers.get(object);
    if (reader === undefined || this.level >= MAX_LEVELS || this.#left.octets < end - start) return undefined;
    this.#left.octets -= end - start;
    return reader(new Walk(this.octets, this.#readers, this.level + 1, this.#left), start, end, path);
  }
}
