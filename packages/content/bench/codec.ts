/**
 * The codec beside cbor-x, which checks nothing, and cborg, which is the strict one of the general decoders. Prints one
 * JSON line per measurement; the messages are those of the draft's examples in kind and size.
 * @module
 */

import { ContentError, decode, encode } from "@openmimi/content";
import { Decoder, decode as decodeAnything, Encoder } from "cbor-x";
import { decode as decodeStrictly } from "cborg";
import { corpus, manyMessages } from "./lib/corpus.ts";
import { compare, report } from "./lib/measure.ts";

const UNIT = "messages/s";
const options = { mapsAsObjects: false, useRecords: false };
const strict = {
  strict: true,
  allowIndefinite: false,
  allowUndefined: false,
  allowNaN: false,
  rejectDuplicateMapKeys: true,
  useMaps: true,
};

const decoding = { prepare: manyMessages, work: (bytes: Uint8Array) => decode(bytes) };
const bareDecoding = { prepare: manyMessages, work: (bytes: Uint8Array): unknown => decodeAnything(bytes) };
report("content.decode.beside-cbor-x", UNIT, compare(decoding, bareDecoding), 0.5);

const strictDecoding = {
  prepare: manyMessages,
  work: (bytes: Uint8Array): unknown => decodeStrictly(bytes, strict),
};
report("content.decode.beside-cborg-strict", UNIT, compare(decoding, strictDecoding), 1.4);

const encoder = new Encoder({ ...options, tagUint8Array: false });
const generic = corpus.map((bytes): unknown => new Decoder(options).decode(bytes.slice()));
if (generic.some((value, index) => Buffer.compare(encoder.encode(value), corpus[index]!) !== 0))
  throw new Error("cbor-x does not write the same octets");
const contents = corpus.map((bytes) => decode(bytes));
const times = <T>(values: readonly T[]) => Array.from({ length: 30 }, () => values).flat();
report(
  "content.encode.beside-cbor-x",
  UNIT,
  compare(
    { prepare: () => times(contents), work: (content) => encode(content) },
    { prepare: () => times(generic), work: (value) => encoder.encode(value) },
  ),
  0.6,
);

/** A MultiPart of 13,000 empty parts, within the limit of octets. */
function manyParts(): Uint8Array {
  const head = decode(corpus[0]!);
  const start = encode({ ...head, nestedPart: { cardinality: "nullpart", disposition: 1, language: "" } });
  const before = start.subarray(0, start.length - 4);
  const part = Uint8Array.of(0x83, 0x01, 0x60, 0x00);
  const count = 13_000;
  const bytes = new Uint8Array(before.length + 8 + count * part.length);
  bytes.set(before);
  bytes.set([0x85, 0x01, 0x60, 0x03, 0x02, 0x99, count >> 8, count & 0xff], before.length);
  for (let index = 0; index < count; index++) bytes.set(part, before.length + 8 + index * part.length);
  return bytes;
}

const hostile = manyParts();
report(
  "content.decode.refusal-of-13000-parts",
  UNIT,
  compare(
    { prepare: () => Array.from({ length: 20 }, () => hostile.slice()), work: refuse },
    { prepare: () => Array.from({ length: 20 }, () => hostile.slice()), work: bareDecoding.work },
  ),
  1,
);

function refuse(bytes: Uint8Array): string {
  try {
    decode(bytes);
  } catch (error) {
    if (error instanceof ContentError && error.code === "too-many-parts") return error.code;
    throw error;
  }
  throw new Error("13,000 parts were accepted");
}
