/**
 * Writes the extensions map: draft-ietf-mimi-content-08 §4.3, keys in the order of §6.1.
 * @module
 */

import { invalidArgument } from "../errors.ts";
import type { Extensions } from "../model.ts";
import { Major } from "../scan/cursor.ts";
import { checkExtensionValue } from "../scan/extension-value.ts";
import { ExtensionNumber } from "../scan/extensions.ts";
import { compareBytes } from "../scan/map-keys.ts";
import { checkOctets, checkRecord, writeInteger, writeText } from "./fields.ts";
import { Writer } from "./writer.ts";

interface Entry {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
}

/** Writes the map, sorted. */
export function writeExtensions(writer: Writer, path: string, extensions: Extensions): void {
  checkRecord(path, extensions);
  const { senderUri, roomUri, unknownExtensions } = extensions;
  const entries: Entry[] = [];
  if (senderUri !== undefined)
    entries.push(uriEntry(`${path}.senderUri`, ExtensionNumber.senderUri, senderUri));
  if (roomUri !== undefined) entries.push(uriEntry(`${path}.roomUri`, ExtensionNumber.roomUri, roomUri));
  if (!(unknownExtensions instanceof Map))
    throw invalidArgument(`${path}.unknownExtensions`, "expected a Map");
  for (const [key, value] of unknownExtensions) entries.push(unknownEntry(path, key, value));
  entries.sort((a, b) => compareBytes(a.key, b.key));
  writer.head(Major.map, entries.length);
  for (const { key, value } of entries) {
    writer.raw(key);
    writer.raw(value);
  }
}

function uriEntry(path: string, key: number, uri: unknown): Entry {
  return {
    key: encoded((writer) => writeInteger(writer, path, key)),
    value: encoded((writer) => writeText(writer, path, uri)),
  };
}

function unknownEntry(map: string, key: unknown, value: unknown): Entry {
  const path = `${map}[${typeof key === "string" ? JSON.stringify(key) : String(key)}]`;
  if (key === ExtensionNumber.senderUri || key === ExtensionNumber.roomUri)
    throw invalidArgument(path, "this key has a field of its own");
  if (typeof key !== "string" && typeof key !== "number")
    throw invalidArgument(path, "an extension key is a number or a string");
  // Alone first: two values in one entry could otherwise pass for the next entry.
  const octets = checkOctets(path, value);
  checkExtensionValue(octets, path);
  return {
    key: encoded((writer) => (typeof key === "string" ? writeText : writeInteger)(writer, path, key)),
    value: octets,
  };
}

function encoded(write: (writer: Writer) => void): Uint8Array {
  const writer = new Writer();
  write(writer);
  return writer.finish();
}
