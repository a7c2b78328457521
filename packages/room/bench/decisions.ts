/**
 * How long decisions take, by the size of the room and beside one signature; what an update of the list copies.
 * Prints one JSON line each.
 * @module
 */

import * as nodeCryptoModule from "node:crypto";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { createNodeCrypto } from "@openmimi/mls";
import {
  MimiComponentId,
  ParticipantListData,
  ParticipantListUpdate,
  type UserRolePair,
} from "@openmimi/protocol";
import {
  type Actor,
  authorizeCommit,
  type Change,
  type CommitFacts,
  roomComponents,
  roomStateOf,
  strictlyAdministeredRoom,
} from "@openmimi/room";
import { decode, encode } from "@openmimi/tls";
import { medians, report } from "./tools/measure.ts";

const ADMIN = "mimi://a.example/u/admin";
const user = (at: number) => `mimi://${"abcdef"[at % 6]}.example/u/user${at}`;
const admin: Actor = { kind: "member", user: ADMIN, claims: [] };

const listOf = (size: number): UserRolePair[] => [
  { user: ADMIN, roleIndex: 4 },
  ...Array.from({ length: size - 1 }, (_, at) => ({ user: user(at), roleIndex: 2 })),
];

/** A strictly administered room whose participants have one client each, and commits that add, remove and move one user. */
function room(size: number) {
  const components = strictlyAdministeredRoom({ roomUri: "mimi://a.example/r/big", creator: ADMIN });
  const list = encode(ParticipantListData, { participants: listOf(size) });
  const state = roomStateOf((id) => (id === MimiComponentId.participantList ? list : components.get(id)));
  const byUser = new Map(listOf(size).map((participant) => [participant.user, 1]));
  const clients = { byUser, total: size };
  const of = (update: ParticipantListUpdate, ...others: Change[]): CommitFacts => {
    const octets = encode(ParticipantListUpdate, update);
    const change = {
      kind: "componentUpdate",
      componentId: MimiComponentId.participantList,
      update: octets,
    } as const;
    return { committer: admin, changes: [{ ...change, by: admin, byReference: false }, ...others], clients };
  };
  const none = { changedRoleParticipants: [], removedIndices: [], addedParticipants: [] };
  const by = { by: admin, byReference: false };
  const eve = "mimi://e.example/u/eve";
  const facts = [
    of(
      { ...none, addedParticipants: [{ user: eve, roleIndex: 2 }] },
      { kind: "clientAdded", user: eve, ...by },
    ),
    of(
      { ...none, removedIndices: [size - 1] },
      { kind: "clientRemoved", user: user(size - 2), selfRemove: false, replaced: false, ...by },
    ),
    of({ ...none, changedRoleParticipants: [{ userIndex: size >> 1, roleIndex: 3 }] }),
  ];
  const decide = () => {
    for (const commit of facts) {
      const decision = authorizeCommit(state, commit);
      if (!decision.allowed) throw new Error(decision.message);
    }
  };
  return { list, decide };
}

const [small, large] = [room(100), room(10_000)];
const [n100, n10000] = medians(300, { times: 20, work: small.decide }, { times: 20, work: large.decide });
report("room.decide.n10000", "µs", (n10000! / 3) * 1000, (n100! / 3) * 1000, 2);

const suite = createNodeCrypto(nodeCryptoModule).suite(1);
const { privateKey, publicKey } = suite.generateSignatureKeyPair();
const message = new Uint8Array(500);
const signature = suite.sign(privateKey, message);
const verify = () => suite.verify(publicKey, message, signature);
const [three, verification] = medians(300, { times: 100, work: small.decide }, { times: 30, work: verify });
report("room.decide.ten", "µs", (three! / 3) * 10_000, verification! * 1000, 1);

const update = encode(ParticipantListUpdate, {
  changedRoleParticipants: [{ userIndex: 5000, roleIndex: 3 }],
  removedIndices: [],
  addedParticipants: [],
});
const apply = () => roomComponents(MimiComponentId.participantList, large.list, [update]);
for (let warm = 0; warm < 50; warm++) apply();
setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;
/** Octets of all buffers that one update makes, those included that it throws away. */
const buffers = Array.from({ length: 20 }, () => {
  collect();
  const before = process.memoryUsage().arrayBuffers;
  const result = apply();
  return process.memoryUsage().arrayBuffers - before + 0 * result.length;
});
report("room.list.copied", "octets", Math.max(...buffers), large.list.length, 1.1);

const whole = () => {
  const { participants } = decode(ParticipantListData, large.list);
  return encode(ParticipantListData, { participants });
};
const [spliced, rewritten] = medians(60, { times: 1, work: apply }, { times: 1, work: whole });
report("room.list.update", "ms", spliced!, rewritten!, 0.5);
