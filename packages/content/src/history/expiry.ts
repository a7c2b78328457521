/**
 * What is due when: a binary heap, so that planning one more is not looking at all of them.
 * @module
 */

/** @internal Things and their times, the earliest first. */
export class Schedule<T> {
  #heap: { readonly atMs: bigint; readonly item: T }[] = [];

  get size(): number {
    return this.#heap.length;
  }

  add(atMs: bigint, item: T): void {
    const heap = this.#heap;
    heap.push({ atMs, item });
    let index = heap.length - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (heap[parent]!.atMs <= atMs) break;
      this.#swap(index, parent);
      index = parent;
    }
  }

  /** Takes out what is of no interest any more. */
  keep(isWanted: (item: T) => boolean): void {
    const before = this.#heap;
    this.#heap = [];
    for (const { atMs, item } of before) if (isWanted(item)) this.add(atMs, item);
  }

  /** Takes out the earliest item, if it is due. */
  takeDue(nowMs: bigint): T | undefined {
    const heap = this.#heap;
    const first = heap[0];
    if (first === undefined || first.atMs > nowMs) return undefined;
    const last = heap.pop()!;
    if (heap.length > 0) {
      heap[0] = last;
      this.#sink();
    }
    return first.item;
  }

  #sink(): void {
    const heap = this.#heap;
    for (let index = 0; ; ) {
      let least = index;
      for (const child of [2 * index + 1, 2 * index + 2])
        if (child < heap.length && heap[child]!.atMs < heap[least]!.atMs) least = child;
      if (least === index) return;
      this.#swap(index, least);
      index = least;
    }
  }

  #swap(a: number, b: number): void {
    const heap = this.#heap;
    [heap[a], heap[b]] = [heap[b]!, heap[a]!];
  }
}
