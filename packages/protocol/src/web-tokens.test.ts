import fc from "fast-check";
import { SignJWT, UnsecuredJWT } from "jose";
import { describe, expect, it } from "vitest";
import { identityOf } from "./credentials.ts";
import { cwtClaims, jwtClaims } from "./web-tokens.ts";

const utf8 = (text: string) => new TextEncoder().encode(text);
const unhex = (hex: string) => Uint8Array.from(hex.match(/../g) ?? [], (octet) => Number.parseInt(octet, 16));
const hex = (octets: Uint8Array) =>
  Array.from(octets, (octet) => octet.toString(16).padStart(2, "0")).join("");
const text = (octets: Uint8Array) => new TextDecoder().decode(octets);

const PAYLOAD = {
  sub: "mimi://a.example/d/alice/A1",
  dept: "hr",
  groups: ["b", "a"],
  where: { z: 1, a: null },
  exp: 4e9,
};
const jwt = (payload: Record<string, unknown>) => utf8(new UnsecuredJWT(payload).encode());
const named = (token: Uint8Array) =>
  Object.fromEntries((jwtClaims(token) ?? []).map(({ id, value }) => [text(id), text(value)]));

/** The head of a CBOR item in its shortest form. */
function head(major: number, value: number): string {
  const [info, octets] = value < 24 ? [value, 0] : value < 256 ? [24, 1] : value < 65_536 ? [25, 2] : [26, 4];
  const argument = octets === 0 ? "" : value.toString(16).padStart(octets * 2, "0");
  return ((major << 5) | info).toString(16).padStart(2, "0") + argument;
}
const bstr = (content: string) => head(2, content.length / 2) + content;
const tstr = (content: string) => head(3, utf8(content).length) + hex(utf8(content));
const map = (...pairs: readonly (readonly [string, string])[]) =>
  head(5, pairs.length) + pairs.flat().join("");
/** COSE_Sign1 in its tag. RFC 9052 §4.2. */
const signed = (payload: string) =>
  `d284${bstr(map(["01", "27"]))}${map(["04", bstr("aa")])}${bstr(payload)}${bstr("00".repeat(64))}`;

const ALICE = tstr("mimi://a.example/u/alice");
const CLAIMS = map(["02", ALICE], ["04", "1aee6b2800"], [tstr("dept"), tstr("hr")], ["20", "f5"]);

describe("the claims of a JWT (policy §4, R-175)", () => {
  it("are names and values, the values in the form of RFC 8785", async () => {
    const expected = {
      sub: '"mimi://a.example/d/alice/A1"',
      dept: '"hr"',
      groups: '["b","a"]',
      where: '{"a":null,"z":1}',
      exp: "4000000000",
    };
    expect(named(jwt(PAYLOAD))).toEqual(expected);
    const secret = new Uint8Array(32).fill(1);
    const token = await new SignJWT(PAYLOAD).setProtectedHeader({ alg: "HS256" }).sign(secret);
    expect(named(utf8(token))).toEqual(expected);
  });

  it("tell a text from a number and from true", () => {
    expect(named(jwt({ a: "1", b: 1, c: true, d: "true" }))).toEqual({
      a: '"1"',
      b: "1",
      c: "true",
      d: '"true"',
    });
  });

  it.each([
    ["no token", utf8("hello")],
    ["no octets", new Uint8Array()],
    ["no UTF-8", new Uint8Array([0xff, 0x2e, 0x2e])],
    ["a payload that is no object", utf8(`e30.${Buffer.from("[1]").toString("base64url")}.`)],
    ["a payload that is no JSON", utf8(`e30.${Buffer.from("{").toString("base64url")}.`)],
    ["an encrypted token", utf8("a.b.c.d.e")],
    ["too many claims", jwt(Object.fromEntries(Array.from({ length: 65 }, (_, at) => [`c${at}`, at])))],
    ["too many octets", jwt({ long: "x".repeat(16_384) })],
    [
      "too deep",
      utf8(`e30.${Buffer.from(`{"a":${"[".repeat(5_000)}${"]".repeat(5_000)}}`).toString("base64url")}.`),
    ],
  ])("are none in %s", (_, token) => {
    expect(jwtClaims(token)).toBeUndefined();
  });
});

