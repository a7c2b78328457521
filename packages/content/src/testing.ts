/**
 * Arbitrary valid messages, reports and extension values. For test files: needs fast-check.
 * @module
 */

import fc from "fast-check";
import {
  type ExtensionKey,
  type ExternalPart,
  MAX_EXTENSION_LEVELS,
  MAX_PART_LEVELS,
  type MimiContent,
  type NestedPart,
} from "./model.ts";
import { checkDouble, checkSingle } from "./read/float.ts";
import { Major } from "./read/major.ts";
import { compareBytes } from "./read/map-keys.ts";
import type { MessageStatusReport } from "./status-report.ts";
import { Writer } from "./write/writer.ts";

const utf8 = new TextEncoder();

/** Texts of all of Unicode, with a leading U+FEFF in short and long ones: some decoders drop it. */
const text: fc.Arbitrary<string> = fc.oneof(
  { weight: 8, arbitrary: fc.string({ unit: "binary", maxLength: 40 }) },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 300 }).map((rest) => `\ufeff${rest}`) },
);

const octets = (length: number): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array({ minLength: length, maxLength: length });
const someOctets = fc.uint8Array({ maxLength: 40 });
const unsigned = (bits: number): fc.Arbitrary<number> => fc.nat({ max: 2 ** bits - 1 });
const messageId = octets(32);

/** A message that {@link encode} accepts. */
export function arbitraryContent(): fc.Arbitrary<MimiContent> {
  return fc.record({
    salt: octets(16),
    replaces: fc.option(messageId),
    topicId: fc.uint8Array({ maxLength: 300 }),
    expires: fc.option(fc.record({ relative: fc.boolean(), time: unsigned(32) })),
    inReplyTo: fc.option(messageId),
    mimiExtensions: fc.record(
      {
        senderUri: text,
        roomUri: text,
        unknownExtensions: fc
          .array(fc.tuple(arbitraryExtensionKey(), arbitraryExtensionValue()), { maxLength: 5 })
          .map((entries) => new Map<ExtensionKey, Uint8Array>(entries)),
      },
      { requiredKeys: ["unknownExtensions"], noNullPrototype: true },
    ),
    nestedPart: arbitraryPart(),
  });
}

/** A key that an unknown extension may have. */
export function arbitraryExtensionKey(): fc.Arbitrary<ExtensionKey> {
  return fc.oneof(
    fc.integer({ min: 3, max: Number.MAX_SAFE_INTEGER }),
    fc.integer({ min: 3, max: 1000 }),
    fc.integer({ min: -Number.MAX_SAFE_INTEGER, max: -1 }),
    fc.string({ unit: "binary", minLength: 1, maxLength: 60 }),
  );
}

/** A part, on `level` and below. */
export function arbitraryPart(level = 1): fc.Arbitrary<NestedPart> {
  const header = { disposition: unsigned(8), language: text };
  const leaves: fc.Arbitrary<NestedPart>[] = [
    fc.record({ ...header, cardinality: fc.constant("nullpart" as const) }),
    fc.record({
      ...header,
      cardinality: fc.constant("single" as const),
      contentType: text,
      content: someOctets,
    }),
    arbitraryExternal(),
  ];
  if (level === MAX_PART_LEVELS) return fc.oneof(...leaves);
  const multi = fc.record({
    ...header,
    cardinality: fc.constant("multi" as const),
    partSemantics: fc.constantFrom("chooseOne" as const, "singleUnit" as const, "processAll" as const),
    parts: fc.array(arbitraryPart(level + 1), { minLength: 2, maxLength: 4 }),
  });
  return fc.oneof(...leaves, multi);
}

function arbitraryExternal(): fc.Arbitrary<ExternalPart> {
  const none = fc.constant(new Uint8Array());
  const encryption = fc.oneof(
    fc.record({ encAlg: fc.constant(0), key: none, nonce: none, aad: none }),
    fc.record({ encAlg: fc.constant(1), key: octets(16), nonce: octets(12), aad: someOctets }),
    fc.record({
      encAlg: fc.integer({ min: 2, max: 0xffff }),
      key: someOctets,
      nonce: someOctets,
      aad: someOctets,
    }),
  );
  const hash = fc.oneof(
    fc.record({ hashAlg: fc.constant(0), contentHash: none }),
    fc.record({ hashAlg: fc.integer({ min: 1, max: 255 }), contentHash: octets(32) }),
  );
  const rest = fc.record({
    disposition: unsigned(8),
    language: text,
    contentType: text,
    url: text,
    expires: unsigned(32),
    size: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
    description: text,
    filename: text,
  });
  return fc
    .tuple(rest, encryption, hash)
    .map((pieces): ExternalPart => ({ cardinality: "external", ...pieces[0], ...pieces[1], ...pieces[2] }));
}

