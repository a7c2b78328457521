import { describe, expect, it } from "vitest";
import {
  added,
  by,
  clients,
  commit,
  expectAllowed,
  expectDenied,
  HUB,
  joined,
  joiner,
  list,
  member,
  preauthorize,
  proposals,
  proposedBy,
  provider,
  ROOM,
  removed,
  uri,
} from "../../test/kit.ts";
import { authorizeCommit, authorizeProposal } from "../authorize.ts";
import { authorizeGroupInfo, authorizeMessage } from "../authorize-request.ts";
import { Capability } from "../capabilities.ts";
import { checkNewRoom } from "../new-room.ts";
import { type RoomState, roomState, roomStateOf } from "../state.ts";
import { type PresetName, presetComponents, presetNames } from "./index.ts";

/** A room of this kind with these participants. */
function den(name: PresetName, participants: Readonly<Record<string, number>>): RoomState {
  const components = presetComponents(name, { roomUri: ROOM, creator: uri("alice"), name: "Den" });
  const state = roomStateOf((id) => components.get(id));
  return roomState({
    participants: Object.entries(participants).map(([who, roleIndex]) => ({ user: uri(who), roleIndex })),
    roles: { roles: [...state.roles.values()].map(({ role }) => role) },
    preauthorized: { preauthorizedEntries: [...state.preauthorized] },
    basePolicy: state.basePolicy,
    metadata: state.metadata,
  });
}
const [alice, bob, cathy] = [member("alice"), member("bob"), member("cathy")];
const all = { alice: 1, bob: 1, cathy: 1 };

describe.each(presetNames)("%s", (name) => {
  const components = presetComponents(name, { roomUri: ROOM, creator: uri("alice"), name: "Den" });
  const state = roomStateOf((id) => components.get(id));

  it("is a room in order, with the creator in charge", () => {
    expectAllowed(checkNewRoom((id) => components.get(id), clients({ alice: 1 }), ROOM));
    expect(state.metadata).toMatchObject({ roomUri: ROOM, roomName: "Den" });
    expect([...components.keys()]).toEqual([0x22, 0x23, 0x25, 0x26, 0x27]);
    expectAllowed(authorizeMessage(state, uri("alice")));
    expectAllowed(
      authorizeCommit(state, commit(alice, { alice: 1 }, by(alice, list({ add: { bob: 2 } }), added("bob")))),
    );
  });

  it("has roles 0 and 1 as the draft wants them", () => {
    expect(state.roles.get(0)?.role.roleName).toBe("no_role");
    expect(state.roles.get(1)?.role).toMatchObject({
      roleName: "banned",
      roleCapabilities: [],
      maximumActiveParticipantsConstraint: 0,
    });
    for (const { role } of state.roles.values()) {
      expect(new Set(role.roleCapabilities).size).toBe(role.roleCapabilities.length);
    }
  });

  it("lets the hub remove and ban by preauthorization, but add nobody (policy §4)", () => {
    // By the letter of A.4 the enforcer may not move org_a_user (2).
    const bobs = name === "multi-organization" ? 3 : 2;
    const room = den(name, { alice: 4, bob: bobs });
    const hub = provider(HUB);
    expectAllowed(
      authorizeProposal(room, proposals(all, by(hub, list({ remove: [1] }), removed("bob")))),
      "canRemoveParticipant",
    );
    expectAllowed(
      authorizeProposal(room, proposals(all, by(hub, list({ change: { 1: 1 } }), removed("bob")))),
      "canBan",
    );
    expectDenied(
      authorizeProposal(room, proposals(all, by(hub, list({ add: { dora: 2 } })))),
      "missing-capability",
    );
    expectDenied(authorizeProposal(room, proposals(all, by(hub, added("bob")))), "not-permitted");
  });
});

describe("what a caller can set", () => {
  it("creator's role, base policy, and who else is preauthorized", () => {
    const components = presetComponents("cooperative", {
      roomUri: ROOM,
      creator: uri("alice"),
      creatorRoleIndex: 3,
      basePolicy: { maxUsers: 5, persistentRoom: true },
      preauthorized: [{ claimset: member("bob").claims, roleIndex: 2 }],
    });
    const state = roomStateOf((id) => components.get(id));
    expect(state.participants).toEqual([{ user: uri("alice"), roleIndex: 3 }]);
    expect(state.basePolicy).toMatchObject({ maxUsers: 5, persistentRoom: true, multiDevice: true });
    const entry = state.preauthorized[1];
    // Reading R-174: a byte-equal copy of the role.
    expect(entry).toEqual(preauthorize(uri("bob"), state.roles.get(2)!.role));
  });
});

