/**
 * Messages and status reports once more, out of the tree of `second-cbor.ts`. Content §4, §6; status §4.
 * @module
 */

import type { Json } from "@openmimi/vectors";
import { type Item, must, Refused, readItem } from "./second-cbor.ts";
import type { Fields } from "./second-decoder.ts";

const array = (item: Item | undefined, ...lengths: readonly number[]): readonly Item[] => {
  must(item?.is === "array" && (lengths.length === 0 || lengths.includes(item.items.length)), "an array");
  return item.items;
};
const octets = (item: Item | undefined, length?: number): string => {
  must(item?.is === "bytes" && (length === undefined || item.value.length === 2 * length), "octets");
  return item.value;
};
const text = (item: Item | undefined): string => {
  must(item?.is === "text", "a text");
  return item.value;
};
const uint = (item: Item | undefined, bits: number): bigint => {
  must(item?.is === "int" && item.value >= 0n && item.value < 1n << BigInt(bits), "an unsigned integer");
  return item.value;
};
const isNull = (item: Item | undefined): boolean => item?.is === "simple" && item.value === 22;
const orNull = (item: Item | undefined, read: (item: Item | undefined) => Json): Json =>
  isNull(item) ? null : read(item);

/** @returns the JSON of a message, or undefined for what is none */
export function readMessage(digits: string): Fields | undefined {
  return attempt(() => {
    const [salt, replaces, topicId, expires, inReplyTo, extensions, part, ...rest] = array(
      readItem(digits),
      7,
    );
    must(rest.length === 0, "seven fields");
    const topic = octets(topicId);
    must(topic.length <= 2 * 4096, "a long topic");
    const nestedPart = readPart(part, 1);
    must(countParts(nestedPart) <= 1024, "many parts");
    return {
      salt: octets(salt, 16),
      replaces: orNull(replaces, (item) => octets(item, 32)),
      topicId: topic,
      expires: orNull(expires, readExpiration),
      inReplyTo: orNull(inReplyTo, (item) => octets(item, 32)),
      mimiExtensions: readExtensions(extensions),
      nestedPart,
    };
  });
}

/** @returns the JSON of a report, or undefined for what is none */
export function readReport(digits: string): Json | undefined {
  return attempt(() =>
    array(readItem(digits)).map((pair) => {
      const [messageId, status] = array(pair, 2);
      return { messageId: octets(messageId, 32), status: Number(uint(status, 8)) };
    }),
  );
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof Refused) return undefined;
    throw error;
  }
}

function readExpiration(item: Item | undefined): Json {
  const [relative, time] = array(item, 2);
  must(relative?.is === "simple" && (relative.value === 20 || relative.value === 21), "a boolean");
  return { relative: relative.value === 21, time: Number(uint(time, 32)) };
}

const SAFE = 2n ** 53n - 1n;

function readExtensions(item: Item | undefined): Fields {
  must(item?.is === "map", "a map");
  const read: Fields = {};
  const unknown: Json[] = [];
  for (const [key, value] of item.entries) {
    if (key.is === "int") must(key.value !== 0n && key.value <= SAFE && key.value >= -SAFE, "a key");
    else {
      const size = Buffer.byteLength(text(key));
      must(size >= 1 && size <= 255, "a key of text");
    }
    if (key.is === "int" && key.value === 1n) read.senderUri = text(value);
    else if (key.is === "int" && key.value === 2n) read.roomUri = text(value);
    else {
      checkValue(value, 2);
      unknown.push([key.is === "int" ? Number(key.value) : text(key), value.octets]);
    }
  }
  return { ...read, unknownExtensions: unknown };
}

/** @param level of the value if it is a map, an array or a tag; the extensions map is level 1 */
function checkValue(item: Item, level: number): void {
  if (item.is === "array" || item.is === "map" || item.is === "tag") must(level <= 4, "too deep");
  if (item.is === "array") for (const each of item.items) checkValue(each, level + 1);
  if (item.is === "map") {
    for (const [key, value] of item.entries) {
      const isKey = key.is === "text" || key.is === "bytes";
      must(isKey || (key.is === "int" && key.value <= SAFE && key.value >= -SAFE), "a nested key");
      checkValue(value, level + 1);
    }
  }
  if (item.is !== "tag") return;
  if (item.number === 2n || item.number === 3n) {
    const digits = octets(item.item);
    must(digits.length > 16 && !digits.startsWith("00"), "a bignum that is none");
  } else checkValue(item.item, level + 1);
}

function readPart(item: Item | undefined, level: number): Fields {
  must(level <= 4, "too deep");
  const fields = array(item, 3, 5, 15);
  const [disposition, language, cardinality, ...rest] = fields;
  const head = { disposition: Number(uint(disposition, 8)), language: text(language) };
  switch (uint(cardinality, 8)) {
    case 0n:
      must(fields.length === 3, "three fields");
      return { ...head, cardinality: "nullpart" };
    case 1n:
      must(fields.length === 5, "five fields");
      return { ...head, cardinality: "single", contentType: text(rest[0]), content: octets(rest[1]) };
    case 2n:
      must(fields.length === 15, "fifteen fields");
      return { ...head, cardinality: "external", ...readExternal(rest) };
    case 3n: {
      must(fields.length === 5, "five fields");
      const partSemantics = ["chooseOne", "singleUnit", "processAll"][Number(uint(rest[0], 8))];
      must(partSemantics !== undefined, "part semantics");
      const parts = array(rest[1]).map((part) => readPart(part, level + 1));
      must(parts.length >= 2, "two parts");
      return { ...head, cardinality: "multi", partSemantics, parts };
    }
    default:
      throw new Refused("a cardinality");
  }
}

function readExternal(items: readonly Item[]): Fields {
  const [contentType, url, expires, size, encAlg, key, nonce, aad, hashAlg, contentHash, description, name] =
    items;
  const external = {
    contentType: text(contentType),
    url: text(url),
    expires: Number(uint(expires, 32)),
    size: String(uint(size, 64)),
    encAlg: Number(uint(encAlg, 16)),
    key: octets(key),
    nonce: octets(nonce),
    aad: octets(aad),
    hashAlg: Number(uint(hashAlg, 8)),
    contentHash: octets(contentHash),
    description: text(description),
    filename: text(name),
  };
  if (external.encAlg === 0) must(external.key + external.nonce + external.aad === "", "not encrypted");
  if (external.encAlg === 1) must(external.key.length === 32 && external.nonce.length === 24, "AES-128-GCM");
  must((external.hashAlg === 0) === (external.contentHash === ""), "a hash");
  return external;
}

/** How many parts there are, with those in it. */
export function countParts(part: Fields): number {
  return 1 + ((part.parts ?? []) as Fields[]).reduce((sum, each) => sum + countParts(each), 0);
}
