/**
 * The room while proposals wait for a commit. Protocol §5.3, §7.1; reading R-061.
 * @module
 */

import {
  type AssetPolicy,
  type BaseRoomPolicy,
  type BotPolicy,
  type FrankingAgentData,
  type HistoryPolicy,
  type JoinLinkPolicy,
  type LinkPreviewPolicy,
  type LoggingPolicy,
  type MessageExpiration,
  MimiComponentId,
  type OperationalParameters,
  type PreAuthData,
  type RoleData,
  type RoomMetaData,
  type StatusNotificationPolicy,
} from "@openmimi/protocol";
import { Denied } from "./decision.ts";
import { RoomError } from "./errors.ts";
import type { Change } from "./facts.ts";
import { applyListOperations } from "./participants.ts";
import { linksAfter, type Plan, planChanges } from "./plan.ts";
import { type RoomParts, type RoomState, roomState } from "./state.ts";

/**
 * The room with proposals laid over it that were accepted in this epoch. For what only the hub decides (messages,
 * group information, key material) their effect counts at once. For proposals and commits only their restrictions do:
 * who is about to be removed, banned or stripped of a capability can no longer use it.
 *
 * Lay them over the state of the epoch afresh whenever one is accepted or dropped: an epoch that ends takes its
 * pending proposals with it.
 *
 * @param state the room as the epoch began
 * @param changes all accepted proposals, as `factsOfProposals` gives them, in the order of acceptance
 * @throws {RoomError} `invalid-update` for proposals that `authorizeProposal` would have denied
 */
export function withPending(state: RoomState, changes: readonly Change[]): RoomState {
  const { pending: _, ...epoch } = state;
  if (changes.length === 0) return epoch;
  return { ...epoch, pending: { changes, after: stateAfter(epoch, changes) } };
}

/** The room once these changes are committed. */
function stateAfter(state: RoomState, changes: readonly Change[]): RoomState {
  const entries = changes.map((change) => ({ ...change, fresh: false, settled: true }));
  try {
    const plan = planChanges({ state, clients: { byUser: new Map(), total: 0 } }, entries);
    return roomState(partsAfter(state, plan));
  } catch (error) {
    if (!(error instanceof Denied)) throw error;
    const { message, section } = error.denial;
    throw new RoomError("invalid-update", message, section, { cause: error });
  }
}

function partsAfter(state: RoomState, plan: Plan): RoomParts {
  const next = <T>(componentId: number, before: T | undefined): T | undefined => {
    if (plan.removedComponents.has(componentId)) return undefined;
    const last = plan.replacements.findLast(({ entry }) => entry.componentId === componentId);
    return last === undefined ? before : (last.value as T);
  };
  const linksRemoved = plan.removedComponents.has(MimiComponentId.joinLinks);
  return {
    participants: applyListOperations(state.participants, plan.operations),
    roles: next<RoleData>(MimiComponentId.rolesList, {
      roles: [...state.roles.values()].map(({ role }) => role),
    }) ?? { roles: [] },
    basePolicy: next<BaseRoomPolicy>(MimiComponentId.baseRoomPolicy, state.basePolicy),
    metadata: next<RoomMetaData>(MimiComponentId.roomMetadata, state.metadata),
    preauthorized: next<PreAuthData>(MimiComponentId.preauthList, {
      preauthorizedEntries: [...state.preauthorized],
    }),
    operational: next<OperationalParameters>(MimiComponentId.operationalPolicy, state.operational),
    joinLinks: linksRemoved ? [] : linksAfter(state, plan),
    joinLinkPolicy: next<JoinLinkPolicy>(MimiComponentId.joinLinkPolicy, state.joinLinkPolicy),
    statusNotifications: next<StatusNotificationPolicy>(
      MimiComponentId.statusNotificationPolicy,
      state.statusNotifications,
    ),
    linkPreviews: next<LinkPreviewPolicy>(MimiComponentId.linkPreviewPolicy, state.linkPreviews),
    assets: next<AssetPolicy>(MimiComponentId.assetPolicy, state.assets),
    logging: next<LoggingPolicy>(MimiComponentId.loggingPolicy, state.logging),
    expiration: next<MessageExpiration>(MimiComponentId.messageExpirationPolicy, state.expiration),
    history: next<HistoryPolicy>(MimiComponentId.chatHistoryPolicy, state.history),
    bots: next<BotPolicy>(MimiComponentId.botPolicy, state.bots),
    frankingAgent: next<FrankingAgentData>(MimiComponentId.frankingAgent, state.frankingAgent),
  };
}

/**
 * The pending proposals that a commit leaves out, though it has to take them all (protocol §3.5, §7.3). An external
 * commit can refer to nothing but SelfRemoves (extensions §6.3, reading R-202), so it is asked for those only.
 *
 * @param pending the accepted proposals of the epoch, in their order
 * @param included the references in the commit
 * @returns the missing ones, for the answer `invalidProposal` (reading R-059)
 */
export function missingProposals<
  P extends { readonly reference: Uint8Array; readonly proposal: { readonly proposalType: string } },
>(pending: readonly P[], included: Iterable<Uint8Array>, externalCommit: boolean): P[] {
  const key = (reference: Uint8Array) => reference.join(",");
  const there = new Set([...included].map(key));
  return pending.filter(
    ({ reference, proposal }) =>
      !there.has(key(reference)) && (!externalCommit || proposal.proposalType === "selfRemove"),
  );
}
