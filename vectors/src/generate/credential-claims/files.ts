/**
 * Vectors of the kind `credential-claims`. Policy §4; readings.
 * @module
 */

import { Credential } from "@openmimi/mls";
import { credentialClaims } from "@openmimi/room";
import { decode } from "@openmimi/tls";
import {
  type Case,
  Draft,
  type Expected,
  type GeneratedFile,
  hex,
  makeVectors,
  textOf,
  unhex,
  type Vector,
  vectorFile,
} from "../envelope.ts";
import {
  basic,
  cbor,
  certificate,
  cwtCredential,
  jwt,
  jwtCredential,
  multi,
  signed,
  utf8,
  utf8String,
  x509,
} from "./octets.ts";

const claimsOf = credentialClaims(() => true);

/** What the implementation makes of an input of this kind. */
export function evaluateClaims(input: Vector["input"]): Expected {
  const claims = claimsOf(decode(Credential, unhex(textOf(input, "credential"))), new Uint8Array());
  if (claims.length === 0) return { valid: false, reason: "no-claims" };
  return {
    valid: true,
    claims: claims.map(({ claimId, claimValue }) => ({
      credentialType: claimId.credentialType,
      id: hex(claimId.id),
      value: hex(claimValue),
    })),
  };
}

type Sketch = readonly [id: string, credential: string, notes?: string];

const good = (sketches: readonly Sketch[]): Case[] =>
  sketches.map(([id, credential, notes]) => ({ id, input: { credential }, ...(notes && { notes }) }));
const none = (sketches: readonly Sketch[]): Case[] =>
  good(sketches).map((one) => ({ ...one, reason: "no-claims" }));

const EMPLOYEE = { id: "1.3.6.1.4.1.99999.7", value: utf8String("employee") };
const USAGE = { id: "2.5.29.15", value: "03020780", critical: true };
const LONG = { id: "1.3.6.1.4.1.99999.8", value: utf8String("x".repeat(300)) };

const x509Cases: readonly Case[] = [
  ...good([
    ["x509-one-extension", x509(certificate([EMPLOYEE]))],
    [
      "x509-several-extensions",
      x509(certificate([USAGE, EMPLOYEE, LONG])),
      "In the order of the certificate.",
    ],
    [
      "x509-extension-twice",
      x509(certificate([EMPLOYEE, { ...EMPLOYEE, value: utf8String("manager") }])),
      "Both are claims: a certificate like this may well be refused by whoever judges it.",
    ],
    ["x509-empty-value", x509(certificate([{ id: "2.999.1", value: "" }]))],
    [
      "x509-issuer-behind",
      x509(certificate([EMPLOYEE]), certificate([LONG])),
      "Only the end entity's certificate counts, which is the first.",
    ],
  ]),
  ...none([
    ["x509-no-extensions", x509(certificate())],
    ["x509-no-certificate", x509()],
    ["x509-no-der", x509("00")],
    ["x509-cut-off", x509(certificate([EMPLOYEE]).slice(0, -2))],
  ]),
];

const jwtCases: readonly Case[] = [
  ...good([
    ["jwt-text", jwtCredential(jwt('{"dept":"hr"}')), "The quotation marks are part of the value."],
    ["jwt-text-that-looks-like-a-number", jwtCredential(jwt('{"level":"5"}'))],
    ["jwt-number", jwtCredential(jwt('{"level":5,"exp":4102444800,"share":0.5,"below":-1}'))],
    [
      "jwt-number-in-other-forms",
      jwtCredential(jwt('{"a":5.0,"b":50e-1,"c":-0}')),
      "RFC 8785 has one form for a number.",
    ],
    ["jwt-literals", jwtCredential(jwt('{"admin":true,"guest":false,"boss":null}'))],
    ["jwt-array", jwtCredential(jwt('{"groups":["b","a",1]}')), "As a whole, in its order."],
    ["jwt-object", jwtCredential(jwt('{"address":{"country":"DE","locality":"Köln"}}'))],
    [
      "jwt-white-space-and-order",
      jwtCredential(jwt('{ "address" : { "b" : [ 1 , 2 ] ,\n"a" : { } } }')),
      "Names in order, no white space.",
    ],
    [
      "jwt-names-in-order-of-utf-16",
      jwtCredential(jwt('{"names":{"\u{1f370}":1,"\ufb33":2,"a":3}}')),
      "RFC 8785 §3.2.3: a surrogate comes before U+FB33.",
    ],
    [
      "jwt-escapes",
      jwtCredential(jwt('{"motto":"\\u0041\\/\\u00e9\\n\\u0007\\""}')),
      "The shortest escapes only.",
    ],
    ["jwt-claims-in-their-order", jwtCredential(jwt('{"z":1,"a":2}')), "The order of claims means nothing."],
    ["jwt-name-beyond-ascii", jwtCredential(jwt('{"größe":"xl"}'))],
    ["jwt-empty-name", jwtCredential(jwt('{"":"x"}'))],
    [
      "jwt-unsecured",
      jwtCredential(`${jwt('{"dept":"hr"}', '{"alg":"none"}').split(".", 2).join(".")}.`),
      "Whether it is believed is not asked here: it should not be.",
    ],
  ]),
  ...none([
    ["jwt-empty", jwtCredential(jwt("{}"))],
    ["jwt-no-token", jwtCredential("hello")],
    ["jwt-two-parts", jwtCredential("e30.e30")],
    ["jwt-encrypted", jwtCredential("e30.e30.e30.e30.e30")],
    ["jwt-array-as-payload", jwtCredential(jwt("[1]"))],
    ["jwt-no-json", jwtCredential(jwt("{dept:1}"))],
    ["jwt-no-utf-8", `f001${"0a"}${utf8("e30.")}${"ff"}${utf8("e30.e")}`],
  ]),
];

