/**
 * Says what the octets of a message are, item by item, for people who look at bytes.
 * @module
 */

import { openCursor } from "./codec.ts";
import { ContentError } from "./errors.ts";
import { toHex } from "./hex.ts";
import type { ContentLimits } from "./model.ts";
import type { Cursor, TracedItem } from "./read/cursor.ts";
import { Major } from "./read/major.ts";
import { readMessage } from "./read/message.ts";
import { readStatusReport, STATUS_ROOT } from "./status-report.ts";
import { MESSAGE_ROOT } from "./write/message.ts";

/** One item and where it stands. */
export interface DescribedItem {
  /** `MimiContent.nestedPart.parts[2].url` */
  readonly path: string;
  /** Its first octet. */
  readonly start: number;
  /** The octet after it; containers include what is in them. */
  readonly end: number;
  /** In diagnostic notation: `h'00ff'`, `"text"`, `7`, `null`; for containers `array(7)`, `map(2)`, `tag(32)`. */
  readonly value: string;
  /** What a number means, or which part this is. */
  readonly note?: string;
}

/** All items up to the first error, in the order of their octets, and that error. */
export interface Description {
  readonly items: readonly DescribedItem[];
  readonly error?: ContentError;
}

/** Which format to read. */
export interface DescribeOptions extends ContentLimits {
  readonly format?: "mimi-content" | "mimi-message-status";
}

/**
 * Describes octets by the same pass over them that {@link decode} makes, so that both agree on what is wrong.
 *
 * @returns everything that was found; it never throws for bad octets
 * @example
 * ```ts
 * for (const { path, start, end, value } of describe(bytes).items) console.log(start, end, path, value);
 * ```
 */
export function describe(bytes: Uint8Array, options: DescribeOptions = {}): Description {
  const { format = "mimi-content", ...limits } = options;
  const isContent = format === "mimi-content";
  const trace: TracedItem[] = [];
  let cursor: Cursor | undefined;
  try {
    cursor = openCursor(bytes, isContent ? MESSAGE_ROOT : STATUS_ROOT, limits, trace);
    if (isContent) readMessage(cursor);
    else readStatusReport(cursor);
    return { items: describeAll(bytes, trace, cursor.offset) };
  } catch (error) {
    if (!(error instanceof ContentError)) throw error;
    return { items: describeAll(bytes, trace, cursor?.offset ?? 0), error };
  }
}

const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });

function describeAll(bytes: Uint8Array, trace: readonly TracedItem[], reached: number): DescribedItem[] {
  return trace.map((item) => {
    const { path, start, note } = item;
    const end = item.end < 0 ? reached : item.end;
    const value = notation(bytes, item);
    return note === undefined ? { path, start, end, value } : { path, start, end, value, note };
  });
}

function notation(
  bytes: Uint8Array,
  { majorType, additional, argument, headEnd, start, end }: TracedItem,
): string {
  switch (majorType) {
    case Major.unsigned:
      return `${argument}`;
    case Major.negative:
      return `${-1n - BigInt(argument)}`;
    case Major.bytes:
      return `h'${toHex(bytes.subarray(headEnd, end))}'`;
    case Major.text:
      return JSON.stringify(utf8.decode(bytes.subarray(headEnd, end)));
    case Major.array:
      return `array(${argument})`;
    case Major.map:
      return `map(${argument})`;
    case Major.tag:
      return `tag(${argument})`;
    default:
      return simpleNotation(bytes.subarray(start, headEnd), additional, argument);
  }
}

function simpleNotation(head: Uint8Array, additional: number, argument: number | bigint): string {
  switch (additional) {
    case 20:
      return "false";
    case 21:
      return "true";
    case 22:
      return "null";
    case 23:
      return "undefined";
    case 25:
    case 26:
    case 27:
      return `${floatOf(head, additional)}`;
    default:
      return `simple(${argument})`;
  }
}

function floatOf(head: Uint8Array, additional: number): number {
  const view = new DataView(head.buffer, head.byteOffset + 1, head.length - 1);
  if (additional === 27) return view.getFloat64(0);
  if (additional === 26) return view.getFloat32(0);
  const bits = view.getUint16(0);
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (0x400 + fraction) * 2 ** (exponent - 25);
}
