/**
 * The rooms that are hosted here, as values: a state is never changed, it is replaced. Protocol §4.3.1, §7.1.
 * @module
 */

import { type CryptoProvider, type GroupOptions, PublicGroup, type StagedCommit } from "@openmimi/mls";
import { type Identity, identityOf } from "@openmimi/protocol";
import { decode, encode, enumeration, opaque, struct, text, uint64, vector } from "@openmimi/tls";
import type { PendingProposalRecord, RoomStore } from "../store/store.ts";

/** One state of a hosted room. */
export interface HubRoom {
  readonly roomUri: string;
  /** The store's number of this state. */
  readonly revision: number;
  readonly group: PublicGroup;
  /** The encoded GroupInfo that the last committer signed. */
  readonly groupInfo: Uint8Array;
  /** In order of acceptance, with their times (reading R-104). */
  readonly pending: readonly PendingProposalRecord[];
  /** The epoch in which a user's last client had gone: no message of an epoch before counts (reading R-071). */
  readonly removals: ReadonlyMap<string, bigint>;
}

/** A member client as its leaf names it. */
export interface Member extends Identity {
  readonly leafIndex: number;
}

const StoredRoom = struct("StoredRoom", {
  version: enumeration("StoredRoomVersion", { version1: 1 }),
  publicGroup: opaque(),
  removals: vector(struct("Removal", { user: text(), epoch: uint64 })),
});

/** Octets for the store, which does not look into them. */
export function encodeRoomState({ group, removals }: Pick<HubRoom, "group" | "removals">): Uint8Array {
  return encode(StoredRoom, {
    version: "version1",
    publicGroup: group.serialize(),
    removals: [...removals].map(([user, epoch]) => ({ user, epoch })),
  });
}

/** A room begins without history. */
export const noRemovals: ReadonlyMap<string, bigint> = new Map();

const knownMembers = new WeakMap<PublicGroup["tree"], readonly Member[]>();

/**
 * Who is in a tree.
 *
 * @throws {ProtocolError} `invalid-credential`; never for a tree that was accepted
 */
export function membersOf({ tree }: Pick<PublicGroup, "tree">): readonly Member[] {
  const known = knownMembers.get(tree);
  if (known !== undefined) return known;
  const members = tree
    .leaves()
    .map(({ leafIndex, leafNode }) => ({ leafIndex, ...identityOf(leafNode.credential) }));
  knownMembers.set(tree, members);
  return members;
}

/** The group in the epoch that a commit begins; the group given stays as it is. */
export function groupAfter(group: PublicGroup, staged: StagedCommit): PublicGroup {
  const { groupContext, tree, confirmationTag, interimTranscriptHash } = staged;
  return new PublicGroup(
    group.suite,
    { groupContext, tree, confirmationTag, interimTranscriptHash },
    group.options,
  );
}

/** The same epoch; the group given stays as it is. */
export function copyOf(group: PublicGroup): PublicGroup {
  const copy = new PublicGroup(group.suite, group.state, group.options);
  for (const pending of group.pending) copy.addProposal(pending);
  return copy;
}

/** Rooms kept in memory; the others are read from the store. */
const MAX_ROOMS_IN_MEMORY = 1000;

/** Finds rooms. What is in memory is used only while the store says that it is current. */
export class HubRooms {
  readonly #store: RoomStore;
  readonly #crypto: CryptoProvider;
  readonly #options: GroupOptions;
  readonly #memory = new Map<string, HubRoom>();

  constructor(store: RoomStore, crypto: CryptoProvider, options: GroupOptions) {
    this.#store = store;
    this.#crypto = crypto;
    this.#options = options;
  }

  /** The current state of a room, or `undefined` if it is not hosted here, or no more (policy §5). */
  async find(roomUri: string): Promise<HubRoom | undefined> {
    const head = await this.#store.head(roomUri);
    if (head === undefined || head.ended !== undefined) return undefined;
    const known = this.#memory.get(roomUri);
    return known?.revision === head.revision ? known : this.#load(roomUri);
  }

  /** How a room was when its last client left; `undefined` for others. Policy §5: persistent_room. */
  async findEnded(roomUri: string): Promise<HubRoom | undefined> {
    const head = await this.#store.head(roomUri);
    return head?.ended === "abandoned" ? this.#load(roomUri) : undefined;
  }

  async #load(roomUri: string): Promise<HubRoom | undefined> {
    const stored = await this.#store.load(roomUri);
    if (stored === undefined) return undefined;
    const { publicGroup, removals } = decode(StoredRoom, stored.publicGroup);
    const room: HubRoom = {
      roomUri,
      revision: stored.revision,
      group: PublicGroup.deserialize(this.#crypto, publicGroup, this.#options),
      groupInfo: stored.groupInfo,
      pending: stored.pendingProposals,
      removals: new Map(removals.map(({ user, epoch }) => [user, epoch])),
    };
    this.keep(room);
    return room;
  }

  /** Keeps a state that has become durable. */
  keep(room: HubRoom): void {
    const known = this.#memory.get(room.roomUri);
    if (known !== undefined && known.revision >= room.revision) return;
    this.#memory.delete(room.roomUri);
    this.#memory.set(room.roomUri, room);
    const oldest = this.#memory.keys().next();
    if (this.#memory.size > MAX_ROOMS_IN_MEMORY && !oldest.done) this.#memory.delete(oldest.value);
  }
}
