import type { Credential } from "@openmimi/mls";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ascii, octets } from "../test/handmade.ts";
import { clientCredential, identityOf, providerCredential, providerOf } from "./credentials.ts";
import { certificateNames } from "./der.ts";
import { ProtocolError } from "./errors.ts";

const basic = (identity: string): Credential => ({
  credentialType: "basic",
  identity: octets(ascii(identity)),
});
const x509 = (...certificates: Uint8Array[]): Credential => ({
  credentialType: "x509",
  certificates: certificates.map((certData) => ({ certData })),
});
const der = (base64: string) => new Uint8Array(Buffer.from(base64, "base64"));

// Self-signed with OpenSSL. subjectAltName: URI:mimi://a.example/d/alice/A1, URI:mimi://a.example/u/alice, DNS:a.example
const CLIENT_CERTIFICATE = der(
  "MIIBfDCCAS6gAwIBAgIUUgo822/9/VOls6VGOCQ+dXwemZAwBQYDK2VwMAwxCjAIBgNVBAMMAXgwHhcNMjYxMTI0MDcxNTI3WhcNMzYxMTIxMDcxNTI3WjAMMQowCAYDVQQDDAF4MCowBQYDK2VwAyEA/o7Z8cNyqA0Lz2DHIRo/pnR6rb755LykUQ52Aljm3gejgaEwgZ4wHQYDVR0OBBYEFK3lSG3feOAbcIron77Lhn2PGqzZMB8GA1UdIwQYMBaAFK3lSG3feOAbcIron77Lhn2PGqzZMA8GA1UdEwEB/wQFMAMBAf8wSwYDVR0RBEQwQoYbbWltaTovL2EuZXhhbXBsZS9kL2FsaWNlL0ExhhhtaW1pOi8vYS5leGFtcGxlL3UvYWxpY2WCCWEuZXhhbXBsZTAFBgMrZXADQQAIxu+RVvT4DjEC1dlOwHT1FW44hkce9Bh3lcF1N0mf18/Uq2/AfIeM7lj0MDXfBJ7mLTUEHjOUOBZ2bRz1jrQA",
);
// DNS:Hub.example
const HUB_CERTIFICATE = der(
  "MIIBRDCB96ADAgECAhQcfvh/ngZUe3f3+veW564KoJr+dTAFBgMrZXAwDDEKMAgGA1UEAwwBeDAeFw0yNjExMjQwNzE1MjdaFw0zNjExMjEwNzE1MjdaMAwxCjAIBgNVBAMMAXgwKjAFBgMrZXADIQDSlyogLlfxGsiorkjLZ2Ru8JOkNsfFTr1BCqDRuHD8JqNrMGkwHQYDVR0OBBYEFBKXXpV9fKFQg85IMd2DarZonTw3MB8GA1UdIwQYMBaAFBKXXpV9fKFQg85IMd2DarZonTw3MA8GA1UdEwEB/wQFMAMBAf8wFgYDVR0RBA8wDYILSHViLmV4YW1wbGUwBQYDK2VwA0EAmI9nA2goxUOLDp3O+c9RsY6FfxNrzoOdXB/66gaZgdCpO39NXFOqb2Z+mocREVrksOJGklAhRn3GXDnBzp33CQ==",
);
// no subjectAltName
const NAMELESS_CERTIFICATE = der(
  "MIIBLDCB36ADAgECAhQmUzIu2rt02QFtb0NOASvp/8Pr2TAFBgMrZXAwDDEKMAgGA1UEAwwBeDAeFw0yNjExMjQwNzE1MjdaFw0zNjExMjEwNzE1MjdaMAwxCjAIBgNVBAMMAXgwKjAFBgMrZXADIQBzN6WbJgT7nnY8ZTSO/3QciBXYNlbm6CYeBjW9K2PUtaNTMFEwHQYDVR0OBBYEFE3tunoEHfQx4yWbLICFVBHGFMY7MB8GA1UdIwQYMBaAFE3tunoEHfQx4yWbLICFVBHGFMY7MA8GA1UdEwEB/wQFMAMBAf8wBQYDK2VwA0EAHMUvXvJLDNVLt3tnjVORFuE5HfMlDEOP7x3ImhTco8YY/PeKOedeBRl/UWwfBVcqDMKH2xXEGcDMQg4dUt6wAA==",
);

