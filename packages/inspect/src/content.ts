/**
 * MIMI content and status reports, which are CBOR, as a tree of fields.
 * @module
 */

import { type DescribedItem, describe } from "@openmimi/content";
import * as bits from "./bits.ts";
import { notRead, objectOfMediaType } from "./embedded.ts";
import { dateOf, textMeaning } from "./meaning.ts";
import type { InspectedError, InspectedNode, ValueForm } from "./model.ts";
import { textOf } from "./octet-text.ts";
import type { Found, Read, Reader, Walk } from "./walk.ts";

/** An item with the items in it. */
interface Item extends DescribedItem {
  readonly name: string;
  readonly children: Item[];
}

/** Makes a reader of MIMI content or of a status report. */
export function contentReader(name: string, format: "mimi-content" | "mimi-message-status"): Reader {
  return (walk, start, end, path) => {
    const octets = walk.octets.subarray(start, end);
    const { items, error } = describe(octets, { format });
    const found: Found[] = [];
    const root = treeOf(items.slice(0, items.findIndex(() => !walk.takeNode()) >>> 0));
    const node =
      root === undefined
        ? { name, type: "array", start, end: start + (error?.offset ?? 0), children: [] }
        : { ...nodeOf(root, { walk, shift: start, found, path }), name };
    if (error === undefined && format === "mimi-content") found.unshift({ object: name, path, start, end });
    // However a message begins, behind it comes a salt of 16 octets.
    const hasSalt = format === "mimi-content" && octets[1] === 0x50;
    const read = {
      ...{ root: node, found },
      bits: items.length * bits.CBOR_ITEM_BITS + (hasSalt ? bits.SALT_BITS : 0),
    };
    if (error === undefined) return read;
    const { reason: message, path: where, offset, code } = error;
    const shown: InspectedError = { message, path: where, offset: offset + start, code };
    return { ...read, error: shown };
  };
}

/** The items come in the order of their octets; one lies in another if its octets do. */
function treeOf(items: readonly DescribedItem[]): Item | undefined {
  const open: Item[] = [];
  let root: Item | undefined;
  for (const described of items) {
    while (open.length > 0 && (open.at(-1)?.end ?? 0) <= described.start) open.pop();
    const parent = open.at(-1);
    const item = { ...described, name: nameIn(parent?.path ?? "", described.path), children: [] };
    open.push(item);
    if (parent === undefined) root ??= item;
    else parent.children.push(item);
  }
  return root;
}

function nameIn(parentPath: string, path: string): string {
  return (path.startsWith(parentPath) ? path.slice(parentPath.length) : path).replace(/^\./, "");
}

interface Place {
  readonly walk: Walk;
  readonly shift: number;
  readonly found: Found[];
  readonly path: string;
}

function nodeOf(item: Item, place: Place, parent?: Item): InspectedNode {
  const { name, start, end, value } = item;
  const range = { start: start + place.shift, end: end + place.shift };
  const children = item.children.map((child) => nodeOf(child, place, item));
  const meaning = meaningOf(item, parent);
  const said = meaning === undefined ? {} : { meaning };
  if (children.length > 0 || /^(?:array|map|tag)\(/.test(value))
    return { name, type: value, ...range, ...said, children };
  const embedded = name === "content" ? partContent(item, place, parent) : undefined;
  if (embedded !== undefined) return { name, type: "bstr", ...range, ...embedded };
  return { name, ...range, ...shown(value), ...said, children };
}

/** Diagnostic notation says what type it is. */
function shown(value: string): { type: string; value: string | number; form: ValueForm } {
  if (value.startsWith("h'")) return { type: "bstr", value: value.slice(2, -1), form: "octets" };
  if (value.startsWith('"')) return { type: "tstr", value: JSON.parse(value) as string, form: "text" };
  if (value === "null" || value === "undefined") return { type: value, value, form: "null" };
  if (value === "true" || value === "false") return { type: "bool", value, form: "boolean" };
  if (/^\d+$/.test(value)) return { type: "uint", value: integer(value), form: "integer" };
  if (/^-\d+$/.test(value)) return { type: "nint", value: integer(value), form: "integer" };
  return value.startsWith("simple(")
    ? { type: "simple", value, form: "null" }
    : { type: "float", value, form: "float" };
}

function integer(text: string): string | number {
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : text;
}

function meaningOf({ name, value, note, path }: Item, parent: Item | undefined): string | undefined {
  const fieldOf = (field: string) => parent?.children.find((child) => child.name === field)?.value;
  const isTime = name === "expires" || (name === "time" && fieldOf("relative") === "false");
  if (isTime && /^[1-9]\d*$/.test(value)) return dateOf(Number(value) * 1000);
  // Content §3.3: the first octet names the hash algorithm.
  if (name === "replaces" || name === "inReplyTo" || name === "messageId")
    return value.startsWith("h'01") ? "a message ID, SHA-256" : note;
  const said = value.startsWith('"') ? textMeaning(JSON.parse(value) as string) : undefined;
  if (said !== undefined && note !== undefined) return `${note}, ${said}`;
  if (said !== undefined || note !== undefined) return said ?? note;
  if (value === "h''" || value === '""' || value === "array(0)" || value === "map(0)") return "empty";
  if (!value.startsWith("h'") || !/\.(?:content|topicId)$/.test(path)) return undefined;
  const text = textOf(ofHex(value.slice(2, -1)));
  return text === undefined ? undefined : JSON.stringify(text);
}

function ofHex(hex: string): Uint8Array {
  return Uint8Array.from({ length: hex.length / 2 }, (_, at) =>
    Number.parseInt(hex.slice(2 * at, 2 * at + 2), 16),
  );
}

type PartContent = Pick<InspectedNode, "embedded" | "error" | "children" | "value" | "form" | "meaning">;

/** The content of a part that is an object again: a forwarded message, a status report, an MLSMessage. */
function partContent({ value, end }: Item, place: Place, parent: Item | undefined): PartContent | undefined {
  const contentType = parent?.children.find((child) => child.name === "contentType")?.value;
  if (contentType === undefined || !value.startsWith("h'")) return undefined;
  const object = objectOfMediaType(JSON.parse(contentType) as string);
  if (object === undefined) return undefined;
  const octets = (value.length - 3) / 2;
  const until = end + place.shift;
  const path = nameIn("MimiContent", `${parent?.path ?? ""}.content`);
  const at = place.path === "" ? path : `${place.path}.${path}`;
  const read: Read | undefined = place.walk.read(object, until - octets, until, at);
  const shown = { value: value.slice(2, -1), form: "octets" as const };
  if (read === undefined)
    return { ...shown, meaning: notRead({ objects: [object], certain: true }), children: [] };
  const { children } = read.root;
  if (read.error !== undefined) return { ...shown, embedded: object, error: read.error, children };
  place.found.push(...read.found);
  return { embedded: object, children };
}
