/**
 * Who wants to be called when something became durable.
 * @module
 */

/** Listeners under a key, each called with a value. */
export class Listeners<Key, Value> {
  readonly #byKey = new Map<Key, Set<{ readonly call: (value: Value) => void }>>();

  /** @returns the end of the subscription */
  add(key: Key, call: (value: Value) => void): () => void {
    const entry = { call };
    const entries = this.#byKey.get(key) ?? new Set();
    this.#byKey.set(key, entries.add(entry));
    return () => {
      entries.delete(entry);
      if (entries.size === 0 && this.#byKey.get(key) === entries) this.#byKey.delete(key);
    };
  }

  /** Calls each listener in a microtask of its own: what one throws disturbs neither the others nor the store. */
  call(key: Key, value: Value): void {
    for (const { call } of this.#byKey.get(key) ?? []) queueMicrotask(() => call(value));
  }
}