/** As much of a certificate as matters: extension subjectAltName with these names; `86` is a URI, `82` a DNS name. */
function certificateWith(...names: [tag: string, name: string][]): Uint8Array {
  const element = (tag: string, content: string): string => {
    const length = content.length / 2;
    return length < 0x80
      ? tag + length.toString(16).padStart(2, "0") + content
      : `${tag}82${length.toString(16).padStart(4, "0")}${content}`;
  };
  const generalNames = element("30", names.map(([tag, name]) => element(tag, ascii(name))).join(""));
  const extension = element("30", `0603551d11${element("04", generalNames)}`);
  return octets(element("30", element("30", element("a3", element("30", extension)))));
}

function refusal(attempt: () => unknown): string {
  try {
    attempt();
  } catch (error) {
    if (error instanceof ProtocolError) return `${error.code}: ${error.message}`;
    throw error;
  }
  return "accepted";
}

describe("identityOf (reading R-028)", () => {
  it("reads basic credentials of clients, users and pseudonyms", () => {
    expect(identityOf(basic("mimi://a.example/d/alice/A1"))).toEqual({
      userUri: "mimi://a.example/u/alice",
      clientUri: "mimi://a.example/d/alice/A1",
      domain: "a.example",
    });
    expect(identityOf(basic("mimi://a.example/u/alice"))).toEqual({
      userUri: "mimi://a.example/u/alice",
      domain: "a.example",
    });
    expect(identityOf(basic("mimi://a.example/p/c0ffee")).userUri).toBe("mimi://a.example/p/c0ffee");
  });

  it("reads certificates: a user URI names the user, without one the client URI does", () => {
    expect(identityOf(x509(CLIENT_CERTIFICATE))).toEqual({
      userUri: "mimi://a.example/u/alice",
      clientUri: "mimi://a.example/d/alice/A1",
      domain: "a.example",
    });
    expect(identityOf(x509(certificateWith(["86", "mimi://a.example/d/alice/A1"]))).userUri).toBe(
      "mimi://a.example/u/alice",
    );
    // A bare client URI is of use where the certificate says whose it is.
    expect(
      identityOf(x509(certificateWith(["86", "mimi://a.example/u/alice"], ["86", "mimi://a.example/d/A1"]))),
    ).toEqual({
      userUri: "mimi://a.example/u/alice",
      clientUri: "mimi://a.example/d/A1",
      domain: "a.example",
    });
  });

  it.each([
    [
      "a bare client",
      basic("mimi://a.example/d/ClientA1"),
      "mimi://a.example/d/ClientA1 does not say whose client it is",
    ],
    ["a provider", basic("mimi://a.example"), "the credential names neither user nor client"],
    ["a room", basic("mimi://a.example/r/x"), "the credential names neither user nor client"],
    ["no URI", basic("alice@a.example"), "the identity is no mimi URI: expected"],
    [
      "an URI that is not canonical",
      basic("mimi://a.example/u/%61lice"),
      "an unreserved character is percent-encoded, at character 19",
    ],
    ["nothing", basic(""), "the identity is no mimi URI"],
    [
      "binary",
      { credentialType: "basic" as const, identity: octets("6d696d693a2f2fff") },
      "the identity is no mimi URI",
    ],
    ["too much", basic("m".repeat(4097)), "more than 4096 octets"],
    ["no certificate", x509(), "the credential holds no certificate"],
    ["a broken certificate", x509(octets("3003")), "the certificate cannot be read"],
    [
      "a certificate without names",
      x509(NAMELESS_CERTIFICATE),
      "the credential names neither user nor client",
    ],
    [
      "two users",
      x509(certificateWith(["86", "mimi://a.example/u/a"], ["86", "mimi://a.example/p/b"])),
      "the credential names several users",
    ],
    [
      "two clients",
      x509(certificateWith(["86", "mimi://a.example/d/a/1"], ["86", "mimi://a.example/d/a/2"])),
      "the credential names several clients",
    ],
    [
      "another provider's client",
      x509(certificateWith(["86", "mimi://a.example/u/a"], ["86", "mimi://b.example/d/a/1"])),
      "user and client are of different providers",
    ],
  ])("refuses %s", (_, credential, expected) => {
    expect(refusal(() => identityOf(credential))).toMatch(/^invalid-credential: /);
    expect(refusal(() => identityOf(credential))).toContain(expected);
  });

  it("is what clientCredential makes", () => {
    expect(identityOf(clientCredential("mimi://b.example/d/bob/B1")).clientUri).toBe(
      "mimi://b.example/d/bob/B1",
    );
    expect(() => clientCredential("mimi://b.example/d/B1")).toThrow("the client's user is not named");
  });
});

