/**
 * Requests for group information, and who may have it. Protocol §5.6; readings.
 * @module
 */

import { type Credential, ExternalSender, signWithLabel } from "@openmimi/mls";
import {
  clientCredential,
  GroupInfoRequest,
  GroupInfoRequestTBS,
  GroupInfoRequestTBSWithPresence,
  JoinLinksData,
  MimiComponentId,
  ParticipantListUpdate,
  toPathSegment,
} from "@openmimi/protocol";
import type { CapabilityName } from "@openmimi/room";
import { encode } from "@openmimi/tls";
import { type Case, hex, type Json } from "../envelope.ts";
import {
  banned,
  type Components,
  component,
  operational,
  PARENT,
  preauthorization,
  preauthorized,
  ROOM,
  role,
  room,
  uri,
} from "../policy/sketch.ts";
import { seededCrypto, seededOctets } from "../seeded.ts";
import { clientUri, DOMAIN, type HostedRoom, HUB, host, roomJson } from "./rooms.ts";

const suite = seededCrypto("group-info requester").suite(1);
const signatureKeys = suite.generateSignatureKeyPair();
/** What the GroupInfo is encrypted to. */
export const hpkeKeys = suite.generateHpkeKeyPair();
const CODE = Uint8Array.of(7, 7);

/** What a request says and how it comes, where it is not as usual. */
export interface Asked {
  readonly from?: string;
  readonly path?: string;
  readonly joiningCode?: Uint8Array;
  readonly credential?: Credential;
  readonly cipherSuite?: number;
  readonly groupInfoPublicKey?: Uint8Array;
  /** The other form of what is signed (reading R-097). */
  readonly withPresence?: boolean;
  readonly changed?: Partial<GroupInfoRequest>;
}

/** A request of a new client of a user. */
export function requestOf(name: string, asked: Asked = {}): GroupInfoRequest {
  const tbs: GroupInfoRequestTBS = {
    protocol: "mls10",
    cipherSuite: asked.cipherSuite ?? 1,
    requestingSignatureKey: signatureKeys.publicKey,
    requestingCredential: asked.credential ?? clientCredential(clientUri(name).replace(/1$/, "2")),
    groupInfoPublicKey: asked.groupInfoPublicKey ?? hpkeKeys.publicKey,
    joiningCode: asked.joiningCode ?? new Uint8Array(),
  };
  const { joiningCode } = tbs;
  const octets = asked.withPresence
    ? encode(GroupInfoRequestTBSWithPresence, {
        ...tbs,
        joiningCode: joiningCode.length === 0 ? undefined : joiningCode,
      })
    : encode(GroupInfoRequestTBS, tbs);
  const signature = signWithLabel(suite, signatureKeys.privateKey, "GroupInfoRequestTBS", octets);
  return { ...tbs, signature, ...asked.changed };
}

/** An input: somebody asks the hub for the group information of one of its rooms. */
function ask(name: string, rooms: readonly HostedRoom[], asked: Asked = {}) {
  return {
    domain: DOMAIN,
    hubSender: hex(encode(ExternalSender, HUB.sender)),
    hubPrivateKey: hex(HUB.privateKey),
    rooms: rooms.map(roomJson) as Json,
    from: asked.from ?? `${name[0]}.example`,
    pathSegment: toPathSegment(asked.path ?? ROOM),
    request: hex(encode(GroupInfoRequest, requestOf(name, asked))),
    ephemeralKey: hex(seededOctets("group-info ephemeral")(32)),
  };
}

const usual: readonly CapabilityName[] = ["canAddOwnClient", "canSendMessage"];
const links = component(MimiComponentId.joinLinks, JoinLinksData, [
  { joinLink: Uint8Array.of(1) },
  { joinLink: CODE },
]);
const guests = role(2, ["canJoinIfPreauthorized"]);

/** A room whose role 0 has these capabilities and transitions. */
const door = (
  zero: readonly CapabilityName[],
  targets: number[],
  ...more: [number, Uint8Array][]
): Components =>
  room(
    { alice: 3, bob: 3, dora: 1 },
    [role(0, zero, { 0: targets }), banned, guests, role(3, usual, { 2: [0], 3: [0] })],
    {},
    new Map([links, ...more].sort(([a], [b]) => a - b)),
  );
const sorted = (components: Components): Components => new Map([...components].sort(([a], [b]) => a - b));
const hosted = (components: Components, ...more: Parameters<typeof host>[3] & readonly unknown[]) =>
  host(ROOM, sorted(components), ["alice", "bob"], more);

/** The room that most requests are about. */
export const CLOSED = hosted(door([], []));
const open = hosted(door(["canOpenJoin"], [2]));
const coded = hosted(door(["canUseJoinCode"], [2]));
const guestList = hosted(door([], [], preauthorization(preauthorized(guests, uri("eve")))));

