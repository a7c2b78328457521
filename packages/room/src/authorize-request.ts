/**
 * What only the hub decides: messages, group information, key material. Protocol §5.2, §5.4, §5.6, policy §8.1, §8.3;
 * readings.
 *
 * Pending proposals count here at once, restrictions and grants alike.
 * @module
 */

import type { Claim } from "@openmimi/protocol";
import { Capability, type CapabilityName } from "./capabilities.ts";
import { type Decision, decide, deny, type Rule } from "./decision.ts";
import { preauthorizedRole } from "./preauthorization.ts";
import { admitsNoClients, BANNED_ROLE, NO_ROLE, type RoleRules } from "./roles.ts";
import { describeRole } from "./scope.ts";
import { type RoomState, roleAt, roleIndexOf } from "./state.ts";
import { isPseudonym } from "./user-kind.ts";

/** The room as the hub sees it now. */
function now(state: RoomState): RoomState {
  return state.pending?.after ?? state;
}

/** Decides by one rule. */
function decideBy(user: string, rule: () => Rule): Decision {
  return decide({ rule: "", section: "" }, (grounds) => {
    grounds.push({ ...rule(), by: user });
  });
}

function requireParticipant(state: RoomState, user: string, section: string): RoleRules {
  const index = roleIndexOf(state, user);
  if (index === NO_ROLE)
    deny("not-a-participant", `${user} is not in the participant list`, { section, user });
  if (index === BANNED_ROLE) deny("banned", `${user} is banned`, { section, user });
  return roleAt(state, index);
}

function requireOf(rules: RoleRules, capability: CapabilityName, section: string, user: string): Rule {
  if (!rules.capabilities.has(Capability[capability])) {
    deny("missing-capability", `${describeRole(rules)} of ${user} does not have ${capability}`, {
      section,
      capability,
      user,
      roleIndex: rules.role.roleIndex,
    });
  }
  return { rule: capability, section };
}

/**
 * Whether a user may send an application message. Policy §8.3.
 *
 * @example
 * ```ts
 * authorizeMessage(state, "mimi://b.example/u/bob"); // { allowed: true, rule: "canSendMessage", ... }
 * ```
 */
export function authorizeMessage(state: RoomState, userUri: string): Decision {
  const section = "policy §8.3";
  return decideBy(userUri, () =>
    requireOf(requireParticipant(now(state), userUri, section), "canSendMessage", section, userUri),
  );
}

/** Whether application messages are fanned out to a user's clients. Policy §8.3, reading R-095. */
export function authorizeReceive(state: RoomState, userUri: string): Decision {
  const section = "policy §8.3";
  return decideBy(userUri, () =>
    requireOf(requireParticipant(now(state), userUri, section), "canReceiveMessage", section, userUri),
  );
}

/** What else a hub knows about a GroupInfoRequest. */
export interface GroupInfoCircumstances {
  /** What the requester's credential claims (see `basicClaims`). */
  readonly claims?: readonly Claim[];
  /** The role that the hub keeps beside the joining code. Absent: any role that role 0 may take. */
  readonly codeRoleIndex?: number;
  /** The participants of the room's parent. Absent: not checked. */
  readonly parentParticipants?: ReadonlySet<string>;
}

/**
 * Whether a client of a user may have the group information, with which it can join by external commit: participants
 * for another client, others if they may join. Protocol §5.6; a ban wins over every code (reading R-106).
 *
 * @param joiningCode compared with the join links of the room (reading R-105); that a link is expired or used up is
 *   known to the hub, who then leaves the code out. Empty is the same as absent.
 */
export function authorizeGroupInfo(
  state: RoomState,
  userUri: string,
  joiningCode?: Uint8Array,
  circumstances: GroupInfoCircumstances = {},
): Decision {
  return decideBy(userUri, () => groupInfoRule(state, userUri, joiningCode, circumstances));
}