describe("providerOf (reading R-030)", () => {
  it("reads the provider URI, or a certificate's URI or DNS name", () => {
    expect(providerOf(providerCredential("a.example"))).toBe("a.example");
    expect(providerOf(x509(HUB_CERTIFICATE))).toBe("hub.example");
    expect(providerOf(x509(certificateWith(["82", "mimi.a.example"], ["86", "mimi://a.example"])))).toBe(
      "a.example",
    );
  });

  it.each([
    ["a user", basic("mimi://a.example/u/alice"), "a user is no provider"],
    ["a bare domain", basic("a.example"), "the identity is no mimi URI"],
    ["no name", x509(NAMELESS_CERTIFICATE), "the certificate names no provider"],
    [
      "two DNS names",
      x509(certificateWith(["82", "a.example"], ["82", "b.example"])),
      "the certificate names several providers",
    ],
    ["a wildcard", x509(certificateWith(["82", "*.a.example"])), "is no label of a domain name"],
  ])("refuses %s", (_, credential, expected) => {
    expect(refusal(() => providerOf(credential))).toContain(expected);
  });
});

describe("certificateNames (RFC 5280 §4.2.1.6)", () => {
  it("reads a certificate that OpenSSL made", () => {
    expect(certificateNames(CLIENT_CERTIFICATE)).toEqual({
      uris: ["mimi://a.example/d/alice/A1", "mimi://a.example/u/alice"],
      dnsNames: ["a.example"],
    });
    expect(certificateNames(NAMELESS_CERTIFICATE)).toEqual({ uris: [], dnsNames: [] });
  });

  it("never throws", () => {
    const at = fc.nat({ max: CLIENT_CERTIFICATE.length - 1 });
    fc.assert(
      fc.property(at, fc.nat({ max: 255 }), at, (index, octet, end) => {
        const changed = CLIENT_CERTIFICATE.slice();
        changed[index] = octet;
        certificateNames(changed);
        certificateNames(changed.subarray(0, end));
      }),
      { seed: 5280, numRuns: 2000 },
    );
    expect(certificateNames(new Uint8Array())).toBeUndefined();
    expect(certificateNames(octets("30", "84ffffffff"))).toBeUndefined();
    expect(certificateNames(octets("30", "80"))).toBeUndefined();
    expect(certificateNames(certificateWith(["86", "mimi://a.example/u/\u0007"]))).toBeUndefined();
    expect(
      certificateNames(
        certificateWith(...Array.from({ length: 65 }, (): [string, string] => ["82", "a.example"])),
      ),
    ).toBeUndefined();
  });
});
