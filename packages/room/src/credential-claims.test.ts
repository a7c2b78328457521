import type { Credential } from "@openmimi/mls";
import { PreAuthData } from "@openmimi/protocol";
import { decode, encode } from "@openmimi/tls";
import fc from "fast-check";
import { base64url, generateKeyPair, jwtVerify, SignJWT, UnsecuredJWT } from "jose";
import { describe, expect, it } from "vitest";
import { role, room } from "../test/kit.ts";
import { credentialClaims, examinedClaims } from "./credential-claims.ts";
import { preauthorizedRole } from "./preauthorization.ts";

const unhex = (hex: string) => Uint8Array.from(hex.match(/../g) ?? [], (octet) => Number.parseInt(octet, 16));
const hex = (octets: Uint8Array) =>
  Array.from(octets, (octet) => octet.toString(16).padStart(2, "0")).join("");

/** Made by OpenSSL: subjectAltName, 1.3.6.1.4.1.99999.7 with the UTF8String "employee", subjectKeyIdentifier. */
const CERTIFICATE = unhex(
  [
    "3082016030820112a003020102021416dfc3f43349e3cb8f236ec5d3ef810f29c7bc4f300506032b65703010310e300c0603",
    "5504030c05616c6963653020170d3236313132343038333233355a180f32313236313033313038333233355a3010310e300c",
    "06035504030c05616c696365302a300506032b65700321005cd6d2386e7cd0f0742abb4ab2c484fa6f6521b5f2e226d42663",
    "03e5f536428ba37c307a30400603551d1104393037861b6d696d693a2f2f612e6578616d706c652f642f616c6963652f4131",
    "86186d696d693a2f2f612e6578616d706c652f752f616c696365301706092b06010401868d1f07040a0c08656d706c6f7965",
    "65301d0603551d0e0416041465a0e172d4544ca9fec501a5f4f06fba32ad2dbc300506032b65700341007674fdcda239aff2",
    "88ad5cd87506851ed5708ddaef0ca8a3ffe84b87f24cb9946f03109eef684409f9b7fd00f8a535522d8f91bf2ee79d1b2ffd",
    "fb900eb24805",
  ].join(""),
);
const x509 = (...certificates: Uint8Array[]): Credential => ({
  credentialType: "x509",
  certificates: certificates.map((certData) => ({ certData })),
});
const basic: Credential = {
  credentialType: "basic",
  identity: new TextEncoder().encode("mimi://a.example/u/alice"),
};
const KEY = new Uint8Array(32).fill(7);
const all = credentialClaims(() => true);
const everything = (credential: Credential) => all(credential, KEY);

const presented = (credential: Credential) => ({ credential, signatureKey: KEY });

const jwt = (payload: Record<string, unknown>): Credential => ({
  credentialType: "jwt",
  token: new TextEncoder().encode(new UnsecuredJWT(payload).encode()),
});

const DEPARTMENT = {
  claimId: { credentialType: 0xf001, id: new TextEncoder().encode("dept") },
  claimValue: new TextEncoder().encode('"hr"'),
};

const EMPLOYEE = {
  claimId: { credentialType: 2, id: unhex("06092b06010401868d1f07") },
  claimValue: unhex("0c08656d706c6f796565"),
};

