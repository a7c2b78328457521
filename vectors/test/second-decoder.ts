/**
 * A second reader of the presentation language, sharing nothing with the packages: it takes octets to the JSON that the
 * vectors show, or throws. Small, slow, and written from the RFCs alone.
 * @module
 */

import type { Json } from "@openmimi/vectors";

export type Fields = Record<string, Json>;

/** Where reading has got to. */
export interface Cursor {
  readonly octets: Buffer;
  at: number;
  end: number;
}

/** Reads one type. */
export type Read = (cursor: Cursor) => Json | undefined;

class Refused extends Error {}

function take(cursor: Cursor, count: number): Buffer {
  if (cursor.at + count > cursor.end) throw new Refused("the octets end");
  cursor.at += count;
  return cursor.octets.subarray(cursor.at - count, cursor.at);
}

/** RFC 9420 §2.1.2. */
function size(cursor: Cursor): number {
  const first = take(cursor, 1)[0] as number;
  const octets = [1, 2, 4][first >> 6];
  if (octets === undefined) throw new Refused("length prefix 11");
  let value = first & 0x3f;
  for (const octet of take(cursor, octets - 1)) value = value * 256 + octet;
  if (octets === 2 && value < 64) throw new Refused("the length is not minimal");
  if (octets === 4 && value < 16384) throw new Refused("the length is not minimal");
  return value;
}

export const u8: Read = (cursor) => take(cursor, 1).readUInt8();
export const u16: Read = (cursor) => take(cursor, 2).readUInt16BE();
export const u32: Read = (cursor) => take(cursor, 4).readUInt32BE();
export const u64: Read = (cursor) => take(cursor, 8).readBigUInt64BE().toString();
export const octets: Read = (cursor) => take(cursor, size(cursor)).toString("hex");
export const raw =
  (count: number): Read =>
  (cursor) =>
    take(cursor, count).toString("hex");

/** UTF-8 without NUL. */
export const utf8: Read = (cursor) => {
  const content = take(cursor, size(cursor));
  const text = content.toString("utf8");
  if (!Buffer.from(text, "utf8").equals(content) || text.includes("\0")) throw new Refused("no text");
  return text;
};

const LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";
const DOMAIN = `(?=[a-z0-9.-]{1,253}(?:/|$))(?:${LABEL}\\.)*(?![0-9]+(?:/|$))${LABEL}`;
const SEGMENT = "/(?!\\.{1,2}(?:/|$))(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-F]{2})+";
const MIMI_URI = new RegExp(`^mimi://${DOMAIN}(?:/(?:[urgp]${SEGMENT}|[dt](?:${SEGMENT}){1,2}))?$`);

/** Whether a text is a canonical URI, decided by one regular expression and without the parser of the package. */
export function isCanonicalUri(text: string): boolean {
  if (text.length > 4096 || !MIMI_URI.test(text)) return false;
  const encoded = text.match(/%../g) ?? [];
  if (
    encoded.some((digits) =>
      /[A-Za-z0-9._~-]/.test(String.fromCharCode(Number.parseInt(digits.slice(1), 16))),
    )
  ) {
    return false;
  }
  try {
    return !decodeURIComponent(text).includes("\0");
  } catch {
    return false;
  }
}

/** IdentifierUri; empty only where that is allowed. */
export const uri =
  (mayBeEmpty = false): Read =>
  (cursor) => {
    const text = utf8(cursor) as string;
    if (!(mayBeEmpty && text === "") && !isCanonicalUri(text)) throw new Refused("no identifier");
    return text;
  };

export const vec =
  (read: Read): Read =>
  (cursor) => {
    const length = size(cursor);
    const outer = cursor.end;
    cursor.end = cursor.at + length;
    if (cursor.end > outer) throw new Refused("the vector ends behind what holds it");
    const items: Json[] = [];
    while (cursor.at < cursor.end) items.push(read(cursor) ?? null);
    cursor.end = outer;
    return items;
  };

export const opt =
  (read: Read): Read =>
  (cursor) => {
    const presence = u8(cursor);
    if (presence !== 0 && presence !== 1) throw new Refused("a presence octet");
    return presence === 1 ? read(cursor) : undefined;
  };

export const named =
  (names: Readonly<Record<number, string>>, width: Read = u8): Read =>
  (cursor) => {
    const name = names[width(cursor) as number];
    if (name === undefined) throw new Refused("an enumeration");
    return name;
  };

/** A field whose type depends on the fields before it; none at all where there is no reader. */
export class Depends {
  readonly choose: (before: Fields) => Read | undefined;
  constructor(choose: (before: Fields) => Read | undefined) {
    this.choose = choose;
  }
}

/** A struct: its fields in order. */
export const struct =
  (...fields: readonly (readonly [name: string, read: Read | Depends])[]): Read =>
  (cursor) => {
    const value: Fields = {};
    for (const [name, read] of fields) {
      const reader = read instanceof Depends ? read.choose(value) : read;
      const field = reader?.(cursor);
      if (field !== undefined) value[name] = field;
    }
    return value;
  };

/** The fields that a value of an enumeration brings lie beside it. */
export const select =
  (on: string, width: Read, cases: Readonly<Record<string, readonly (readonly [string, Read])[]>>): Read =>
  (cursor) => {
    const value: Fields = {};
    const choice = width(cursor) as string;
    value[on] = choice;
    for (const [name, read] of cases[choice] ?? []) {
      const field = read(cursor);
      if (field !== undefined) value[name] = field;
    }
    return value;
  };

/** Fields of several readers, flat in one object. */
export const flat =
  (...readers: readonly Read[]): Read =>
  (cursor) =>
    Object.assign({}, ...readers.map((read) => read(cursor) as Fields)) as Json;

/** A further rule. */
export const rule =
  (read: Read, holds: (value: Json) => boolean): Read =>
  (cursor) => {
    const value = read(cursor) as Json;
    if (!holds(value)) throw new Refused("a rule");
    return value;
  };

/** Back to back until the end, at least once. */
export const untilEnd =
  (read: Read): Read =>
  (cursor) => {
    const items: Json[] = [];
    do items.push(read(cursor) as Json);
    while (cursor.at < cursor.end);
    return items;
  };

/** Reads the whole of some hexadecimal. @returns "refused" for anything wrong */
export function readAll(read: Read, digits: string): Json {
  const buffer = Buffer.from(digits, "hex");
  const cursor = { octets: buffer, at: 0, end: buffer.length };
  try {
    const value = read(cursor);
    return cursor.at === cursor.end && value !== undefined ? value : "refused";
  } catch (error) {
    if (error instanceof Refused) return "refused";
    throw error;
  }
}