describe("cooperative (policy A.1)", () => {
  const state = den("cooperative", { alice: 4, bob: 2, cathy: 2 });

  it("lets everybody add and leave, and remove equals", () => {
    expectAllowed(
      authorizeCommit(state, commit(bob, all, by(bob, list({ add: { dora: 2 } }), added("dora")))),
    );
    expectDenied(
      authorizeCommit(state, commit(bob, all, by(bob, list({ add: { dora: 3 } })))),
      "transition-not-authorized",
    );
    expectAllowed(authorizeCommit(state, commit(bob, all, by(bob, list({ remove: [2] }), removed("cathy")))));
    expectDenied(
      authorizeCommit(state, commit(bob, all, by(bob, list({ remove: [0] }), removed("alice")))),
      "transition-not-authorized",
    );
    const leave = proposedBy(bob, list({ remove: [1] }), removed("bob", { selfRemove: true }));
    expectAllowed(authorizeCommit(state, commit(cathy, all, leave)), "canRemoveSelf");
  });

  it("lets own devices in and strangers not", () => {
    const device = joiner("bob");
    expectAllowed(authorizeCommit(state, commit(device, all, by(device, joined("bob")))));
    expectAllowed(authorizeGroupInfo(state, uri("bob")));
    const dora = joiner("dora");
    expectDenied(
      authorizeCommit(state, commit(dora, all, by(dora, list({ add: { dora: 2 } }), joined("dora")))),
      "missing-capability",
    );
    expectDenied(authorizeGroupInfo(state, uri("dora")), "not-a-participant");
  });
});

describe("strictly-administered (policy A.2)", () => {
  const state = den("strictly-administered", { alice: 4, bob: 2, cathy: 3 });

  it("leaves adding and removing to administrators", () => {
    const add = list({ add: { dora: 2 } });
    expectDenied(
      authorizeCommit(state, commit(bob, all, by(bob, add))),
      "missing-capability",
      "canAddParticipant",
    );
    expectAllowed(authorizeCommit(state, commit(cathy, all, by(cathy, add, added("dora")))));
    expectAllowed(
      authorizeCommit(state, commit(cathy, all, by(cathy, list({ remove: [1] }), removed("bob")))),
    );
    expectDenied(
      authorizeCommit(state, commit(alice, all, by(alice, list({ remove: [2] }), removed("cathy")))),
      "minimum-participants",
    );
  });

  it("lets strangers in with a join code", () => {
    const dora = joiner("dora");
    const facts = commit(dora, all, by(dora, list({ add: { dora: 2 } }), joined("dora")));
    expectAllowed(authorizeCommit(state, { ...facts, joinCode: { roleIndex: 2 } }), "canUseJoinCode");
    expectDenied(authorizeCommit(state, facts), "missing-capability");
  });
});

describe("moderated (policy A.3)", () => {
  const state = den("moderated", { alice: 6, bob: 3, cathy: 5 });

  it("is heard from speakers up", () => {
    expectDenied(authorizeMessage(state, uri("bob")), "missing-capability", "canSendMessage");
    expectAllowed(authorizeMessage(state, uri("cathy")));
    const speakers = den("moderated", { alice: 6, bob: 4 });
    expectAllowed(authorizeMessage(speakers, uri("bob")));
  });

  it("gives the floor by role", () => {
    expectAllowed(
      authorizeCommit(state, commit(cathy, all, by(cathy, list({ change: { 1: 4 } })))),
      "canChangeUserRole",
    );
    expectDenied(
      authorizeCommit(state, commit(bob, all, by(bob, list({ change: { 1: 4 } })))),
      "no-preauthorization",
      "canChangeOwnRole",
    );
  });
});

describe("multi-organization (policy A.4)", () => {
  const state = den("multi-organization", { alice: 8, bob: 6, cathy: 7, bert: 3, carl: 4 });
  const group = { alice: 1, bob: 1, cathy: 1, bert: 1, carl: 1 };
  const decide = (actor: typeof bob, ...changes: Parameters<typeof by>[1][]) =>
    authorizeCommit(state, commit(actor, group, by(actor, ...changes)));

  it("keeps administrators to their own organization", () => {
    expectAllowed(decide(bob, list({ add: { brad: 3 } }), added("brad")));
    expectDenied(decide(bob, list({ add: { chris: 4 } })), "transition-not-authorized");
    expectAllowed(decide(bob, list({ remove: [3] }), removed("bert")));
    expectDenied(decide(bob, list({ remove: [4] }), removed("carl")), "transition-not-authorized");
    expectAllowed(decide(bob, list({ change: { 3: 1 } }), removed("bert")), "canBan");
  });

  it("lets only the super administrator unban, and limits administrators to three", () => {
    const banned = den("multi-organization", { alice: 8, bob: 6, bert: 1 });
    const unban = list({ change: { 2: 3 } });
    expectDenied(authorizeCommit(banned, commit(bob, group, by(bob, unban))), "transition-not-authorized");
    expectAllowed(authorizeCommit(banned, commit(alice, group, by(alice, unban))), "canUnban");
    expectAllowed(decide(bob, list({ change: { 3: 6 } })));
    expectDenied(decide(bob, list({ add: { brad: 6, bill: 6, beth: 6 } })), "maximum-participants");
    expectDenied(decide(alice, list({ change: { 1: 3 } })), "minimum-participants");
    expect(state.roles.get(6)?.capabilities.has(Capability.canChangeOwnRole)).toBe(false);
    expect(state.roles.get(5)?.capabilities.has(Capability.canChangeOwnRole)).toBe(true);
  });
});
