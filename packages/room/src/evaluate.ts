/**
 * The rules in their order: who acts, what may stand together, who may do what, what the room becomes.
 * @module
 */

import { MimiComponentId } from "@openmimi/protocol";
import { clientRule } from "./client-authority.ts";
import { checkCombinations, checkPolicies } from "./combinations.ts";
import { removalRule, updateRules } from "./component-authority.ts";
import { deny, type Rule } from "./decision.ts";
import { checkOutcome } from "./limits.ts";
import { authorizeOperations } from "./list-authority.ts";
import { checkSize, type EntryOf, type Plan, planChanges } from "./plan.ts";
import { type Entry, grant, isHub, requireCapability, requireStanding, type Scope } from "./scope.ts";

/** RFC 9420 §17.3: the extension that a hub may change (reading R-131). */
const EXTERNAL_SENDERS = 5;

/**
 * Judges a set of changes that take effect together.
 *
 * @throws {Denied}
 */
export function evaluate(scope: Scope, entries: readonly Entry[]): void {
  for (const entry of entries) if (!entry.settled) checkActor(scope, entry);
  const plan = planChanges(scope, entries);
  checkCombinations(plan);
  checkSize(scope.state, plan);
  authorizeOperations(scope, plan);
  for (const entry of entries) {
    if (entry.settled) continue;
    for (const rule of rulesFor(scope, plan, entry)) grant(scope, entry, rule, subjectOf(entry));
  }
  checkPolicies(scope, plan);
  checkOutcome(scope, plan);
}

function subjectOf(entry: Entry): string | undefined {
  return "user" in entry ? entry.user : undefined;
}

/** Who may act at all, and from where. */
function checkActor(scope: Scope, entry: Entry): void {
  const { by } = entry;
  const { operational } = scope.state;
  const fromOutside = by.kind === "externalSender" || (by.kind === "joiner" && !scope.externalCommit);
  if (fromOutside && operational?.externalProposalAllowed === false) {
    deny("external-proposal-not-allowed", "the room takes no proposals from outside", {
      section: "policy §7",
      user: by.user,
    });
  }
  // Protocol §5.3, reading R-064: removing its own clients is left to everyone.
  if (entry.kind === "clientRemoved" && entry.user === by.user) return;
  requireStanding(scope, by, entry.fresh);
}

/** Which rules allow one change. The participant list was judged before, operation by operation. */
function rulesFor(scope: Scope, plan: Plan, entry: Entry): readonly Rule[] {
  switch (entry.kind) {
    case "clientAdded":
    case "clientJoined":
    case "clientRemoved":
    case "clientUpdated":
      return [clientRule(scope, plan, entry)];
    case "componentUpdate":
      return entry.componentId === MimiComponentId.participantList ? [] : updateRules(scope, plan, entry);
    case "componentRemoval":
      return [removalRule(scope, entry)];
    case "reInit":
      return [reservedRule(scope, entry, "canSendMLSReinitProposal", "policy §8.6")];
    case "preSharedKey":
      return [reservedRule(scope, entry, "canSendMLSPSKProposal", "policy §8.7")];
    case "groupContextExtensions":
      return [extensionsRule(scope, entry)];
    case "appEphemeral":
      return deny("not-permitted", `no component of a room takes AppEphemeral (${entry.componentId})`, {
        section: "extensions §4.8",
        user: entry.by.user,
      });
  }
}

function reservedRule(
  scope: Scope,
  entry: Entry,
  capability: "canSendMLSReinitProposal" | "canSendMLSPSKProposal",
  section: string,
): Rule {
  requireCapability(scope, entry, capability, { section, user: entry.by.user });
  return { rule: capability, section };
}

/** Protocol §7.4, reading R-131: the hub keeps the list of external senders, with itself in it. */
function extensionsRule(scope: Scope, entry: EntryOf<"groupContextExtensions">): Rule {
  const section = "protocol §7.4";
  const { by, changedTypes, externalSenders } = entry;
  const others = changedTypes.filter((type) => type !== EXTERNAL_SENDERS);
  if (others.length > 0) {
    deny("not-permitted", `nobody may change the extensions ${others.join(", ")} of a room`, {
      section: "policy §8.7",
      user: by.user,
    });
  }
  if (!isHub(scope, by))
    deny("not-the-hub", "only the hub may change external_senders", { section, user: by.user });
  if (!externalSenders.includes(by.user)) {
    deny("not-permitted", "external_senders must hold the hub", { section, user: by.user });
  }
  return { rule: "hub", section };
}