const removing = (index: number) =>
  encode(ParticipantListUpdate, {
    changedRoleParticipants: [],
    removedIndices: [index],
    addedParticipants: [],
  });
/** Bob is about to leave: SelfRemove, and the list. */
export const LEAVING = hosted(
  door([], []),
  () => ({ by: "bob", proposal: { proposalType: "selfRemove" } }),
  () => ({
    by: DOMAIN,
    proposal: {
      proposalType: "appDataUpdate",
      appDataUpdate: { componentId: MimiComponentId.participantList, op: "update", update: removing(1) },
    },
  }),
);
/** The same in another group. */
export const LEAVING_ELSEWHERE = hosted(door(["canOpenJoin"], [2]), () => ({
  by: "bob",
  proposal: { proposalType: "selfRemove" },
}));
const parentDependent = (...parents: string[]): HostedRoom => ({
  ...hosted(
    room({ alice: 3, bob: 3 }, [role(0, ["canOpenJoin"], { 0: [3] }), role(3, usual)], {
      parentDependant: true,
      parentRoom: [PARENT],
    }),
  ),
  parentParticipants: parents.map(uri),
});

type Row = readonly [
  id: string,
  name: string,
  rooms: readonly HostedRoom[],
  asked?: Asked,
  notes?: string | undefined,
  readings?: readonly string[],
];

const flipped = (octets: Uint8Array): Uint8Array => octets.map((octet, at) => (at === 9 ? octet ^ 1 : octet));
const identity = (text: string): Credential => ({
  credentialType: "basic",
  identity: new TextEncoder().encode(text),
});
const noClients = hosted(
  room({ alice: 3, bob: 3, carl: 4 }, [
    role(3, usual),
    role(4, usual, {}, { maximumActiveParticipantsConstraint: 0 }),
  ]),
);

const ROWS: readonly Row[] = [
  ["participant", "alice", [CLOSED], {}, "A further client of somebody who is in the list."],
  ["participant-by-user-uri", "bob", [CLOSED], { credential: identity(uri("bob")) }, undefined, ["R-028"]],
  [
    "member-again",
    "alice",
    [CLOSED],
    { credential: clientCredential(clientUri("alice")) },
    "A client that is in the group already, to join again.",
  ],
  [
    "one-of-several-rooms",
    "alice",
    [host("mimi://hub.example/r/other", sorted(door([], [])), ["alice"]), CLOSED],
  ],
  [
    "participant-without-capability",
    "alice",
    [hosted(room({ alice: 3, bob: 3 }, [role(3, [])]))],
    {},
    "canAddOwnClient is missing.",
  ],
  ["participant-of-a-role-without-clients", "carl", [noClients]],
  ["stranger", "eve", [CLOSED]],
  ["stranger-in-an-open-room", "eve", [open]],
  ["stranger-where-only-a-ban-is-open", "eve", [hosted(door(["canOpenJoin"], [1]))]],
  ["preauthorized", "eve", [guestList], { credential: identity(uri("eve")) }, undefined, ["R-175"]],
  [
    "preauthorized-and-asking-with-another-claim",
    "eve",
    [guestList],
    {},
    "The list names the user's URI, and the credential holds the client's: other octets.",
    ["R-175"],
  ],
  ["preauthorized-is-somebody-else", "erin", [guestList], { credential: identity(uri("erin")) }],
  ["code", "eve", [coded], { joiningCode: CODE }, undefined, ["R-097", "R-105"]],
  [
    "code-signed-with-presence-octet",
    "eve",
    [coded],
    { joiningCode: CODE, withPresence: true },
    "Not to be sent, but to be accepted.",
    ["R-097", "R-105"],
  ],
  ["code-unknown", "eve", [coded], { joiningCode: Uint8Array.of(8, 8) }, undefined, ["R-105"]],
  ["code-missing", "eve", [coded]],
  ["code-without-capability", "eve", [CLOSED], { joiningCode: CODE }, undefined, ["R-105"]],
  [
    "code-of-a-participant",
    "alice",
    [CLOSED],
    { joiningCode: Uint8Array.of(8, 8) },
    "Participants need no code, so that a wrong one does not matter.",
  ],
  ["banned", "dora", [open], {}, undefined, ["R-106"]],
  ["banned-with-a-code", "dora", [coded], { joiningCode: CODE }, "A ban wins over every code.", ["R-106"]],
  [
    "no-external-commits",
    "alice",
    [hosted(door([], [], operational({ externalCommitAllowed: false })))],
    {},
    "Nobody could join with it.",
  ],
  [
    "fixed-membership",
    "eve",
    [
      hosted(
        room({ alice: 3, bob: 3 }, [role(0, ["canOpenJoin"], { 0: [3] }), role(3, usual)], {
          fixedMembership: true,
        }),
      ),
    ],
  ],
  ["of-the-parent-room", "eve", [parentDependent("alice", "bob", "eve")], {}, undefined, ["R-192"]],
  ["not-of-the-parent-room", "eve", [parentDependent("alice", "bob")], {}, undefined, ["R-192"]],
  [
    "with-pending-proposals",
    "alice",
    [LEAVING],
    {},
    "Everything accepted in the epoch, in its order.",
    ["R-104"],
  ],
  ["about-to-be-removed", "bob", [LEAVING], {}, "Pending proposals count at once.", ["R-061"]],
  ["room-unknown", "alice", [], {}, "notAuthorized would do as well, to conceal which rooms there are."],
  ["room-of-another-name", "alice", [CLOSED], { path: "mimi://hub.example/r/Den" }, undefined, ["R-027"]],
  [
    "signed-with-presence-octet",
    "alice",
    [CLOSED],
    { withPresence: true },
    "Not to be sent, but to be accepted.",
    ["R-097"],
  ],
  ["signature-changed", "alice", [CLOSED], { changed: { signature: flipped(requestOf("alice").signature) } }],
  ["signature-empty", "alice", [CLOSED], { changed: { signature: new Uint8Array() } }],
  [
    "code-added-after-signing",
    "alice",
    [CLOSED],
    { changed: { joiningCode: CODE } },
    "The code is under the signature.",
  ],
  [
    "key-exchanged-after-signing",
    "alice",
    [CLOSED],
    { changed: { groupInfoPublicKey: flipped(hpkeKeys.publicKey) } },
  ],
  [
    "credential-exchanged-after-signing",
    "alice",
    [CLOSED],
    { changed: { requestingCredential: identity(uri("anna")) } },
  ],
  [
    "signed-by-another-key",
    "alice",
    [CLOSED],
    { changed: { requestingSignatureKey: HUB.sender.signatureKey } },
  ],
  [
    "by-way-of-another-provider",
    "alice",
    [CLOSED],
    { from: "b.example" },
    "A provider speaks for its own users only.",
    ["R-106"],
  ],
  ["credential-of-a-provider", "alice", [CLOSED], { credential: identity("mimi://a.example") }],
  ["credential-of-nobody", "alice", [CLOSED], { credential: identity("alice") }],
];

