/**
 * Who acts, with which role, and what that role allows. Policy §3, §8; readings.
 * @module
 */

import { domainOf, IdentifierError, providerUri } from "@openmimi/protocol";
import { Capability, type CapabilityName } from "./capabilities.ts";
import { type DenialDetails, deny, type Ground, type Rule } from "./decision.ts";
import type { Actor, Change, Circumstances, Clients } from "./facts.ts";
import { preauthorizedRole } from "./preauthorization.ts";
import { admitsNoClients, BANNED_ROLE, mayMove, NO_ROLE, type RoleRules, withoutRole } from "./roles.ts";
import { type RoomState, roleAt, roleIndexOf } from "./state.ts";

/** A change as the rules look at it. */
export type Entry = Change & {
  /** A new request, on which restrictions of pending proposals bite (reading R-061). */
  readonly fresh: boolean;
  /** Accepted earlier: it counts for what the room becomes and is not judged again. */
  readonly settled: boolean;
};

/** What is judged. */
export interface Scope {
  readonly state: RoomState;
  readonly clients: Clients;
  readonly circumstances: Circumstances;
  /** The committer of an external commit is a joiner. */
  readonly externalCommit: boolean;
  readonly grounds: Ground[];
}

/** The role of an actor in one view of the room: of the list, by preauthorization for providers, else role 0. */
function roleOfActor(state: RoomState, actor: Actor): RoleRules {
  const listed = roleIndexOf(state, actor.user);
  if (listed !== NO_ROLE) return roleAt(state, listed);
  // Policy §4: consulted for those who are not in the list. Joiners get their role by the rule that lets them in.
  if (actor.kind !== "externalSender") return roleAt(state, NO_ROLE);
  const preauthorized = preauthorizedRole(state, actor.claims);
  // Policy §8: role 0 is for those who may yet take part. An external party is in the list, or preauthorized, or nobody.
  return preauthorized === undefined ? withoutRole : roleAt(state, preauthorized);
}

/**
 * The roles in which an actor needs its capabilities. Pending restrictions bite at once, but pending grants do not count
 * here: the members could not check them (reading R-061). Who joins still acts by role 0, also where somebody else's
 * proposal would have it listed already.
 */
function rolesOfActor({ state }: Scope, { by, fresh }: Pick<Entry, "by" | "fresh">): RoleRules[] {
  const now = roleOfActor(state, by);
  if (!fresh || state.pending === undefined) return [now];
  const { after } = state.pending;
  const joins = by.kind === "joiner" && roleIndexOf(state, by.user) === NO_ROLE;
  return [now, joins ? roleAt(after, NO_ROLE) : roleOfActor(after, by)];
}

/** What a rule is about, for grounds and denials. */
export interface Subject {
  readonly section: string;
  readonly user?: string;
}

/** Demands a capability. @returns the actor's role in this epoch */
export function requireCapability(
  scope: Scope,
  entry: Pick<Entry, "by" | "fresh">,
  capability: CapabilityName,
  subject: Subject,
): RoleRules {
  for (const rules of rolesOfActor(scope, entry)) {
    if (!rules.capabilities.has(Capability[capability])) {
      deny("missing-capability", `${describeRole(rules)} of ${entry.by.user} does not have ${capability}`, {
        section: subject.section,
        capability,
        user: entry.by.user,
        roleIndex: rules.role.roleIndex,
      });
    }
  }
  return roleOfActor(scope.state, entry.by);
}

/** Whether {@link requireCapability} would pass. */
export function hasCapability(
  scope: Scope,
  entry: Pick<Entry, "by" | "fresh">,
  capability: CapabilityName,
): boolean {
  return rolesOfActor(scope, entry).every(({ capabilities }) => capabilities.has(Capability[capability]));
}

/** Whether the actor's authorized_role_changes hold a transition, in every view. */
export function hasTransition(
  scope: Scope,
  entry: Pick<Entry, "by" | "fresh">,
  from: number,
  to: number,
): boolean {
  return rolesOfActor(scope, entry).every((rules) => mayMove(rules, from, to));
}

/** Demands a transition of the actor's authorized_role_changes. */
export function requireTransition(
  scope: Scope,
  entry: Pick<Entry, "by" | "fresh">,
  [from, to]: readonly [number, number],
  details: DenialDetails,
): void {
  if (hasTransition(scope, entry, from, to)) return;
  const rules = roleOfActor(scope.state, entry.by);
  deny(
    "transition-not-authorized",
    `${describeRole(rules)} does not allow a change from role ${from} to ${to}`,
    { ...details, roleIndex: rules.role.roleIndex },
  );
}

/** Notes which rule allowed something, and about whom if that is not the actor. */
export function grant({ grounds }: Scope, { by }: Pick<Entry, "by">, rule: Rule, user?: string): void {
  grounds.push({ ...rule, by: by.user, ...(user === undefined || user === by.user ? {} : { user }) });
}

/** Protocol §5.3, policy §8: who may act at all. Members must be participants, and neither banned nor on their way out. */
export function requireStanding({ state }: Scope, actor: Actor, fresh: boolean): void {
  if (actor.kind === "externalSender") return;
  const { user } = actor;
  const listed = roleIndexOf(state, user);
  if (listed === BANNED_ROLE) deny("banned", `${user} is banned`, { section: "policy §8.1.3", user });
  if (listed === NO_ROLE && actor.kind === "member") {
    deny("not-a-participant", `${user} is not in the participant list`, { section: "policy §8", user });
  }
  if (!fresh || state.pending === undefined) return;
  const { after } = state.pending;
  const next = roleIndexOf(after, user);
  const removed = listed !== NO_ROLE && next === NO_ROLE;
  if (removed || (next !== listed && admitsNoClients(roleAt(after, next)))) {
    deny("removal-pending", `${user} is about to be removed or banned`, { section: "protocol §5.3", user });
  }
}

/** Whether an actor is the hub: an external sender with the room URI's domain. Protocol §7.4, reading R-030. */
export function isHub({ state, circumstances }: Scope, actor: Actor): boolean {
  const roomUri = circumstances.roomUri ?? state.metadata?.roomUri;
  if (actor.kind !== "externalSender" || roomUri === undefined) return false;
  try {
    return actor.user === providerUri(domainOf(roomUri));
  } catch (error) {
    if (error instanceof IdentifierError) return false;
    throw error;
  }
}

/** A role as people read it. */
export function describeRole({ role }: RoleRules): string {
  return role.roleName === "" ? `role ${role.roleIndex}` : `role ${role.roleIndex} (${role.roleName})`;
}
