import { MimiComponentId, ParticipantListData, type Role, RoleData } from "@openmimi/protocol";
import { decode, encode } from "@openmimi/tls";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { added, by, clients, joined, joiner, list, member, removed, role, uri } from "../test/kit.ts";
import { holders, type Model, mayEver } from "../test/naive-authority.ts";
import { authorizeCommit, authorizeProposal } from "./authorize.ts";
import type { CapabilityName } from "./capabilities.ts";
import { roomComponents } from "./components.ts";
import type { Actor, Change, ChangeBody, Clients } from "./facts.ts";
import { withPending } from "./pending.ts";
import { roomState, roomStateOf } from "./state.ts";

const names = [..."abcdef"].map((letter) => `${letter}x`);
const name = fc.constantFrom(...names);
const powers: CapabilityName[] = [
  "canAddParticipant",
  "canRemoveParticipant",
  "canAddOwnClient",
  "canRemoveOwnClient",
  "canRemoveSelf",
  "canKick",
  "canBan",
  "canUnban",
  "canChangeUserRole",
];
const targets = fc.subarray([0, 1, 2, 3, 4], { minLength: 2 });
const limit = fc.option(fc.integer({ min: 0, max: 4 }), { nil: undefined, freq: 1 });

function definition(index: number): fc.Arbitrary<Role> {
  return fc
    .record({
      capabilities: fc.subarray(powers, { minLength: 4 }),
      changes: fc.record({ 0: targets, 1: targets, 2: targets, 3: targets, 4: targets }),
      most: limit,
      mostActive: limit,
      least: fc.nat({ max: 1 }),
      leastActive: fc.nat({ max: 1 }),
    })
    .map(({ capabilities, changes, most, mostActive, least, leastActive }) =>
      role(index, capabilities, changes, {
        ...(most === undefined ? {} : { maximumParticipantsConstraint: most }),
        ...(mostActive === undefined ? {} : { maximumActiveParticipantsConstraint: mostActive }),
        minimumParticipantsConstraint: Math.min(least, most ?? 1),
        minimumActiveParticipantsConstraint: Math.min(leastActive, mostActive ?? 1),
      }),
    );
}

const definitions = fc
  .tuple(fc.boolean(), definition(2), definition(3), definition(4))
  .map(([open, ...others]) => [
    role(0, open ? ["canOpenJoin"] : [], { 0: [2] }),
    role(1, [], {}, { maximumActiveParticipantsConstraint: 0 }),
    ...others,
  ]);

/** A room in which every client belongs to somebody who may have it. */
const models: fc.Arbitrary<Model> = fc
  .tuple(
    definitions,
    fc.array(fc.tuple(fc.integer({ min: 1, max: 4 }), fc.nat({ max: 2 })), { minLength: 3, maxLength: 5 }),
  )
  .map(([roles, standing]) => {
    const participants = standing.map(([roleIndex], at) => ({ user: uri(names[at]!), roleIndex }));
    const counts = standing.map(([roleIndex, count], at): [string, number] => {
      const silent = roles[roleIndex]?.maximumActiveParticipantsConstraint === 0;
      return [uri(names[at]!), silent ? 0 : count];
    });
    return { roles, participants, clients: new Map(counts.filter(([, count]) => count > 0)) };
  });

const index = fc.nat({ max: 4 });
const bodies: fc.Arbitrary<ChangeBody[]> = fc.oneof(
  fc.tuple(index, fc.integer({ min: 1, max: 4 })).map(([at, to]) => [list({ change: { [at]: to } })]),
  index.map((at) => [list({ remove: [at] })]),
  index.map((at) => [list({ remove: [at] }), removed(names[at]!), removed(names[at]!)]),
  index.map((at) => [list({ remove: [at] }), removed(names[at]!)]),
  index.map((at) => [list({ change: { [at]: 1 } }), removed(names[at]!)]),
  fc
    .tuple(name, fc.integer({ min: 1, max: 4 }))
    .map(([who, to]) => [list({ add: { [who]: to } }), added(who)]),
  fc.tuple(name, fc.integer({ min: 1, max: 4 })).map(([who, to]) => [list({ add: { [who]: to } })]),
  name.map((who) => [added(who)]),
  name.map((who) => [removed(who)]),
);

interface Attempt {
  readonly committer: Actor;
  readonly changes: readonly Change[];
}

/** Somebody leaves with so many clients, and another commits it. */
const leaves: fc.Arbitrary<Attempt> = fc
  .tuple(name, index, fc.nat({ max: 2 }))
  .map(([committer, at, count]) => {
    const clientsGone = Array.from({ length: count }, () => removed(names[at]!));
    const changes = by(member(names[at]!), list({ remove: [at] }), ...clientsGone);
    return {
      committer: member(committer),
      changes: changes.map((change) => ({ ...change, byReference: true })),
    };
  });

const others: fc.Arbitrary<Attempt> = fc
  .tuple(
    name,
    fc.nat({ max: 4 }),
    fc.array(fc.tuple(name, bodies, fc.boolean()), { minLength: 1, maxLength: 3 }),
    name,
  )
  .map(([committer, kind, parts, newcomer]) => {
    if (kind === 0) {
      const actor = joiner(newcomer);
      const enter: ChangeBody[] = parts[0]![2] ? [list({ add: { [newcomer]: 2 } })] : [];
      return { committer: actor, changes: by(actor, ...enter, joined(newcomer)) };
    }
    const changes = parts.flatMap(([author, list, reference]) =>
      by(member(reference ? author : committer), ...list).map((change) => ({
        ...change,
        byReference: reference,
      })),
    );
    return { committer: member(committer), changes };
  });

