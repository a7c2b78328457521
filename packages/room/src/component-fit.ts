/**
 * What the smaller policy components must agree with: the roles, and each other. Policy §6.2, §6.6, §6.7.
 * @module
 */

import { type BotPolicy, type HistoryPolicy, type JoinLinkPolicy, MimiComponentId } from "@openmimi/protocol";
import { deny } from "./decision.ts";
import { lastValue, linksAfter, type Plan } from "./plan.ts";
import { admitsNoClients, NO_ROLE, type RoleRules } from "./roles.ts";
import type { Scope } from "./scope.ts";
import type { RoomState } from "./state.ts";

type Roles = ReadonlyMap<number, RoleRules>;

/** Whether the components fit each other once a plan is carried out, as far as it changes one of them. */
export function checkComponents({ state }: Scope, plan: Plan, roles: Roles, redefined: boolean): void {
  const after = <T>(componentId: number, before: T | undefined, always = false): T | undefined => {
    if (plan.removedComponents.has(componentId)) return undefined;
    return lastValue<T>(plan, componentId) ?? (always ? before : undefined);
  };
  const history = after<HistoryPolicy>(MimiComponentId.chatHistoryPolicy, state.history, redefined);
  if (history !== undefined) checkHistory(history, roles);
  const bots = after<BotPolicy>(MimiComponentId.botPolicy, state.bots, redefined);
  if (bots !== undefined) checkBots(bots, roles);
  const links = plan.removedComponents.has(MimiComponentId.joinLinks) ? [] : linksAfter(state, plan);
  const pressed = links.length > state.joinLinks.length;
  const linkPolicy = after<JoinLinkPolicy>(MimiComponentId.joinLinkPolicy, state.joinLinkPolicy, pressed);
  if (linkPolicy !== undefined) checkLinks(linkPolicy, links.length);
}

/** The same for the components of a new room. */
export function checkNewComponents(state: RoomState): void {
  const { history, bots, joinLinkPolicy, joinLinks, roles } = state;
  if (history !== undefined) checkHistory(history, roles);
  if (bots !== undefined) checkBots(bots, roles);
  if (joinLinkPolicy !== undefined) checkLinks(joinLinkPolicy, joinLinks.length);
}

/** Policy §6.6: only roles that can have clients can share history. */
function checkHistory(history: HistoryPolicy, roles: Roles): void {
  if (history.historySharing === "forbidden") return;
  for (const index of history.rolesThatCanShare) {
    const rules = roles.get(index);
    if (rules === undefined || admitsNoClients(rules)) {
      deny("unknown-role", `role ${index} cannot share history`, { section: "policy §6.6" });
    }
  }
}

/** Policy §6.7: the role in which a bot operates is one of the room. */
function checkBots({ allowedBots }: BotPolicy, roles: Roles): void {
  for (const { name, botRoleIndex } of allowedBots) {
    if (botRoleIndex !== NO_ROLE && !roles.has(botRoleIndex)) {
      deny("unknown-role", `the bot ${name} has role ${botRoleIndex}, which is not defined`, {
        section: "policy §6.7",
      });
    }
  }
}

/** Policy §6.2: with on_request a maximum of one joining link is kept. */
function checkLinks({ onRequest }: JoinLinkPolicy, links: number): void {
  if (onRequest && links > 1) {
    deny("invalid-component", `on_request admits one join link, not ${links}`, { section: "policy §6.2" });
  }
}
