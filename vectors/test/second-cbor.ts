/**
 * A second reader of deterministic CBOR, sharing nothing with the packages: it makes a tree of any item, or throws. Small,
 * slow, and written from RFC 8949 and content §6 alone.
 * @module
 */

/** One item. */
export type Item = { readonly octets: string } & (
  | { readonly is: "int"; readonly value: bigint }
  | { readonly is: "bytes"; readonly value: string }
  | { readonly is: "text"; readonly value: string }
  | { readonly is: "array"; readonly items: readonly Item[] }
  | { readonly is: "map"; readonly entries: readonly (readonly [key: Item, value: Item])[] }
  | { readonly is: "tag"; readonly number: bigint; readonly item: Item }
  | { readonly is: "simple"; readonly value: number }
  | { readonly is: "float" }
);

/** Whatever is wrong. */
export class Refused extends Error {}

export function must(condition: boolean, what: string): asserts condition {
  if (!condition) throw new Refused(what);
}

/** No item of a vector that is valid is deeper. */
const DEEPEST = 12;

/** Reads exactly one item. */
export function readItem(digits: string): Item {
  const reader = new Reader(Buffer.from(digits, "hex"));
  const item = reader.item(0);
  must(reader.at === digits.length / 2, "octets behind the item");
  return item;
}

class Reader {
  at = 0;
  readonly #octets: Buffer;

  constructor(octets: Buffer) {
    this.#octets = octets;
  }

  #take(count: number): Buffer {
    must(this.at + count <= this.#octets.length, "the octets end");
    this.at += count;
    return this.#octets.subarray(this.at - count, this.at);
  }

  item(depth: number): Item {
    must(depth < DEEPEST, "too deep");
    const start = this.at;
    const item = this.#body(depth);
    return { ...item, octets: this.#octets.subarray(start, this.at).toString("hex") } as Item;
  }

  #body(depth: number): object {
    const first = this.#take(1).readUInt8();
    const [major, info] = [first >> 5, first & 31];
    if (major === 7) return this.#simpleOrFloat(info);
    const argument = this.#argument(info);
    const many = (): Item[] => {
      must(argument <= 1_000_000n, "more than there can be");
      return Array.from({ length: Number(argument) }, () => this.item(depth + 1));
    };
    switch (major) {
      case 0:
        return { is: "int", value: argument };
      case 1:
        return { is: "int", value: -1n - argument };
      case 2:
        return { is: "bytes", value: this.#string(argument).toString("hex") };
      case 3:
        return { is: "text", value: utf8(this.#string(argument)) };
      case 4:
        return { is: "array", items: many() };
      case 5:
        return { is: "map", entries: this.#entries(argument, depth) };
      default:
        return { is: "tag", number: argument, item: this.item(depth + 1) };
    }
  }

  #string(length: bigint): Buffer {
    must(length <= BigInt(this.#octets.length), "longer than there is");
    return this.#take(Number(length));
  }

  /** RFC 8949 §4.2.1: an argument never fits a shorter form. */
  #argument(info: number): bigint {
    if (info < 24) return BigInt(info);
    must(info < 28, "indefinite or reserved");
    const width = 1 << (info - 24);
    const value = BigInt(`0x${this.#take(width).toString("hex")}`);
    const shorter = width === 1 ? 23n : (1n << BigInt(4 * width)) - 1n;
    must(value > shorter, "not the shortest form");
    return value;
  }

  #entries(count: bigint, depth: number): [Item, Item][] {
    const entries: [Item, Item][] = [];
    for (let index = 0n; index < count; index++) {
      const entry: [Item, Item] = [this.item(depth + 1), this.item(depth + 1)];
      // Bytewise order is the order of the hexadecimal digits, since one encoding never begins another.
      const before = entries.at(-1)?.[0].octets;
      must(before === undefined || before < entry[0].octets, "keys out of order");
      entries.push(entry);
    }
    return entries;
  }

  #simpleOrFloat(info: number): object {
    if (info < 24) return { is: "simple", value: info };
    if (info === 24) {
      const value = this.#take(1).readUInt8();
      must(value >= 32, "a simple value in too many octets");
      return { is: "simple", value };
    }
    must(info < 28, "a break, or reserved");
    const octets = this.#take(1 << (info - 24));
    if (info === 25) {
      const bits = octets.readUInt16BE();
      must((bits & 0x7fff) <= 0x7c00 || bits === 0x7e00, "another NaN");
      return { is: "float" };
    }
    const value = info === 26 ? octets.readFloatBE() : octets.readDoubleBE();
    must(!Number.isNaN(value), "another NaN");
    must(info === 26 ? !isHalf(value) : Math.fround(value) !== value, "a shorter float has the same value");
    return { is: "float" };
  }
}

/** Every half but the NaNs, to look up whether a value is one. */
const HALVES = new Set(
  Array.from({ length: 0x7c01 }, (_, bits) => {
    const [exponent, fraction] = [bits >> 10, bits & 0x3ff];
    if (exponent === 31) return Number.POSITIVE_INFINITY;
    return exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25);
  }),
);
const isHalf = (value: number): boolean => HALVES.has(Math.abs(value));

function utf8(octets: Buffer): string {
  const text = octets.toString("utf8");
  must(Buffer.from(text, "utf8").equals(octets), "no UTF-8");
  return text;
}
