/**
 * Where connections go: a URL's host is a name for certificates and the Host header, and may be reached elsewhere.
 * @module
 */

import { isIP } from "node:net";
import { SuiteError } from "../errors.ts";

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** Gives the address to connect to for a host and port of a URL. */
export type Resolve = (host: string, port: number) => Address;

/**
 * Reads `host:port`; an IPv6 address stands in brackets.
 * @throws SuiteError `bad-option`
 */
export function parseAddress(text: string): Address {
  const parts = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(text);
  const host = parts?.[1] ?? parts?.[2];
  const port = Number(parts?.[3]);
  if (host === undefined || port > 65_535 || (parts?.[1] !== undefined && isIP(host) !== 6)) {
    throw new SuiteError("bad-option", `${JSON.stringify(text)} is not an address of the form host:port`);
  }
  return { host, port };
}

/**
 * Makes the lookup. `overrides` has `domain=host:port` lines as an object, with `domain` or `domain:port` as keys.
 * @throws SuiteError `bad-option`
 */
export function resolver(overrides: Readonly<Record<string, string>>): Resolve {
  const known = new Map(
    Object.entries(overrides).map(([name, text]) => [name.toLowerCase(), parseAddress(text)]),
  );
  return (host, port) => {
    const name = host.toLowerCase();
    return known.get(`${name}:${port}`) ?? known.get(name) ?? { host, port };
  };
}
