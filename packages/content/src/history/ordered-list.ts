/**
 * A sorted list into which an item can be put anywhere without moving all others.
 * @module
 */

/** @internal What the list sorts by. No two items of a list have the same order. */
export interface Ordered {
  readonly order: string;
}

/** Items in one chunk before it is split. Inserting moves at most these, and the list of chunks. */
const CHUNK = 256;

/** @internal Chunks of items; appending, which is what nearly always happens, looks at the last one only. */
export class OrderedList<T extends Ordered> {
  readonly #chunks: T[][] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get first(): T | undefined {
    return this.#chunks[0]?.[0];
  }

  insert(item: T): void {
    this.#size++;
    const { order } = item;
    if (this.#chunks.length === 0) {
      this.#chunks.push([item]);
      return;
    }
    // Behind all others it goes to the end of the last chunk.
    const at = Math.min(this.#chunkFrom(order), this.#chunks.length - 1);
    const chunk = this.#chunks[at]!;
    chunk.splice(firstFrom(chunk, order), 0, item);
    if (chunk.length > CHUNK) {
      // Appended ones leave full chunks behind them.
      const keep = at === this.#chunks.length - 1 ? CHUNK : CHUNK / 2;
      this.#chunks.splice(at + 1, 0, chunk.splice(keep));
    }
  }

  remove({ order }: Ordered): void {
    const at = this.#chunkFrom(order);
    const chunk = this.#chunks[at];
    if (chunk === undefined) return;
    const index = firstFrom(chunk, order);
    if (chunk[index]?.order !== order) return;
    chunk.splice(index, 1);
    this.#size--;
    if (chunk.length === 0) this.#chunks.splice(at, 1);
  }

  /** Items in order, from the first that is not before `order`. */
  *from(order = ""): Generator<T, void> {
    let at = this.#chunkFrom(order);
    let index = at < this.#chunks.length ? firstFrom(this.#chunks[at]!, order) : 0;
    for (; at < this.#chunks.length; at++, index = 0)
      for (; index < this.#chunks[at]!.length; index++) yield this.#chunks[at]![index]!;
  }

  /** Items in reverse order, from the last that is before `order`; from the very last without it. */
  *before(order?: string): Generator<T, void> {
    let at = order === undefined ? this.#chunks.length : this.#chunkFrom(order);
    let index = order === undefined || at === this.#chunks.length ? 0 : firstFrom(this.#chunks[at]!, order);
    for (;;) {
      for (index--; index >= 0; index--) yield this.#chunks[at]![index]!;
      if (at === 0) return;
      index = this.#chunks[--at]!.length;
    }
  }

  /** The first chunk that has an item not before `order`. */
  #chunkFrom(order: string): number {
    let [low, high] = [0, this.#chunks.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#chunks[middle]!.at(-1)!.order < order) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function firstFrom(chunk: readonly Ordered[], order: string): number {
  let [low, high] = [0, chunk.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (chunk[middle]!.order < order) low = middle + 1;
    else high = middle;
  }
  return low;
}
