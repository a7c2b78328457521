/**
 * Octets for people: the fields they hold, and all of them in hexadecimal.
 * @module
 */

import type { Annotation, Schema } from "@openmimi/tls";
import { decodeForPeople } from "../decode.ts";
import { escapeMarkup as safe, shorten } from "./escape.ts";

/** How much of a body is shown: all that one can want where something failed, less where nothing did. */
export interface Extent {
  readonly rows: number;
  readonly dumpOctets: number;
}
export const WHOLE: Extent = { rows: 400, dumpOctets: 4096 };
export const BRIEF: Extent = { rows: 60, dumpOctets: 256 };
const HEX_IN_ROW = 16;

/** A body as HTML: decoded where a schema is known, as text where it is text, and as a hex dump. */
export function octetsHtml(octets: Uint8Array, schema: Schema<unknown> | undefined, extent: Extent): string {
  if (octets.length === 0) return `<p class="quiet">no body</p>`;
  const decoded = decodeForPeople(schema, octets);
  const text = decoded === undefined || decoded.error !== undefined ? asText(octets) : undefined;
  return [
    text === undefined ? "" : `<pre class="text">${safe(shorten(text, 4000))}</pre>`,
    decoded === undefined || text !== undefined ? "" : fieldsHtml(decoded.tree, octets, extent.rows),
    decoded?.error === undefined || text !== undefined ? "" : `<p class="problem">${safe(decoded.error)}</p>`,
    `<details class="hex"><summary>${octets.length} octets in hexadecimal</summary>${dumpHtml(octets, extent.dumpOctets)}</details>`,
  ].join("");
}

function fieldsHtml(tree: Annotation, octets: Uint8Array, maxRows: number): string {
  const rows: string[] = [];
  let left = 0;
  const walk = (node: Annotation, depth: number): void => {
    if (rows.length >= maxRows) {
      left += 1;
    } else {
      rows.push(rowHtml(node, depth, octets));
    }
    for (const child of node.children) walk(child, depth + 1);
  };
  walk(tree, 0);
  const more = left === 0 ? "" : `<tr><td><td colspan="3">${left} more fields: see the run file`;
  return `<div class="scroll"><table class="fields"><thead><tr><th scope="col">byte</th><th scope="col">field</th><th scope="col">value</th><th scope="col">octets</th></tr></thead><tbody>${rows.join("")}${more}</tbody></table></div>`;
}

function rowHtml(node: Annotation, depth: number, octets: Uint8Array): string {
  const leaf = node.children.length === 0;
  const part = octets.subarray(node.start, node.end);
  const shown = hex(part.subarray(0, HEX_IN_ROW)) + (part.length > HEX_IN_ROW ? " ..." : "");
  const value = leaf ? leafText(node) : "";
  const type = typeOf(node);
  return (
    `<tr><td>${node.start}<td class=d${Math.min(depth, 12)}>${safe(node.name)}${type === "" ? "" : ` <i>${safe(type)}</i>`}` +
    `<td>${safe(value)}<td>${leaf ? shown : `<i>${part.length} octets</i>`}`
  );
}

const typeOf = ({ type, name }: Annotation): string => (type === name ? "" : type);

function leafText({ value, type, start, end }: Annotation): string {
  if (value === undefined) return type.endsWith("<V>") && end > start ? "empty" : "absent";
  if (value instanceof Uint8Array) return opaqueText(value);
  if (typeof value === "bigint") return bigintText(value);
  if (typeof value === "string") return shorten(JSON.stringify(value), 160);
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  return "";
}

/** Identities and group ids are often text. */
function opaqueText(value: Uint8Array): string {
  const isText = value.length > 3 && value.every((octet) => octet >= 0x20 && octet < 0x7f);
  const text = isText ? `: ${shorten(JSON.stringify(new TextDecoder().decode(value)), 120)}` : "";
  return `${value.length} octets${text}`;
}

/** A uint64 that can be a time, in milliseconds or in seconds, is shown as one too. */
function bigintText(value: bigint): string {
  const within = (unit: bigint) => value > 1_500_000_000n * unit && value < 4_000_000_000n * unit;
  if (within(1000n)) return `${value} (${new Date(Number(value)).toISOString()})`;
  if (within(1n)) return `${value} (${new Date(Number(value) * 1000).toISOString()})`;
  return String(value);
}

function dumpHtml(octets: Uint8Array, maxOctets: number): string {
  const lines: string[] = [];
  const end = Math.min(octets.length, maxOctets);
  for (let at = 0; at < end; at += 16) {
    const row = octets.subarray(at, Math.min(at + 16, end));
    const text = [...row].map((octet) => (octet >= 0x20 && octet < 0x7f ? String.fromCharCode(octet) : "."));
    lines.push(`${String(at).padStart(5)}  ${hex(row).padEnd(47)}  ${text.join("")}`);
  }
  if (octets.length > end) lines.push(`${octets.length - end} more octets: see the run file`);
  return `<pre class="dump" tabindex="0">${safe(lines.join("\n"))}</pre>`;
}

function hex(octets: Uint8Array): string {
  return [...octets].map((octet) => octet.toString(16).padStart(2, "0")).join(" ");
}

/** The octets as text if that is what they are: UTF-8 without control characters; JSON is laid out. */
function asText(octets: Uint8Array): string | undefined {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(octets);
  } catch {
    return undefined;
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters mean that it is no text
  if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/.test(text)) return undefined;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
