/**
 * Builds the values of a message that the scan has found right, with cbor-x.
 *
 * Two things are kept away from cbor-x. Text, because its TextDecoder drops a leading U+FEFF, so that encoding
 * again would give other octets: text heads are turned into byte string heads (one bit, same length) and the text
 * is decoded here. And extension values, because tags act in cbor-x: they stay encoded.
 * @module
 */

import { Decoder } from "cbor-x";
import type { Extensions, MimiContent, NestedPart, PartHeader, PartSemantics } from "./model.ts";
import { partSemanticsName } from "./names.ts";
import { ExtensionNumber, type ExtensionSpan } from "./scan/extensions.ts";
import type { MessageSpans } from "./scan/message.ts";

/** The bit by which the head of a text string differs from that of a byte string. */
const TEXT_BIT = 0x20;

const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });
const cbor = new Decoder({ mapsAsObjects: false, useRecords: false, copyBuffers: true });

/** What is left in a scanned message once text is octets and extensions are set aside. */
type Built = null | boolean | number | bigint | Uint8Array | Built[];
type BuiltExpiration = [relative: boolean, time: number];
type BuiltExternal = [
  contentType: Uint8Array,
  url: Uint8Array,
  expires: number,
  size: number | bigint,
  encAlg: number,
  key: Uint8Array,
  nonce: Uint8Array,
  aad: Uint8Array,
  hashAlg: number,
  contentHash: Uint8Array,
  description: Uint8Array,
  filename: Uint8Array,
];
type BuiltPart =
  | [disposition: number, language: Uint8Array, nullpart: 0]
  | [disposition: number, language: Uint8Array, single: 1, contentType: Uint8Array, content: Uint8Array]
  | [disposition: number, language: Uint8Array, external: 2, ...BuiltExternal]
  | [disposition: number, language: Uint8Array, multi: 3, partSemantics: number, parts: BuiltPart[]];
type BuiltHead = [
  salt: Uint8Array,
  replaces: Uint8Array | null,
  topicId: Uint8Array,
  expires: BuiltExpiration | null,
  inReplyTo: Uint8Array | null,
];

/**
 * Builds one message. The octets must have passed the scan that gave `spans` and `textHeads`.
 *
 * @returns values that share no memory with `bytes`
 */
export function buildMessage(
  bytes: Uint8Array,
  spans: MessageSpans,
  textHeads: readonly number[],
): MimiContent {
  const { extensions, extensionsStart, extensionsEnd } = spans;
  const copy = new Uint8Array(bytes);
  for (const head of textHeads) copy[head]! ^= TEXT_BIT;
  // Behind the head of the message stand five items, the extensions, and the part.
  const head = cbor.decodeMultiple(copy.subarray(1, extensionsStart)) as unknown as BuiltHead;
  const part = build<BuiltPart>(copy.subarray(extensionsEnd));
  const [salt, replaces, topicId, expires, inReplyTo] = head;
  return {
    salt,
    replaces,
    topicId,
    expires: expires === null ? null : { relative: expires[0], time: expires[1] },
    inReplyTo,
    mimiExtensions: buildExtensions(bytes, extensions),
    nestedPart: buildPart(part),
  };
}

/** Builds the value of octets that hold no text, no maps and no tags, and have been scanned. */
export function build<T extends Built>(bytes: Uint8Array): T {
  return cbor.decode(bytes);
}

function buildExtensions(bytes: Uint8Array, spans: readonly ExtensionSpan[]): Extensions {
  const uris: { senderUri?: string; roomUri?: string } = {};
  const unknownExtensions = new Map<number | string, Uint8Array>();
  for (const { key, start, end, uri } of spans) {
    if (key === ExtensionNumber.senderUri) uris.senderUri = utf8.decode(bytes.subarray(uri, end));
    else if (key === ExtensionNumber.roomUri) uris.roomUri = utf8.decode(bytes.subarray(uri, end));
    else unknownExtensions.set(key, new Uint8Array(bytes.subarray(start, end)));
  }
  return { ...uris, unknownExtensions };
}

function buildPart(part: BuiltPart): NestedPart {
  const header: PartHeader = { disposition: part[0], language: utf8.decode(part[1]) };
  switch (part[2]) {
    case 0:
      return { ...header, cardinality: "nullpart" };
    case 1:
      return { ...header, cardinality: "single", contentType: utf8.decode(part[3]), content: part[4] };
    case 2: {
      const [, , , contentType, url, expires, size, encAlg, key, nonce, aad, hashAlg, ...rest] = part;
      const [contentHash, description, filename] = rest;
      return {
        ...header,
        cardinality: "external",
        contentType: utf8.decode(contentType),
        url: utf8.decode(url),
        expires,
        size: BigInt(size),
        encAlg,
        key,
        nonce,
        aad,
        hashAlg,
        contentHash,
        description: utf8.decode(description),
        filename: utf8.decode(filename),
      };
    }
    case 3: {
      const partSemantics = partSemanticsName(part[3]) as keyof typeof PartSemantics;
      return { ...header, cardinality: "multi", partSemantics, parts: part[4].map(buildPart) };
    }
  }
}
