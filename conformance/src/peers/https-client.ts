/**
 * One request over mutual TLS, octet by octet as the caller wants it, and whatever comes of it. Never throws for
 * anything that the other side does.
 * @module
 */

import { connect as connectPlainly } from "node:net";
import { connect, type PeerCertificate, TLSSocket } from "node:tls";
import type { Credentials } from "../pki.ts";
import type { ConnectionPhase, HeaderFields, Outcome, TlsFacts } from "../transcript.ts";
import { type HttpResponse, parseResponse } from "./http-response.ts";

/** Where to connect and as whom. */
export interface Connection {
  /** Address to connect to. */
  readonly host: string;
  readonly port: number;
  /** The name sent as SNI and expected in the certificate. */
  readonly serverName: string;
  /** Trust anchor, PEM. */
  readonly ca: string;
  readonly credentials: Credentials | undefined;
  /** For the record: whose certificate it is. */
  readonly identity: string;
  readonly timeoutMs: number;
  /** Without TLS, to see what comes of it. */
  readonly plain?: boolean;
  /** The request is a HEAD, so that the answer has no body. */
  readonly head?: boolean;
}

export interface Exchanged {
  readonly outcome: Outcome;
  readonly response?: HttpResponse;
  readonly tls?: TlsFacts;
}

/**
 * Connects, sends the octets and reads one answer.
 * @param request an HTTP request, or anything else
 */
export function exchange(connection: Connection, request: Uint8Array): Promise<Exchanged> {
  return new Promise((resolve) => {
    let phase: ConnectionPhase = "connect";
    let received: Buffer = Buffer.alloc(0);
    let tls: TlsFacts | undefined;
    const socket = connection.plain === true ? connectPlainly(connection) : connectSecurely(connection);
    const timer = setTimeout(
      () => finish({ kind: "timeout", phase, afterMs: connection.timeoutMs }),
      connection.timeoutMs,
    );
    const finish = (outcome: Outcome, response?: HttpResponse) => {
      clearTimeout(timer);
      socket.removeAllListeners();
      socket.on("error", () => {});
      socket.destroy();
      resolve({ outcome, ...(response ? { response } : {}), ...(tls ? { tls } : {}) });
    };
    const look = (ended: boolean, detail: string) => {
      const parsed = parseResponse(received, ended, connection.head);
      if (parsed.kind === "response") finish(answerOf(parsed.response), parsed.response);
      else if (parsed.kind === "malformed") finish({ kind: "malformed", detail: parsed.detail });
      else if (ended) finish({ kind: "closed", phase, detail, ...(alert === undefined ? {} : { alert }) });
    };
    const begin = () => {
      phase = "answer";
      if (socket instanceof TLSSocket) tls = factsOf(socket, connection);
      socket.write(request);
    };
    socket.once("connect", () => {
      phase = "handshake";
      if (connection.plain === true) begin();
    });
    socket.once("secureConnect", begin);
    socket.on("data", (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      look(false, "");
    });
    socket.once("end", () => look(true, "the connection was closed"));
    // A write that fails may still leave an answer to read, so an error counts only once the socket has closed.
    let failure = "the connection was closed";
    let alert: string | undefined;
    socket.on("error", (error: NodeJS.ErrnoException) => {
      const { code = error.name } = error;
      // Behind the code stands OpenSSL's file and line, which nobody needs.
      failure = code.startsWith("ERR_SSL_") ? code : `${code}: ${error.message}`;
      alert = /^ERR_SSL_.*ALERT_(.+)$/.exec(code)?.[1]?.toLowerCase().replaceAll("_", " ");
    });
    socket.once("close", () => look(true, failure));
  });
}

function connectSecurely({ host, port, serverName, ca, credentials }: Connection): TLSSocket {
  return connect({
    host,
    port,
    servername: serverName,
    ca,
    ...(credentials ? { cert: credentials.certificatePem, key: credentials.privateKeyPem } : {}),
    ALPNProtocols: ["http/1.1"],
    // What the target presents is recorded and judged, not refused here.
    rejectUnauthorized: false,
  });
}

/** Puts a request together. Every field is written as it is given. */
export function encodeRequest(
  method: string,
  path: string,
  headers: HeaderFields,
  body: Uint8Array | undefined,
): Uint8Array {
  const head = [`${method} ${path} HTTP/1.1`, ...headers.map(([name, value]) => `${name}: ${value}`), "", ""];
  return Buffer.concat([Buffer.from(head.join("\r\n"), "latin1"), body ?? new Uint8Array()]);
}

/** The dNSNames and iPAddresses of a certificate. */
export function certificateNames(certificate: PeerCertificate | undefined): string[] {
  const names = certificate?.subjectaltname;
  if (names === undefined) return [];
  return names.split(", ").map((name) => name.replace(/^(DNS|IP Address):/, ""));
}

function answerOf(response: HttpResponse): Outcome {
  const body = Buffer.from(response.body).toString("base64");
  return { kind: "answer", status: response.status, headers: response.headers, body };
}

function factsOf(socket: TLSSocket, connection: Connection): TlsFacts {
  const error: unknown = socket.authorizationError;
  const protocol = socket.getProtocol();
  const own = connection.credentials ? socket.getCertificate() : null;
  return {
    ...(protocol === null ? {} : { protocol }),
    suiteIdentity: connection.identity,
    suiteCertificateNames: own !== null && "subject" in own ? certificateNames(own as PeerCertificate) : [],
    targetCertificateNames: certificateNames(socket.getPeerCertificate()),
    targetAuthorized: socket.authorized,
    ...(error === undefined || error === null ? {} : { targetError: String(error) }),
  };
}
