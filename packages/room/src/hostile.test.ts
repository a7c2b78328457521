import { MimiComponentId, RoleData } from "@openmimi/protocol";
import { encode } from "@openmimi/tls";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  added,
  by,
  clients,
  expectAllowed,
  expectDenied,
  joiner,
  list,
  member,
  ROOM,
  role,
  uri,
} from "../test/kit.ts";
import { clientsOf, models, name, stateOf } from "../test/random-runs.ts";
import { authorizeCommit, authorizeProposal } from "./authorize.ts";
import { authorizeAbuseReport } from "./authorize-action.ts";
import { authorizeContent } from "./authorize-content.ts";
import { authorizeGroupInfo, authorizeKeyMaterial, authorizeMessage } from "./authorize-request.ts";
import { explain } from "./explain.ts";
import type { ChangeBody } from "./facts.ts";
import { authorizeHandshakeFormat } from "./handshake-format.ts";
import { checkNewRoom } from "./new-room.ts";
import { cooperativeRoom } from "./presets/index.ts";
import { roomState, roomStateOf } from "./state.ts";

describe("decisions on hostile input", () => {
  it("are denials or allowances, never errors of the language", () => {
    const actor = fc.oneof(name.map(member), name.map(joiner));
    const octets = fc.uint8Array({ maxLength: 40 });
    const hostile: fc.Arbitrary<ChangeBody> = fc.oneof(
      fc.record({
        kind: fc.constant("componentUpdate" as const),
        componentId: fc.nat({ max: 0x32 }),
        update: octets,
      }),
      fc.record({ kind: fc.constant("componentRemoval" as const), componentId: fc.nat({ max: 0xffff }) }),
      fc.record({ kind: fc.constant("clientAdded" as const), user: fc.string() }),
      fc.record({
        kind: fc.constant("clientRemoved" as const),
        user: fc.string(),
        selfRemove: fc.boolean(),
        replaced: fc.boolean(),
      }),
      fc.record({ kind: fc.constant("clientUpdated" as const), before: fc.string(), after: fc.string() }),
    );
    fc.assert(
      fc.property(models, actor, fc.array(hostile, { maxLength: 4 }), (model, committer, list) => {
        const facts = { committer, changes: by(committer, ...list), clients: clientsOf(model) };
        expect(typeof authorizeCommit(stateOf(model), facts).allowed).toBe("boolean");
        expect(typeof authorizeProposal(stateOf(model), facts).allowed).toBe("boolean");
      }),
      { numRuns: 3000, seed: 23 },
    );
  });

  it("of requests and contents are so too, and can be explained", () => {
    const text = fc.oneof(fc.string(), fc.constantFrom(uri("ax"), "mimi://", "mimi://hub.example/r/den"));
    const earlier = fc.oneof(
      fc.constant("unknown" as const),
      fc.record({ senderUri: text, topicId: text, reaction: fc.boolean() }),
    );
    const count = fc.bigInt({ min: -1n, max: 2n ** 70n });
    const contents = fc.record(
      {
        replaces: earlier,
        inReplyTo: earlier,
        deletes: fc.boolean(),
        reaction: fc.boolean(),
        topicId: text,
        changesBody: fc.boolean(),
        hasLink: fc.boolean(),
        hasLinkPreview: fc.boolean(),
        mediaTypes: fc.array(text),
        assets: fc.array(fc.record({ disposition: text, mediaType: text, url: text, size: count })),
        lifetimeSeconds: fc.double(),
        reports: fc.subarray(["delivery", "read", "other"] as const),
      },
      {
        requiredKeys: [
          ...(["deletes", "reaction", "topicId", "changesBody", "hasLink"] as const),
          ...(["hasLinkPreview", "mediaTypes", "assets", "reports"] as const),
        ],
      },
    );
    fc.assert(
      fc.property(models, text, text, contents, fc.uint8Array(), (model, user, other, content, octets) => {
        const state = stateOf(model);
        const decisions = [
          authorizeContent(state, user, content),
          authorizeMessage(state, user),
          authorizeGroupInfo(state, user, octets),
          authorizeKeyMaterial(state, user, other),
          authorizeAbuseReport(state, { reportingUser: user, fromDomain: other }),
          authorizeHandshakeFormat(state, { wireFormat: octets[0] ?? -1, senderType: "member" }),
        ];
        for (const decision of decisions) expect(explain(decision)).toMatch(/^(allowed|denied)/);
      }),
      { numRuns: 2000, seed: 24 },
    );
  });

  it("of new rooms are so too, whatever their components hold", () => {
    const whole = cooperativeRoom({ roomUri: ROOM, creator: uri("alice") });
    const ids = [...whole.keys()];
    const component = fc.record({
      id: fc.constantFrom(...ids, 0x0028, 0x002a, 0x0030),
      at: fc.nat({ max: 40 }),
      octets: fc.uint8Array({ maxLength: 20 }),
    });
    fc.assert(
      fc.property(fc.array(component, { maxLength: 3 }), fc.string(), fc.string(), (changes, user, name) => {
        const data = new Map<number, Uint8Array>(whole);
        for (const { id, at, octets } of changes) {
          const before = data.get(id) ?? new Uint8Array();
          data.set(id, Uint8Array.of(...before.subarray(0, at), ...octets, ...before.subarray(at)));
        }
        for (const members of [clients({ alice: 1 }), { byUser: new Map([[user, 2 ** 53 - 1]]), total: 1 }])
          for (const roomUri of [ROOM, name])
            expect(checkNewRoom((id) => data.get(id), members, roomUri).allowed).toBeTypeOf("boolean");
      }),
      { numRuns: 2000, seed: 25 },
    );
  });

  it("hold where constraints and counts are as large as they can be", () => {
    const largest = 2 ** 32 - 1;
    const huge = role(
      2,
      ["canAddParticipant", "canRemoveSelf"],
      { 0: [2], 2: [0] },
      {
        minimumParticipantsConstraint: largest,
        maximumParticipantsConstraint: largest,
        minimumActiveParticipantsConstraint: largest,
        maximumActiveParticipantsConstraint: largest,
      },
    );
    const state = roomState({
      participants: [{ user: uri("alice"), roleIndex: 2 }],
      roles: { roles: [role(0, []), huge] },
    });
    const attempt = (...changes: ChangeBody[]) =>
      authorizeCommit(state, {
        committer: member("alice"),
        changes: by(member("alice"), ...changes),
        clients: clients({ alice: Number.MAX_SAFE_INTEGER }),
      });
    expectAllowed(attempt(list({ add: { bob: 2 } }), added("bob")));
    expectDenied(attempt(list({ add: { bob: largest } })), "unknown-role");
    expectDenied(attempt(list({ change: { [largest]: 2 } })), "malformed-update");
    expectDenied(attempt(list({ remove: [largest] })), "malformed-update");
    expectDenied(attempt(list({ add: { bob: 0 } })), "malformed-update");
    expectDenied(attempt(list({ remove: [0] })), "clients-left");
  });

  it("10,000 roles are refused with an error of the codec's, 1,024 are taken", () => {
    const many = (count: number) =>
      Array.from({ length: count }, (_, at) => role(at, ["canKick"], { 0: [at] }));
    const read = (data: Uint8Array) =>
      roomStateOf((id) => (id === MimiComponentId.rolesList ? data : undefined));
    expect(read(encode(RoleData, { roles: many(1024) })).roles.size).toBe(1024);
    const one = encode(RoleData, { roles: many(1) });
    const body = one.subarray(1);
    const bytes = new Uint8Array(4 + body.length * 10_000);
    new DataView(bytes.buffer).setUint32(0, 0x8000_0000 + body.length * 10_000);
    for (let at = 0; at < 10_000; at++) bytes.set(body, 4 + at * body.length);
    expect(() => read(bytes)).toThrow(
      expect.objectContaining({ name: "RoomError", code: "invalid-component" }),
    );
  });

  it("a commit with thousands of changes is judged at once", () => {
    const participants = Array.from({ length: 5000 }, (_, at) => ({
      user: `mimi://a.example/u/${at}`,
      roleIndex: 2,
    }));
    const rules = role(3, ["canChangeUserRole"], { 2: [4] });
    const state = roomState({
      participants: [...participants, { user: uri("alice"), roleIndex: 3 }],
      roles: { roles: [role(2, []), rules, role(4, [])] },
    });
    const change = Object.fromEntries(participants.map((_, at) => [at, 4]));
    const facts = {
      committer: member("alice"),
      changes: by(member("alice"), list({ change })),
      clients: clients({ alice: 1 }),
    };
    expect(authorizeCommit(state, facts).allowed).toBe(true);
  });
});
