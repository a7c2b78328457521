import type { MemberGroup, MLSMessage } from "@openmimi/mls";
import { MimiComponentId, OperationalParameters, RoleData, RoomMetaData } from "@openmimi/protocol";
import { Capability, roomStateOf } from "@openmimi/room";
import { operational } from "@openmimi/room/testing";
import { encode } from "@openmimi/tls";
import { beforeEach, describe, expect, it } from "vitest";
import {
  componentUpdate,
  leaveProposals,
  planAddition,
  planMetadata,
  planRemoval,
  planRoleChange,
} from "../src/changes.ts";
import { commitInRoom, proposeInRoom } from "../src/handshake.ts";
import { type Room, viewOf } from "../src/room.ts";
import type { Session } from "../src/session.ts";
import { aliceAndBob, arriving, commit, newClient, newKeyPackage, open, ROOM, take } from "./actors.ts";
import { answering } from "./answers.ts";

type World = Awaited<ReturnType<typeof aliceAndBob>>;
const ALICE = "mimi://a.example/u/alice";
const BOB = "mimi://b.example/u/bob";

let world: World;
let group: MemberGroup;
beforeEach(async () => {
  world = await aliceAndBob();
  group = world.group;
});

function roomOf(session: Session): Room {
  const room = session.rooms.get(ROOM);
  if (room === undefined) throw new TypeError("no such room");
  return room;
}

/** The same for everybody who is in the same epoch of the same group. */
function fingerprint(session: Session): string {
  const { epoch, epochAuthenticator, treeHash, participants } = viewOf(roomOf(session));
  return `${epoch} ${epochAuthenticator} ${treeHash} ${participants.map(({ userUri }) => userUri)}`;
}

describe("a commit", () => {
  it("that adds a user is followed", async () => {
    const { alice, bob } = world;
    const cathy = await newClient("c.example", "cathy");
    const { keyPackage } = await newKeyPackage(cathy.session);
    const { userUri, clientUri } = cathy.session.identity;
    const plan = planAddition(roomOf(alice.session), ALICE, [
      { userUri, clients: [{ clientUri, keyPackage }] },
    ]);
    const made = commit(group, plan?.proposals);
    const events = await take(bob.session, arriving(made.commit));
    expect(events).toEqual([
      {
        ...{ kind: "epochChanged", roomUri: ROOM, epoch: 2n, by: ALICE },
        ...{ addedClients: [clientUri], removedClients: [] },
      },
    ]);
    expect(fingerprint(bob.session)).toBe(fingerprint(alice.session));
    expect(viewOf(roomOf(bob.session)).participants.map(({ roleIndex }) => roleIndex)).toEqual([4, 2, 2]);
  });

  it("that comes again, or to who made it, changes nothing", async () => {
    const { alice, bob } = world;
    const pending = group.commit({ path: true });
    const event = arriving(pending.commit);
    await take(bob.session, event);
    expect(await take(bob.session, event)).toEqual([]);
    // Alice's answer got lost, but her commit comes back.
    expect(await take(alice.session, event)).toMatchObject([{ kind: "epochChanged", by: ALICE }]);
    expect(await take(alice.session, event)).toEqual([]);
    expect(fingerprint(bob.session)).toBe(fingerprint(alice.session));
  });

  it("of another takes the place of the own one that lost the race", async () => {
    const { alice, bob } = world;
    const bobsGroup = roomOf(bob.session).group;
    const lost = bobsGroup.commit({ path: true });
    const outgoing = {
      digest: bob.session.digest(lost.commit),
      roomUri: ROOM,
      kind: "commit",
      epoch: 1n,
    } as const;
    await bob.session.write([{ change: "add-outgoing", outgoing: { ...outgoing, body: Uint8Array.of() } }]);
    const won = commit(group, [], true);
    expect(await take(bob.session, arriving(won.commit))).toMatchObject([
      { kind: "epochChanged", by: ALICE },
    ]);
    expect(bobsGroup.pendingCommit).toBeUndefined();
    expect(bob.session.outgoing.size).toBe(0);
    expect(fingerprint(bob.session)).toBe(fingerprint(alice.session));
  });

  it("that policy forbids is refused although the hub let it pass", async () => {
    const { alice, bob } = world;
    const forbidden = planRoleChange(roomOf(bob.session), ALICE, 2);
    const bobsGroup = roomOf(bob.session).group;
    const made = bobsGroup.commit({ proposals: forbidden?.proposals ?? [] });
    const before = fingerprint(alice.session);
    const events = await take(alice.session, arriving(made.commit));
    expect(events).toMatchObject([{ kind: "refused", what: "commit", code: "not-allowed" }]);
    expect(fingerprint(alice.session)).toBe(before);
    expect(roomOf(alice.session).status).toBe("diverged");
    // If the hub did not mean it, the epoch ends with another commit, and the room is in order again.
    bobsGroup.clearPendingCommit();
    const proper = commit(bobsGroup, [], true);
    expect(await take(alice.session, arriving(proper.commit))).toMatchObject([
      { kind: "epochChanged", by: BOB },
    ]);
    expect(roomOf(alice.session).status).toBe("member");
  });

  it("of an epoch that was never begun here shows that something was missed", async () => {
    const { alice, bob } = world;
    commit(group, [], true);
    const second = commit(group, [], true);
    const events = await take(bob.session, arriving(second.commit));
    expect(events).toMatchObject([{ kind: "refused", what: "commit", code: "invalid-message" }]);
    expect(roomOf(bob.session).status).toBe("diverged");
    expect(roomOf(alice.session).status).toBe("member");
  });

  it("of the past is reported and changes nothing", async () => {
    const { bob } = world;
    const old = roomOf(bob.session).group.commit({ path: true });
    roomOf(bob.session).group.clearPendingCommit();
    const made = commit(group, [], true);
    await take(bob.session, arriving(made.commit));
    expect(await take(bob.session, arriving(old.commit))).toMatchObject([
      { kind: "refused", what: "commit" },
    ]);
    expect(roomOf(bob.session).status).toBe("member");
  });

  it("whose confirmation tag is wrong is refused", async () => {
    const { bob } = world;
    const { commit: message } = group.commit({ path: true });
    if (message.wireFormat !== "publicMessage") throw new TypeError("not a PublicMessage");
    const { publicMessage } = message;
    const auth = { ...publicMessage.auth, confirmationTag: new Uint8Array(32) };
    const changed: MLSMessage = { ...message, publicMessage: { ...publicMessage, auth } };
    expect(await take(bob.session, arriving(changed))).toMatchObject([{ kind: "refused", what: "commit" }]);
  });
});

