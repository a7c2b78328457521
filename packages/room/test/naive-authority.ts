import type { Role, UserRolePair } from "@openmimi/protocol";
import { Capability, type CapabilityName } from "../src/capabilities.ts";
import type { Actor } from "../src/facts.ts";

/** One room of a random run, in plain data. */
export interface Model {
  readonly roles: readonly Role[];
  readonly participants: readonly UserRolePair[];
  readonly clients: ReadonlyMap<string, number>;
}

const find = (model: Model, user: string) =>
  model.participants.find((participant) => participant.user === user);
const roleOf = (model: Model, index: number) => model.roles.find(({ roleIndex }) => roleIndex === index);

function can(role: Role | undefined, name: CapabilityName): boolean {
  return role?.roleCapabilities.includes(Capability[name]) ?? false;
}

function may(role: Role | undefined, from: number, to: number): boolean {
  const entries = role?.authorizedRoleChanges.filter(({ fromRoleIndex }) => fromRoleIndex === from) ?? [];
  return entries.some(({ targetRoleIndexes }) => targetRoleIndexes.includes(to));
}

/**
 * Whether the draft's sentences (policy §8.1) let who has a role move a user between two roles, 0 being not listed.
 * Written to over-approximate: it does not look at limits, clients or combinations. Nothing may be allowed beyond it.
 */
function mayMove(role: Role | undefined, oneself: boolean, from: number, to: number): boolean {
  if (oneself) {
    // No preauthorization in these rooms: canChangeOwnRole and canJoinIfPreauthorized never match.
    if (from === 0) return can(role, "canOpenJoin") && may(role, 0, to) && to !== 1;
    return to === 0 && can(role, "canRemoveSelf") && may(role, from, 0);
  }
  if (!may(role, from, to)) return false;
  if (to === 0) return can(role, "canRemoveParticipant");
  if (to === 1) return can(role, "canBan") || (from !== 0 && can(role, "canChangeUserRole"));
  if (from === 0) return can(role, "canAddParticipant");
  if (from === 1) return can(role, "canUnban") || can(role, "canChangeUserRole");
  return can(role, "canChangeUserRole");
}

/** Whether an actor may move a user, as {@link mayMove} has it. */
export function mayEver(model: Model, actor: Actor, user: string, from: number, to: number): boolean {
  const role = roleOf(model, find(model, actor.user)?.roleIndex ?? 0);
  return mayMove(role, actor.user === user, from, to);
}

/**
 * Every role that each user could ever come to, over the graph that the roles' authorized changes span: whoever can
 * come to a role can do there what it allows, to whoever can come to where it applies.
 */
export function reachable(model: Model, users: readonly string[]): ReadonlyMap<string, ReadonlySet<number>> {
  const reach = new Map(users.map((user) => [user, new Set([find(model, user)?.roleIndex ?? 0])]));
  const targets = [0, ...model.roles.map(({ roleIndex }) => roleIndex)];
  const extend = (actor: string, user: string): boolean => {
    const [held = [], roles] = [reach.get(actor), reach.get(user)];
    if (roles === undefined) return false;
    const size = roles.size;
    for (const index of held) {
      // Who is not listed can only join, and who is banned can do nothing.
      if (index === 1 || (index === 0 && actor !== user)) continue;
      for (const from of [...roles])
        for (const to of targets)
          if (to !== from && mayMove(roleOf(model, index), actor === user, from, to)) roles.add(to);
    }
    return roles.size > size;
  };
  let grows = true;
  while (grows) {
    grows = users.flatMap((actor) => users.map((user) => extend(actor, user))).includes(true);
  }
  return reach;
}

/** How many hold a role, and how many of them have clients. */
export function holders(model: Model, index: number): { all: number; active: number } {
  const users = model.participants.filter(({ roleIndex }) => roleIndex === index);
  return { all: users.length, active: users.filter(({ user }) => (model.clients.get(user) ?? 0) > 0).length };
}
