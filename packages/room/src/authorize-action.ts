/**
 * What takes a capability and nothing else, reports of abuse, and the sharing of history. Policy §6.6, §8.3, §8.4, §8.5,
 * §8.6, §8.7; readings.
 * @module
 */

import { domainOf, IdentifierError } from "@openmimi/protocol";
import { Capability, type CapabilityName, capabilitySection } from "./capabilities.ts";
import { type Decision, decide, deny, type Rule } from "./decision.ts";
import { BANNED_ROLE, NO_ROLE } from "./roles.ts";
import { describeRole } from "./scope.ts";
import { type RoomState, roleAt, roleIndexOf } from "./state.ts";

/**
 * Whether a participant's role has a capability. That is the whole rule for what a user's own client offers or not: to
 * copy messages and links, to follow links, to download assets, to take part in calls (policy §8.3 to §8.5); for the
 * destruction of the room, which is between a user and the hub (reading R-189); and for the reserved capabilities, whose
 * meaning is yet to come. Of all others it is a part: ask `authorizeCommit` and its siblings.
 *
 * Pending proposals count at once.
 *
 * @example
 * ```ts
 * if (authorizeCapability(state, ownUserUri, "canFollowLink").allowed) openLink(url);
 * ```
 */
export function authorizeCapability(state: RoomState, userUri: string, capability: CapabilityName): Decision {
  return decideBy(userUri, () => requireOf(state, userUri, capability, capabilitySection(capability)));
}

/** Who reports abuse, and through which provider. */
export interface AbuseReporter {
  /** Absent: the report is anonymous. */
  readonly reportingUser?: string;
  /** The domain of the provider that sends the report. */
  readonly fromDomain: string;
}

/**
 * Whether a report of abuse is taken. Policy §8.3: canReportAbuse. An anonymous report is as good as the provider that
 * brings it: it must have a participant who could have made it (reading R-123).
 */
export function authorizeAbuseReport(
  state: RoomState,
  { reportingUser, fromDomain }: AbuseReporter,
): Decision {
  const section = "policy §8.3";
  const rule = { rule: "canReportAbuse", section };
  if (reportingUser !== undefined) {
    return decideBy(reportingUser, () => {
      if (domainIn(reportingUser) !== fromDomain) {
        const details = { section: "protocol §5.9", user: reportingUser };
        deny("not-permitted", `${fromDomain} does not speak for ${reportingUser}`, details);
      }
      return requireOf(state, reportingUser, "canReportAbuse", section);
    });
  }
  return decide(rule, () => {
    const { participants } = state.pending?.after ?? state;
    const somebody = participants.some(
      ({ user }) =>
        domainIn(user) === fromDomain && authorizeCapability(state, user, "canReportAbuse").allowed,
    );
    if (!somebody) {
      deny("missing-capability", `no participant of ${fromDomain} has canReportAbuse`, {
        section,
        capability: "canReportAbuse",
      });
    }
  });
}

/** What somebody wants to show a new joiner. */
export interface HistorySharing {
  /** Whether the client does it by itself. */
  readonly automatic: boolean;
  /** How old the oldest message is. */
  readonly oldestSeconds: number;
}

/**
 * Whether a participant may share history with new joiners. Policy §6.6. A room without the component takes no position.
 */
export function authorizeHistory(state: RoomState, userUri: string, sharing: HistorySharing): Decision {
  const section = "policy §6.6";
  return decideBy(userUri, () => {
    const { history } = state;
    const details = { section, user: userUri };
    const index = roleIndexOf(state, userUri);
    if (index === NO_ROLE) deny("not-a-participant", `${userUri} is not in the participant list`, details);
    if (index === BANNED_ROLE) deny("banned", `${userUri} is banned`, details);
    if (history === undefined) return { rule: "no history policy", section };
    if (history.historySharing === "forbidden") deny("history-not-allowed", "history is not shared", details);
    if (!history.rolesThatCanShare.includes(index)) {
      const who = describeRole(roleAt(state, index));
      deny("history-not-allowed", `${who} of ${userUri} may not share history`, {
        ...details,
        roleIndex: index,
      });
    }
    if (sharing.automatic && !history.automaticallyShare) {
      deny("history-not-allowed", "history is shared by the user's will only", details);
    }
    if (sharing.oldestSeconds > history.maxTimePeriod) {
      deny("history-not-allowed", `at most ${history.maxTimePeriod} seconds of history are shared`, details);
    }
    return { rule: "roles_that_can_share", section };
  });
}

function decideBy(by: string, rule: () => Rule): Decision {
  return decide({ rule: "", section: "" }, (grounds) => {
    grounds.push({ ...rule(), by });
  });
}

function requireOf(before: RoomState, user: string, capability: CapabilityName, section: string): Rule {
  const state = before.pending?.after ?? before;
  const index = roleIndexOf(state, user);
  const details = { section, capability, user };
  if (index === NO_ROLE) deny("not-a-participant", `${user} is not in the participant list`, details);
  if (index === BANNED_ROLE) deny("banned", `${user} is banned`, details);
  const rules = roleAt(state, index);
  if (!rules.capabilities.has(Capability[capability])) {
    const message = `${describeRole(rules)} of ${user} does not have ${capability}`;
    deny("missing-capability", message, { ...details, roleIndex: index });
  }
  return { rule: capability, section };
}

function domainIn(uri: string): string | undefined {
  try {
    return domainOf(uri);
  } catch (error) {
    if (error instanceof IdentifierError) return undefined;
    throw error;
  }
}
