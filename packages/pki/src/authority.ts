/**
 * @module
 * Certificates made at run time: X.509 (RFC 5280) with ECDSA P-256, for tests, demos and the conformance suite.
 * Good ones by default; deliberately odd ones (expired, wrong name, wrong usage...) on request.
 * Nothing here reads or writes a file: every result is a PEM string.
 */
import type { webcrypto } from "node:crypto";
import "reflect-metadata";
import * as x509 from "@peculiar/x509";

const DAY_MS = 86_400_000;
const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;

type ExtendedKeyUsage = "client" | "server";

/** What a certificate shall say. Whatever is left out makes a certificate that a provider should accept. */
export interface CertificateRequest {
  /** The provider domain it names; the short form of `domains: [domain]`. */
  readonly domain?: string;
  /** The provider domains it names. The first one is also the subject's common name. */
  readonly domains?: readonly string[];
  /** The dNSNames written into subjectAltName instead of the domains; empty for a certificate without that extension. */
  readonly dnsNames?: readonly string[];
  /** iPAddress names to add to subjectAltName. Default: none. */
  readonly ipAddresses?: readonly string[];
  /** Default: one day ago. */
  readonly notBefore?: Date;
  /** Default: 30 days ahead. */
  readonly notAfter?: Date;
  /** Default: both, since a provider is client of some connections and server of others. Empty leaves the extension out. */
  readonly extendedKeyUsage?: readonly ExtendedKeyUsage[];
}

/** A certificate with its private key, each as PEM. `chainPem` is the certificate followed by its issuer. */
export interface IssuedCertificate {
  readonly certificatePem: string;
  readonly privateKeyPem: string;
  readonly chainPem: string;
}

/** A certification authority that lives as long as this object. */
export interface Authority {
  readonly name: string;
  /** The authority's own certificate: the trust anchor to hand to whoever shall accept what it issues. */
  readonly certificatePem: string;
  readonly privateKeyPem: string;
  /** Issues a certificate with a fresh key. Throws `PkiError`. */
  issue(request: CertificateRequest): Promise<IssuedCertificate>;
}

/** A request that no certificate can be made for. */
export class PkiError extends Error {
  readonly code: "no-domain" | "bad-validity";
  constructor(code: PkiError["code"], message: string) {
    super(message);
    this.name = "PkiError";
    this.code = code;
  }
}

/**
 * Makes a certification authority with a fresh key.
 *
 * @param name the common name of its certificate
 * @example
 * const authority = await createAuthority();
 * const a = await authority.issue({ domain: "a.example" });
 * https.createServer({ key: a.privateKeyPem, cert: a.chainPem, ca: authority.certificatePem, requestCert: true });
 */
export async function createAuthority(name = "OpenMIMI test authority"): Promise<Authority> {
  const keys = await generateKeys();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: distinguishedName(name),
    notBefore: daysFromNow(-2),
    notAfter: daysFromNow(366),
    signingAlgorithm: ALGORITHM,
    keys,
    extensions: [
      // RFC 5280 §4.2.1.9: path length 0, so it issues end-entity certificates only.
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  const certificatePem = pem(certificate);
  return {
    name,
    certificatePem,
    privateKeyPem: await privateKeyPem(keys),
    async issue(request) {
      const subjectKeys = await generateKeys();
      const leaf = await x509.X509CertificateGenerator.create({
        ...subject(request),
        issuer: certificate.subject,
        publicKey: subjectKeys.publicKey,
        signingKey: keys.privateKey,
        extensions: [
          ...(await extensions(request, subjectKeys)),
          await x509.AuthorityKeyIdentifierExtension.create(keys.publicKey),
        ],
      });
      const leafPem = pem(leaf);
      return {
        certificatePem: leafPem,
        privateKeyPem: await privateKeyPem(subjectKeys),
        chainPem: leafPem + certificatePem,
      };
    },
  };
}

/**
 * Makes an end-entity certificate signed with its own key: one that nobody's trust anchors cover.
 * Throws `PkiError`.
 */
export async function createSelfSigned(request: CertificateRequest): Promise<IssuedCertificate> {
  const { subject: name, ...rest } = subject(request);
  const keys = await generateKeys();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    ...rest,
    name,
    keys,
    extensions: await extensions(request, keys),
  });
  const certificatePem = pem(certificate);
  return { certificatePem, privateKeyPem: await privateKeyPem(keys), chainPem: certificatePem };
}

function subject(request: CertificateRequest) {
  const domain = domainsOf(request)[0] as string;
  const notBefore = request.notBefore ?? daysFromNow(-1);
  const notAfter = request.notAfter ?? daysFromNow(30);
  if (!(notBefore.getTime() <= notAfter.getTime())) {
    throw new PkiError(
      "bad-validity",
      "notBefore and notAfter: expected valid dates, the first not after the second",
    );
  }
  return {
    serialNumber: serialNumber(),
    subject: distinguishedName(domain),
    notBefore,
    notAfter,
    signingAlgorithm: ALGORITHM,
  };
}

async function extensions(
  request: CertificateRequest,
  keys: webcrypto.CryptoKeyPair,
): Promise<x509.Extension[]> {
  const list: x509.Extension[] = [
    new x509.BasicConstraintsExtension(false, undefined, true),
    new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
    await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
  ];
  const usages = request.extendedKeyUsage ?? ["client", "server"];
  if (usages.length > 0) {
    list.push(
      new x509.ExtendedKeyUsageExtension(
        usages.map((usage) =>
          usage === "client" ? x509.ExtendedKeyUsage.clientAuth : x509.ExtendedKeyUsage.serverAuth,
        ),
      ),
    );
  }
  const names = [
    ...(request.dnsNames ?? domainsOf(request)).map((value) => ({ type: "dns" as const, value })),
    ...(request.ipAddresses ?? []).map((value) => ({ type: "ip" as const, value })),
  ];
  if (names.length > 0) list.push(new x509.SubjectAlternativeNameExtension(names));
  return list;
}

function domainsOf(request: CertificateRequest): readonly string[] {
  const domains = request.domains ?? (request.domain === undefined ? [] : [request.domain]);
  if (domains.length === 0)
    throw new PkiError("no-domain", "domain or domains: expected at least one domain");
  return domains;
}

function generateKeys(): Promise<webcrypto.CryptoKeyPair> {
  return globalThis.crypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
}

async function privateKeyPem(keys: webcrypto.CryptoKeyPair): Promise<string> {
  const pkcs8 = await globalThis.crypto.subtle.exportKey("pkcs8", keys.privateKey);
  return `${x509.PemConverter.encode(pkcs8, "PRIVATE KEY")}\n`;
}

function pem(certificate: x509.X509Certificate): string {
  return `${certificate.toString("pem")}\n`;
}

/** RFC 5280 §4.1.2.2: a positive integer of at most 20 octets; the leading 01 keeps it positive and non-zero. */
function serialNumber(): string {
  return `01${Buffer.from(globalThis.crypto.getRandomValues(new Uint8Array(15))).toString("hex")}`;
}

/** The structured form leaves all escaping to the library. */
function distinguishedName(commonName: string): x509.JsonName {
  return [{ CN: [commonName] }];
}

function daysFromNow(days: number): Date {
  return new Date(Date.now() + days * DAY_MS);
}
