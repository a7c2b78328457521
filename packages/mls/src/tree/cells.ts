/**
 * A row of cells that never changes: a changed copy shares nearly all of it.
 * @module
 */

const SIZE = 256;

/** Cells in chunks; copying costs the chunks that change and one reference for each of the others. */
export class Cells<T> {
  readonly length: number;
  readonly #chunks: readonly (T | undefined)[][];

  private constructor(length: number, chunks: readonly (T | undefined)[][]) {
    this.length = length;
    this.#chunks = chunks;
  }

  /** As many cells, filled from the front. */
  static of<T>(values: readonly (T | undefined)[], length = values.length): Cells<T> {
    const chunks: (T | undefined)[][] = [];
    for (let start = 0; start < length; start += SIZE) chunks.push(values.slice(start, start + SIZE));
    return new Cells(length, chunks);
  }

  /** What is in a cell; `undefined` also behind the end. */
  at(index: number): T | undefined {
    return this.#chunks[index >>> 8]?.[index & 0xff];
  }

  /**
   * Keeps what was found out about a cell. It counts for all copies that share the chunk, so it has to be true of all:
   * whoever changes what it depends on changes the cell too.
   */
  keep(index: number, value: T): void {
    this.#chunks[index >>> 8]![index & 0xff] = value;
  }

  /** A copy in which these cells are different. */
  with(changes: Iterable<readonly [number, T | undefined]>): Cells<T> {
    const chunks = this.#chunks.slice();
    const own = new Set<number>();
    for (const [index, value] of changes) {
      const at = index >>> 8;
      if (!own.has(at)) {
        own.add(at);
        chunks[at] = chunks[at]!.slice();
      }
      chunks[at]![index & 0xff] = value;
    }
    return new Cells(this.length, chunks);
  }

  /** A copy of another length: cut off, or with empty cells behind. */
  resized(length: number): Cells<T> {
    const chunks = this.#chunks.slice(0, Math.ceil(length / SIZE));
    while (chunks.length * SIZE < length) chunks.push([]);
    const last = chunks.length - 1;
    const inLast = length - last * SIZE;
    if (last >= 0 && chunks[last]!.length > inLast) chunks[last] = chunks[last]!.slice(0, inLast);
    return new Cells(length, chunks);
  }

  /** All of them. */
  toArray(): (T | undefined)[] {
    return Array.from({ length: this.length }, (_, index) => this.at(index));
  }
}
