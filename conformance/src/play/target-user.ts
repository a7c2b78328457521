/**
 * Users of the target in rooms of the suite's hub, played through the adapter.
 * @module
 */

import type { AdapterOperation } from "../case.ts";
import type { CaseContext } from "../context.ts";

/** What the adapter has to offer for a user of the target in a room, and for looking at it. */
export const USER_OPERATIONS = [
  "createUser",
  "createClient",
  "publishKeyPackages",
  "sync",
  "roomView",
  "messages",
] as const satisfies readonly AdapterOperation[];

/** A user of the target. */
export interface TargetUser {
  readonly userUri: string;
  /** The first of its clients. */
  readonly clientUri: string;
  readonly clientUris: readonly string[];
}

const KEY_PACKAGES = 3;

/** A new user of the target with some clients, each with KeyPackages. */
export async function targetUser(
  { adapter, name }: CaseContext,
  base = "carol",
  devices: readonly string[] = ["phone"],
): Promise<TargetUser> {
  const { userUri } = await adapter.call("createUser", { name: name(base) });
  const clientUris: string[] = [];
  for (const device of devices) {
    const { clientUri } = await adapter.call("createClient", { userUri, device });
    await adapter.call("publishKeyPackages", { clientUri, count: KEY_PACKAGES });
    clientUris.push(clientUri);
  }
  return { userUri, clientUri: clientUris[0] ?? "", clientUris };
}
