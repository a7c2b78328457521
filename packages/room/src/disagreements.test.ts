/** What the rules once answered otherwise than the oracle of `test/oracle`, each reduced to its point. */
import {
  BaseRoomPolicy,
  BotPolicy,
  HistoryPolicy,
  JoinLinkPolicy,
  JoinLinksUpdate,
  MimiComponentId,
  ParticipantListUpdate,
} from "@openmimi/protocol";
import { encode } from "@openmimi/tls";
import { describe, it } from "vitest";
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
  role,
  roles,
  room,
  update,
  uri,
} from "../test/kit.ts";
import { authorizeCommit, authorizeProposal } from "./authorize.ts";
import { checkNewRoom } from "./new-room.ts";
import { withPending } from "./pending.ts";
import { presetComponents } from "./presets/index.ts";
import { defaultBasePolicy } from "./state.ts";

const alice = member("alice");
const policy = (more: Partial<BaseRoomPolicy>) =>
  update(MimiComponentId.baseRoomPolicy, encode(BaseRoomPolicy, { ...defaultBasePolicy, ...more }));

describe("bans where role 1 has another name (policy §8.1.3)", () => {
  const exiled = role(1, [], {}, { roleName: "exiled" });
  const ban = commit(alice, { alice: 1 }, by(alice, list({ change: { 1: 1 } })));
  const unban = commit(alice, { alice: 1 }, by(alice, list({ change: { 1: 2 } })));
  const rules = (...capabilities: ("canBan" | "canUnban" | "canChangeUserRole")[]) => [
    exiled,
    role(2, []),
    role(3, capabilities, { 1: [2], 2: [1] }),
  ];

  it("are a change of role like any other for who may change roles, whatever else it may", () => {
    const before = room({
      participants: { alice: 3, bob: 2 },
      roles: rules("canBan", "canUnban", "canChangeUserRole"),
    });
    expectAllowed(authorizeCommit(before, ban), "canChangeUserRole");
    const after = room({
      participants: { alice: 3, bob: 1 },
      roles: rules("canBan", "canUnban", "canChangeUserRole"),
    });
    expectAllowed(authorizeCommit(after, unban), "canChangeUserRole");
  });

  it("are beyond canBan and canUnban", () => {
    const before = room({ participants: { alice: 3, bob: 2 }, roles: rules("canBan", "canUnban") });
    expectDenied(authorizeCommit(before, ban), "unknown-role", "canBan");
    const after = room({ participants: { alice: 3, bob: 1 }, roles: rules("canBan", "canUnban") });
    expectDenied(authorizeCommit(after, unban), "unknown-role", "canUnban");
  });

  it("do not take clients with them: that needs canKick", () => {
    const state = room({ participants: { alice: 3, bob: 2 }, roles: rules("canBan", "canChangeUserRole") });
    const facts = commit(alice, { alice: 1, bob: 1 }, by(alice, list({ change: { 1: 1 } }), removed("bob")));
    expectDenied(authorizeCommit(state, facts), "missing-capability", "canKick");
  });
});

describe("external parties (policy §8)", () => {
  const open = role(0, ["canOpenJoin", "canAddParticipant"], { 0: [2] });
  const state = room({ participants: { alice: 2 }, roles: [open, role(2, [])] });

  it("do not have role 0: they are in the list, or preauthorized, or have no role", () => {
    const facts = proposals({ alice: 1 }, by(provider(), list({ add: { bob: 2 } }), added("bob")));
    expectDenied(authorizeProposal(state, facts), "missing-capability", "canAddParticipant");
    const joins = commit(
      joiner("cathy"),
      { alice: 1 },
      by(joiner("cathy"), list({ add: { bob: 2, cathy: 2 } }), joined("cathy")),
    );
    expectAllowed(authorizeCommit(state, joins), "canAddParticipant");
  });

  it("do not join: that takes a client", () => {
    const addedParticipants = [{ user: HUB, roleIndex: 2 }];
    const data = { changedRoleParticipants: [], removedIndices: [], addedParticipants };
    const joins = update(MimiComponentId.participantList, encode(ParticipantListUpdate, data));
    expectDenied(authorizeProposal(state, proposals({ alice: 1 }, by(provider(), joins))), "not-permitted");
  });
});

