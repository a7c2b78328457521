/**
 * Random decisions read from octets: fast, the same wherever the octets are the same, and what fast-check shrinks (to
 * fewer octets and to zeros, which choose the first of everything) stays a question.
 * @module
 */

/** Makes choices as long as there are octets; afterwards always the first. */
export class Chooser {
  readonly #octets: Uint8Array;
  #at = 0;

  constructor(octets: Uint8Array) {
    this.#octets = octets;
  }

  /** From 0 to `below` - 1, at most 256 of them. */
  nat(below: number): number {
    return (this.#octets[this.#at++] ?? 0) % below;
  }

  /** One of these; the first is the simplest. */
  one<T>(of: readonly T[]): T {
    return of[this.nat(of.length)]!;
  }

  /** True once in so many times. */
  rarely(times: number): boolean {
    return this.nat(times) === times - 1;
  }

  /** Each with so many chances of ten; by default five. */
  some<T>(of: readonly T[], chances = 5): T[] {
    return of.filter(() => 9 - this.nat(10) < chances);
  }

  /** So many, made one by one. */
  times<T>(count: number, make: (at: number) => T): T[] {
    return Array.from({ length: count }, (_, at) => make(at));
  }
}
