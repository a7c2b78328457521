import { MimiComponentId, OperationalParameters } from "@openmimi/protocol";
import { decode } from "@openmimi/tls";
import { describe, expect, it } from "vitest";
import {
  added,
  by,
  commit,
  expectAllowed,
  expectDenied,
  joined,
  joiner,
  list,
  member,
  preauthorize,
  proposals,
  proposedBy,
  provider,
  removed,
  role,
  roles,
  room,
  uri,
} from "../test/kit.ts";
import { authorizeCommit, authorizeProposal } from "./authorize.ts";
import { authorizeGroupInfo, authorizeKeyMaterial, authorizeMessage } from "./authorize-request.ts";
import { RoomError } from "./errors.ts";
import { missingProposals, withPending } from "./pending.ts";
import { roleIndexOf } from "./state.ts";

const user = role(
  2,
  ["canAddParticipant", "canAddOwnClient", "canRemoveOwnClient", "canRemoveSelf", "canSendMessage"],
  { 0: [2], 2: [0] },
);
const ruler = role(3, ["canRemoveParticipant", "canBan", "canChangeUserRole", "canChangeRoleDefinitions"], {
  2: [0, 1, 4],
  4: [2],
});
const mute = role(4, ["canAddOwnClient"]);
const den = room({
  participants: { alice: 3, bob: 2, cathy: 2 },
  roles: [role(1, []), user, ruler, mute],
});
const members = { alice: 1, bob: 2, cathy: 1 };
const [alice, bob, cathy] = [member("alice"), member("bob"), member("cathy")];
const leave = proposedBy(bob, removed("bob", { selfRemove: true }), removed("bob"), list({ remove: [1] }));

describe("proposals on their own", () => {
  it("leave in one bundle, or clients first", () => {
    expectAllowed(authorizeProposal(den, proposals(members, leave)), "canRemoveSelf");
    const clientsFirst = leave.slice(0, 2);
    expectAllowed(authorizeProposal(den, proposals(members, clientsFirst)), "canRemoveOwnClient");
    const state = withPending(den, clientsFirst);
    expectAllowed(authorizeProposal(state, proposals(members, leave.slice(2))), "canRemoveSelf");
    expectDenied(authorizeProposal(den, proposals(members, leave.slice(2))), "clients-left");
    expectDenied(authorizeProposal(den, proposals(members, leave.slice(1))), "clients-left");
  });

  it("must go together with what is pending, since the next commit takes all of it", () => {
    const state = withPending(den, leave);
    const again = proposals(members, by(alice, list({ remove: [1] })));
    expectDenied(authorizeProposal(state, again), "malformed-update");
    const small = room({
      participants: { alice: 3, bob: 2, cathy: 2 },
      roles: [role(1, []), { ...user, minimumParticipantsConstraint: 1 }, ruler],
    });
    const cathyLeaves = proposals(members, proposedBy(cathy, removed("cathy"), list({ remove: [2] })));
    expectAllowed(authorizeProposal(small, cathyLeaves));
    expectDenied(authorizeProposal(withPending(small, leave), cathyLeaves), "minimum-participants");
    const definitions = proposals(members, by(alice, roles(role(1, []), user, ruler, mute)));
    expectDenied(authorizeProposal(state, definitions), "forbidden-combination");
  });

  it("may add users and their clients", () => {
    const add = proposals(members, by(cathy, list({ add: { dora: 2 } }), added("dora")));
    expectAllowed(authorizeProposal(den, add), "canAddParticipant");
  });

  it("with nothing in them change nothing", () => {
    expectAllowed(authorizeProposal(den, proposals(members, [])), "nothing changes");
  });
});