const attempts = fc.oneof({ arbitrary: leaves, weight: 1 }, { arbitrary: others, weight: 4 });

const clientsOf = (model: Model): Clients => ({
  byUser: model.clients,
  total: [...model.clients.values()].reduce((sum, count) => sum + count, 0),
});
const stateOf = ({ roles, participants }: Model) => roomState({ roles: { roles: [...roles] }, participants });

/** What MLS would do: clients counted one by one, the list by the component's logic. */
function carryOut(model: Model, changes: readonly Change[]): Model {
  const counts = new Map(model.clients);
  const updates: Uint8Array[] = [];
  for (const change of changes) {
    if (change.kind === "componentUpdate") updates.push(change.update);
    if (change.kind === "clientAdded" || change.kind === "clientJoined")
      counts.set(change.user, (counts.get(change.user) ?? 0) + 1);
    if (change.kind === "clientRemoved") counts.set(change.user, (counts.get(change.user) ?? 0) - 1);
  }
  const before = encode(ParticipantListData, { participants: [...model.participants] });
  const after =
    updates.length === 0 ? before : roomComponents(MimiComponentId.participantList, before, updates);
  const left = [...counts].filter(([, count]) => count !== 0);
  return { ...model, participants: decode(ParticipantListData, after).participants, clients: new Map(left) };
}

/** MLS refuses to remove leaves that are not there; the generator does not look. */
function possible(model: Model, { committer, changes }: Attempt): boolean {
  const members = (user: string) => model.clients.get(user) ?? 0;
  const authors = changes.map((change) => change.by);
  if ([committer, ...authors].some(({ kind, user }) => kind === "member" && members(user) === 0))
    return false;
  const removals = changes.filter(({ kind }) => kind === "clientRemoved");
  return names.every((each) => {
    const own = removals.filter((change) => change.kind === "clientRemoved" && change.user === uri(each));
    // A committer does not remove itself.
    const most = members(uri(each)) - Number(committer.kind === "member" && committer.user === uri(each));
    return own.length <= most;
  });
}

function checkInvariants(before: Model, after: Model, changes: readonly Change[]): void {
  for (const [user, count] of after.clients) {
    expect(count).toBeGreaterThan(0);
    const standing = after.participants.find((participant) => participant.user === user);
    expect(standing, `${user} has clients and is not listed`).toBeDefined();
    expect(standing?.roleIndex).not.toBe(1);
    const rules = after.roles.find(({ roleIndex }) => roleIndex === standing?.roleIndex);
    expect(rules?.maximumActiveParticipantsConstraint).not.toBe(0);
  }
  for (const rules of after.roles.slice(1)) {
    const was = holders(before, rules.roleIndex);
    const is = holders(after, rules.roleIndex);
    const { maximumParticipantsConstraint: most = Infinity, minimumParticipantsConstraint: least } = rules;
    const { maximumActiveParticipantsConstraint: mostActive = Infinity } = rules;
    const { minimumActiveParticipantsConstraint: leastActive } = rules;
    expect(is.all).toBeLessThanOrEqual(Math.max(most, was.all));
    expect(is.all).toBeGreaterThanOrEqual(Math.min(least, was.all));
    expect(is.active).toBeLessThanOrEqual(Math.max(mostActive, was.active));
    expect(is.active).toBeGreaterThanOrEqual(Math.min(leastActive, was.active));
  }
  const roleIn = (model: Model, user: string) =>
    model.participants.find((each) => each.user === user)?.roleIndex ?? 0;
  for (const user of new Set([...before.participants, ...after.participants].map((each) => each.user))) {
    const [from, to] = [roleIn(before, user), roleIn(after, user)];
    if (from === to) continue;
    const authors = changes.filter(({ kind }) => kind === "componentUpdate").map((change) => change.by);
    expect(
      authors.some((author) => mayEver(before, author, user, from, to)),
      `${user} from ${from} to ${to}`,
    ).toBe(true);
  }
}

describe("whatever is allowed", () => {
  it("keeps list, group and limits in order, and gives nobody a role that no author could give", () => {
    const rules = new Map<string, number>();
    fc.assert(
      fc.property(models, fc.array(attempts, { minLength: 1, maxLength: 8 }), (start, run) => {
        let model = start;
        for (const attempt of run) {
          if (!possible(model, attempt)) continue;
          const state = stateOf(model);
          const decision = authorizeCommit(state, { ...attempt, clients: clientsOf(model) });
          if (!decision.allowed) continue;
          for (const { rule } of decision.grounds) rules.set(rule, (rules.get(rule) ?? 0) + 1);
          const after = carryOut(model, attempt.changes);
          checkInvariants(model, after, attempt.changes);
          model = after;
        }
      }),
      { numRuns: 8000, seed: 21 },
    );
    for (const rule of [...powers, "canOpenJoin"]) expect(rules.get(rule) ?? 0, rule).toBeGreaterThan(5);
  });

  it("is what withPending foresees", () => {
    fc.assert(
      fc.property(models, attempts, (model, attempt) => {
        if (!possible(model, attempt)) return;
        const state = stateOf(model);
        if (!authorizeProposal(state, { ...attempt, clients: clientsOf(model) }).allowed) return;
        const foreseen = withPending(state, attempt.changes).pending?.after;
        const after = carryOut(model, attempt.changes);
        expect(foreseen?.participants ?? state.participants).toEqual(after.participants);
      }),
      { numRuns: 2000, seed: 22 },
    );
  });
});

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
