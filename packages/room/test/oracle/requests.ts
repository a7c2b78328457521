/**
 * The oracle's verdict on what only the hub decides, on single capabilities, and on new rooms. Protocol §5.2, §5.4, §5.6,
 * §5.9, §7.4; policy §3, §5, §6.6, §7, §8; readings.
 * @module
 */

import { type Claim, parseMimiUri } from "@openmimi/protocol";
import type { Change } from "../../src/facts.ts";
import type { RoomParts } from "../../src/state.ts";
import { roomAfter } from "./judge.ts";
import { type Complaint, Complaints, may } from "./question.ts";
import { can, definitionOf, isBanned, listedRole, preauthorizedFor } from "./standing.ts";

/** A request and the room that it is for. */
export type Request = { readonly room: RoomParts; readonly pending?: readonly Change[] } & (
  | { readonly kind: "message" | "receive"; readonly user: string }
  | { readonly kind: "capability"; readonly user: string; readonly capability: number }
  | { readonly kind: "keyMaterial"; readonly user: string; readonly targetUser: string }
  | {
      readonly kind: "groupInfo";
      readonly user: string;
      readonly claims: readonly Claim[];
      readonly joiningCode?: Uint8Array;
      readonly codeRoleIndex?: number;
      readonly parentParticipants?: readonly string[];
    }
  | { readonly kind: "abuseReport"; readonly reportingUser?: string; readonly fromDomain: string }
  | {
      readonly kind: "history";
      readonly user: string;
      readonly automatic: boolean;
      readonly oldestSeconds: number;
    }
  | {
      readonly kind: "handshakeFormat";
      readonly wireFormat: number;
      readonly senderType: string;
      readonly selfRemove: boolean;
    }
);

/** Every sentence that a request breaks. */
export function judgeRequest(asked: Request): readonly Complaint[] {
  const complaints = new Complaints();
  const { room: epoch, pending = [] } = asked;
  // restrictions and grants alike count at once for what only the hub decides.
  const nobody = { byUser: new Map<string, number>(), total: 0 };
  const request = { ...asked, room: roomAfter({ room: epoch, changes: [], clients: nobody }, pending) };
  if (request.kind === "groupInfo") {
    const [before, after] = [listedRole(epoch, request.user), listedRole(request.room, request.user)];
    if (isBanned(before) && !isBanned(after)) complaints.add("banned", "R-106");
    else if (before !== 0 && after === 0)
      complaints.add("removal-pending", "protocol §5.3: about to be removed");
    if (complaints.all.length > 0) return complaints.all;
  }
  switch (request.kind) {
    case "message":
      judgeCapability(request.room, request.user, may.sendMessage, complaints);
      break;
    case "receive":
      judgeCapability(request.room, request.user, may.receiveMessage, complaints);
      break;
    case "capability":
      judgeCapability(request.room, request.user, request.capability, complaints);
      break;
    case "keyMaterial":
      judgeKeyMaterial(request, complaints);
      break;
    case "groupInfo":
      judgeGroupInfo(request, complaints);
      break;
    case "abuseReport":
      judgeReport(request, complaints);
      break;
    case "history":
      judgeHistory(request, complaints);
      break;
    case "handshakeFormat":
      judgeFormat(request, complaints);
  }
  return complaints.all;
}

const holds = (room: RoomParts, user: string, capability: number) =>
  can({ roles: [definitionOf(room, listedRole(room, user))] }, capability);
const domain = (uri: string) => parseMimiUri(uri).domain;

/** Policy §8: the holder is in the list, and its role has the capability. A banned user has nothing. */
function judgeCapability(room: RoomParts, user: string, capability: number, complaints: Complaints): void {
  const role = listedRole(room, user);
  complaints.unless(role !== 0, "not-a-participant", "§8: in the participant list");
  complaints.unless(!isBanned(role), "banned", "protocol §5.3: banned");
  if (role === 0 || isBanned(role)) return;
  complaints.unless(holds(room, user, capability), "missing-capability", "§8: the list of capabilities");
}

