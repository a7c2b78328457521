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

/** The most fields that are shown: a body of a megabyte can have a million. */
const MAX_NODES = 200_000;

/** An object that facts can be computed of. */
export interface Found {
  readonly object: string;
  /** `clients[0].keyPackage`; empty for the whole. */
  readonly path: string;
  readonly start: number;
  readonly end: number;
}

/** What could stand where something undefined stands. */
export interface Choices {
  readonly start: number;
  readonly octets: number;
  readonly values: readonly number[];
}

/** An object as far as it could be read. */
export interface Read {
  readonly root: InspectedNode;
  readonly error?: InspectedError;
  /** Where the error is a number that is none of a few: those. */
  readonly choices?: Choices;
  /**
   * How many bits of the octets the object would have been able to foretell: the higher, the less it fits by chance.
   */
  readonly bits: number;
  readonly found: readonly Found[];
}

/** Reads `walk.octets` from `start` to `end` as one object. */
export type Reader = (walk: Walk, start: number, end: number, path: string) => Read;

/** What is left of the limits, for everything that is read together. */
interface Left {
  octets: number;
  nodes: number;
}

/** How a walk begins. */
export interface WalkOptions {
  /** Whether fields that lead beyond the end are shown as far as there are octets. Default false. */
  readonly readsOn?: boolean;
  /** The most fields that are turned into nodes. */
  readonly maxNodes?: number;
}

/** See above. */
export class Walk {
  readonly octets: Uint8Array;
  readonly level: number;
  /** See {@link WalkOptions}; at the top only. */
  readonly readsOn: boolean;
  readonly #readers: ReadonlyMap<string, Reader>;
  readonly #left: Left;

  private constructor(
    octets: Uint8Array,
    readers: ReadonlyMap<string, Reader>,
    level: number,
    left: Left,
    readsOn: boolean,
  ) {
    this.octets = octets;
    this.#readers = readers;
    this.level = level;
    this.#left = left;
    this.readsOn = readsOn;
  }

  /** Begins at the top. */
  static begin(octets: Uint8Array, readers: ReadonlyMap<string, Reader>, options: WalkOptions = {}): Walk {
    const left = { octets: MAX_REREADS * octets.length, nodes: options.maxNodes ?? MAX_NODES };
    return new Walk(octets, readers, 0, left, options.readsOn ?? false);
  }

  /** Asks for one more node. */
  takeNode(): boolean {
    this.#left.nodes--;
    return this.#left.nodes >= 0;
  }

  /** Reads a field's octets as the named object; undefined when that is too much. */
  read(object: string, start: number, end: number, path: string): Read | undefined {
    const reader = this.#readers.get(object);
    if (reader === undefined || this.level >= MAX_LEVELS || this.#left.octets < end - start) return undefined;
    if (this.#left.nodes <= 0) return undefined;
    this.#left.octets -= end - start;
    return reader(new Walk(this.octets, this.#readers, this.level + 1, this.#left, false), start, end, path);
  }
}

/** What is said of a container whose elements are too many to be shown. */
export function notShown(count: number): string {
  return `${count} more that are not shown`;
}