interface Spoiled {
  readonly id: string;
  readonly reason: string;
  readonly notes?: string;
  readonly readings?: readonly string[];
  readonly spoil: (input: ReturnType<typeof ask>) => Partial<ReturnType<typeof ask>>;
}

const SPOILED: readonly Spoiled[] = [
  {
    id: "suite-that-the-hub-has-not",
    reason: "unsupported-cipher-suite",
    readings: ["R-102"],
    notes: "Answered with HTTP status 400.",
    spoil: () => ({ request: hex(encode(GroupInfoRequest, requestOf("alice", { cipherSuite: 0x0a0a }))) }),
  },
  {
    id: "key-of-31-octets",
    reason: "invalid-key",
    notes: "Nothing can be encrypted to it.",
    spoil: () => ({
      request: hex(
        encode(GroupInfoRequest, requestOf("alice", { groupInfoPublicKey: hpkeKeys.publicKey.subarray(1) })),
      ),
    }),
  },
  { id: "truncated", reason: "truncated", spoil: ({ request }) => ({ request: request.slice(0, -2) }) },
  {
    id: "an-octet-behind-it",
    reason: "trailing-bytes",
    spoil: ({ request }) => ({ request: `${request}00` }),
  },
  {
    id: "another-protocol",
    reason: "unknown-value",
    readings: ["R-026"],
    spoil: ({ request }) => ({ request: `02${request.slice(2)}` }),
  },
  { id: "path-that-is-no-uri", reason: "invalid-scheme", spoil: () => ({ pathSegment: "den" }) },
];

/** Requests, and what the hub answers. */
export function requestCases(): Case[] {
  const twin = ask("alice", [CLOSED]);
  return [
    ...ROWS.map(
      ([id, name, rooms, asked, notes, readings]): Case => ({
        id,
        input: ask(name, rooms, asked),
        ...(notes === undefined ? {} : { notes }),
        ...(readings === undefined ? {} : { readings }),
      }),
    ),
    ...SPOILED.map(
      ({ id, reason, notes, readings, spoil }): Case => ({
        id,
        reason,
        input: { ...twin, ...spoil(twin), twin: "participant" },
        ...(notes === undefined ? {} : { notes }),
        ...(readings === undefined ? {} : { readings }),
      }),
    ),
  ];
}
