/**
 * What the room becomes. Policy §3, §5, §8.1; protocol §1, §7.5; readings.
 * @module
 */

import { type BaseRoomPolicy, MimiComponentId as Id, parseMimiUri, type Role } from "@openmimi/protocol";
import type { RoomParts } from "../../src/state.ts";
import { clientsAfter } from "./clients.ts";
import type { Replaced } from "./components.ts";
import type { Move } from "./participants.ts";
import { type Complaints, may, type Question } from "./question.ts";
import { isBanned } from "./standing.ts";

interface Standing {
  readonly user: string;
  readonly role: number;
  readonly clients: number;
}

/** Everybody who is in the list or has a client: role (0: not listed) and clients. */
function everybody(question: Question, moves: readonly Move[], after: boolean): Standing[] {
  const users = new Set<string>([
    ...question.room.participants.map(({ user }) => user),
    ...question.clients.byUser.keys(),
    ...moves.map(({ user }) => user),
    ...question.changes.map((change) => ("user" in change ? change.user : change.by.user)),
  ]);
  return [...users].map((user) => {
    const listed =
      question.room.participants.find((participant) => participant.user === user)?.roleIndex ?? 0;
    const move = after ? moves.find((candidate) => candidate.user === user) : undefined;
    const clients = after ? clientsAfter(question, user) : (question.clients.byUser.get(user) ?? 0);
    return { user, role: move?.to ?? listed, clients };
  });
}

/** Whether a component goes. Extensions §4.7: AppDataUpdate with remove. */
const removes = ({ changes, pending = [], committer }: Question, id: number) =>
  [...(committer === undefined ? pending : []), ...changes].some(
    (change) => change.kind === "componentRemoval" && change.componentId === id,
  );

/** The components as they will be. */
function roomAfter(question: Question, replaced: Replaced): RoomParts {
  const { room } = question;
  const after = <T>(id: number, value: T | undefined, before: T | undefined) =>
    removes(question, id) ? undefined : (value ?? before);
  return {
    ...room,
    roles: replaced.roles ?? room.roles,
    basePolicy: replaced.basePolicy ?? room.basePolicy,
    preauthorized: after(Id.preauthList, replaced.preauthorized, room.preauthorized),
    history: after(Id.chatHistoryPolicy, replaced.history, room.history),
    bots: after(Id.botPolicy, replaced.bots, room.bots),
    joinLinkPolicy: after(Id.joinLinkPolicy, replaced.joinLinkPolicy, room.joinLinkPolicy),
  };
}

/** Judges the room that comes out of all moves and all changes of clients. */
export function judgeOutcome(
  question: Question,
  moves: readonly Move[],
  replaced: Replaced,
  complaints: Complaints,
): void {
  const before = everybody(question, moves, false);
  const after = everybody(question, moves, true);
  const room = roomAfter(question, replaced);
  for (const { user, role, clients } of after) {
    const was = before.find((standing) => standing.user === user);
    const touched = was?.clients !== clients || was?.role !== role;
    if (clients === 0 || !touched) continue;
    const reason = was?.role === role ? "client-without-participant" : "clients-left";
    if (role === 0)
      complaints.add(reason, "§8.1.2: no clients of a removed user; protocol §1: a participant");
    if (isBanned(role)) complaints.add("clients-left", "§8.1.3: a ban removes all the user's clients");
  }
  if (replaced.roles !== undefined) judgeRoles(room, after, complaints);
  // the limits of the epoch bind the outcome; what comes instead must fit it too.
  for (const role of question.room.roles.roles) judgeLimits(role, before, after, complaints);
  for (const role of replaced.roles?.roles ?? []) judgeNewLimits(question.room, role, after, complaints);
  judgeBase(question.room.basePolicy, before, after, complaints);
  if (replaced.basePolicy !== undefined) {
    // A new policy has to fit at once: as if nobody had been there before.
    judgeBase(replaced.basePolicy, [], after, complaints);
  }
  judgeFixed(room, replaced, complaints);
  judgeParents(question, room, before, after, replaced, complaints);
  judgePreauthorization(room, replaced, complaints);
  judgeSharing(room, replaced, complaints);
  judgeBots(room, replaced, complaints);
  judgeOnRequest(question, room, replaced, complaints);
}

