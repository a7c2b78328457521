/**
 * Where the parts of a Welcome go. Protocol §5.2, §5.5; readings.
 * @module
 */

import { type KeyPackage, keyPackageReference, type PublicGroup, type StagedCommit } from "@openmimi/mls";
import { identityOf } from "@openmimi/protocol";
import { toHex } from "../octets.ts";
import type { KeyPackageStore } from "../store/store.ts";
import type { Audience } from "./fanout.ts";

/** What the store knows of the references in a Welcome, by their hexadecimal form. */
export interface KnownReferences {
  /** Home provider of a KeyPackage that was claimed through us. */
  readonly routes: ReadonlyMap<string, string>;
  /** Client of our own whose KeyPackage it is. */
  readonly targets: ReadonlyMap<string, string>;
}

/** Asks the store about the references of a Welcome. */
export async function lookUpReferences(
  store: KeyPackageStore,
  references: readonly Uint8Array[],
): Promise<KnownReferences> {
  const routes = new Map<string, string>();
  const targets = new Map<string, string>();
  if (references.length === 0) return { routes, targets };
  const [domains, clients] = await Promise.all([store.routes(references), store.targets(references)]);
  references.forEach((reference, index) => {
    const domain = domains[index];
    const client = clients[index];
    if (domain !== undefined) routes.set(toHex(reference), domain);
    if (client !== undefined) targets.set(toHex(reference), client.clientUri);
  });
  return { routes, targets };
}

/** The KeyPackages that a commit adds, by their references. */
export function addedByReference(group: PublicGroup, staged: StagedCommit): ReadonlyMap<string, KeyPackage> {
  return new Map(
    staged.added.map(({ keyPackage }) => [toHex(keyPackageReference(group.suite, keyPackage)), keyPackage]),
  );
}

/**
 * To whom a Welcome goes: by the remembered references, else by the identity in the added leaf (readings ).
 * A client of our own without a client URI in its credential is found by its KeyPackage only.
 */
export function welcomeAudience(
  added: ReadonlyMap<string, KeyPackage>,
  { routes, targets }: KnownReferences,
  own: string,
): Audience {
  const destinations = new Set<string>();
  const clients = new Set<string>();
  for (const [reference, { leafNode }] of added) {
    const { domain, clientUri } = identityOf(leafNode.credential);
    const home = targets.has(reference) ? own : (routes.get(reference) ?? domain);
    const client = targets.get(reference) ?? clientUri;
    if (home !== own) destinations.add(home);
    else if (client !== undefined) clients.add(client);
  }
  return { destinations: [...destinations], clients: [...clients] };
}
