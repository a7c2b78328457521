/**
 * Clients without a provider: real stores, real groups, and what a hub would have passed on.
 * @module
 */

import {
  CipherSuiteId,
  type ExternalSender,
  MemberGroup,
  type MLSMessage,
  nobleCrypto,
  type OwnKeyPackage,
  type Proposal,
} from "@openmimi/mls";
import {
  clientUri,
  FanoutMessage,
  type Frank,
  frankAadOf,
  makeFrank,
  providerCredential,
  userUri,
} from "@openmimi/protocol";
import { encode } from "@openmimi/tls";
import { Caller } from "../src/caller.ts";
import { planAddition } from "../src/changes.ts";
import { groupExtensions, type RoomInit } from "../src/creating.ts";
import { ClientError } from "../src/errors.ts";
import { makeKeyPackage, toStoredKeyPackage } from "../src/identity.ts";
import { sqliteStore } from "../src/node/sqlite-store.ts";
import { defaultLifetime, ownLeaf } from "../src/own-leaf.ts";
import { type InboxEvent, ProviderApi, type ProviderDescription } from "../src/provider-api.ts";
import { receive } from "../src/receive.ts";
import { saved } from "../src/room.ts";
import { Session } from "../src/session.ts";
import type { ClientStore } from "../src/store.ts";
import type { Transport } from "../src/transport.ts";

const SUITE = nobleCrypto.suite(CipherSuiteId.MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519);
export const ROOM = "mimi://a.example/r/clubhouse";
const HUB_KEY = new Uint8Array(32).fill(7);
export const hubKeys = SUITE.generateSignatureKeyPair();

const hubSender: ExternalSender = {
  signatureKey: hubKeys.publicKey,
  credential: providerCredential("a.example"),
};
export const provider: ProviderDescription = {
  domain: "a.example",
  mimiUrl: "https://a.example",
  hubSender,
  frankingAgent: { frankingSignatureKey: hubKeys.publicKey, credential: hubSender.credential },
};

/** Nobody answers. */
const nowhere: Transport = {
  request: async () => {
    throw new ClientError("connection", "there is no provider in this test");
  },
  close: () => {},
};

/** A client of `mimi://DOMAIN/u/NAME` with nothing in its store but who it is. */
export async function newClient(
  domain: string,
  name: string,
  device = "Client1",
): Promise<{ session: Session; store: ClientStore }> {
  const store = sqliteStore(":memory:");
  const keys = SUITE.generateSignatureKeyPair();
  await store.write([
    {
      change: "client",
      client: {
        userUri: userUri(domain, name),
        clientUri: clientUri(domain, name, device),
        token: "token",
        cipherSuite: SUITE.id,
        signaturePublicKey: keys.publicKey,
        signaturePrivateKey: keys.privateKey,
      },
    },
  ]);
  return { session: await open(store), store };
}

/** Opens a store, as after a restart. */
export function open(store: ClientStore, transport: Transport = nowhere): Promise<Session> {
  const retry = { firstDelayMs: 1, maxDelayMs: 1, giveUpAfterMs: 0 };
  const api = new ProviderApi(new Caller(transport, retry));
  return Session.load({ api, store, crypto: nobleCrypto, now: Date.now, patienceMs: 1000 });
}

/** The client creates the room as if the provider had accepted it. */
async function createRoom(session: Session, init: RoomInit = { name: "clubhouse" }): Promise<MemberGroup> {
  const group = MemberGroup.create(
    nobleCrypto,
    {
      cipherSuite: SUITE.id,
      groupId: new TextEncoder().encode("group"),
      own: ownLeaf(session),
      extensions: groupExtensions(provider, init, ROOM, session.identity.userUri),
    },
    session.memberOptions(ROOM),
  );
  const room = { uri: ROOM, status: "member" as const, joinedEpoch: 0n, group };
  await session.write([saved(room)]);
  session.rooms.set(ROOM, room);
  return group;
}

/** A KeyPackage of the client, private keys in its store. */
export async function newKeyPackage(session: Session): Promise<OwnKeyPackage> {
  const own = makeKeyPackage(session.crypto, session.identity, defaultLifetime(Date.now()));
  await session.write([{ change: "add-key-package", keyPackage: toStoredKeyPackage(own) }]);
  return own;
}

let lastTimestamp = 1_900_000_000_000n;
let lastSequence = 0;

/** An event of the inbox as the hub would have it fanned out, at the next millisecond. */
export function arriving(
  message: MLSMessage,
  more: Partial<FanoutMessage> & { readonly at?: bigint } = {},
): InboxEvent {
  const { at, ...fields } = more;
  lastTimestamp += 1n;
  lastSequence += 1;
  const timestamp = at ?? lastTimestamp;
  const wholeFields = { ...empty(message), ...fields };
  const fanout = encode(FanoutMessage, { timestamp, message, ...wholeFields } as FanoutMessage);
  return { sequence: lastSequence, roomUri: ROOM, acceptedTimestamp: timestamp, fanout };
}

function empty(message: MLSMessage): Partial<FanoutMessage> {
  if (message.wireFormat !== "publicMessage") return {};
  return message.publicMessage.content.contentType === "commit"
    ? { externalProposals: [] }
    : { moreProposals: [] };
}

/** Receives an event and stores what comes of it, as a pull does. */
export async function take(session: Session, event: InboxEvent) {
  const { events, changes } = await receive(session, event);
  await session.write([...changes, { change: "cursor", cursor: event.sequence }]);
  return events;
}

/** A commit of the member over these proposals, accepted at once. */
export function commit(group: MemberGroup, proposals: readonly Proposal[] = [], path = false) {
  const made = group.commit({ proposals, path });
  group.mergePendingCommit();
  return made;
}

/** The hub's frank for a message of `senderUri`. */
export function frank(message: MLSMessage, senderUri: string, acceptedTimestamp: bigint): Frank {
  if (message.wireFormat !== "privateMessage") throw new TypeError("not a PrivateMessage");
  return makeFrank({
    suite: SUITE,
    hubKey: HUB_KEY,
    frankingPrivateKey: hubKeys.privateKey,
    frankingTag: frankAadOf(message.privateMessage.authenticatedData) ?? new Uint8Array(32),
    context: { senderUri, roomUri: ROOM, acceptedTimestamp },
  });
}

/** Alice's room with Bob in it: both sessions, both groups. */
export async function aliceAndBob(init?: RoomInit) {
  const alice = await newClient("a.example", "alice");
  const bob = await newClient("b.example", "bob");
  const group = await createRoom(alice.session, init);
  const own = await newKeyPackage(bob.session);
  const room = alice.session.rooms.get(ROOM);
  if (room === undefined) throw new TypeError("the room was not created");
  const { userUri: user, clientUri: client } = bob.session.identity;
  const users = [{ userUri: user, clients: [{ clientUri: client, keyPackage: own.keyPackage }] }];
  const plan = planAddition(room, alice.session.identity.userUri, users);
  const { welcome } = commit(group, plan?.proposals);
  if (welcome === undefined) throw new TypeError("there is no Welcome");
  const message: MLSMessage = { version: "mls10", wireFormat: "welcome", welcome };
  const ratchetTreeOption = { representation: "full" as const, ratchetTree: group.public.ratchetTree() };
  const event = arriving(message, { ratchetTreeOption });
  const events = await take(bob.session, event);
  const joined = bob.session.rooms.get(ROOM);
  if (joined === undefined) throw new TypeError(`Bob did not join: ${JSON.stringify(events)}`);
  return { alice, bob, group, welcome: event, events };
}
