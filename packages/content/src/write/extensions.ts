/**
 * Writes the extensions map: draft-ietf-mimi-content-08 §4.3, keys in the order of §6.1.
 * @module
 */

import type { Extensions } from "../model.ts";
import { checkExtensionValue } from "../read/extension-value.ts";
import { ExtensionNumber } from "../read/extensions.ts";
import { Major } from "../read/major.ts";
import { compareBytes } from "../read/map-keys.ts";
import { checkOctets, checkRecord, refused, writeIntegerHere, writeText, writeTextHere } from "./fields.ts";
import { Writer } from "./writer.ts";

/** Writes the map, sorted. */
export function writeExtensions(writer: Writer, extensions: Extensions): void {
  writer.enter("mimiExtensions");
  checkRecord(writer, extensions);
  const { senderUri, roomUri, unknownExtensions } = extensions;
  if (!(unknownExtensions instanceof Map)) {
    writer.at("unknownExtensions");
    throw refused(writer, "expected a Map");
  }
  const known = (senderUri === undefined ? 0 : 1) + (roomUri === undefined ? 0 : 1);
  writer.head(Major.map, known + unknownExtensions.size);
  // Keys 1 and 2 sort before all others that are allowed.
  if (senderUri !== undefined) {
    writer.head(Major.unsigned, ExtensionNumber.senderUri);
    writeText(writer, "senderUri", senderUri);
  }
  if (roomUri !== undefined) {
    writer.head(Major.unsigned, ExtensionNumber.roomUri);
    writeText(writer, "roomUri", roomUri);
  }
  if (unknownExtensions.size > 0) writeUnknown(writer, unknownExtensions);
  writer.leave();
}

function writeUnknown(writer: Writer, extensions: ReadonlyMap<unknown, unknown>): void {
  const entries: { key: Uint8Array; value: Uint8Array }[] = [];
  for (const [key, value] of extensions) {
    writer.enter(`[${typeof key === "string" ? JSON.stringify(key) : String(key)}]`);
    const encodedKey = encodeKey(writer, key);
    // Alone first: two values in one entry could otherwise pass for the next entry.
    const octets = checkOctets(writer, value);
    checkExtensionValue(octets, writer.path);
    entries.push({ key: encodedKey, value: octets });
    writer.leave();
  }
  entries.sort((a, b) => compareBytes(a.key, b.key));
  for (const { key, value } of entries) {
    writer.raw(key);
    writer.raw(value);
  }
}

function encodeKey(place: Writer, key: unknown): Uint8Array {
  if (key === ExtensionNumber.senderUri || key === ExtensionNumber.roomUri)
    throw refused(place, "this key has a field of its own");
  if (typeof key !== "string" && typeof key !== "number")
    throw refused(place, "an extension key is a number or a string");
  const writer = new Writer(place.path);
  if (typeof key === "string") writeTextHere(writer, key);
  else writeIntegerHere(writer, key);
  return writer.finish();
}
