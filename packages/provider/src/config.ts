/**
 * The configuration of a provider, checked member by member.
 * @module
 */

import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { IdentifierError, parseDomain } from "@openmimi/protocol";
import { ConfigError } from "./errors.ts";
import { type LogLevel, logLevels } from "./logging.ts";

/** Where a listener binds. Port 0: any free port. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/** Bounds on what others can make a provider do. Sizes in octets, times in milliseconds. */
export interface Limits {
  /** The longest request body. Above it: 413. */
  readonly bodyOctets: number;
  /** The longest answer taken from another provider. */
  readonly answerOctets: number;
  /** How long a client of a listener may take to send its header, and its whole request. */
  readonly headerMs: number;
  readonly requestMs: number;
  /** How long another provider may take to answer. */
  readonly peerMs: number;
  /** How long a fetched directory is used when the answer does not say (protocol §5.1, reading R-023). */
  readonly directoryMs: number;
  /** KeyPackages kept per client. */
  readonly keyPackagesPerClient: number;
  /** Claims per (source, requester, target) and GroupInfo requests per (source, user, room), a minute. */
  readonly requestsPerMinute: number;
  /** Events per answer of the inbox, and the longest wait of its long poll. */
  readonly inboxEvents: number;
  readonly inboxWaitMs: number;
  /** How long an answer is remembered for a repeated request (reading R-067). */
  readonly repeatMs: number;
  /** How long a GroupInfo request allows the external commit that follows it (reading R-106). */
  readonly externalJoinMs: number;
}

/** How deliveries to other providers are repeated, in milliseconds. */
export interface Retry {
  readonly firstMs: number;
  readonly maxMs: number;
  /** After this long without success an event goes to the dead letters. */
  readonly giveUpMs: number;
}

/** What {@link startProvider} is given. */
export interface ProviderConfig {
  /** The provider's domain, as in `mimi://a.example`. */
  readonly domain: string;
  /** The providers' side: HTTPS with mutual TLS. */
  readonly mimi: ListenAddress;
  /** The base of the URLs in the directory. Default: `https://` and the domain. */
  readonly mimiBaseUrl?: string;
  /** The clients' side: HTTPS with the server's certificate only. */
  readonly clientApi: ListenAddress;
  /** PEM text. `ca` holds the trust anchors for other providers. */
  readonly tls: { readonly certificate: string; readonly privateKey: string; readonly ca: string };
  /** The SQLite file. */
  readonly database: string;
  /** Host name -> `host:port` to connect to instead of asking DNS. Host header and SNI stay the name. */
  readonly peers?: Readonly<Record<string, string>>;
  readonly limits?: Partial<Limits>;
  readonly retry?: Partial<Retry>;
  readonly logLevel?: LogLevel;
}

export const defaultLimits: Limits = {
  bodyOctets: 8 * 1024 * 1024,
  answerOctets: 16 * 1024 * 1024,
  headerMs: 10_000,
  requestMs: 30_000,
  peerMs: 20_000,
  directoryMs: 300_000,
  keyPackagesPerClient: 200,
  requestsPerMinute: 120,
  inboxEvents: 500,
  inboxWaitMs: 30_000,
  repeatMs: 600_000,
  externalJoinMs: 600_000,
};

export const defaultRetry: Retry = { firstMs: 500, maxMs: 300_000, giveUpMs: 604_800_000 };

const ADDRESS = /^(?:\[[0-9a-fA-F:.]+\]|[A-Za-z0-9.-]+):\d{1,5}$/;

/**
 * Checks a configuration that came from outside.
 *
 * @param value what was parsed, for example from JSON
 * @param directory where relative paths of `database` and of the `tls` files start; absent: `tls` holds PEM text only
 * @throws {ConfigError} naming the member
 * @example
 * ```ts
 * checkConfig(JSON.parse(readFileSync("a.json", "utf8")), dirname("a.json"));
 * ```
 */
export function checkConfig(value: unknown, directory?: string): ProviderConfig {
  const config = record(value, "config");
  known(config, "config", [
    ...[
      "domain",
      "mimi",
      "mimiBaseUrl",
      "clientApi",
      "tls",
      "database",
      "peers",
      "limits",
      "retry",
      "logLevel",
    ],
  ]);
  const domain = string(config.domain, "domain");
  checkDomain(domain, "domain");
  const database = string(config.database, "database");
  return {
    domain,
    mimi: address(config.mimi, "mimi"),
    ...(config.mimiBaseUrl === undefined ? {} : { mimiBaseUrl: baseUrl(config.mimiBaseUrl) }),
    clientApi: address(config.clientApi, "clientApi"),
    tls: tls(config.tls, directory),
    database: directory === undefined || database === ":memory:" ? database : resolve(directory, database),
    ...(config.peers === undefined ? {} : { peers: peers(config.peers) }),
    ...(config.limits === undefined ? {} : { limits: numbers(config.limits, "limits", defaultLimits) }),
    ...(config.retry === undefined ? {} : { retry: numbers(config.retry, "retry", defaultRetry) }),
    ...(config.logLevel === undefined ? {} : { logLevel: level(config.logLevel) }),
  };
}

