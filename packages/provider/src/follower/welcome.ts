/**
 * Which of our clients a Welcome is for. Protocol §5.2, §5.5; readings.
 * @module
 */

import type { RatchetTreeNodes, Welcome } from "@openmimi/mls";
import { type FanoutMessage, identityOf, ProtocolError } from "@openmimi/protocol";
import type { ProviderChecks } from "../checks.ts";
import type { Store } from "../store/store.ts";

/** What {@link findWelcomed} needs. */
export interface WelcomeParts {
  readonly domain: string;
  readonly store: Pick<Store, "followedRooms" | "keyPackages" | "clients">;
  readonly checks: ProviderChecks;
}

/** Own clients that a Welcome is for, and the references that have served with it. */
export interface Welcomed {
  readonly clients: readonly string[];
  readonly references: readonly Uint8Array[];
}

/**
 * Looks up every Welcome of a body: by the remembered KeyPackageRefs; and, if references are left over, by the tree,
 * for KeyPackages that were handed out otherwise (a consent grant).
 */
export async function findWelcomed(
  parts: WelcomeParts,
  hub: string,
  roomUri: string,
  fanouts: readonly FanoutMessage[],
): Promise<ReadonlyMap<FanoutMessage, Welcomed>> {
  const found = new Map<FanoutMessage, Welcomed>();
  for (const fanout of fanouts) {
    if (fanout.message.wireFormat !== "welcome") continue;
    const byReference = await findByReference(parts, hub, fanout.message.welcome);
    const leftOver = fanout.message.welcome.secrets.length > byReference.references.length;
    const option = fanout.ratchetTreeOption;
    const tree = leftOver && option?.representation === "full" ? option.ratchetTree : [];
    const byTree = await findInTree(parts, roomUri, tree);
    found.set(fanout, {
      references: byReference.references,
      clients: [...new Set([...byReference.clients, ...byTree])],
    });
  }
  return found;
}

async function findByReference(
  { store, checks }: WelcomeParts,
  hub: string,
  welcome: Welcome,
): Promise<Welcomed> {
  const all = welcome.secrets.map(({ newMember }) => newMember);
  const targets = await store.keyPackages.targets(all);
  const clients: string[] = [];
  const references: Uint8Array[] = [];
  targets.forEach((target, index) => {
    if (target === undefined || !checks.welcomeIsExpected(target, hub)) return;
    clients.push(target.clientUri);
    references.push(all[index] as Uint8Array);
  });
  return { clients, references };
}

/** Clients registered here that have a leaf and are not in the room yet. */
async function findInTree(
  { domain, store }: WelcomeParts,
  roomUri: string,
  tree: RatchetTreeNodes,
): Promise<string[]> {
  const named = new Map<string, string>();
  for (const node of tree) {
    if (node?.nodeType !== "leaf") continue;
    try {
      const identity = identityOf(node.leafNode.credential);
      if (identity.domain === domain && identity.clientUri !== undefined)
        named.set(identity.clientUri, identity.userUri);
    } catch (error) {
      // A leaf that names nobody is none of ours.
      if (!(error instanceof ProtocolError)) throw error;
    }
  }
  if (named.size === 0) return [];
  const { clients: members } = await store.followedRooms.find(roomUri);
  for (const member of members) named.delete(member);
  const registered = await Promise.all(
    [...new Set(named.values())].map((user) => store.clients.ofUser(user)),
  );
  return registered.flat().flatMap(({ clientUri }) => (named.has(clientUri) ? [clientUri] : []));
}
