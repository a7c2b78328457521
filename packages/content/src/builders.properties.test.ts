import {
  attachment,
  ContentError,
  conferencing,
  decode,
  deletion,
  edit,
  encode,
  MediaType,
  type MimiContent,
  markdown,
  message,
  nonsenseOf,
  reaction,
  reply,
  singlePart,
  statusMessage,
  text,
  unlike,
} from "@openmimi/content";
import { arbitraryExtensionValue, arbitraryPart } from "@openmimi/content/testing";
import fc from "fast-check";
import { expect, it } from "vitest";

const ID = new Uint8Array(32).fill(1);
const OTHER_ID = new Uint8Array(32).fill(2).fill(1, 0, 1);

/** Texts, some of which are what they should be. */
const some = (...right: string[]) =>
  fc.oneof(
    { weight: 30, arbitrary: fc.constantFrom(...right) },
    { weight: 1, arbitrary: fc.string({ unit: "binary" }) },
  );
/** Mostly the first number, which is right. */
const number = (right: fc.Arbitrary<number>, any: fc.Arbitrary<number>) =>
  fc.oneof({ weight: 30, arbitrary: right }, { weight: 1, arbitrary: any });
const octets = (right: number, ...wrong: number[]) => {
  const arbitrary = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
  return fc.oneof(
    { weight: 30, arbitrary: arbitrary(right) },
    ...wrong.map((length) => ({ weight: 1, arbitrary: arbitrary(length) })),
  );
};
const someId = fc.oneof(
  { weight: 30, arbitrary: fc.constantFrom(ID, OTHER_ID) },
  { weight: 1, arbitrary: octets(32, 31) },
);
const someUri = some("mimi://a.example/u/alice", "https://a.example/x", "https://a.example/y");
const header = { disposition: number(fc.nat({ max: 255 }), fc.nat()), language: some("", "en", "en,fr") };
const someOptions = fc.record(
  {
    topicId: octets(4_096, 0, 1, 4_097),
    expires: fc.record({
      relative: fc.boolean(),
      time: number(fc.nat({ max: 31_622_400 }), fc.nat({ max: 2 ** 33 })),
    }),
    inReplyTo: someId,
    senderUri: someUri,
    roomUri: someUri,
    language: header.language,
    salt: octets(16, 15),
    unknownExtensions: fc
      .array(fc.tuple(number(fc.integer({ min: 3, max: 9 }), fc.nat()), arbitraryExtensionValue()), {
        maxLength: 3,
      })
      .map((entries) => new Map<number | string, Uint8Array>(entries)),
  },
  { requiredKeys: [], noNullPrototype: true },
);
const someMediaType = some("text/plain", "image/png", MediaType.markdown);
const someBody = fc.oneof(
  fc.string({ unit: "binary" }),
  arbitraryPart(),
  fc
    .tuple(someMediaType, some("`<b>`", "x", "a <b>"), fc.record(header))
    .map((given) => () => singlePart(...given)),
);
const someExternal = fc.record(
  {
    ...header,
    contentType: someMediaType,
    url: someUri,
    expires: number(fc.nat({ max: 2 ** 32 - 1 }), fc.nat({ max: 2 ** 33 })),
    size: fc.bigInt({ min: -1n, max: 2n ** 64n }),
    encAlg: number(fc.constant(1), fc.nat({ max: 2 })),
    key: octets(16, 0),
    nonce: octets(12, 0),
    aad: octets(0, 3),
    hashAlg: number(fc.constant(1), fc.nat({ max: 9 })),
    contentHash: octets(32, 0, 48),
  },
  {
    requiredKeys: ["contentType", "url", "key", "nonce", "encAlg", "hashAlg", "contentHash"],
    noNullPrototype: true,
  },
);
const someReport = fc.array(
  fc.record({ messageId: someId, status: number(fc.nat({ max: 255 }), fc.nat()) }),
  { maxLength: 3 },
);

it("whatever a builder returns can be encoded and decoded, and makes sense to receivers", () => {
  const build = fc
    .record({
      which: fc.nat({ max: 8 }),
      id: someId,
      body: someBody,
      external: someExternal,
      report: someReport,
      options: someOptions,
      reactions: fc.array(fc.string({ unit: "binary" }), { maxLength: 3 }),
    })
    .map(({ which, id, body: given, external, report, options, reactions }) => (): MimiContent => {
      const body = typeof given === "function" ? given() : given;
      switch (which) {
        case 0:
          return typeof body === "string" ? markdown(body, options) : message(body, options);
        case 1:
          return typeof body === "string" ? text(body, options) : message(body, options);
        case 2:
          return reply(id, body, options);
        case 3:
          return edit(id, body, options);
        case 4:
          return reaction(id, reactions, options);
        case 5:
          return deletion(id, options);
        case 6:
          return unlike(id, options);
        case 7:
          return external.contentType === ""
            ? conferencing(external, options)
            : attachment(external, options);
        default:
          return statusMessage(report, options);
      }
    });
  let built = 0;
  fc.assert(
    fc.property(build, (make) => {
      let content: MimiContent;
      try {
        content = make();
      } catch (error) {
        if (error instanceof ContentError) return;
        throw error;
      }
      built++;
      const bytes = encode(content);
      expect(decode(bytes)).toEqual(content);
      expect(encode(decode(bytes))).toEqual(bytes);
      const { expires } = content;
      const nowMs = expires !== null && !expires.relative ? BigInt(expires.time) * 1000n : 0n;
      const circumstances = { messageId: ID, acceptedTimestampMs: nowMs, nowMs, senderIsMember: true };
      expect(nonsenseOf(content, circumstances, { earliestMs: 0n })).toBeUndefined();
    }),
    { numRuns: 2_000 },
  );
  // Enough of them are right.
  expect(built).toBeGreaterThan(100);
});