describe("leaving", () => {
  function bobLeaves(): readonly MLSMessage[] {
    const room = roomOf(world.bob.session);
    return leaveProposals(room, BOB).map((proposal) => room.group.propose(proposal).message);
  }

  it("is proposed together and committed by another", async () => {
    const { alice, bob } = world;
    const [first, ...moreProposals] = bobLeaves();
    const event = arriving(first as MLSMessage, { moreProposals });
    const events = await take(alice.session, event);
    expect(events).toEqual([
      { kind: "proposal", roomUri: ROOM, proposalType: "selfRemove", by: BOB },
      { kind: "proposal", roomUri: ROOM, proposalType: "appDataUpdate", by: BOB },
    ]);
    expect(await take(alice.session, event)).toEqual([]);
    const made = commit(group);
    expect(viewOf(roomOf(alice.session)).participants).toEqual([{ userUri: ALICE, roleIndex: 4 }]);
    const seen = await take(bob.session, arriving(made.commit));
    expect(seen).toMatchObject([
      { kind: "epochChanged", removedClients: ["mimi://b.example/d/bob/Client1"] },
      { kind: "removed" },
    ]);
    expect((await open(bob.store)).rooms.get(ROOM)?.status).toBe("removed");
    // What comes afterwards is none of Bob's business.
    expect(await take(bob.session, arriving(commit(group, [], true).commit))).toEqual([]);
  });

  it("proposals that policy forbids are not kept", async () => {
    const { alice, bob } = world;
    const room = roomOf(bob.session);
    const [forbidden] = planRoleChange(room, ALICE, 2)?.proposals ?? [];
    const { message } = room.group.propose(forbidden as NonNullable<typeof forbidden>);
    const events = await take(alice.session, arriving(message));
    expect(events).toMatchObject([{ kind: "refused", what: "proposal", code: "not-allowed" }]);
    expect(group.public.pending).toEqual([]);
  });
});

