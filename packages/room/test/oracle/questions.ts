/**
 * Random questions: commits of members, external commits, proposals on their own, with and without proposals that are
 * pending.
 * @module
 */

import type { Actor, Change, ChangeBody, Clients } from "../../src/facts.ts";
import { joined, joiner, list, member, provider, removed, uri } from "../kit.ts";
import { going, government, membership, place } from "./bodies.ts";
import type { Chooser } from "./chooser.ts";
import type { Question } from "./question.ts";
import { FOLLOWER, names, type World, world } from "./rooms.ts";
import { preauthorizedFor } from "./standing.ts";

const clientsIn = ({ clients }: World): Clients => ({
  byUser: clients,
  total: [...clients.values()].reduce((sum, each) => sum + each, 0),
});

/** Somebody with a client, as a rule. */
function someMember(chooser: Chooser, { clients }: World): Actor {
  const active = names.filter((name) => clients.has(uri(name)));
  return member(active.length === 0 ? names[0]! : chooser.one(active));
}

function author(chooser: Chooser, world: World): Actor {
  switch (chooser.nat(10)) {
    case 0:
    case 1:
      return provider();
    case 2:
      return provider(FOLLOWER);
    case 3:
      return joiner(chooser.one(names));
    default:
      return someMember(chooser, world);
  }
}

const authored = (by: Actor, byReference: boolean, bodies: readonly ChangeBody[]): Change[] =>
  bodies.map((body) => ({ ...body, by, byReference }));

/** Somebody leaves: the list, and by SelfRemove and Removes the group (reading R-062). */
function leave(chooser: Chooser, world: World): Change[] {
  const at = place(chooser, world);
  const who = names[at] ?? names[0]!;
  const clients = going(chooser, world, who, chooser.rarely(2));
  return authored(member(who), true, [list({ remove: [at] }), ...clients]);
}

/** Somebody takes the role for which it is preauthorized, as a rule. */
function ownRole(chooser: Chooser, { room }: World, by: Actor, byReference: boolean): Change[] {
  const at = room.participants.findIndex(({ user }) => user === by.user);
  const to = preauthorizedFor(room, by.claims) ?? 2;
  return authored(by, byReference, [list({ change: { [Math.max(at, 0)]: chooser.one([to, to, 3]) } })]);
}

function part(chooser: Chooser, world: World, by: Actor, byReference: boolean): Change[] {
  if (chooser.rarely(16)) return ownRole(chooser, world, by, byReference);
  const bodies = chooser.nat(8) < 5 ? membership(chooser, world) : [government(chooser, world)];
  return authored(by, byReference, bodies);
}

function proposals(chooser: Chooser, world: World, byReference: boolean): Change[] {
  if (chooser.rarely(5)) return leave(chooser, world).map((change) => ({ ...change, byReference }));
  return part(chooser, world, author(chooser, world), byReference);
}

function commit(
  chooser: Chooser,
  world: World,
  pending: readonly Change[],
): Pick<Question, "committer" | "changes"> {
  const committer = someMember(chooser, world);
  const own = chooser.times(chooser.one([1, 1, 0, 2]), () => part(chooser, world, committer, false));
  const others = chooser.rarely(3) ? proposals(chooser, world, true) : [];
  return { committer, changes: [...pending, ...others, ...own.flat()] };
}

function externalCommit(chooser: Chooser, world: World): Pick<Question, "committer" | "changes"> {
  const newcomer = names[Math.min(world.room.participants.length, 5)]!;
  const who = chooser.one([newcomer, newcomer, ...names]);
  const by = joiner(who);
  const listed = world.room.participants.some(({ user }) => user === uri(who));
  const bodies: ChangeBody[] = [];
  if (listed ? chooser.rarely(8) : !chooser.rarely(8))
    bodies.push(list({ add: { [who]: chooser.one([2, 3, 4, 1]) } }));
  if (world.clients.has(uri(who)) && chooser.rarely(3)) bodies.push(removed(who, { replaced: true }));
  if (chooser.rarely(4)) bodies.push(...part(chooser, world, by, false));
  const changes = authored(by, false, [...bodies, joined(who)]);
  const leaver = names.find((name) => name !== who && world.clients.has(uri(name)));
  if (leaver === undefined || !chooser.rarely(4)) return { committer: by, changes };
  const gone = authored(member(leaver), true, [removed(leaver, { selfRemove: true })]);
  return { committer: by, changes: [...gone, ...changes] };
}

/** A question without pending proposals. */
export function question(chooser: Chooser): Question {
  const around = world(chooser);
  const kind = chooser.nat(8);
  const asked =
    kind < 4
      ? commit(chooser, around, [])
      : kind < 6
        ? externalCommit(chooser, around)
        : { changes: chooser.times(1 + chooser.nat(2), () => proposals(chooser, around, false)).flat() };
  return surround(chooser, around, asked);
}

/** Two questions: proposals, and what follows if they are accepted, with them pending. */
export function successiveQuestions(chooser: Chooser): {
  first: Question;
  second: (pending: Change[]) => Question;
} {
  const around = world(chooser);
  const first = surround(chooser, around, { changes: proposals(chooser, around, false) });
  return {
    first,
    second: (pending) => {
      const references = pending.map((change) => ({ ...change, byReference: true }));
      const kind = chooser.nat(5);
      const asked =
        kind < 3
          ? commit(chooser, around, kind === 2 ? [] : references)
          : kind === 3
            ? externalCommit(chooser, around)
            : { changes: proposals(chooser, around, false) };
      return { ...first, ...surround(chooser, around, asked), pending: references };
    },
  };
}

function surround(chooser: Chooser, world: World, asked: Pick<Question, "committer" | "changes">): Question {
  const code = chooser.one([
    undefined,
    undefined,
    "unverifiable" as const,
    { roleIndex: 2 },
    { roleIndex: 3 },
  ]);
  const users = world.room.participants.map(({ user }) => user);
  const parents = chooser.rarely(3)
    ? undefined
    : new Set([...chooser.some(users, 9), ...chooser.some(names, 7).map(uri)]);
  return {
    ...asked,
    room: world.room,
    clients: clientsIn(world),
    ...(code === undefined ? {} : { joinCode: code }),
    ...(parents === undefined ? {} : { parentParticipants: parents }),
  };
}

/** MLS lets nobody act who has no client, removes no leaf twice and no committer's own. */
export function isPossible({ committer, changes, clients, pending = [] }: Question): boolean {
  const has = (user: string) => clients.byUser.get(user) ?? 0;
  const authors = [...(committer === undefined ? [] : [committer]), ...changes.map((change) => change.by)];
  if (authors.some(({ kind, user }) => kind === "member" && has(user) === 0)) return false;
  const all = committer === undefined ? [...pending, ...changes] : changes;
  return [...new Set(all.map((change) => ("user" in change ? change.user : "")))].every((user) => {
    const gone = all.filter((change) => change.kind === "clientRemoved" && change.user === user).length;
    return gone === 0 || gone <= has(user) - Number(committer?.kind === "member" && committer.user === user);
  });
}