/** a role that is in use stays. */
function judgeRoles(room: RoomParts, after: readonly Standing[], complaints: Complaints): void {
  for (const { role } of after)
    if (role !== 0 && !room.roles.roles.some(({ roleIndex }) => roleIndex === role))
      complaints.add("unknown-role", "R-184: a participant's role vanishes");
}

const holders = (all: readonly Standing[], { roleIndex }: Role) =>
  all.filter((standing) => standing.role === roleIndex);
const active = (all: readonly Standing[], role: Role) =>
  holders(all, role).filter(({ clients }) => clients > 0);

/** What a role bounds. Policy §3: no minimum is zero, no maximum is absent. */
const bounds = (role: Role) =>
  [
    {
      kind: "participants",
      count: (all: readonly Standing[]) => holders(all, role).length,
      least: role.minimumParticipantsConstraint,
      most: role.maximumParticipantsConstraint,
    },
    {
      kind: "active-participants",
      count: (all: readonly Standing[]) => active(all, role).length,
      least: role.minimumActiveParticipantsConstraint,
      most: role.maximumActiveParticipantsConstraint,
    },
  ] as const;

/** the resulting state; a limit blocks only what presses on it. */
function judgeLimits(
  role: Role,
  before: readonly Standing[],
  after: readonly Standing[],
  complaints: Complaints,
): void {
  if (role.roleIndex === 0) return;
  for (const { kind, count, least, most } of bounds(role)) {
    const [was, is] = [count(before), count(after)];
    if (most !== undefined && is > most && is > was)
      // With a maximum of zero, any client is one that should have gone.
      complaints.add(
        kind === "active-participants" && most === 0 ? "clients-left" : `maximum-${kind}`,
        `§3: role ${role.roleIndex} has ${is}`,
      );
    if (is < least && is < was) complaints.add(`minimum-${kind}`, `§3: role ${role.roleIndex} has ${is}`);
  }
}

/** new limits are not violated by the present list; R-186: unless the old ones were violated as badly. */
function judgeNewLimits(
  room: RoomParts,
  role: Role,
  after: readonly Standing[],
  complaints: Complaints,
): void {
  if (role.roleIndex === 0) return;
  const old = room.roles.roles.find(({ roleIndex }) => roleIndex === role.roleIndex);
  for (const [at, { kind, count, least, most }] of bounds(role).entries()) {
    const former = old === undefined ? undefined : bounds(old)[at];
    const is = count(after);
    if (most !== undefined && is > most && !(former?.most !== undefined && former.most <= most))
      complaints.add(`maximum-${kind}`, `R-184: role ${role.roleIndex}`);
    if (is < least && !(former !== undefined && former.least >= least))
      complaints.add(`minimum-${kind}`, `R-184: role ${role.roleIndex}`);
  }
}

/** Policy §5: max_clients, max_users, multi_device. */
function judgeBase(
  policy: BaseRoomPolicy | undefined,
  before: readonly Standing[],
  after: readonly Standing[],
  complaints: Complaints,
): void {
  if (policy === undefined) return;
  const clients = (all: readonly Standing[]) => all.reduce((sum, standing) => sum + standing.clients, 0);
  const users = (all: readonly Standing[]) => all.filter(({ role }) => role !== 0 && !isBanned(role)).length;
  const { maxClients = Infinity, maxUsers = Infinity, multiDevice } = policy;
  if (clients(after) > maxClients && clients(after) > clients(before))
    complaints.add("maximum-clients", "§5: max_clients");
  if (users(after) > maxUsers && users(after) > users(before))
    complaints.add("maximum-users", "§5: max_users counts non-banned entries");
  for (const { user, clients: count } of after) {
    const was = before.find((standing) => standing.user === user)?.clients ?? 0;
    if (!multiDevice && count > 1 && count > was)
      complaints.add("single-device", "§5: multi_device is false");
  }
}

/** Policy §5: none of the non-zero, non-banned roles of a fixed-membership room has canAddParticipant. */
function judgeFixed(room: RoomParts, replaced: Replaced, complaints: Complaints): void {
  if (!room.basePolicy?.fixedMembership) return;
  if (replaced.basePolicy === undefined && replaced.roles === undefined) return;
  for (const { roleIndex, roleCapabilities } of room.roles.roles)
    if (roleIndex !== 0 && !isBanned(roleIndex) && roleCapabilities.includes(may.addParticipant))
      complaints.add("fixed-membership", "§5: no canAddParticipant in fixed membership");
}