/** Protocol §5.2; policy §8.1.1: to add one's own client, or a user that is not in the list already. */
function judgeKeyMaterial(
  { room, user, targetUser }: Extract<Request, { kind: "keyMaterial" }>,
  complaints: Complaints,
): void {
  if (user === targetUser) {
    judgeCapability(room, user, may.addOwnClient, complaints);
    return;
  }
  judgeCapability(room, user, may.addParticipant, complaints);
  const target = listedRole(room, targetUser);
  if (isBanned(target)) complaints.add("banned", "§2.1: a ban keeps out");
  else complaints.unless(target === 0, "not-permitted", "§8.1.1: not already in the participant list");
  complaints.unless(!room.basePolicy?.fixedMembership, "fixed-membership", "§5: no other users");
  const targets = targetsOf(room, listedRole(room, user));
  complaints.unless(targets.length > 0, "transition-not-authorized", "§8.1.1: an entry from zero");
}

/** Roles in which somebody may be added, or add itself, and be in the room. */
const targetsOf = (room: RoomParts, roleIndex: number) =>
  (definitionOf(room, roleIndex)?.authorizedRoleChanges ?? [])
    .filter(({ fromRoleIndex }) => fromRoleIndex === 0)
    .flatMap(({ targetRoleIndexes }) => targetRoleIndexes)
    .filter((index) => index !== 0 && !isBanned(index));

/** Protocol §5.6: for another client of a participant, or for who may join. R-106: a ban wins over every code. */
function judgeGroupInfo(request: Extract<Request, { kind: "groupInfo" }>, complaints: Complaints): void {
  const { room, user, claims, joiningCode, codeRoleIndex } = request;
  const role = listedRole(room, user);
  if (isBanned(role)) {
    complaints.add("banned", "R-106");
    return;
  }
  const external = room.operational?.externalCommitAllowed ?? true;
  complaints.unless(external, "external-commit-not-allowed", "§7: external_commit_allowed");
  const named = room.basePolicy?.pseudonymsAllowed || parseMimiUri(user).kind !== "pseudonym";
  complaints.unless(named, "pseudonym-not-allowed", "§5: long-term identifiers");
  if (role !== 0) {
    const open = definitionOf(room, role)?.maximumActiveParticipantsConstraint !== 0;
    complaints.unless(open, "maximum-active-participants", "§3: no participants may have clients");
    judgeCapability(room, user, may.addOwnClient, complaints);
    return;
  }
  complaints.unless(!room.basePolicy?.fixedMembership, "fixed-membership", "§5: no other users");
  const inParent = request.parentParticipants?.includes(user) ?? true;
  if (room.basePolicy?.parentDependant)
    complaints.unless(inParent, "parent-dependent", "§5: participants of the parent only");
  const zero = { roles: [definitionOf(room, 0)] };
  const targets = targetsOf(room, 0);
  if (can(zero, may.openJoin) && targets.length > 0) return;
  const target = preauthorizedFor(room, claims);
  const claimed = target === undefined ? undefined : definitionOf(room, target);
  if (claimed?.roleCapabilities.includes(may.joinIfPreauthorized)) return;
  if (joiningCode === undefined || joiningCode.length === 0) {
    complaints.add("not-a-participant", "§8.1.1: no way in");
    return;
  }
  complaints.unless(can(zero, may.useJoinCode), "missing-capability", "§8.1.1: canUseJoinCode");
  const known = room.joinLinks?.some(({ joinLink }) => joinLink.join() === joiningCode.join()) ?? false;
  complaints.unless(known, "invalid-join-code", "R-105: the octets of a link");
  const role2 = codeRoleIndex === undefined ? targets.length > 0 : targets.includes(codeRoleIndex);
  complaints.unless(role2, "invalid-join-code", "R-185: a role that role zero's list contains");
}

/** Policy §8.3; R-123: an anonymous report needs a provider with somebody who could have made it. */
function judgeReport(
  { room, reportingUser, fromDomain }: Extract<Request, { kind: "abuseReport" }>,
  complaints: Complaints,
): void {
  if (reportingUser !== undefined) {
    const spoken = domain(reportingUser) === fromDomain;
    complaints.unless(spoken, "not-permitted", "protocol §5.9: a provider reports for its own users");
    judgeCapability(room, reportingUser, may.reportAbuse, complaints);
    return;
  }
  const somebody = room.participants.some(
    ({ user, roleIndex }) =>
      domain(user) === fromDomain && !isBanned(roleIndex) && holds(room, user, may.reportAbuse),
  );
  complaints.unless(somebody, "missing-capability", "R-123");
}

