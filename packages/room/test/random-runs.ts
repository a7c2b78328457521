/**
 * Random rooms, commits in them, and what becomes of the room.
 * @module
 */

import { MimiComponentId, ParticipantListData, type Role } from "@openmimi/protocol";
import { decode, encode } from "@openmimi/tls";
import fc from "fast-check";
import type { CapabilityName } from "../src/capabilities.ts";
import { roomComponents } from "../src/components.ts";
import type { Actor, Change, ChangeBody, Clients } from "../src/facts.ts";
import { roomState } from "../src/state.ts";
import { added, by, joined, joiner, list, member, removed, role, uri } from "./kit.ts";
import type { Model } from "./naive-authority.ts";

/** The users of random rooms. */
export const names = [..."abcdef"].map((letter) => `${letter}x`);
export const name = fc.constantFrom(...names);
/** What decides about standing. */
export const powers: CapabilityName[] = [
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
type Targets = fc.Arbitrary<number[]>;
const limit = fc.option(fc.integer({ min: 0, max: 4 }), { nil: undefined, freq: 1 });

function definition(index: number, targets: Targets): fc.Arbitrary<Role> {
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

const definitions = (targets: Targets) =>
  fc
    .tuple(fc.boolean(), definition(2, targets), definition(3, targets), definition(4, targets))
    .map(([open, ...others]) => [
      role(0, open ? ["canOpenJoin"] : [], { 0: [2] }),
      role(1, [], {}, { maximumActiveParticipantsConstraint: 0 }),
      ...others,
    ]);

const modelsWith = (targets: Targets): fc.Arbitrary<Model> =>
  fc
    .tuple(
      definitions(targets),
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

/** A room in which every client belongs to somebody who may have it. */
export const models = modelsWith(fc.subarray([0, 1, 2, 3, 4], { minLength: 2 }));
/** The same, where little leads from one role to another. */
export const sparseModels = modelsWith(fc.subarray([0, 1, 2, 3, 4], { maxLength: 2 }));

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

/** A commit that somebody tries. */
export interface Attempt {
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

/** Commits, sensible and not. */
export const attempts = fc.oneof({ arbitrary: leaves, weight: 1 }, { arbitrary: others, weight: 4 });

export const clientsOf = (model: Model): Clients => ({
  byUser: model.clients,
  total: [...model.clients.values()].reduce((sum, count) => sum + count, 0),
});
export const stateOf = ({ roles, participants }: Model) =>
  roomState({ roles: { roles: [...roles] }, participants });

/** What MLS would do: clients counted one by one, the list by the component's logic. */
export function carryOut(model: Model, changes: readonly Change[]): Model {
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
export function possible(model: Model, { committer, changes }: Attempt): boolean {
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
