import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { connect, createServer, type PeerCertificate } from "node:tls";
import { beforeAll, describe, expect, it } from "vitest";
import {
  type Authority,
  createAuthority,
  createSelfSigned,
  type IssuedCertificate,
  PkiError,
} from "./index.ts";

interface Outcome {
  /** The server's view of the client; undefined when the handshake did not get that far. */
  readonly clientAuthorized?: boolean;
  readonly clientError?: string;
  readonly clientAltNames?: string | undefined;
  /** The client's view of the server. */
  readonly serverError?: string;
}

/** One mutually authenticated TLS handshake over loopback; both sides trust `authority` alone. */
async function handshake(
  authority: Authority,
  server: IssuedCertificate,
  client: IssuedCertificate,
  servername = "b.example",
): Promise<Outcome> {
  const listener = createServer({
    key: server.privateKeyPem,
    cert: server.chainPem,
    ca: authority.certificatePem,
    requestCert: true,
    rejectUnauthorized: false, // so that the server can say why it would have refused
  });
  listener.listen(0, "127.0.0.1");
  await once(listener, "listening");
  const seen = new Promise<Outcome>((resolve) => {
    listener.on("tlsClientError", () => resolve({}));
    listener.on("secureConnection", (socket) => {
      const peer: PeerCertificate = socket.getPeerCertificate();
      const reason = socket.authorizationError as unknown;
      resolve({
        clientAuthorized: socket.authorized,
        ...(reason ? { clientError: String(reason) } : {}),
        clientAltNames: peer.subjectaltname,
      });
      socket.on("error", () => undefined);
      socket.end();
    });
  });
  const socket = connect({
    host: "127.0.0.1",
    port: (listener.address() as AddressInfo).port,
    servername,
    key: client.privateKeyPem,
    cert: client.chainPem,
    ca: authority.certificatePem,
  });
  const refused = new Promise<string | undefined>((resolve) => {
    socket.on("secureConnect", () => resolve(undefined));
    socket.on("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  });
  const serverError = await refused;
  const outcome = serverError === undefined ? await seen : { serverError };
  socket.destroy();
  listener.close();
  await once(listener, "close");
  return outcome;
}

const day = (offset: number) => new Date(Date.now() + offset * 86_400_000);

describe("certificates in a real handshake", () => {
  let authority: Authority;
  let good: IssuedCertificate;
  let server: IssuedCertificate;

  beforeAll(async () => {
    authority = await createAuthority();
    good = await authority.issue({ domain: "a.example" });
    server = await authority.issue({ domain: "b.example" });
  });

  it("accepts both sides' good certificates", async () => {
    expect(await handshake(authority, server, good)).toEqual({
      clientAuthorized: true,
      clientAltNames: "DNS:a.example",
    });
  });

  const expired = { notBefore: day(-10), notAfter: day(-1) };
  const future = { notBefore: day(1), notAfter: day(10) };

  it("refuses an expired, a future and a server-only client certificate", async () => {
    const a = { domain: "a.example" };
    const asClient = async (request: object) =>
      (await handshake(authority, server, await authority.issue({ ...a, ...request }))).clientError;
    expect(await asClient(expired)).toBe("CERT_HAS_EXPIRED");
    expect(await asClient(future)).toBe("CERT_NOT_YET_VALID");
    expect(await asClient({ extendedKeyUsage: ["server"] })).toBe("INVALID_PURPOSE");
    expect(await asClient({ extendedKeyUsage: ["client"] })).toBeUndefined();
    expect(await asClient({ extendedKeyUsage: [] })).toBeUndefined();
  });

  it("refuses a client certificate of an unknown authority or of its own", async () => {
    const other = await createAuthority("Someone else");
    const unknown = await handshake(authority, server, await other.issue({ domain: "a.example" }));
    expect(unknown.clientAuthorized).toBe(false);
    const alone = await handshake(authority, server, await createSelfSigned({ domain: "a.example" }));
    expect(alone).toMatchObject({ clientAuthorized: false, clientError: "DEPTH_ZERO_SELF_SIGNED_CERT" });
  });

  it("refuses an authority of the same name with another key", async () => {
    const impostor = await createAuthority(authority.name);
    const outcome = await handshake(authority, server, await impostor.issue({ domain: "a.example" }));
    expect(outcome.clientAuthorized).toBe(false);
  });

  it("refuses an expired, misnamed, unnamed, client-only or unknown server certificate", async () => {
    const b = { domain: "b.example" };
    const asServer = async (request: object) =>
      (await handshake(authority, await authority.issue({ ...b, ...request }), good)).serverError;
    expect(await asServer(expired)).toBe("CERT_HAS_EXPIRED");
    expect(await asServer(future)).toBe("CERT_NOT_YET_VALID");
    expect(await asServer({ domain: "c.example" })).toBe("ERR_TLS_CERT_ALTNAME_INVALID");
    expect(await asServer({ dnsNames: ["c.example"] })).toBe("ERR_TLS_CERT_ALTNAME_INVALID");
    expect(await asServer({ extendedKeyUsage: ["client"] })).toBe("INVALID_PURPOSE");
    expect(await asServer({ domains: ["c.example", "b.example"] })).toBeUndefined();
    const alone = await handshake(authority, await createSelfSigned(b), good);
    expect(alone.serverError).toBe("DEPTH_ZERO_SELF_SIGNED_CERT");
  });
});

describe("what a certificate says", () => {
  it("names the domains, and nothing when asked for no names", async () => {
    const authority = await createAuthority();
    const two = new X509Certificate(
      (await authority.issue({ domains: ["a.example", "b.example"], ipAddresses: ["127.0.0.1"] }))
        .certificatePem,
    );
    expect(two.subject).toBe("CN=a.example");
    expect(two.subjectAltName).toBe("DNS:a.example, DNS:b.example, IP Address:127.0.0.1");
    const none = new X509Certificate(
      (await authority.issue({ domain: "a.example", dnsNames: [] })).certificatePem,
    );
    expect(none.subject).toBe("CN=a.example");
    expect(none.subjectAltName).toBeUndefined();
    expect(none.ca).toBe(false);
    expect(new X509Certificate(authority.certificatePem).ca).toBe(true);
  });

  it("has a serial number of its own", async () => {
    const authority = await createAuthority();
    const one = new X509Certificate((await authority.issue({ domain: "a.example" })).certificatePem);
    const other = new X509Certificate((await authority.issue({ domain: "a.example" })).certificatePem);
    expect(one.serialNumber).not.toBe(other.serialNumber);
  });

  it("is not made without a domain or with a reversed validity", async () => {
    const authority = await createAuthority();
    await expect(authority.issue({})).rejects.toThrowError(PkiError);
    await expect(createSelfSigned({ domains: [] })).rejects.toMatchObject({ code: "no-domain" });
    await expect(
      authority.issue({ domain: "a.example", notBefore: day(2), notAfter: day(1) }),
    ).rejects.toMatchObject({ code: "bad-validity" });
  });
});