/** Fills in what a configuration leaves out. */
export function withDefaults(
  config: ProviderConfig,
): Required<ProviderConfig> & { limits: Limits; retry: Retry } {
  return {
    ...config,
    mimiBaseUrl: config.mimiBaseUrl ?? `https://${config.domain}`,
    peers: config.peers ?? {},
    limits: { ...defaultLimits, ...config.limits },
    retry: { ...defaultRetry, ...config.retry },
    logLevel: config.logLevel ?? "info",
  };
}

/** Names that stand in MIMI URIs are in lower case (reading R-027). */
function checkDomain(name: string, path: string): void {
  try {
    parseDomain(name);
  } catch (error) {
    if (!(error instanceof IdentifierError)) throw error;
    throw new ConfigError(path, `expected a lower-case host name, got ${quote(name)}: ${error.reason}`);
  }
}

type Members = Readonly<Record<string, unknown>>;

function record(value: unknown, path: string): Members {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new ConfigError(path, `expected an object, got ${quote(value)}`);
  }
  return value as Members;
}

function known(members: Members, path: string, names: readonly string[]): void {
  const stranger = Object.keys(members).find((name) => !names.includes(name));
  if (stranger !== undefined)
    throw new ConfigError(path, `${quote(stranger)} is not known; known: ${names.join(", ")}`);
}

function string(value: unknown, path: string): string {
  if (typeof value !== "string" || value === "")
    throw new ConfigError(path, `expected a text, got ${quote(value)}`);
  return value;
}

function address(value: unknown, path: string): ListenAddress {
  const members = record(value, path);
  known(members, path, ["host", "port"]);
  const port = members.port;
  if (!Number.isInteger(port) || (port as number) < 0 || (port as number) > 65_535) {
    throw new ConfigError(`${path}.port`, `expected a port from 0 to 65535, got ${quote(port)}`);
  }
  return { host: string(members.host, `${path}.host`), port: port as number };
}

function baseUrl(value: unknown): string {
  const text = string(value, "mimiBaseUrl");
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== "https:" || url.username !== "" || url.search !== "" || url.hash !== "") {
    throw new ConfigError(
      "mimiBaseUrl",
      `expected an https URL without user, query and fragment, got ${quote(text)}`,
    );
  }
  return text.replace(/\/+$/, "");
}

function tls(value: unknown, directory: string | undefined): ProviderConfig["tls"] {
  const members = record(value, "tls");
  known(members, "tls", ["certificate", "privateKey", "ca"]);
  const pem = (name: string) => pemText(string(members[name], `tls.${name}`), `tls.${name}`, directory);
  return { certificate: pem("certificate"), privateKey: pem("privateKey"), ca: pem("ca") };
}

function pemText(text: string, path: string, directory: string | undefined): string {
  if (text.includes("-----BEGIN ")) return text;
  if (directory === undefined) throw new ConfigError(path, "expected PEM text");
  const file = resolve(directory, text);
  let content: string;
  try {
    content = readFileSync(file, "utf8");
  } catch (cause) {
    throw new ConfigError(path, `the file ${quote(text)} cannot be read`, { cause });
  }
  if (!content.includes("-----BEGIN ")) throw new ConfigError(path, `the file ${quote(text)} holds no PEM`);
  return content;
}

function peers(value: unknown): Record<string, string> {
  const members = record(value, "peers");
  return Object.fromEntries(
    Object.entries(members).map(([name, target]) => {
      const path = `peers[${quote(name)}]`;
      checkDomain(name, path);
      const text = string(target, path);
      if (!ADDRESS.test(text)) throw new ConfigError(path, `expected host:port, got ${quote(text)}`);
      return [name, text];
    }),
  );
}

function numbers<T>(value: unknown, path: string, defaults: T): Partial<T> {
  const members = record(value, path);
  known(members, path, Object.keys(defaults as object));
  for (const [name, number] of Object.entries(members)) {
    if (!Number.isSafeInteger(number) || (number as number) < 0) {
      throw new ConfigError(`${path}.${name}`, `expected a whole number, got ${quote(number)}`);
    }
  }
  return members as Partial<T>;
}

function level(value: unknown): LogLevel {
  const found = logLevels.find((name) => name === value);
  if (found === undefined)
    throw new ConfigError("logLevel", `expected one of ${logLevels.join(", ")}, got ${quote(value)}`);
  return found;
}

function quote(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 80)}...` : text;
}