function groupInfoRule(
  state: RoomState,
  user: string,
  joiningCode: Uint8Array | undefined,
  { claims = [], codeRoleIndex, parentParticipants }: GroupInfoCircumstances,
): Rule {
  const section = "protocol §5.6";
  const room = now(state);
  // Banned in this epoch or by what is pending: an unban counts when it is committed.
  for (const view of [state, room]) {
    if (roleIndexOf(view, user) === BANNED_ROLE) deny("banned", `${user} is banned`, { section, user });
  }
  if (room.operational?.externalCommitAllowed === false) {
    deny("external-commit-not-allowed", "the room takes no external commits", { section: "policy §7", user });
  }
  if (!room.basePolicy.pseudonymsAllowed && isPseudonym(user)) {
    deny("pseudonym-not-allowed", `${user} is a pseudonym`, { section: "policy §5", user });
  }
  const index = roleIndexOf(room, user);
  if (index !== NO_ROLE) {
    const rules = roleAt(room, index);
    if (admitsNoClients(rules)) {
      deny("maximum-active-participants", `${describeRole(rules)} admits no clients`, {
        section: "policy §3",
        user,
      });
    }
    return requireOf(rules, "canAddOwnClient", "policy §8.1.1", user);
  }
  if (roleIndexOf(state, user) !== NO_ROLE) {
    deny("removal-pending", `${user} is about to be removed`, { section: "protocol §5.3", user });
  }
  if (room.basePolicy.fixedMembership) {
    deny("fixed-membership", `${user} cannot join`, { section: "policy §5", user });
  }
  if (room.basePolicy.parentDependant && parentParticipants !== undefined && !parentParticipants.has(user)) {
    deny("parent-dependent", `${user} is no participant of the parent room`, { section: "policy §5", user });
  }
  return strangerRule(room, user, joiningCode, claims, codeRoleIndex);
}

/** Policy §8.1.1: canOpenJoin, canJoinIfPreauthorized, canUseJoinCode (reading R-185). */
function strangerRule(
  room: RoomState,
  user: string,
  joiningCode: Uint8Array | undefined,
  claims: readonly Claim[],
  codeRoleIndex: number | undefined,
): Rule {
  const section = "policy §8.1.1";
  const noRole = roleAt(room, NO_ROLE);
  const targets = [...(noRole.transitions.get(NO_ROLE) ?? [])].filter((role) => role > BANNED_ROLE);
  if (noRole.capabilities.has(Capability.canOpenJoin) && targets.length > 0)
    return { rule: "canOpenJoin", section };
  const preauthorized = preauthorizedRole(room, claims);
  if (
    preauthorized !== undefined &&
    roleAt(room, preauthorized).capabilities.has(Capability.canJoinIfPreauthorized)
  ) {
    return { rule: "canJoinIfPreauthorized", section };
  }
  if (joiningCode === undefined || joiningCode.length === 0) {
    return deny("not-a-participant", `${user} is not in the participant list and may not join`, {
      section,
      user,
    });
  }
  const rule = requireOf(noRole, "canUseJoinCode", section, user);
  const known = room.joinLinks.some(({ joinLink }) => sameOctets(joinLink, joiningCode));
  const admitted = codeRoleIndex === undefined ? targets.length > 0 : targets.includes(codeRoleIndex);
  if (!known || !admitted) {
    deny(
      "invalid-join-code",
      known ? "the code's role may not be taken" : "the code is not one of the room",
      {
        section,
        capability: "canUseJoinCode",
        user,
      },
    );
  }
  return rule;
}

function sameOctets(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((octet, index) => octet === b[index]);
}

/**
 * Whether a user may claim key material of another (or of its own further clients) in order to add them to the room.
 * Protocol §5.2, policy §8.1.1.
 */
export function authorizeKeyMaterial(state: RoomState, requestingUser: string, targetUser: string): Decision {
  const section = "policy §8.1.1";
  return decideBy(requestingUser, () => {
    const room = now(state);
    const rules = requireParticipant(room, requestingUser, section);
    if (requestingUser === targetUser) return requireOf(rules, "canAddOwnClient", section, requestingUser);
    const rule = requireOf(rules, "canAddParticipant", section, requestingUser);
    const about = { section, capability: "canAddParticipant", user: targetUser } as const;
    const target = roleIndexOf(room, targetUser);
    if (target === BANNED_ROLE) deny("banned", `${targetUser} is banned`, about);
    if (target !== NO_ROLE) {
      deny("not-permitted", `${targetUser} is listed already: only its own clients may add more`, about);
    }
    if (room.basePolicy.fixedMembership) {
      deny("fixed-membership", `${targetUser} cannot be added`, { ...about, section: "policy §5" });
    }
    const targets = [...(rules.transitions.get(NO_ROLE) ?? [])].filter((role) => role > BANNED_ROLE);
    if (targets.length === 0) {
      deny("transition-not-authorized", `${describeRole(rules)} gives new participants no role`, about);
    }
    return rule;
  });
}