/** The encoding of any value that an extension may have. */
export function arbitraryExtensionValue(level = 1): fc.Arbitrary<Uint8Array> {
  const leaves = [integer, string(Major.bytes), string(Major.text), float, simple];
  if (level === MAX_EXTENSION_LEVELS) return fc.oneof(...leaves);
  const nested = arbitraryExtensionValue(level + 1);
  const array = fc
    .array(nested, { maxLength: 4 })
    .map((items) => encoding(Major.array, items.length, ...items));
  const map = fc
    .uniqueArray(fc.tuple(nestedKey, nested), { maxLength: 4, selector: ([key]) => key.join() })
    .map((entries) => {
      entries.sort((a, b) => compareBytes(a[0], b[0]));
      return encoding(Major.map, entries.length, ...entries.flat());
    });
  const tag = fc
    .tuple(fc.bigInt({ min: 4n, max: 2n ** 64n - 1n }), fc.nat({ max: 300 }), nested)
    .map(([wide, small, item]) => encoding(Major.tag, small > 3 ? small : wide, item));
  return fc.oneof(...leaves, array, map, tag, bignum);
}

/** A report that {@link encodeStatusReport} accepts. */
export function arbitraryStatusReport(): fc.Arbitrary<MessageStatusReport> {
  return fc.array(fc.record({ messageId, status: unsigned(8) }), { maxLength: 30 });
}

/** Changes octets as a careless or hostile sender would: flips, inserts, removes, cuts off or appends. */
export function arbitraryMutation(): fc.Arbitrary<(bytes: Uint8Array) => Uint8Array> {
  return fc.tuple(fc.nat(), fc.nat({ max: 4 }), fc.nat({ max: 255 })).map(([position, kind, octet]) => {
    return (bytes: Uint8Array): Uint8Array => {
      const at = bytes.length === 0 ? 0 : position % bytes.length;
      const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)];
      if (kind === 0) return Uint8Array.of(...before, (after[0] ?? 0) ^ (octet || 1), ...after.subarray(1));
      if (kind === 1) return Uint8Array.of(...before, octet, ...after);
      if (kind === 2) return Uint8Array.of(...before, ...after.subarray(1));
      if (kind === 3) return before.slice();
      return Uint8Array.of(...bytes, octet);
    };
  });
}

const uint64 = fc.oneof(fc.nat({ max: 300 }).map(BigInt), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }));
const integer = fc
  .tuple(fc.constantFrom(Major.unsigned, Major.negative), uint64)
  .map(([major, argument]) => encoding(major, argument));

const string = (major: number): fc.Arbitrary<Uint8Array> =>
  (major === Major.text ? text.map((value) => utf8.encode(value)) : someOctets).map((content) =>
    encoding(major, content.length, content),
  );

const nestedKey = fc.oneof(
  fc
    .integer({ min: -Number.MAX_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER })
    .map((key) => (key < 0 ? encoding(Major.negative, -1 - key) : encoding(Major.unsigned, key))),
  string(Major.bytes),
  string(Major.text),
);

const half = fc
  .nat({ max: 0xffff })
  .filter((bits) => (bits & 0x7c00) !== 0x7c00 || (bits & 0x3ff) === 0 || bits === 0x7e00)
  .map((bits) => Uint8Array.of(0xf9, bits >> 8, bits & 0xff));
const single = octets(4)
  .filter((bits) => checkSingle(viewOf(bits).getUint32(0)) === undefined)
  .map((bits) => Uint8Array.of(0xfa, ...bits));
const double = octets(8)
  .filter((bits) => checkDouble(viewOf(bits).getFloat64(0)) === undefined)
  .map((bits) => Uint8Array.of(0xfb, ...bits));
const float = fc.oneof(half, single, double);

const simple = fc
  .integer({ min: 0, max: 255 })
  .filter((value) => value < 24 || value >= 32)
  .map((value) => encoding(Major.simple, value));

const bignum = fc
  .tuple(
    fc.constantFrom(2, 3),
    fc.integer({ min: 1, max: 255 }),
    fc.uint8Array({ minLength: 8, maxLength: 20 }),
  )
  .map(([tag, first, rest]) =>
    encoding(Major.tag, tag, encoding(Major.bytes, rest.length + 1, Uint8Array.of(first), rest)),
  );

function encoding(major: number, argument: number | bigint, ...contents: readonly Uint8Array[]): Uint8Array {
  const writer = new Writer();
  writer.head(major, argument);
  for (const content of contents) writer.raw(content);
  return writer.finish();
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
