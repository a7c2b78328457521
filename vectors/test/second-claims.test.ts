/**
 * Claims of tokens once more, by other readers: JSON.parse and cborg, which give values and not octets. What they encode
 * again has to be what the vectors say.
 */

import type { Vector } from "@openmimi/vectors";
import { decode, encode, rfc8949EncodeOptions, type TagDecodeControl } from "cborg";
import { describe, expect, it } from "vitest";
import { unhex } from "../src/generate/envelope.ts";
import { vectorsOfKinds } from "./vector-files.ts";

const vectors = vectorsOfKinds("credential-claims");
const named = (kind: string) =>
  vectors.filter(({ id }) => id.includes(`/${kind}-`)).map((vector): [string, Vector] => [vector.id, vector]);

/** What stands behind the type of the credential. RFC 9420 §2.1.2. */
function tokenIn({ input }: Vector): Uint8Array {
  const octets = unhex(String(input.credential));
  const width = 1 << ((octets[2] ?? 0) >> 6);
  return octets.subarray(2 + width);
}

const claimsIn = ({ expected }: Vector) =>
  (expected.valid ? expected.claims : []) as readonly { readonly id: string; readonly value: string }[];
const text = (hex: string) => new TextDecoder().decode(unhex(hex));

describe("claims of a JWT, by JSON.parse", () => {
  it.each(named("jwt"))("%s", (_, vector) => {
    const parts = new TextDecoder().decode(tokenIn(vector)).split(".");
    let payload: unknown;
    try {
      payload = JSON.parse(Buffer.from(parts[1] ?? "", "base64url").toString());
    } catch {
      payload = undefined;
    }
    const isObject = typeof payload === "object" && payload !== null && !Array.isArray(payload);
    const members = isObject && parts.length === 3 ? Object.entries(payload as object) : [];
    const claims = claimsIn(vector);
    expect(claims.map(({ id }) => text(id))).toEqual(members.map(([name]) => name));
    for (const [index, { value }] of claims.entries()) {
      expect(JSON.parse(text(value))).toEqual(JSON.parse(JSON.stringify(members[index]?.[1])));
      expect(text(value)).not.toMatch(/[\n\t]|": |, "/);
    }
  });
});

describe("claims of a CWT, by cborg", () => {
  const tags = Object.fromEntries([1, 18, 61].map((tag) => [tag, (control: TagDecodeControl) => control()]));
  const strict = { strict: true, useMaps: true, rejectDuplicateMapKeys: true, allowIndefinite: false, tags };
  const keyed = (vector: Vector) => claimsIn(vector).map(({ id }) => decode(unhex(id), strict) as unknown);

  it.each(named("cwt").filter(([, { expected }]) => expected.valid))("%s", (_, vector) => {
    const sign1 = decode(tokenIn(vector), strict) as [Uint8Array, unknown, Uint8Array, Uint8Array];
    const payload = decode(sign1[2], strict) as Map<number | string, unknown>;
    expect(keyed(vector)).toEqual([...payload.keys()]);
    for (const { id, value } of claimsIn(vector)) {
      const key = decode(unhex(id), strict) as number | string;
      expect(encode(key, rfc8949EncodeOptions)).toEqual(unhex(id));
      expect(decode(unhex(value), strict)).toEqual(payload.get(key));
    }
  });

  it("is refused where cborg refuses it, but for what is a matter of the claims", () => {
    const refused = named("cwt").filter(([, { expected }]) => !expected.valid);
    // Text that is no UTF-8 is replaced there.
    const ofClaims =
      /cwt-(no-claims|without-tag|mac|three-elements|payload-no-map|key-octets|text-no-utf-8)$/;
    for (const [id, vector] of refused.filter(([id]) => !ofClaims.test(id))) {
      const read = () =>
        decode((decode(tokenIn(vector), strict) as [0, 0, Uint8Array])[2], strict) as unknown;
      expect(read, id).toThrow();
    }
  });
});
