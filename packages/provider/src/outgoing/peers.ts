/**
 * Other providers' endpoints, found through their directories. Protocol §4.1, §5.1; readings R-013, R-015, R-020, R-023.
 * @module
 */

import {
  DIRECTORY_PATH,
  type Directory,
  expandTemplate,
  fromHeader,
  MIMI_MEDIA_TYPE,
  ProtocolError,
  parseDirectory,
} from "@openmimi/protocol";
import { PeerError } from "../errors.ts";
import { type Logger, reasonOf } from "../logging.ts";
import type { OutgoingAnswer, Send } from "./send.ts";

/** The services that providers ask of each other here. */
export type PeerService = "keyMaterial" | "update" | "notify" | "submitMessage" | "groupInfo";

/** The other providers, as a client of theirs sees them. */
export interface Peers {
  /**
   * Posts a body to a service of another provider.
   *
   * @param uri what the service is about: a user for keyMaterial, else a room
   * @returns the answer, whatever its status
   * @throws {PeerError}
   */
  call(domain: string, service: PeerService, uri: string, body: Uint8Array): Promise<OutgoingAnswer>;
}

/** What {@link createPeers} needs. */
export interface PeersOptions {
  /** Our domain, for the From header. */
  readonly domain: string;
  readonly send: Send;
  /** How long a directory is used when its answer does not say. */
  readonly directoryMs: number;
  readonly nowMs: () => number;
  readonly logger: Logger;
}

const MAX_DIRECTORY_MS = 86_400_000;

/** Makes the client of all other providers. */
export function createPeers({ domain: own, send, directoryMs, nowMs, logger }: PeersOptions): Peers {
  const directories = new Map<string, { directory: Promise<Directory>; untilMs: number }>();
  // Protocol §4.1: From names the provider that sends this hop (reading R-015).
  const from = fromHeader(own);

  async function fetchDirectory(domain: string): Promise<{ directory: Directory; forMs: number }> {
    const url = new URL(`https://${domain}${DIRECTORY_PATH}`);
    const headers = { from, accept: "application/json" };
    const answer = await send({ domain, method: "GET", url, headers });
    if (answer.status !== 200) {
      throw new PeerError("no-service", domain, `its directory answers with status ${answer.status}`);
    }
    try {
      const text = new TextDecoder("utf-8", { fatal: true }).decode(answer.body);
      const directory = parseDirectory(text);
      return { directory, forMs: cacheFor(answer.headers["cache-control"], directoryMs) };
    } catch (error) {
      throw new PeerError("no-service", domain, `its directory cannot be used: ${reasonOf(error)}`, {
        cause: error,
      });
    }
  }

  function directoryOf(domain: string): Promise<Directory> {
    const cached = directories.get(domain);
    if (cached !== undefined && nowMs() < cached.untilMs) return cached.directory;
    const entry = { directory: Promise.resolve({} as Directory), untilMs: Number.POSITIVE_INFINITY };
    entry.directory = fetchDirectory(domain).then(
      ({ directory, forMs }) => {
        entry.untilMs = nowMs() + forMs;
        return directory;
      },
      (error) => {
        if (directories.get(domain) === entry) directories.delete(domain);
        throw error;
      },
    );
    directories.set(domain, entry);
    return entry.directory;
  }

  return {
    async call(domain, service, uri, body) {
      const directory = await directoryOf(domain);
      const url = serviceUrl(domain, directory, service, uri);
      const headers = { from, "content-type": MIMI_MEDIA_TYPE };
      const answer = await send({ domain, method: "POST", url, headers, body });
      // The service may have moved since the directory was fetched.
      if ([301, 302, 307, 308, 404, 405, 410, 421].includes(answer.status)) directories.delete(domain);
      logger.debug("called", { domain, service, uri, status: answer.status });
      return answer;
    },
  };
}

/** Protocol §5.1: applies the template exactly as given (readings ). */
function serviceUrl(domain: string, directory: Directory, service: PeerService, uri: string): URL {
  const template = directory[service];
  if (template === undefined) throw new PeerError("no-service", domain, `it does not offer ${service}`);
  const variable = service === "keyMaterial" ? "targetUser" : "roomId";
  try {
    return new URL(expandTemplate(template, { [variable]: uri }));
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    throw new PeerError("no-service", domain, `its template for ${service} cannot be used`, { cause: error });
  }
}

/** RFC 9111 §5.2: max-age, no-store and no-cache; else the default. */
function cacheFor(cacheControl: string | undefined, defaultMs: number): number {
  if (cacheControl === undefined) return defaultMs;
  if (/(?:^|[\s,])no-(?:store|cache)(?:$|[\s,=])/i.test(cacheControl)) return 0;
  const [, seconds] = /(?:^|[\s,])max-age\s*=\s*"?(\d{1,9})/i.exec(cacheControl) ?? [];
  return seconds === undefined ? defaultMs : Math.min(Number(seconds) * 1000, MAX_DIRECTORY_MS);
}