/** Policy §5: parent-dependent rooms; R-192. */
function judgeParents(
  question: Question,
  room: RoomParts,
  before: readonly Standing[],
  after: readonly Standing[],
  replaced: Replaced,
  complaints: Complaints,
): void {
  const listed = (all: readonly Standing[]) => all.filter(({ role }) => role !== 0).map(({ user }) => user);
  const own = room.metadata?.roomUri ?? question.roomUri;
  const [parent] = replaced.basePolicy?.parentRoom ?? [];
  if (own !== undefined && parent !== undefined) {
    const REASON = "parent-dependent";
    complaints.unless(domainIn(parent) === domainIn(own), REASON, "§5: on the same hub as the parent");
    complaints.unless(/^mimi:\/\/[^/]+\/r\//.test(parent), REASON, "§5: the room ID of the parent");
    complaints.unless(parent !== own, REASON, "§5: no room is a strict subset of itself");
  }
  const parents = question.parentParticipants;
  const dependant = question.room.basePolicy?.parentDependant || room.basePolicy?.parentDependant;
  if (parents === undefined || !dependant) return;
  const fresh = parent !== undefined && parent !== question.room.basePolicy?.parentRoom[0];
  if (fresh && listed(after).some((user) => !parents.has(user)))
    complaints.add("parent-dependent", "§5: a subset of the parent's participants");
  const grows = listed(after).length > listed(before).length;
  if ((grows || fresh) && listed(after).length >= parents.size)
    complaints.add("parent-dependent", "§5: a strict subset of the parent's participants");
}

const domainIn = (uri: string): string | undefined => {
  try {
    return parseMimiUri(uri).domain;
  } catch {
    return undefined;
  }
};

/** */
function judgePreauthorization(room: RoomParts, replaced: Replaced, complaints: Complaints): void {
  if (replaced.preauthorized === undefined && replaced.roles === undefined) return;
  for (const { targetRole } of room.preauthorized?.preauthorizedEntries ?? []) {
    if (!room.roles.roles.some(({ roleIndex }) => roleIndex === targetRole.roleIndex))
      complaints.add("unknown-role", "R-174: the target role exists in roles_list");
  }
}

/** Policy §6.6: neither 0 nor 1 (the schema sees to it), nor any role that may have no clients. */
function judgeSharing(room: RoomParts, replaced: Replaced, complaints: Complaints): void {
  if (replaced.history === undefined && replaced.roles === undefined) return;
  if (room.history === undefined || room.history.historySharing === "forbidden") return;
  for (const index of room.history.rolesThatCanShare) {
    const role = room.roles.roles.find(({ roleIndex }) => roleIndex === index);
    if (role === undefined || role.maximumActiveParticipantsConstraint === 0)
      complaints.add("unknown-role", "§6.6: a role that may not share history");
  }
}

/** Policy §6.7: the role in which the bot operates, or zero. */
function judgeBots(room: RoomParts, replaced: Replaced, complaints: Complaints): void {
  if (replaced.bots === undefined && replaced.roles === undefined) return;
  for (const { botRoleIndex } of room.bots?.allowedBots ?? [])
    if (botRoleIndex !== 0 && !room.roles.roles.some(({ roleIndex }) => roleIndex === botRoleIndex))
      complaints.add("unknown-role", "§6.7: the role of a bot is one of the room");
}

/** Policy §6.2: if on_request is true, a maximum of one joining link is persisted. */
function judgeOnRequest(
  question: Question,
  room: RoomParts,
  replaced: Replaced,
  complaints: Complaints,
): void {
  const { added = 0, removed = [] } = replaced.links ?? {};
  const before = question.room.joinLinks?.length ?? 0;
  const links = removes(question, Id.joinLinks) ? 0 : before + added - removed.length;
  if (
    room.joinLinkPolicy?.onRequest &&
    links > 1 &&
    (links > before || replaced.joinLinkPolicy !== undefined)
  )
    complaints.add("invalid-component", "§6.2: on_request");
}
