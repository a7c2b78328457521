/**
 * What a peer sends to the target, and how it is recorded.
 * @module
 */

import type { Answer, Endpoint, Identity, PeerName, PeerRequest } from "../context.ts";
import { CaseStopped } from "../errors.ts";
import { PEER_DOMAINS, type SuitePki } from "../pki.ts";
import { round } from "../recorder.ts";
import type { HeaderFields, RecordedRequest } from "../transcript.ts";
import type { Resolve } from "./address.ts";
import { type Connection, type Exchanged, encodeRequest, exchange } from "./https-client.ts";
import type { CaseSession } from "./session.ts";
import { DIRECTORY_PATH, type DirectoryTemplates, expand, readDirectory } from "./target.ts";

const DEFAULT_TIMEOUT_MS = 10_000;

/** Whoever sends, and for which case. */
export interface Sender {
  readonly session: CaseSession;
  readonly peer: PeerName;
  readonly pki: SuitePki;
  readonly resolve: Resolve;
  readonly targetDomain: string;
  readonly directory?: TargetDirectory;
}

/** The target's directory, fetched at most once in a case. */
export interface TargetDirectory {
  url(endpoint: Endpoint, about: string): Promise<string>;
}

/** Makes the directory of a case. Its exchange is recorded under the label `directory`. */
export function targetDirectory(sender: Sender): TargetDirectory {
  let fetched: Promise<DirectoryTemplates> | undefined;
  const fetch = async (): Promise<DirectoryTemplates> => {
    const url = `https://${sender.targetDomain}${DIRECTORY_PATH}`;
    const answer = await sendRequest(sender, { label: "directory", method: "GET", url });
    const templates = readDirectory(answer.expect(200));
    if (templates === undefined) throw new CaseStopped("directory", "the directory is not a JSON object");
    return templates;
  };
  return {
    async url(endpoint, about) {
      fetched ??= fetch();
      return expand(await fetched, endpoint, about);
    },
  };
}

/** Sends a request of a case and records what came of it. Throws only `CaseStopped`, before anything is sent. */
export async function sendRequest(sender: Sender, request: PeerRequest): Promise<Answer> {
  sender.session.checkAlive();
  const url = new URL(await urlOf(sender, request));
  const method = request.method ?? "POST";
  const path = request.path ?? `${url.pathname}${url.search}`;
  const headers = headersOf(sender, request, method, url);
  const octets = encodeRequest(method, path, headers, request.body);
  const body = Buffer.from(request.body ?? new Uint8Array()).toString("base64");
  const port = url.port === "" ? 443 : Number(url.port);
  const connection = connectionOf(sender, url.hostname, port, request.identity ?? sender.peer);
  const timeoutMs = request.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  const how = { timeoutMs, plain: request.plain ?? false, head: method === "HEAD" };
  return perform(sender, { ...connection, ...how }, octets, {
    label: request.label,
    ...(request.endpoint === undefined ? {} : { endpoint: request.endpoint }),
    recorded: { method, path, headers, body },
  });
}

/** Sends octets as they are. In the record they stand as the body of a request without method and path. */
export async function sendRaw(
  sender: Sender,
  label: string,
  octets: Uint8Array,
  identity: Identity,
): Promise<Answer> {
  sender.session.checkAlive();
  const connection = connectionOf(sender, sender.targetDomain, 443, identity);
  const body = Buffer.from(octets).toString("base64");
  return perform(sender, { ...connection, timeoutMs: DEFAULT_TIMEOUT_MS }, octets, {
    label,
    recorded: { method: "", path: "", headers: [], body },
  });
}

async function perform(
  sender: Sender,
  connection: Connection,
  octets: Uint8Array,
  what: { readonly label: string; readonly endpoint?: Endpoint; readonly recorded: RecordedRequest },
): Promise<Answer> {
  const startedAtMs = performance.now();
  const { outcome, response, tls } = await exchange(connection, octets);
  const n = sender.session.recorder.add(
    {
      kind: "exchange",
      direction: "sent",
      label: what.label,
      from: PEER_DOMAINS[sender.peer],
      to: sender.targetDomain,
      ...(what.endpoint === undefined ? {} : { endpoint: what.endpoint }),
      request: what.recorded,
      outcome,
      durationMs: round(performance.now() - startedAtMs),
      ...(tls === undefined ? {} : { tls }),
    },
    startedAtMs,
  );
  return answerOf(n, what.label, { outcome, ...(response === undefined ? {} : { response }) });
}

function answerOf(n: number, label: string, { outcome, response }: Exchanged): Answer {
  const body = response?.body ?? new Uint8Array();
  return {
    n,
    outcome,
    ...(response === undefined ? {} : { status: response.status }),
    headers: response?.headers ?? [],
    body,
    expect(...statuses) {
      if (response !== undefined && statuses.includes(response.status)) return body;
      const saw = response === undefined ? `the outcome ${outcome.kind}` : `status ${response.status}`;
      throw new CaseStopped("answer", `${label}: expected status ${statuses.join(" or ")}, saw ${saw}`);
    },
  };
}

async function urlOf(sender: Sender, request: PeerRequest): Promise<string> {
  if (request.url !== undefined) return request.url;
  if (request.endpoint === undefined || sender.directory === undefined) {
    throw new TypeError(`${request.label}: a request needs an endpoint or a url`);
  }
  return sender.directory.url(request.endpoint, request.about ?? "");
}

/** protocol 4.1: Host is the target (reading R-013: as in the URL), From the source. */
function headersOf(sender: Sender, request: PeerRequest, method: string, url: URL): HeaderFields {
  const { body } = request;
  // RFC 9110 §8.6: a POST without content says so.
  const length: [string, string][] = method === "POST" ? [["Content-Length", "0"]] : [];
  const defaults: [string, string][] = [
    ["Host", url.host],
    ["From", `mimi@${PEER_DOMAINS[sender.peer]}`],
    ...(body === undefined
      ? length
      : ([
          ["Content-Type", "application/octet-stream"],
          ["Content-Length", String(body.length)],
        ] as [string, string][])),
    ["Connection", "close"],
  ];
  const given = Object.entries(request.headers ?? {});
  const replaced = new Set(given.map(([name]) => name.toLowerCase()));
  return [
    ...defaults.filter(([name]) => !replaced.has(name.toLowerCase())),
    ...given.flatMap(([name, value]) =>
      value === null ? [] : [value].flat().map((one) => [name, one] as const),
    ),
  ];
}

function connectionOf(
  sender: Sender,
  host: string,
  port: number,
  identity: Identity,
): Omit<Connection, "timeoutMs"> {
  return {
    ...sender.resolve(host.replaceAll(/[[\]]/g, ""), port),
    serverName: host,
    ca: sender.pki.ca,
    credentials: sender.pki.credentials(sender.peer, identity),
    identity,
  };
}
