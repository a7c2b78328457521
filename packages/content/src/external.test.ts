import { createCipheriv, createHash } from "node:crypto";
import {
  attachment,
  checkExternal,
  DEFAULT_MAX_EXTERNAL_OCTETS,
  decode,
  type ExternalPart,
  encode,
  encryptExternal,
  externalPart,
  openExternal,
  plainExternal,
} from "@openmimi/content";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hex, refusal } from "../test/fixtures.ts";

const NOW = { nowMs: 1_800_000_000_000n };
const url = "https://a.example/asset/1";
const video = new TextEncoder().encode("a film of two hours");
const part = (changes: Partial<ExternalPart>) => externalPart({ contentType: "video/mp4", url, ...changes });
const protectedPart = (changes: Partial<ExternalPart> = {}) => {
  const { octets, fields } = encryptExternal(video);
  return { octets, part: part({ ...fields, ...changes }) };
};

describe("encrypted external content (content §4.5)", () => {
  it("comes back through a message", () => {
    const { octets, fields } = encryptExternal(video);
    const bytes = encode(attachment({ contentType: "video/mp4", url, ...fields }));
    const received = decode(bytes).nestedPart as ExternalPart;
    expect(received.size).toBe(BigInt(video.length + 16));
    expect(openExternal(received, octets, NOW)).toEqual(video);
  });

  it("is what RFC 5116 calls AEAD_AES_128_GCM, hashed as uploaded", () => {
    const key = hex("000102030405060708090a0b0c0d0e0f");
    const nonce = hex("101112131415161718191a1b");
    const given = [key, nonce];
    const aad = hex("aabb");
    const { octets, fields } = encryptExternal(video, { random: () => given.shift()!, aad });
    const cipher = createCipheriv("aes-128-gcm", key, nonce).setAAD(aad);
    const expected = Buffer.concat([cipher.update(video), cipher.final(), cipher.getAuthTag()]);
    expect(octets).toEqual(new Uint8Array(expected));
    const contentHash = new Uint8Array(createHash("sha256").update(expected).digest());
    const size = BigInt(expected.length);
    expect(fields).toEqual({ size, encAlg: 1, key, nonce, aad, hashAlg: 1, contentHash });
  });

  it("has a key and nonce of its own each time", () => {
    const [one, two] = [encryptExternal(video).fields, encryptExternal(video).fields];
    expect(one.key).not.toEqual(two.key);
    expect(one.nonce).not.toEqual(two.nonce);
    expect(one.aad).toEqual(new Uint8Array());
  });

  it("is refused when one bit is another, by its hash or else by its tag", () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat({ max: 7 }), (position, bit) => {
        const { octets, part } = protectedPart();
        const spoiled = octets.slice();
        spoiled[position % spoiled.length]! ^= 1 << bit;
        expect(refusal(() => openExternal(part, spoiled, NOW)).code).toBe("hash-mismatch");
        const unhashed = { ...part, hashAlg: 0, contentHash: new Uint8Array() };
        expect(refusal(() => openExternal(unhashed, spoiled, NOW)).code).toBe("not-authentic");
      }),
      { numRuns: 50 },
    );
  });

  it("is refused under another key, nonce or aad", () => {
    const { octets, part } = protectedPart();
    for (const changes of [
      { key: new Uint8Array(16) },
      { nonce: new Uint8Array(12) },
      { aad: Uint8Array.of(1) },
    ])
      expect(refusal(() => openExternal({ ...part, ...changes }, octets, NOW)).code).toBe("not-authentic");
    const short =
      part.hashAlg === 1 ? { ...part, size: 0n, hashAlg: 0, contentHash: new Uint8Array() } : part;
    expect(refusal(() => openExternal(short, octets.subarray(0, 15), NOW)).code).toBe("not-authentic");
  });

  it("refuses a random source that gives too little", () => {
    expect(refusal(() => encryptExternal(video, { random: () => new Uint8Array(3) })).path).toBe("key");
  });
});

