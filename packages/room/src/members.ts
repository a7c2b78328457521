/**
 * Who is in an MLS group. Protocol §4.2, §7.4, §7.5; readings.
 * @module
 */

import type { Credential, ExternalSender, GroupContext, LeafNode, PresentedCredential } from "@openmimi/mls";
import { type Identity, identityOf, ProtocolError, providerOf, providerUri } from "@openmimi/protocol";
import { RoomError } from "./errors.ts";
import type { Clients } from "./facts.ts";

/** What is needed of a group; `PublicGroup` of `@openmimi/mls` has it, as it is before the change. */
export interface GroupBefore {
  readonly groupContext: GroupContext;
  members(): readonly { readonly leafIndex: number; readonly leafNode: LeafNode }[];
  externalSenders(): readonly ExternalSender[];
}

/** A credential, and the key that presents it: that of a leaf, of an external sender, or of a request for a GroupInfo. */
export type Presented = Pick<PresentedCredential, "credential" | "signatureKey">;

/** The members of one epoch, by leaf and by user. */
export interface Members {
  readonly identities: ReadonlyMap<number, Identity>;
  readonly leaves: ReadonlyMap<number, Presented>;
  readonly clients: Clients;
}

const known = new WeakMap<GroupContext, Members>();

/** Whom a credential names. @throws {RoomError} `unknown-identity` */
export function identify(credential: Credential, whose: string): Identity {
  try {
    return identityOf(credential);
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    throw new RoomError("unknown-identity", `${whose}: ${error.message}`, "protocol §4.2", { cause: error });
  }
}

/** Who is in the group. Worked out once per epoch. */
export function membersOf(group: GroupBefore): Members {
  const { groupContext } = group;
  const before = known.get(groupContext);
  if (before !== undefined) return before;
  const identities = new Map<number, Identity>();
  const leaves = new Map<number, Presented>();
  const byUser = new Map<string, number>();
  for (const { leafIndex, leafNode } of group.members()) {
    const identity = identify(leafNode.credential, `leaf ${leafIndex}`);
    identities.set(leafIndex, identity);
    leaves.set(leafIndex, leafNode);
    byUser.set(identity.userUri, (byUser.get(identity.userUri) ?? 0) + 1);
  }
  const members = { identities, leaves, clients: { byUser, total: identities.size } };
  known.set(groupContext, members);
  return members;
}

/** The client, or the user where the credential names no client. */
export function nameOf({ clientUri, userUri }: Identity): string {
  return clientUri ?? userUri;
}

/** Refuses a sender or leaf that is not there. */
export function nobody(what: string): never {
  throw new RoomError("unknown-identity", `${what} is nobody`, "protocol §7.4");
}

/** The URI of an external sender. @throws {RoomError} `unknown-identity` */
export function providerOfSender(credential: Credential, index: number): string {
  try {
    return providerUri(providerOf(credential));
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    throw new RoomError("unknown-identity", `external sender ${index}: ${error.message}`, "protocol §7.4", {
      cause: error,
    });
  }
}