describe("who is about to be removed (protocol §5.3, readings R-061, R-064)", () => {
  const state = withPending(den, leave);

  it("can do nothing any more but remove its own leaves", () => {
    expectDenied(authorizeMessage(state, uri("bob")), "not-a-participant");
    expectDenied(authorizeGroupInfo(state, uri("bob")), "removal-pending");
    expectDenied(authorizeKeyMaterial(state, uri("bob"), uri("dora")), "not-a-participant");
    expectDenied(authorizeCommit(state, commit(bob, members, [])), "removal-pending");
    expectDenied(
      authorizeProposal(state, proposals(members, by(bob, list({ add: { dora: 2 } })))),
      "removal-pending",
    );
    expectDenied(authorizeProposal(state, proposals(members, by(bob, added("bob")))), "removal-pending");
    const more = proposals({ ...members, bob: 3 }, by(bob, removed("bob", { selfRemove: true })));
    expectAllowed(authorizeProposal(state, more), "clients of a user who is removed or banned");
    const others = proposals(members, by(bob, removed("cathy")));
    expectDenied(authorizeProposal(state, others), "removal-pending");
  });

  it("is removed by the next commit, for which its proposals stay good", () => {
    expectAllowed(authorizeCommit(state, commit(cathy, members, leave)), "canRemoveSelf");
  });

  it("does not hinder others", () => {
    expectAllowed(authorizeMessage(state, uri("cathy")), "canSendMessage");
    const add = by(cathy, list({ add: { dora: 2 } }), added("dora"));
    expectAllowed(authorizeCommit(state, commit(cathy, members, [...leave, ...add])));
  });

  it("may come back from an external commit that could not take the leave, and is removed by the hub (reading R-062)", () => {
    const enforcer = role(6, ["canRemoveParticipant"], { 2: [0] });
    const base = room({
      participants: { alice: 3, bob: 2, cathy: 2 },
      roles: [user, ruler, enforcer],
      parts: { preauthorized: { preauthorizedEntries: [preauthorize("mimi://hub.example", enforcer)] } },
    });
    const device = [...leave.slice(0, 1), ...by(joiner("cathy"), joined("cathy"))];
    expectAllowed(authorizeCommit(withPending(base, leave), commit(joiner("cathy"), members, device)));
    const reissued = by(provider(), list({ remove: [1] }), removed("bob"));
    const now = { alice: 1, bob: 1, cathy: 2 };
    expectAllowed(authorizeProposal(base, proposals(now, reissued)), "canRemoveParticipant");
    const taken = reissued.map((change) => ({ ...change, byReference: true }));
    expectAllowed(authorizeCommit(withPending(base, reissued), commit(cathy, now, taken)));
  });

  it("is the same for who is about to be banned", () => {
    const ban = by(alice, list({ change: { 1: 1 } }), removed("bob"), removed("bob"));
    const banned = withPending(den, ban);
    expectDenied(authorizeMessage(banned, uri("bob")), "banned");
    expectDenied(authorizeGroupInfo(banned, uri("bob")), "banned");
    expectDenied(authorizeCommit(banned, commit(bob, members, [])), "removal-pending");
    expectDenied(
      authorizeCommit(banned, commit(joiner("bob"), members, by(joiner("bob"), joined("bob")))),
      "removal-pending",
    );
  });
});

