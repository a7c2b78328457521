/**
 * The suite's three providers: their servers live as long as the run, and act for one case at a time.
 * @module
 */

import {
  type Answer,
  type Identity,
  PEERS,
  type Peer,
  type PeerAnswer,
  type PeerHandler,
  type PeerName,
  type ReceivedRequest,
} from "../context.ts";
import { CaseStopped, reasonOf } from "../errors.ts";
import { PEER_DOMAINS, type SuitePki } from "../pki.ts";
import { round } from "../recorder.ts";
import type { ExchangeEntry } from "../transcript.ts";
import type { Address, Resolve } from "./address.ts";
import { type Sender, sendRaw, sendRequest, type TargetDirectory, targetDirectory } from "./send.ts";
import { type Incoming, type PeerServer, startPeerServer } from "./server.ts";
import type { CaseSession } from "./session.ts";
import { DIRECTORY_PATH } from "./target.ts";

export interface SuitePeersOptions {
  readonly pki: SuitePki;
  readonly targetDomain: string;
  /** Where each peer's server listens; port 0 for any free one. */
  readonly listen: Readonly<Record<PeerName, Address>>;
  readonly resolve: Resolve;
  /** What the target sent outside of any case, for the run file. */
  readonly onStray: (exchange: Omit<ExchangeEntry, "n" | "atMs">) => void;
}

/** The running peers. */
export interface SuitePeers {
  readonly addresses: Readonly<Record<PeerName, Address>>;
  /** Lets the peers act for this case, until the next call or {@link endCase}. */
  beginCase(session: CaseSession): {
    readonly peers: Readonly<Record<PeerName, Peer>>;
    readonly directory: TargetDirectory;
  };
  endCase(): void;
  close(): Promise<void>;
}

/**
 * Starts the three servers.
 * @throws SuiteError when an address cannot be had
 */
export async function startSuitePeers(options: SuitePeersOptions): Promise<SuitePeers> {
  const { targetDomain } = options;
  let session: CaseSession | undefined;
  const servers = new Map<PeerName, PeerServer>();
  const close = async () => {
    await Promise.all([...servers.values()].map((server) => server.close()));
  };
  try {
    for (const name of PEERS) {
      const credentials = options.pki.credentials(name, name);
      if (credentials === undefined) continue;
      const server = await startPeerServer({
        domain: PEER_DOMAINS[name],
        ...options.listen[name],
        ca: options.pki.ca,
        credentials,
        onRequest: (incoming) => take(name, incoming),
      });
      servers.set(name, server);
    }
  } catch (error) {
    await close();
    throw error;
  }
  const serverOf = (name: PeerName) => servers.get(name) as PeerServer;

  const take = async (name: PeerName, incoming: Incoming): Promise<PeerAnswer> => {
    const current = session !== undefined && belongsTo(session.tag, incoming.about) ? session : undefined;
    const request: ReceivedRequest = { n: -1, ...incoming };
    const handler = incoming.endpoint === undefined ? undefined : current?.handlerOf(name, incoming.endpoint);
    const answer = (await handle(handler, request, current)) ?? defaultAnswer(incoming, serverOf(name));
    const exchange = recordOf(name, targetDomain, incoming, answer);
    // The case may have ended while its handler was at work.
    if (current === undefined || current.recorder.closed) options.onStray(exchange);
    else current.arrived(name, { ...request, n: current.recorder.add(exchange, incoming.receivedAtMs) });
    return answer;
  };

  return {
    addresses: Object.fromEntries(
      PEERS.map((name) => [name, { host: serverOf(name).host, port: serverOf(name).port }]),
    ) as Record<PeerName, Address>,
    beginCase(next) {
      session = next;
      const { pki, resolve } = options;
      const directory = targetDirectory({ session: next, pki, resolve, targetDomain, peer: "hub" });
      const peers = Object.fromEntries(
        PEERS.map((name) => [
          name,
          peerFor(name, next, { pki, resolve, targetDomain, directory }, serverOf(name)),
        ]),
      ) as Record<PeerName, Peer>;
      return { peers, directory };
    },
    endCase() {
      session = undefined;
    },
    close,
  };
}