describe("clients of who comes (policy §8.1.1)", () => {
  const open = role(0, ["canOpenJoin", "canAddOwnClient"], { 0: [2] });
  const adder = role(3, ["canAddParticipant"], { 0: [2] });
  const state = room({ participants: { alice: 3 }, roles: [open, role(2, []), adder] });
  const bob = joiner("bob");

  it("come with the user's own addition by proposals as well", () => {
    const facts = proposals({ alice: 1 }, by(bob, list({ add: { bob: 2 } }), added("bob")));
    expectAllowed(authorizeProposal(state, facts), "first client of who joins");
  });

  it("cannot be added by canAddOwnClient before the user is in the list", () => {
    const facts = proposals({ alice: 1 }, [
      ...by(bob, added("bob")),
      ...by(alice, list({ add: { bob: 2 } })),
    ]);
    expectDenied(authorizeProposal(state, facts), "not-a-participant");
  });

  it("come one at a time by themselves: canAddOwnClient is for who is in the list", () => {
    const joins = by(bob, list({ add: { bob: 2 } }), added("bob"));
    const two = proposals({ alice: 1 }, [...joins, ...by(bob, added("bob"))]);
    expectDenied(authorizeProposal(state, two), "not-a-participant");
    const later = proposals({ alice: 1 }, by(bob, added("bob")));
    expectDenied(authorizeProposal(withPending(state, joins), later), "not-a-participant");
    const commits = commit(
      bob,
      { alice: 1 },
      by(bob, list({ add: { bob: 2 } }), joined("bob"), added("bob")),
    );
    expectDenied(authorizeCommit(state, commits), "not-a-participant");
    const byAlice = proposals({ alice: 1 }, by(alice, list({ add: { bob: 2 } }), added("bob"), added("bob")));
    expectAllowed(authorizeProposal(state, byAlice), "canAddParticipant");
  });
});

describe("pending proposals (reading R-061)", () => {
  it("that give a user the role that it has, of those who have no clients, remove nobody (reading R-187)", () => {
    const waiting = role(
      4,
      ["canAddOwnClient", "canChangeOwnRole"],
      { 4: [2, 4] },
      { maximumActiveParticipantsConstraint: 0 },
    );
    const guest = role(2, []);
    const base = room({
      participants: { alice: 3, bob: 4 },
      roles: [role(1, []), guest, role(3, ["canChangeUserRole"], { 2: [4], 4: [4] }), waiting],
      parts: { preauthorized: { preauthorizedEntries: [preauthorize(uri("bob"), guest)] } },
    });
    const again = proposedBy(alice, list({ change: { 1: 4 } }));
    expectAllowed(authorizeProposal(base, proposals({ alice: 1 }, again)), "canChangeUserRole");
    const comes = by(joiner("bob"), list({ change: { 1: 2 } }), joined("bob"));
    expectAllowed(authorizeCommit(withPending(base, again), commit(joiner("bob"), { alice: 1 }, comes)));
  });

  const state = room({
    participants: { alice: 3, bob: 2, cathy: 4 },
    roles: [
      role(0, ["canOpenJoin"], { 0: [4] }),
      role(1, []),
      role(2, ["canChangeRoomName", "canAddOwnClient"], {}, { maximumActiveParticipantsConstraint: 0 }),
      role(3, ["canBan", "canAddParticipant"], { 0: [1, 2] }),
      role(4, ["canSendMLSReinitProposal"]),
    ],
  });

  it("drive out nobody but whom they are about", () => {
    const pending = withPending(state, proposedBy(alice, { kind: "clientUpdated", before: "a", after: "a" }));
    const facts = commit(joiner("bob"), { alice: 1 }, by(joiner("bob"), joined("bob")));
    expectDenied(authorizeCommit(pending, facts), "clients-left");
  });

  it("keep out who is banned before it came", () => {
    const pending = withPending(state, proposedBy(alice, list({ add: { david: 1 } })));
    const david = joiner("david");
    const facts = commit(david, { alice: 1 }, by(david, list({ add: { david: 4 } }), joined("david")));
    expectAllowed(authorizeCommit(state, facts), "canOpenJoin");
    expectDenied(authorizeCommit(pending, facts), "removal-pending");
  });

  it("take open joining from those who are not there yet, and their addition by others does not", () => {
    const david = joiner("david");
    const facts = commit(david, { alice: 1 }, by(david, list({ add: { david: 4 } }), joined("david")));
    const closed = roles(...[0, 1, 2, 3, 4].map((index) => role(index, [])));
    const pending = withPending(state, proposedBy(alice, closed));
    expectDenied(authorizeCommit(pending, facts), "missing-capability", "canOpenJoin");
    const invited = withPending(state, proposedBy(alice, list({ add: { david: 3 } })));
    expectAllowed(authorizeCommit(invited, facts), "canOpenJoin");
  });
});

