/**
 * As much of CBOR as it takes to find the claims of a CWT without changing an octet of them. RFC 8949 §3, §4.2.1.
 * @module
 */

/** Thrown for whatever is not well-formed, not definite, not shortest, or too deep. */
export class CborError extends Error {
  override readonly name = "CborError";
}

/** Major types, in the order of their numbers. */
const majors = ["unsigned", "negative", "octets", "text", "array", "map", "tag", "simple"] as const;
type Major = (typeof majors)[number];

interface Head {
  readonly major: Major;
  readonly value: number;
}

/** Reads items one after the other. */
export class CborReader {
  readonly #octets: Uint8Array;
  readonly #maxDepth: number;
  #at = 0;

  constructor(octets: Uint8Array, maxDepth: number) {
    this.#octets = octets;
    this.#maxDepth = maxDepth;
  }

  /** The number of elements of an array or map, or the number of a tag; what is inside follows. @throws {CborError} */
  count(major: "array" | "map" | "tag"): number {
    return this.#expect(major).value;
  }

  /** A byte string. @throws {CborError} */
  octets(): Uint8Array {
    return this.#take(this.#expect("octets").value);
  }

  /** A text string. @throws {CborError} */
  text(): string {
    return utf8(this.#take(this.#expect("text").value));
  }

  /** Passes over one item of these types (default: any). @returns its octets @throws {CborError} */
  skip(...expected: readonly Major[]): Uint8Array {
    const start = this.#at;
    const { major } = this.#item(1);
    if (expected.length > 0 && !expected.includes(major))
      throw new CborError(`${major} instead of ${expected}`);
    return this.#octets.slice(start, this.#at);
  }

  /** @throws {CborError} if something follows */
  finish(): void {
    if (this.#at !== this.#octets.length) throw new CborError("octets follow the item");
  }

  #item(depth: number): Head {
    if (depth > this.#maxDepth) throw new CborError("too deep");
    const head = this.#head();
    const { major, value } = head;
    if (major === "octets") this.#take(value);
    if (major === "text") utf8(this.#take(value));
    if (major === "tag") this.#item(depth + 1);
    if (major === "array" || major === "map") {
      const items = major === "map" ? value * 2 : value;
      // An item has an octet at least: what cannot be there is not looked for.
      if (items > this.#octets.length - this.#at) throw new CborError("the items are not there");
      for (let index = 0; index < items; index++) this.#item(depth + 1);
    }
    return head;
  }

  #expect(major: Major): Head {
    const head = this.#head();
    if (head.major !== major) throw new CborError(`${head.major} instead of ${major}`);
    return head;
  }

  #head(): Head {
    const [initial = 0] = this.#take(1);
    const major = majors[initial >> 5] as Major;
    const info = initial & 31;
    if (info < 24) return { major, value: info };
    // 28 to 30 are reserved, 31 is an indefinite length.
    if (info > 27) throw new CborError(`additional information ${info}`);
    const argument = this.#take(1 << (info - 24));
    if (major === "simple") {
      // Floats as they are; simple values below 32 have a shorter form.
      if (info === 24 && (argument[0] ?? 0) < 32) throw new CborError("not the shortest form");
      return { major, value: 0 };
    }
    const value = argument.reduce((sum, octet) => sum * 256 + octet, 0);
    const least = info === 24 ? 24 : 2 ** (8 << (info - 25));
    if (value < least) throw new CborError("not the shortest form");
    return { major, value };
  }

  #take(length: number): Uint8Array {
    if (length > this.#octets.length - this.#at) throw new CborError("the octets end");
    this.#at += length;
    return this.#octets.slice(this.#at - length, this.#at);
  }
}

function utf8(octets: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(octets);
  } catch {
    throw new CborError("text that is no UTF-8");
  }
}