function peerFor(
  name: PeerName,
  session: CaseSession,
  parts: Omit<Sender, "session" | "peer">,
  server: PeerServer,
): Peer {
  const sender = { session, peer: name, ...parts };
  return {
    name,
    domain: PEER_DOMAINS[name],
    send: (request): Promise<Answer> => sendRequest(sender, request),
    sendRaw: (label, octets, identity: Identity = name) => sendRaw(sender, label, octets, identity),
    handle: (endpoint, handler) => session.setHandler(name, endpoint, handler),
    present(identity) {
      const own = parts.pki.credentials(name, name);
      const credentials = parts.pki.credentials(name, identity);
      if (own === undefined || credentials === undefined) return;
      server.present(credentials);
      session.onEnd(() => server.present(own));
    },
    waitFor: (awaited) => session.waitFor(name, PEER_DOMAINS[name], awaited),
    received: (endpoint, about) => session.received(name, endpoint, about),
  };
}

/** A script's answer. One that throws ends the case: what the target makes of a broken peer would prove nothing. */
async function handle(
  handler: PeerHandler | undefined,
  request: ReceivedRequest,
  session: CaseSession | undefined,
): Promise<PeerAnswer | undefined> {
  try {
    return await handler?.(request);
  } catch (error) {
    const stopped =
      error instanceof CaseStopped
        ? error
        : new CaseStopped("decode", `answering ${request.endpoint}: ${reasonOf(error)}`);
    session?.abort(stopped);
    return { status: 503 };
  }
}

/** What names another case's tag is about that case and arrives late. Anything else is about the present one. */
function belongsTo(tag: string, about: string | undefined): boolean {
  // A tag is that of the run, an x, and the number of the script.
  const at = tag.lastIndexOf("x") + 1;
  const named = new RegExp(`${tag.slice(0, at)}(\\d+)`).exec(about ?? "")?.[1];
  return named === undefined || named === tag.slice(at);
}

function defaultAnswer(incoming: Incoming, server: PeerServer): PeerAnswer {
  if (incoming.method === "GET" && incoming.path === DIRECTORY_PATH) {
    const body = new TextEncoder().encode(JSON.stringify(server.directory));
    return { status: 200, headers: { "content-type": "application/json" }, body };
  }
  // protocol 5.5: 201 when the messages were accepted.
  return { status: incoming.endpoint === "notify" && incoming.method === "POST" ? 201 : 404 };
}

function outcomeOf(answer: PeerAnswer): ExchangeEntry["outcome"] {
  if (answer.hangUp === true) {
    return { kind: "closed", phase: "answer", detail: "the suite closed the connection" };
  }
  return {
    kind: "answer",
    status: answer.status,
    headers: Object.entries(answer.headers ?? {}),
    body: Buffer.from(answer.body ?? new Uint8Array()).toString("base64"),
  };
}

function recordOf(
  name: PeerName,
  targetDomain: string,
  incoming: Incoming,
  answer: PeerAnswer,
): Omit<ExchangeEntry, "n" | "atMs"> {
  const { method, path, headers } = incoming;
  return {
    kind: "exchange",
    direction: "received",
    from: targetDomain,
    to: PEER_DOMAINS[name],
    ...(incoming.endpoint === undefined ? {} : { endpoint: incoming.endpoint }),
    request: { method, path, headers, body: Buffer.from(incoming.body).toString("base64") },
    outcome: outcomeOf(answer),
    durationMs: round(performance.now() - incoming.receivedAtMs),
    tls: {
      protocol: incoming.tlsProtocol,
      suiteIdentity: name,
      suiteCertificateNames: [PEER_DOMAINS[name]],
      targetCertificateNames: incoming.certificateNames,
      targetAuthorized: incoming.certificateTrusted,
    },
  };
}