describe("new policy and the room as it will be (policy §5, §6)", () => {
  const ruler = role(
    3,
    [
      "canAddParticipant",
      "canChangeRoomMembershipStyle",
      "canChangeRoleDefinitions",
      "canCreateJoinCode",
      "canChangeOtherPolicyAttribute",
    ],
    { 0: [2] },
  );
  const definitions = [role(1, []), role(2, []), ruler];
  const state = room({ participants: { alice: 3, bob: 1 }, roles: definitions });

  it("counts the clients of newcomers", () => {
    const changes = by(
      alice,
      list({ add: { cathy: 2 } }),
      added("cathy"),
      added("cathy"),
      policy({ multiDevice: false }),
    );
    expectDenied(authorizeCommit(state, commit(alice, { alice: 1 }, changes)), "single-device");
  });

  it("takes the banned for participants of a parent-dependent room", () => {
    const parentRoom = ["mimi://hub.example/r/parent"];
    const child = room({
      participants: { alice: 3, bob: 1 },
      roles: definitions,
      policy: { parentDependant: true, parentRoom },
    });
    const parentParticipants = new Set(["alice", "bob", "cathy"].map(uri));
    const facts = commit(alice, { alice: 1 }, by(alice, list({ add: { cathy: 2 } })), { parentParticipants });
    expectDenied(authorizeCommit(child, facts), "parent-dependent");
    const more = { ...facts, parentParticipants: new Set([...parentParticipants, uri("david")]) };
    expectAllowed(authorizeCommit(child, more));
  });

  it.each([
    ["of another hub", "mimi://b.example/r/parent"],
    ["that is the room itself", ROOM],
    ["that is no room of MIMI", "https://hub.example/parent"],
    ["that is a user", "mimi://hub.example/u/parent"],
  ])("takes no parent %s", (_, parent) => {
    const changes = by(alice, policy({ parentDependant: true, parentRoom: [parent] }));
    expectDenied(authorizeCommit(state, commit(alice, { alice: 1 }, changes)), "parent-dependent");
    const components = presetComponents("cooperative", {
      roomUri: ROOM,
      creator: uri("alice"),
      basePolicy: { parentDependant: true, parentRoom: [parent] },
    });
    expectDenied(
      checkNewRoom((id) => components.get(id), clients({ alice: 1 }), ROOM),
      "parent-dependent",
    );
  });

  it("takes no parent that the participants do not fit", () => {
    const changes = by(alice, policy({ parentDependant: true, parentRoom: ["mimi://hub.example/r/parent"] }));
    const facts = (...names: string[]) =>
      commit(alice, { alice: 1 }, changes, { parentParticipants: new Set(names.map(uri)) });
    expectDenied(authorizeCommit(state, facts("alice", "cathy", "david")), "parent-dependent");
    expectDenied(authorizeCommit(state, facts("alice", "bob")), "parent-dependent");
    expectAllowed(authorizeCommit(state, facts("alice", "bob", "cathy")));
  });

  it("takes no roles that history or bots contradict", () => {
    const sharing = { rolesThatCanShare: [2], automaticallyShare: false, maxTimePeriod: 9 };
    const history = { historySharing: "optional" as const, ...sharing };
    const bot = { name: "b", description: "", homepage: "", localClientBot: false };
    const bots = {
      allowedBots: [{ ...bot, botRoleIndex: 2, canTargetMessageInGroup: false, perUserContent: false }],
    };
    const silent = role(2, [], {}, { maximumActiveParticipantsConstraint: 0 });
    const redefine = (...next: typeof definitions) => commit(alice, { alice: 1 }, by(alice, roles(...next)));
    const shared = room({ participants: { alice: 3, bob: 1 }, roles: definitions, parts: { history } });
    expectDenied(authorizeCommit(shared, redefine(role(1, []), silent, ruler)), "unknown-role");
    const served = room({ participants: { alice: 3, bob: 1 }, roles: definitions, parts: { bots } });
    expectDenied(authorizeCommit(served, redefine(role(1, []), ruler)), "unknown-role");
    expectAllowed(authorizeCommit(served, redefine(role(1, []), silent, ruler)));
    for (const [id, data] of [
      [MimiComponentId.chatHistoryPolicy, encode(HistoryPolicy, { ...history, rolesThatCanShare: [99] })],
      [
        MimiComponentId.botPolicy,
        encode(BotPolicy, { allowedBots: [{ ...bots.allowedBots[0]!, botRoleIndex: 99 }] }),
      ],
    ] as const) {
      const components = presetComponents("cooperative", { roomUri: ROOM, creator: uri("alice") }).set(
        id,
        data,
      );
      expectDenied(
        checkNewRoom((each) => components.get(each), clients({ alice: 1 }), ROOM),
        "unknown-role",
      );
    }
  });

  it("keeps one join link where links are made on request", () => {
    const onRequest = { onRequest: true, joinLink: "", multiuser: false, expiration: 60 };
    const link = { joinLink: new Uint8Array([1]) };
    const more = update(
      MimiComponentId.joinLinks,
      encode(JoinLinksUpdate, { removedIndices: [], addedLinks: [link] }),
    );
    const one = room({
      participants: { alice: 3, bob: 1 },
      roles: definitions,
      parts: { joinLinks: [link], joinLinkPolicy: onRequest },
    });
    expectDenied(authorizeCommit(one, commit(alice, { alice: 1 }, by(alice, more))), "invalid-component");
    const two = room({
      participants: { alice: 3, bob: 1 },
      roles: definitions,
      parts: { joinLinks: [link, link] },
    });
    const change = update(MimiComponentId.joinLinkPolicy, encode(JoinLinkPolicy, onRequest));
    expectDenied(authorizeCommit(two, commit(alice, { alice: 1 }, by(alice, change))), "invalid-component");
    expectAllowed(authorizeCommit(two, commit(alice, { alice: 1 }, by(alice, more))), "canCreateJoinCode");
  });
});