describe("handshake_formats (policy §7, reading R-063)", () => {
  /** From now on members' commits and proposals are PrivateMessages; which is what nobody here sends. */
  const onlyPrivate = async () => {
    world = await aliceAndBob({ name: "clubhouse", preset: "strictly-administered" });
    group = world.group;
    const { roles } = roomStateOf((id) => group.public.component(id));
    const may = Capability.canChangeMlsOperationalPolicies;
    const rolesThen = [...roles.values()].map(({ role }) =>
      role.roleName === "super_admin" ? { ...role, roleCapabilities: [...role.roleCapabilities, may] } : role,
    );
    const formats = operational({ handshakeFormats: [2] });
    const updates = [
      componentUpdate(MimiComponentId.rolesList, RoleData, { roles: rolesThen }),
      componentUpdate(MimiComponentId.operationalPolicy, OperationalParameters, formats),
    ];
    for (const update of updates) {
      const { commit: made } = commit(group, [update]);
      expect(await take(world.bob.session, arriving(made))).toMatchObject([{ kind: "epochChanged" }]);
    }
  };
  const refused = (what: string) => ({
    ...{ kind: "refused", what, code: "not-allowed" },
    reason: expect.stringContaining("wire-format-not-allowed"),
  });

  it("bind a commit, whatever the hub let pass", async () => {
    await onlyPrivate();
    const made = commit(group, [], true);
    expect(await take(world.bob.session, arriving(made.commit))).toMatchObject([refused("commit")]);
    expect(roomOf(world.bob.session).status).toBe("diverged");
  });

  it("bind a proposal, but not the SelfRemove among them", async () => {
    await onlyPrivate();
    const { session } = world.bob;
    const update = group.proposeUpdate().message;
    expect(await take(session, arriving(update))).toMatchObject([refused("proposal")]);
    expect(roomOf(session).group.public.pending).toEqual([]);
    const { message } = group.propose({ proposalType: "selfRemove" });
    const events = await take(session, arriving(message));
    expect(events).not.toMatchObject([refused("proposal")]);
  });

  it("keep a client from sending what others would refuse", async () => {
    await onlyPrivate();
    const { transport, requests } = answering({});
    const session = await open(world.bob.store, transport);
    const { epoch } = roomOf(session).group;
    await expect(commitInRoom(session, ROOM, () => ({ proposals: [], path: true }))).rejects.toMatchObject({
      code: "not-allowed",
    });
    const leaving = proposeInRoom(session, ROOM, (room) => leaveProposals(room, BOB));
    await expect(leaving).rejects.toMatchObject({ code: "not-allowed" });
    expect(requests.some(({ path }) => path.includes("update"))).toBe(false);
    expect(roomOf(session).group.epoch).toBe(epoch);
    expect(roomOf(session).group.public.pending).toEqual([]);
  });
});

describe("plans", () => {
  it("say nothing where nothing is to do", () => {
    const room = roomOf(world.alice.session);
    const bob = { userUri: BOB, clients: [] };
    expect(planAddition(room, ALICE, [bob])).toBeUndefined();
    expect(planRemoval(room, "mimi://c.example/u/cathy")).toBeUndefined();
    expect(planRoleChange(room, BOB, 2)).toBeUndefined();
  });

  it("ban by role, and take the banned user's clients out (reading R-187)", () => {
    const room = roomOf(world.alice.session);
    const plan = planRoleChange(room, BOB, 1);
    expect(plan?.proposals.map(({ proposalType }) => proposalType)).toEqual(["appDataUpdate", "remove"]);
  });

  it("change the metadata that are given, and keep the others", () => {
    const room = roomOf(world.alice.session);
    const [proposal] = planMetadata(room, { roomSubject: "Birds" })?.proposals ?? [];
    const expected: RoomMetaData = {
      ...{ roomUri: ROOM, roomName: "clubhouse", roomDescriptions: [], roomAvatar: "", roomSubject: "Birds" },
      roomMood: "",
    };
    expect(proposal).toEqual(componentUpdate(MimiComponentId.roomMetadata, RoomMetaData, expected));
    expect(encode(RoomMetaData, expected).length).toBeGreaterThan(0);
  });

  it("need a participant to give a role to", () => {
    const room = roomOf(world.alice.session);
    expect(() => planRoleChange(room, "mimi://c.example/u/cathy", 2)).toThrow(
      expect.objectContaining({ code: "usage" }),
    );
  });
});
