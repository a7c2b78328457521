/**
 * The directory of a provider, which is JSON, as a tree of its members. Protocol §5.1.
 * @module
 */

import { ENDPOINTS, ProtocolError, parseDirectory } from "@openmimi/protocol";
import type { InspectedError, InspectedNode } from "./model.ts";
import type { Read, Reader } from "./walk.ts";

/** The limit of the decoder (65536), and one more. */
const MAX_OCTETS = 65_537;
/** Nothing else begins with a brace and a quoted name. */
const BEGINNING_BITS = 16;
const MEMBER_BITS = 12;

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const COMMA = 0x2c;

interface Member {
  readonly key: string;
  /** Undefined where it is no JSON. */
  readonly value: unknown;
  readonly start: number;
  readonly valueStart: number;
  readonly end: number;
}

/** Says where JSON stops being JSON. */
class JsonError extends Error {
  readonly offset: number;
  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

/** Goes over the members of one JSON object. RFC 8259 §4; the values are left to JSON.parse. */
class Scanner {
  readonly members: Member[] = [];
  readonly #octets: Uint8Array;
  #at = 0;

  constructor(octets: Uint8Array) {
    this.#octets = octets.subarray(0, MAX_OCTETS);
  }

  /** @throws {JsonError} */
  scan(): void {
    this.#take(OPEN_BRACE, "{");
    if (this.#next() !== CLOSE_BRACE) {
      do this.#member();
      while (this.#next() === COMMA && ++this.#at > 0);
    }
    this.#take(CLOSE_BRACE, "} or ,");
    if (this.#next() !== undefined) throw new JsonError("something follows the object", this.#at);
  }

  #member(): void {
    this.#next();
    const start = this.#at;
    const key = this.#json(start, this.#string());
    this.#take(COLON, ":");
    this.#next();
    const valueStart = this.#at;
    if (this.#octets[valueStart] === QUOTE) this.#string();
    else this.#otherValue();
    const value = this.#json(valueStart, this.#at);
    this.members.push({ key: String(key), value, start, valueStart, end: this.#at });
  }

  #json(start: number, end: number): unknown {
    try {
      return JSON.parse(utf8.decode(this.#octets.subarray(start, end)));
    } catch {
      throw new JsonError("this is no JSON value", start);
    }
  }

  /** Goes behind a string. @returns where that is */
  #string(): number {
    const start = this.#at;
    this.#take(QUOTE, '"');
    for (; this.#at < this.#octets.length; this.#at++) {
      const octet = this.#octets[this.#at];
      if (octet === BACKSLASH) this.#at++;
      else if (octet === QUOTE) return ++this.#at;
    }
    throw new JsonError("the string does not end", start);
  }

  /** Goes behind a number, literal, array or object. */
  #otherValue(): void {
    let depth = 0;
    for (; this.#at < this.#octets.length; this.#at++) {
      const octet = this.#octets[this.#at] as number;
      const isOpening = octet === OPEN_BRACE || octet === 0x5b;
      const isClosing = octet === CLOSE_BRACE || octet === 0x5d;
      if (depth === 0 && (octet === COMMA || isClosing)) return;
      if (isOpening) depth++;
      if (isClosing) depth--;
      if (octet === QUOTE) {
        this.#string();
        this.#at--;
      }
    }
  }

  /** The next octet that is no white space; the cursor stands before it. */
  #next(): number | undefined {
    while ([0x20, 0x09, 0x0a, 0x0d].includes(this.#octets[this.#at] ?? 0)) this.#at++;
    return this.#octets[this.#at];
  }

  #take(octet: number, what: string): void {
    if (this.#next() !== octet) throw new JsonError(`expected ${what}`, this.#at);
    this.#at++;
  }
}

interface Seen {
  readonly members: readonly Member[];
  readonly error?: InspectedError;
}

function look(octets: Uint8Array): Seen {
  const scanner = new Scanner(octets);
  const { members } = scanner;
  const refused = (message: string, path: string, offset: number): Seen => ({
    members,
    error: { message, path, offset, code: "invalid-directory" },
  });
  try {
    scanner.scan();
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    return refused(error.message, "Directory", error.offset);
  }
  for (const { key, value, valueStart } of members) {
    const problem = problemOf({ [key]: value });
    if (problem !== undefined) return refused(problem, `Directory.${key}`, valueStart);
  }
  const whole = problemOf(utf8.decode(octets));
  return whole === undefined ? { members } : refused(whole, "Directory", 0);
}

function problemOf(document: unknown): string | undefined {
  try {
    parseDirectory(document);
    return undefined;
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return error.message.replace(` (${error.section})`, "");
  }
}

/** Where octets are wrong if they are to be a directory. */
export function directoryFailsAt(octets: Uint8Array): number | undefined {
  return look(octets).error?.offset;
}

/** Reads octets as a directory document. */
export const readDirectory: Reader = (walk, start, end): Read => {
  const { members, error } = look(walk.octets.subarray(start, end));
  const children = members.map((member) => nodeOf(member, start));
  const to = error === undefined ? end : Math.max(start + error.offset, children.at(-1)?.end ?? 0);
  const begins = walk.octets[start] === OPEN_BRACE || members.length > 0;
  const bits = (begins ? BEGINNING_BITS : 0) + members.length * MEMBER_BITS;
  const root = { name: "Directory", type: "JSON object", start, end: to, children };
  if (error === undefined) return { root, bits, found: [] };
  return { root, bits, found: [], error: { ...error, offset: start + error.offset } };
};

function nodeOf({ key, value, start, end }: Member, shift: number): InspectedNode {
  const meaning = meaningOf(key);
  return {
    ...{
      name: key,
      type: typeof value === "string" ? "URL template" : "JSON",
      start: start + shift,
      end: end + shift,
    },
    value: typeof value === "string" ? value : JSON.stringify(value),
    form: "text",
    ...(meaning === undefined ? {} : { meaning }),
    children: [],
  };
}

const KNOWN: readonly string[] = [...Object.keys(ENDPOINTS), "ohttpGateway"];

function meaningOf(key: string): string | undefined {
  return KNOWN.includes(key) ? undefined : "an unknown key, ignored";
}
