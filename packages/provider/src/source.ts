/**
 * Who asks a hub or a target provider for something.
 * @module
 */

import type { Identity } from "@openmimi/protocol";
import type { ClientRecord } from "./store/store.ts";

/** Another provider, as its certificate and From header say; or a client of our own, as its token says. */
export interface Source {
  /** The provider's domain; for a client of our own it is ours. */
  readonly domain: string;
  readonly client?: ClientRecord;
}

/** The name under which answers are remembered for the source's repeated requests (reading R-067). */
export function sourceName({ domain, client }: Source): string {
  return client?.clientUri ?? domain;
}

/**
 * A provider speaks for its users only (reading R-068), and a client of our own for itself only.
 *
 * @param identity whom the credential in the request names
 */
export function speaksFor({ domain, client }: Source, identity: Identity): boolean {
  if (client === undefined) return identity.domain === domain;
  return identity.clientUri === undefined
    ? identity.userUri === client.userUri
    : identity.clientUri === client.clientUri;
}