describe("claims of credentials (policy §4, reading R-175)", () => {
  it("are the identity of a basic credential", () => {
    expect(everything(basic)).toEqual([
      {
        claimId: { credentialType: 1, id: new Uint8Array() },
        claimValue: new TextEncoder().encode("mimi://a.example/u/alice"),
      },
    ]);
  });

  it("are the extensions of the first certificate", () => {
    const claims = everything(x509(CERTIFICATE, new Uint8Array()));
    expect(claims.map(({ claimId }) => [claimId.credentialType, hex(claimId.id)])).toEqual([
      [2, "0603551d11"],
      [2, "06092b06010401868d1f07"],
      [2, "0603551d0e"],
    ]);
    expect(claims[1]).toEqual(EMPLOYEE);
    expect(hex(claims[2]!.claimValue)).toBe("041465a0e172d4544ca9fec501a5f4f06fba32ad2dbc");
  });

  it("are none where the policy refuses the credential", () => {
    expect(
      credentialClaims(({ credentialType }) => credentialType === "basic")(x509(CERTIFICATE), KEY),
    ).toEqual([]);
    expect(credentialClaims(() => false)(basic, KEY)).toEqual([]);
  });

  it("are all those of a JWT, under a number for private use or one of the deployment's own", () => {
    const claims = everything(jwt({ dept: "hr" }));
    expect(claims).toEqual([DEPARTMENT]);
    const [own] = credentialClaims(() => true, { jwt: 0x0042 })(jwt({ dept: "hr" }), KEY);
    expect(own?.claimId.credentialType).toBe(0x0042);
    expect(everything({ credentialType: "jwt", token: new Uint8Array(3) })).toEqual([]);
  });

  it("are all those of a CWT", () => {
    // { 2: "mimi://a.example/u/alice" } in a COSE_Sign1 without headers.
    const subject = `7818${hex(new TextEncoder().encode("mimi://a.example/u/alice"))}`;
    const token = unhex(`d28440a0581ca102${subject}40`);
    expect(everything({ credentialType: "cwt", token })).toEqual([
      { claimId: { credentialType: 0xf002, id: unhex("02") }, claimValue: unhex(subject) },
    ]);
    expect(everything({ credentialType: "cwt", token: token.subarray(1) })).toEqual([]);
  });

  it("are none of other credentials", () => {
    for (const credentialType of ["multi", "weakMulti"] as const)
      expect(everything({ credentialType, bindings: [] })).toEqual([]);
    expect(everything(x509())).toEqual([]);
  });

  it("preauthorize by all claims of a set, octet by octet", () => {
    const target = role(3, ["canJoinIfPreauthorized"]);
    const entry = (...claimset: (typeof EMPLOYEE)[]) => ({ claimset, targetRole: target });
    const of = (...preauthorizedEntries: ReturnType<typeof entry>[]) => {
      const data = decode(PreAuthData, encode(PreAuthData, { preauthorizedEntries }));
      const state = room({ participants: {}, roles: [target], parts: { preauthorized: data } });
      return preauthorizedRole(state, everything(x509(CERTIFICATE)));
    };
    const manager = { ...EMPLOYEE, claimValue: unhex("0c076d616e61676572") };
    expect(of(entry(EMPLOYEE))).toBe(3);
    expect(of(entry(EMPLOYEE, manager))).toBeUndefined();
    expect(of(entry({ ...EMPLOYEE, claimId: { ...EMPLOYEE.claimId, credentialType: 1 } }))).toBeUndefined();
    expect(of(entry({ ...EMPLOYEE, claimValue: EMPLOYEE.claimValue.subarray(2) }))).toBeUndefined();
  });

  it("are none of octets that are no certificate, and nothing throws", () => {
    expect(everything(x509(unhex("30")))).toEqual([]);
    const nested = new Uint8Array(60_000).fill(0x30);
    expect(everything(x509(nested))).toEqual([]);
    const at = fc.nat({ max: CERTIFICATE.length - 1 });
    fc.assert(
      fc.property(at, fc.nat({ max: 255 }), at, (index, octet, end) => {
        const changed = CERTIFICATE.slice();
        changed[index] = octet;
        for (const octets of [changed, changed.subarray(0, end)])
          expect(everything(x509(octets)).length).toBeLessThan(65);
      }),
      { numRuns: 2000, seed: 175 },
    );
  });
});

describe("claims that take time to believe", () => {
  const bytes = (token: string) => new TextEncoder().encode(token);
  const textOf = (credential: Credential) =>
    "token" in credential ? new TextDecoder().decode(credential.token) : "";

  it("are those of credentials that were examined and found good: a JWT of the right issuer", async () => {
    const [issuer, another] = [await generateKeyPair("EdDSA"), await generateKeyPair("EdDSA")];
    const issue = async ({ privateKey }: typeof issuer, expires: string): Promise<Credential> => ({
      credentialType: "jwt",
      token: bytes(
        await new SignJWT({ dept: "hr" })
          .setProtectedHeader({ alg: "EdDSA" })
          .setExpirationTime(expires)
          .sign(privateKey),
      ),
    });
    const claims = examinedClaims(async (credential) => {
      await jwtVerify(textOf(credential), issuer.publicKey);
      return true;
    });
    const [good, forged, over] = [
      await issue(issuer, "1h"),
      await issue(another, "1h"),
      await issue(issuer, "1h ago"),
    ];
    expect(claims(good, KEY)).toEqual([]);
    await claims.examine([good, forged, over, basic].map(presented));
    expect(claims(good, KEY)).toContainEqual(DEPARTMENT);
    for (const bad of [forged, over, basic]) expect(claims(bad, KEY)).toEqual([]);
  });

  it("are those of who presents them: the policy is told the key, and what it says counts for that key", async () => {
    const bound = jwt({ dept: "hr", cnf: { jwk: { kty: "OKP", crv: "Ed25519", x: base64url.encode(KEY) } } });
    const claims = examinedClaims(async (credential, signatureKey) => {
      const { cnf } = UnsecuredJWT.decode<{ cnf?: { jwk: { x: string } } }>(textOf(credential)).payload;
      return cnf?.jwk.x === base64url.encode(signatureKey);
    });
    const thief = KEY.with(0, 8);
    await claims.examine([presented(bound), { credential: bound, signatureKey: thief }]);
    expect(claims(bound, KEY)).toContainEqual(DEPARTMENT);
    expect(claims(bound, thief)).toEqual([]);
  });

  it("end when the policy changes its mind", async () => {
    let good = true;
    const claims = examinedClaims(async () => good);
    await claims.examine([presented(basic)]);
    expect(claims(basic, KEY).length).toBe(1);
    good = false;
    await claims.examine([presented(basic)]);
    expect(claims(basic, KEY)).toEqual([]);
  });
});
