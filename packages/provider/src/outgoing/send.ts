/**
 * One HTTPS request to another provider, with our certificate. Protocol §4.1, readings.
 * @module
 */

import { X509Certificate } from "node:crypto";
import { Agent, request } from "node:https";
import type { PeerCertificate as NodePeerCertificate } from "node:tls";
import type { ProviderConfig } from "../config.ts";
import { PeerError } from "../errors.ts";

/** A request to another provider. */
export interface OutgoingRequest {
  /** The provider it is meant for; only errors and logs use it. */
  readonly domain: string;
  readonly method: "GET" | "POST";
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
}

/** What came back, whatever its status. Redirects are answers like others: none is followed (reading R-023). */
export interface OutgoingAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** Sends a request. @throws {PeerError} `unreachable` or `bad-answer` */
export type Send = (request: OutgoingRequest) => Promise<OutgoingAnswer>;

/** What {@link createSender} needs. */
export interface SenderOptions {
  readonly tls: ProviderConfig["tls"];
  /** Host name -> `host:port` to connect to instead. */
  readonly peers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly maxAnswerOctets: number;
}

/** A sender with its open connections. */
export interface Sender {
  readonly send: Send;
  /** Ends idle connections and those under way. */
  close(): void;
}

/** Makes a sender. */
export function createSender(options: SenderOptions): Sender {
  const { tls } = options;
  const agent = new Agent({
    key: tls.privateKey,
    cert: tls.certificate,
    ca: tls.ca,
    keepAlive: true,
    maxSockets: 32,
    checkServerIdentity: serverNamesHost,
  });
  return { send: (outgoing) => sendWith(agent, options, outgoing), close: () => agent.destroy() };
}

/** Reading R-014: the server's certificate names the URL's host as a dNSName; a common name does not count. */
function serverNamesHost(host: string, certificate: NodePeerCertificate): Error | undefined {
  const names = new X509Certificate(certificate.raw);
  if (names.checkHost(host, { subject: "never", partialWildcards: false }) !== undefined) return undefined;
  return new Error(`the server's certificate does not name ${host}`);
}

/** Where to connect for a host: what the configuration says, else the host itself. */
function connectAddress(url: URL, peers: SenderOptions["peers"]): { host: string; port: number } {
  const target = Object.hasOwn(peers, url.hostname) ? peers[url.hostname] : undefined;
  if (target === undefined) return { host: url.hostname, port: url.port === "" ? 443 : Number(url.port) };
  const colon = target.lastIndexOf(":");
  return { host: target.slice(0, colon).replace(/^\[|\]$/g, ""), port: Number(target.slice(colon + 1)) };
}

function sendWith(agent: Agent, options: SenderOptions, outgoing: OutgoingRequest): Promise<OutgoingAnswer> {
  const { domain, method, url, headers, body } = outgoing;
  return new Promise((resolve, reject) => {
    const fail = (code: "unreachable" | "bad-answer", message: string, cause?: unknown) =>
      reject(new PeerError(code, domain, message, { cause }));
    const call = request({
      agent,
      method,
      ...connectAddress(url, options.peers),
      servername: url.hostname,
      path: url.pathname + url.search,
      headers: {
        ...headers,
        host: url.host,
        ...(body === undefined ? {} : { "content-length": String(body.length) }),
      },
      signal: AbortSignal.timeout(options.timeoutMs),
    });
    call.on("error", (error) => fail("unreachable", "the request failed", error));
    call.on("response", (response) => {
      const chunks: Buffer[] = [];
      let octets = 0;
      response.on("data", (chunk: Buffer) => {
        octets += chunk.length;
        chunks.push(chunk);
        if (octets <= options.maxAnswerOctets) return;
        fail("bad-answer", `the answer is over the limit of ${options.maxAnswerOctets} octets`);
        call.destroy();
      });
      response.on("error", (error) => fail("unreachable", "the answer broke off", error));
      response.on("end", () => {
        const single = Object.entries(response.headers).map(([name, value]) => [name, String(value)]);
        resolve({
          status: response.statusCode ?? 0,
          headers: Object.fromEntries(single),
          body: new Uint8Array(Buffer.concat(chunks)),
        });
      });
    });
    call.end(body);
  });
}