describe("pending role changes (reading R-061)", () => {
  it("take capabilities away at once, everywhere", () => {
    const state = withPending(den, by(alice, list({ change: { 1: 4 } })));
    expectDenied(authorizeMessage(state, uri("bob")), "missing-capability", "canSendMessage");
    const add = by(bob, list({ add: { dora: 2 } }));
    expectDenied(
      authorizeCommit(state, commit(bob, members, add)),
      "missing-capability",
      "canAddParticipant",
    );
    expectDenied(
      authorizeProposal(state, proposals(members, add)),
      "missing-capability",
      "canAddParticipant",
    );
    // What he has in both roles, and what was accepted before, stays good.
    expectAllowed(authorizeProposal(state, proposals(members, by(bob, added("bob")))));
  });

  it("give capabilities at once only where the hub alone decides", () => {
    const quiet = room({ participants: { alice: 3, bob: 4 }, roles: [user, ruler, mute] });
    const state = withPending(quiet, by(alice, list({ change: { 1: 2 } })));
    expectAllowed(authorizeMessage(state, uri("bob")), "canSendMessage");
    expectAllowed(authorizeKeyMaterial(state, uri("bob"), uri("dora")));
    const add = by(bob, list({ add: { dora: 2 } }));
    expectDenied(
      authorizeCommit(state, commit(bob, members, add)),
      "missing-capability",
      "canAddParticipant",
    );
  });

  it("include new definitions and new participants", () => {
    const silenced = withPending(
      den,
      by(alice, roles(role(1, []), { ...user, roleCapabilities: [] }, ruler, mute)),
    );
    expectDenied(authorizeMessage(silenced, uri("bob")), "missing-capability");
    expectDenied(
      authorizeCommit(silenced, commit(bob, members, by(bob, added("bob")))),
      "missing-capability",
    );
    const invited = withPending(den, by(bob, list({ add: { dora: 2 } })));
    expectAllowed(authorizeGroupInfo(invited, uri("dora")), "canAddOwnClient");
    expect(invited.pending && roleIndexOf(invited.pending.after, uri("dora"))).toBe(2);
    expect(roleIndexOf(invited, uri("dora"))).toBe(0);
  });
});

describe("withPending", () => {
  it("starts from the epoch every time, and nothing pending is the epoch itself", () => {
    const once = withPending(den, leave);
    expect(withPending(once, []).pending).toBeUndefined();
    expect(withPending(once, leave).pending?.after.participants).toHaveLength(2);
  });

  it("throws its own error for what could not be pending", () => {
    expect(() => withPending(den, by(alice, list({ remove: [7] })))).toThrow(RoomError);
    const garbage = {
      kind: "componentUpdate",
      componentId: MimiComponentId.rolesList,
      update: Uint8Array.of(1),
    } as const;
    expect(() => withPending(den, by(alice, garbage))).toThrow(RoomError);
  });
});

describe("missingProposals (protocol §3.5, reading R-202)", () => {
  const proposal = (octet: number, proposalType: string) => ({
    reference: Uint8Array.of(octet),
    proposal: { proposalType },
  });
  const pending = [proposal(1, "selfRemove"), proposal(2, "appDataUpdate"), proposal(3, "remove")];

  it("asks a member for all, and a joiner for SelfRemoves", () => {
    expect(missingProposals(pending, [Uint8Array.of(2)], false)).toEqual([pending[0], pending[2]]);
    expect(missingProposals(pending, [], true)).toEqual([pending[0]]);
    expect(missingProposals(pending, [Uint8Array.of(1)], true)).toEqual([]);
    expect(
      missingProposals(
        pending,
        [1, 2, 3].map((octet) => Uint8Array.of(octet)),
        false,
      ),
    ).toEqual([]);
  });
});

describe("the operational policy (policy §7)", () => {
  // 30 empty lists of capabilities, no wire formats, the two flags, unspecified strategy, then numbers of zero.
  const operational = (proposal: boolean, external: boolean) =>
    decode(
      OperationalParameters,
      Uint8Array.of(
        ...Array<number>(31).fill(0),
        Number(proposal),
        Number(external),
        0,
        ...Array<number>(24 + 7 + 24 + 24 + 4 + 24 + 4).fill(0),
      ),
    );

  it("closes the room to proposals and commits from outside", () => {
    const state = (proposal: boolean, external: boolean) => ({
      ...den,
      operational: operational(proposal, external),
    });
    const outside = proposals(members, by(joiner("bob"), added("bob")));
    expectAllowed(authorizeProposal(state(true, false), outside));
    expectDenied(authorizeProposal(state(false, true), outside), "external-proposal-not-allowed");
    const join = commit(joiner("bob"), members, by(joiner("bob"), joined("bob")));
    expectAllowed(authorizeCommit(state(false, true), join));
    expectDenied(authorizeCommit(state(true, false), join), "external-commit-not-allowed");
    expectDenied(authorizeGroupInfo(state(true, false), uri("bob")), "external-commit-not-allowed");
  });
});