describe("the claims of a CWT (policy §4, R-175)", () => {
  it.each([
    ["signed", signed(CLAIMS)],
    ["signed, in the tag of CWT", `d83d${signed(CLAIMS)}`],
  ])("are encoded keys and values: %s", (_, token) => {
    expect(cwtClaims(unhex(token))?.map(({ id, value }) => [hex(id), hex(value)])).toEqual([
      ["02", ALICE],
      ["04", "1aee6b2800"],
      [tstr("dept"), tstr("hr")],
      ["20", "f5"],
    ]);
  });

  it.each([
    ["no CBOR", "ff"],
    ["another tag", `d1${signed(CLAIMS).slice(2)}`],
    ["no tag", signed(CLAIMS).slice(2)],
    ["three elements", `d283${bstr("")}${map()}${bstr(CLAIMS)}`],
    ["claims that are no map", signed("01")],
    ["something behind them", signed(`${CLAIMS}00`)],
    ["something behind the token", `${signed(CLAIMS)}00`],
    ["a key twice", signed(map(["02", "01"], ["02", "02"]))],
    ["a key that is neither a number nor a text", signed(map(["80", "01"]))],
    ["a length that is not shortest", signed(map(["02", "7801aa"]))],
    ["a number that is not shortest", signed(map(["1802", "01"]))],
    ["an indefinite length", signed(`bf0201ff`)],
    ["more items than there are octets", signed(`bb0000000100000000`)],
    ["text that is no UTF-8", signed(map(["02", "61ff"]))],
    ["too many claims", signed(map(...Array.from({ length: 65 }, (_, at) => [head(0, at), "01"] as const)))],
    ["too deep", signed(map(["02", `${"81".repeat(20)}01`]))],
    ["too many octets", signed(map(["02", bstr("00".repeat(16_384))]))],
  ])("are none in %s", (_, token) => {
    expect(cwtClaims(unhex(token))).toBeUndefined();
  });

  it("take nested values, tags and floats as they stand", () => {
    const value = "c11a5612aeb0";
    const values = [value, "f93c00", "fb3ff199999999999a", map(["01", "820102"]), "f818f820"];
    const good = values.slice(0, 4).map((one, at) => [head(0, at), one] as const);
    expect(cwtClaims(unhex(signed(map(...good))))?.map((claim) => hex(claim.value))).toEqual(
      values.slice(0, 4),
    );
    expect(cwtClaims(unhex(signed(map(["01", "f818"]))))).toBeUndefined();
  });
});

describe("whom a token names (R-028, R-175)", () => {
  it("is its subject: a user or a client", () => {
    expect(identityOf({ credentialType: "jwt", token: jwt(PAYLOAD) })).toEqual({
      userUri: "mimi://a.example/u/alice",
      clientUri: "mimi://a.example/d/alice/A1",
      domain: "a.example",
    });
    expect(identityOf({ credentialType: "cwt", token: unhex(signed(CLAIMS)) }).userUri).toBe(
      "mimi://a.example/u/alice",
    );
  });

  it.each([
    ["a JWT without one", { credentialType: "jwt", token: jwt({}) }],
    ["a JWT with a number", { credentialType: "jwt", token: jwt({ sub: 1 as unknown as string }) }],
    ["a JWT with no MIMI URI", { credentialType: "jwt", token: jwt({ sub: "alice" }) }],
    ["a CWT without one", { credentialType: "cwt", token: unhex(signed(map(["01", "01"]))) }],
    ["a CWT with a number", { credentialType: "cwt", token: unhex(signed(map(["02", "01"]))) }],
    ["nonsense", { credentialType: "cwt", token: new Uint8Array(3) }],
  ] as const)("is nobody for %s", (_, credential) => {
    expect(() => identityOf(credential)).toThrow(expect.objectContaining({ code: "invalid-credential" }));
  });
});

it("whatever stands in a token, nothing but claims or nothing comes of it", () => {
  const token = unhex(signed(CLAIMS));
  fc.assert(
    fc.property(
      fc.nat({ max: token.length - 1 }),
      fc.nat({ max: 255 }),
      fc.uint8Array({ maxLength: 80 }),
      (at, octet, noise) => {
        const changed = token.slice();
        changed[at] = octet;
        for (const octets of [
          changed,
          changed.subarray(0, at),
          noise,
          jwt({ a: 1 }).map((one, place) => (place === at % 20 ? octet : one)),
        ]) {
          expect(cwtClaims(octets)?.length ?? 0).toBeLessThan(65);
          expect(jwtClaims(octets)?.length ?? 0).toBeLessThan(65);
        }
      },
    ),
    { numRuns: 3000 },
  );
});
