/**
 * What the store's contract tests are made of.
 * @module
 */

import { createHash } from "node:crypto";
import type {
  AcceptedHandshake,
  AcceptedMessage,
  HostedRoom,
  KeyPackageRecord,
  NewClient,
  RoomEvent,
} from "../records.ts";
import type { Store } from "../store.ts";

/** One store and how to come back to it after a restart. */
export interface StoreHarness {
  readonly store: Store;
  /** Closes the store and opens it anew on what was durable. */
  reopen(): Promise<Store>;
}

export const NOW_MS = 1_800_000_000_000;
export const NOW_SECONDS = 1_800_000_000n;
export const ROOM = "mimi://a.example/r/clubhouse";
export const ALICE = "mimi://a.example/u/alice";
export const ALICE_1 = "mimi://a.example/d/alice/A1";
export const ALICE_2 = "mimi://a.example/d/alice/A2";

export const octetsOf = (text: string): Uint8Array => new TextEncoder().encode(text);
export const textOf = (octets: Uint8Array | undefined): string | undefined =>
  octets && new TextDecoder().decode(octets);
export const sha256 = (text: string): Uint8Array =>
  new Uint8Array(createHash("sha256").update(text).digest());

export function client(clientUri: string, userUri = ALICE): NewClient {
  return { userUri, clientUri, token: `token of ${clientUri}`, nowMs: NOW_MS };
}

/** Registers both of Alice's clients. */
export async function registerAlice(store: Store): Promise<void> {
  await Promise.all([store.clients.register(client(ALICE_1)), store.clients.register(client(ALICE_2))]);
}

export function keyPackage(name: string, change: Partial<KeyPackageRecord> = {}): KeyPackageRecord {
  return {
    reference: sha256(name),
    clientUri: ALICE_1,
    cipherSuite: 1,
    notBeforeSeconds: NOW_SECONDS - 100n,
    notAfterSeconds: NOW_SECONDS + 1000n,
    lastResort: false,
    octets: octetsOf(name),
    ...change,
  };
}

/** Hosts the room at epoch 0. */
export async function createRoom(store: Store, roomUri = ROOM): Promise<HostedRoom> {
  await store.rooms.create({
    roomUri,
    groupId: octetsOf(roomUri),
    epoch: 0n,
    publicGroup: octetsOf("group 0"),
    groupInfo: octetsOf("info 0"),
    nowMs: NOW_MS,
  });
  return (await store.rooms.load(roomUri)) as HostedRoom;
}

export function acceptedMessage(answer: string, events: readonly RoomEvent[] = []): AcceptedMessage {
  return { events, answer: octetsOf(answer) };
}

/** A commit to the given epoch. */
export function acceptedCommit(epoch: bigint, change: Partial<AcceptedHandshake> = {}): AcceptedHandshake {
  return {
    events: [],
    answer: octetsOf(`answer ${epoch}`),
    epoch,
    publicGroup: octetsOf(`group ${epoch}`),
    groupInfo: octetsOf(`info ${epoch}`),
    clearPendingProposals: true,
    newPendingProposals: [],
    welcomedKeyPackages: [],
    ...change,
  };
}

/** Accepts one message for the given receivers at whatever state the room has. */
export async function sendEvent(
  store: Store,
  fanout: string,
  receivers: { destinations?: readonly string[]; clients?: readonly string[]; roomUri?: string },
): Promise<void> {
  const roomUri = receivers.roomUri ?? ROOM;
  const head = await store.rooms.head(roomUri);
  const outcome = await store.rooms.acceptMessage(
    { roomUri, expectedEpoch: head?.epoch ?? 0n, expectedRevision: head?.revision ?? 0, nowMs: NOW_MS },
    () =>
      acceptedMessage("accepted", [
        {
          fanout: octetsOf(fanout),
          destinations: receivers.destinations ?? [],
          clients: receivers.clients ?? [],
        },
      ]),
  );
  if (outcome.outcome !== "accepted") throw new Error(`not accepted: ${outcome.outcome}`);
}

/** What is in a client's inbox, as text. */
export async function inboxTexts(store: Store, clientUri: string): Promise<readonly (string | undefined)[]> {
  const events = await store.inbox.read(clientUri, 0, 1_000);
  return events.map((event) => textOf(event.fanout));
}
