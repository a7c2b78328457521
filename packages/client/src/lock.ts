/**
 * One piece of work at a time, in the order of asking.
 * @module
 */

/** Work that changes groups runs exclusively: nothing else changes them between its first and its last step. */
export class Lock {
  #last: Promise<unknown> = Promise.resolve();

  /** Runs `work` after everything that was asked for before it. */
  run<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work);
    // A failure is its caller's; the next in line runs all the same.
    this.#last = result.catch(() => undefined);
    return result;
  }
}