describe("external content that is not encrypted", () => {
  it("is only hashed", () => {
    const { octets, fields } = plainExternal(video);
    expect(octets).toEqual(video);
    const opened = openExternal(part(fields), octets, NOW);
    expect(opened).toEqual(video);
    expect(opened.buffer).not.toBe(octets.buffer);
    expect(
      refusal(() =>
        openExternal(
          part(fields),
          octets.map(() => 0),
          NOW,
        ),
      ).code,
    ).toBe("hash-mismatch");
  });

  it.each([
    [7, "sha384"],
    [8, "sha512"],
  ])("may be hashed with algorithm %s", (hashAlg, name) => {
    const contentHash = new Uint8Array(createHash(name).update(video).digest());
    expect(openExternal(part({ hashAlg, contentHash }), video, NOW)).toEqual(video);
  });

  it("without hash and size is taken as it is", () => {
    expect(openExternal(part({}), video, NOW)).toEqual(video);
  });
});

describe("before fetching", () => {
  it("tells how much may be fetched", () => {
    expect(checkExternal(part({}), NOW)).toBe(DEFAULT_MAX_EXTERNAL_OCTETS);
    expect(checkExternal(part({}), { ...NOW, maxOctets: 7 })).toBe(7);
    expect(checkExternal(part({ size: 5n }), { ...NOW, maxOctets: 7 })).toBe(5);
    expect(checkExternal(part({ url: "HTTP://a.example/" }), { ...NOW, maxOctets: 7 })).toBe(7);
  });

  it.each<[string, Partial<ExternalPart>, string, string]>([
    ["what has expired", { expires: 1_799_999_999 }, "expired", "expires"],
    ["what is too large", { size: 2n ** 64n - 1n }, "too-large", "size"],
    [
      "another AEAD",
      { encAlg: 2, key: new Uint8Array(32), nonce: new Uint8Array(12) },
      "unsupported",
      "encAlg",
    ],
    ["another hash", { hashAlg: 2, contentHash: new Uint8Array(16) }, "unsupported", "hashAlg"],
    [
      "a truncated key",
      { encAlg: 1, key: new Uint8Array(15), nonce: new Uint8Array(12) },
      "inconsistent",
      "key",
    ],
    [
      "a long nonce",
      { encAlg: 1, key: new Uint8Array(16), nonce: new Uint8Array(13) },
      "inconsistent",
      "nonce",
    ],
    ["half a hash", { hashAlg: 1, contentHash: new Uint8Array(16) }, "inconsistent", "contentHash"],
    [
      "a hash of another algorithm",
      { hashAlg: 8, contentHash: new Uint8Array(32) },
      "inconsistent",
      "contentHash",
    ],
    ["a hash of none", { hashAlg: 0, contentHash: new Uint8Array(32) }, "inconsistent", "contentHash"],
    ["a key for nothing", { key: new Uint8Array(16) }, "inconsistent", "key"],
    ["an aad for nothing", { aad: new Uint8Array(1) }, "inconsistent", "aad"],
    ["a file", { url: "file:///etc/passwd" }, "unsupported", "url"],
    ["a script", { url: "javascript:alert(1)" }, "unsupported", "url"],
    ["a service without URL", { url: "" }, "unsupported", "url"],
  ])("refuses %s", (_, changes, code, field) => {
    expect(refusal(() => checkExternal(part(changes), NOW))).toMatchObject({
      code,
      path: `ExternalPart.${field}`,
      section: "draft-ietf-mimi-content-08 §4.5",
    });
  });

  it("takes what expires this very second", () => {
    expect(checkExternal(part({ expires: 1_800_000_000 }), { ...NOW, maxOctets: 1 })).toBe(1);
  });
});

it("what was fetched has the size that was announced, and is not too large", () => {
  expect(refusal(() => openExternal(part({ size: 5n }), video, NOW)).code).toBe("wrong-length");
  expect(refusal(() => openExternal(part({}), video, { ...NOW, maxOctets: 5 })).code).toBe("too-large");
});