const { unsigned, negative, text, octets, array, map, tag } = cbor;
const DEPT = [text("dept"), text("hr")] as const;
const SUBJECT = [unsigned(2), text("mimi://a.example/u/alice")] as const;
const EXPIRES = [unsigned(4), unsigned(4_102_444_800)] as const;

const cwtCases: readonly Case[] = [
  ...good([
    ["cwt-text-key", cwtCredential(signed(map(DEPT)))],
    ["cwt-number-keys", cwtCredential(signed(map(SUBJECT, EXPIRES)))],
    ["cwt-private-key", cwtCredential(signed(map([negative(-65_537), octets("cafe")])))],
    [
      "cwt-tagged-as-cwt",
      cwtCredential(tag(61, signed(map(DEPT)))),
      "RFC 8392 §6: the tag may stand in front.",
    ],
    ["cwt-any-order", cwtCredential(signed(map(DEPT, EXPIRES, SUBJECT))), "The map need not be sorted."],
    [
      "cwt-nested",
      cwtCredential(
        signed(map([unsigned(100), map([text("b"), array(unsigned(1), "f5")], [text("a"), "f6"])])),
      ),
      "The value as it stands: what is inside is not sorted.",
    ],
    ["cwt-tagged-value", cwtCredential(signed(map([unsigned(6), tag(1, "fb41d9876543210000")])))],
    ["cwt-float", cwtCredential(signed(map([unsigned(200), "f93800"])))],
    ["cwt-empty-text", cwtCredential(signed(map([text(""), text("")])))],
  ]),
  ...none([
    ["cwt-no-claims", cwtCredential(signed(map()))],
    [
      "cwt-without-tag",
      cwtCredential(signed(map(DEPT)).slice(2)),
      "RFC 8392 §7.1: the tag of COSE_Sign1 is there.",
    ],
    [
      "cwt-mac",
      cwtCredential(`d1${signed(map(DEPT)).slice(2)}`),
      "COSE_Mac0: nobody in a room could check it.",
    ],
    ["cwt-three-elements", cwtCredential(tag(18, array(octets(""), map(), octets(map(DEPT)))))],
    ["cwt-payload-no-map", cwtCredential(signed(array(text("dept"), text("hr"))))],
    ["cwt-something-behind-the-claims", cwtCredential(signed(`${map(DEPT)}00`))],
    ["cwt-something-behind", cwtCredential(`${signed(map(DEPT))}00`)],
    ["cwt-key-twice", cwtCredential(signed(map(DEPT, [DEPT[0], text("it")])))],
    ["cwt-key-octets", cwtCredential(signed(map([octets("01"), text("x")])))],
    ["cwt-length-not-shortest", cwtCredential(signed(map([text("a"), `7801${utf8("x")}`])))],
    ["cwt-key-not-shortest", cwtCredential(signed(map(["1802", text("x")])))],
    ["cwt-indefinite-map", cwtCredential(signed(`bf${DEPT.join("")}ff`))],
    ["cwt-indefinite-text", cwtCredential(signed(map([text("a"), `7f${text("x")}ff`])))],
    ["cwt-text-no-utf-8", cwtCredential(signed(map([text("a"), "61ff"])))],
    ["cwt-cut-off", cwtCredential(signed(map(DEPT)).slice(0, -2))],
  ]),
];

const otherCases: readonly Case[] = [
  ...good([
    ["basic-user", basic("mimi://a.example/u/alice"), "The id is empty, the value the identity."],
    ["basic-client", basic("mimi://a.example/d/alice/A1")],
    ["basic-provider", basic("mimi://a.example"), "How the hub is preauthorized in the example rooms."],
    ["basic-empty", basic("")],
  ]),
  ...none([["multi-no-bindings", multi(), "Multi-credentials claim nothing."]]),
];

/** The files of this kind. */
export function credentialClaimsFiles(): GeneratedFile[] {
  const file = (name: string, title: string, cases: readonly Case[]): GeneratedFile => {
    const base = { draft: Draft.policy, section: "4", readings: ["R-175"] };
    const vectors = makeVectors(`credential-claims/${name}`, base, cases, evaluateClaims);
    return vectorFile("credential-claims", name, title, vectors);
  };
  return [
    file("certificates", "Claims of X.509 credentials", x509Cases),
    file("json-web-tokens", "Claims of credentials that are a JWT", jwtCases),
    file("cbor-web-tokens", "Claims of credentials that are a CWT", cwtCases),
    file("others", "Claims of other credentials", otherCases),
  ];
}