/** Policy §6.6. */
function judgeHistory(request: Extract<Request, { kind: "history" }>, complaints: Complaints): void {
  const { room, user, automatic, oldestSeconds } = request;
  const role = listedRole(room, user);
  complaints.unless(role !== 0, "not-a-participant", "§6.6: roles share history");
  if (isBanned(role)) {
    complaints.add("banned", "§6.6: role index one cannot share");
    return;
  }
  const { history } = room;
  if (history === undefined) return;
  const REASON = "history-not-allowed";
  if (history.historySharing === "forbidden") {
    complaints.add(REASON, "§6.6: forbidden");
    return;
  }
  complaints.unless(history.rolesThatCanShare.includes(role), REASON, "§6.6: roles_that_can_share");
  complaints.unless(!automatic || history.automaticallyShare, REASON, "§6.6: automatically_share");
  complaints.unless(oldestSeconds <= history.maxTimePeriod, REASON, "§6.6: max_time_period");
}

/** Policy §7; R-063. */
function judgeFormat(request: Extract<Request, { kind: "handshakeFormat" }>, complaints: Complaints): void {
  const { room, wireFormat, senderType, selfRemove } = request;
  const bound = senderType === "member" && !selfRemove;
  const formats = room.operational?.handshakeFormats ?? [];
  const fine = bound ? formats.length === 0 || formats.includes(wireFormat) : wireFormat === 1;
  complaints.unless(fine, "wire-format-not-allowed", "R-063");
}

/** What is wrong with the beginning of a room. Policy §3 to §6; R-137. */
export function judgeNewRoom(
  room: RoomParts,
  clients: ReadonlyMap<string, number>,
  roomUri: string,
  components: ReadonlySet<number>,
  parentParticipants?: readonly string[],
): readonly Complaint[] {
  const complaints = new Complaints();
  for (const id of [0x0022, 0x0025, 0x0027])
    complaints.unless(components.has(id), "invalid-component", `R-137: component ${id}`);
  const { participants, basePolicy, metadata } = room;
  complaints.unless(
    metadata === undefined || metadata.roomUri === roomUri,
    "room-uri-changed",
    "protocol §7.6",
  );
  for (const { roleIndex } of participants)
    complaints.unless(definitionOf(room, roleIndex) !== undefined, "unknown-role", "R-133: in roles_list");
  const users = participants.map(({ user }) => user);
  complaints.unless(
    new Set(users).size === users.length,
    "invalid-component",
    "protocol §7.5: one role each",
  );
  for (const [user, count] of clients) {
    const role = listedRole(room, user);
    complaints.unless(role !== 0, "client-without-participant", "protocol §1: a participant");
    const silent = isBanned(role) || definitionOf(room, role)?.maximumActiveParticipantsConstraint === 0;
    complaints.unless(role === 0 || !silent, "clients-left", "§3: no participants may have clients");
    complaints.unless(basePolicy?.multiDevice !== false || count <= 1, "single-device", "§5: multi_device");
  }
  const total = [...clients.values()].reduce((sum, count) => sum + count, 0);
  complaints.unless(total <= (basePolicy?.maxClients ?? total), "maximum-clients", "§5: max_clients");
  const named = participants.filter(({ roleIndex }) => !isBanned(roleIndex)).length;
  complaints.unless(named <= (basePolicy?.maxUsers ?? named), "maximum-users", "§5: max_users");
  const adders = room.roles.roles.filter(
    ({ roleIndex, roleCapabilities }) => roleIndex > 1 && roleCapabilities.includes(may.addParticipant),
  );
  complaints.unless(
    !basePolicy?.fixedMembership || adders.length === 0,
    "fixed-membership",
    "§5: canAddParticipant",
  );
  for (const parent of basePolicy?.parentRoom ?? []) {
    complaints.unless(domain(parent) === domain(roomUri), "parent-dependent", "§5: on the same hub");
    complaints.unless(/^mimi:\/\/[^/]+\/r\//.test(parent), "parent-dependent", "§5: the room ID");
  }
  if (basePolicy?.parentDependant && parentParticipants !== undefined) {
    const subset = users.every((user) => parentParticipants.includes(user));
    const strict = users.length < parentParticipants.length;
    complaints.unless(
      subset && strict,
      "parent-dependent",
      "§5: a strict subset of the parent's participants",
    );
  }
  for (const { botRoleIndex } of room.bots?.allowedBots ?? [])
    if (botRoleIndex !== 0)
      complaints.unless(definitionOf(room, botRoleIndex) !== undefined, "unknown-role", "§6.7: a role");
  return complaints.all;
}
