/**
 * Commits of the target's users, as both MLS engines see what comes with them. Protocol §5.3; tree options §4.
 * @module
 */

import { MlsError, type OwnKeyPackage } from "@openmimi/mls";
import type { CaseContext } from "../context.ts";
import { groupInfoOpinions, opinionsToJson, welcomeOpinions } from "../second-opinion/index.ts";
import { GROUP_OPTIONS } from "./suite-client.ts";
import type { AcceptedCommit } from "./suite-hub.ts";
import type { SuiteRoom } from "./suite-room.ts";

/** Labels of observations; the judge uses `agreed`. */
export const GROUP_INFO = "the GroupInfo";
export const WELCOME = "the Welcome";

/** Observes what both engines think of the GroupInfo that came with the last accepted commit. */
export async function observeGroupInfo(context: CaseContext, room: SuiteRoom): Promise<void> {
  const last = lastCommit(context, room);
  const groupInfo = groupInfoOf(room, last);
  if (typeof groupInfo === "string") {
    const ours = { answer: "invalid", detail: groupInfo } as const;
    const tsMls = { answer: "abstains", detail: "there is none to look at" } as const;
    context.observe(GROUP_INFO, opinionsToJson({ subject: GROUP_INFO, ours, tsMls }));
    return;
  }
  context.observe(GROUP_INFO, opinionsToJson(await groupInfoOpinions(groupInfo, last.staged.tree.toNodes())));
}

/** The GroupInfo, whole, or why there is none. */
function groupInfoOf(room: SuiteRoom, { request, staged }: AcceptedCommit) {
  const option = request.groupInfoOption;
  if (option === undefined) return "no GroupInfo came with the commit";
  const group = room.alice.group.public;
  try {
    if (option.representation === "partial") return group.rebuildGroupInfo(staged, option.partialGroupInfo);
    group.verifyGroupInfo(staged, option.groupInfo);
    return option.groupInfo;
  } catch (error) {
    if (error instanceof MlsError) return error.message;
    throw error;
  }
}

/** Observes what both engines think of the Welcome that came with the last accepted commit, for one who was added. */
export async function observeWelcome(
  context: CaseContext,
  room: SuiteRoom,
  own: OwnKeyPackage,
): Promise<void> {
  const { request, staged } = lastCommit(context, room);
  const { welcome } = request;
  if (welcome === undefined) return context.stop("answer", "no Welcome came with the commit");
  const ratchetTree = staged.tree.toNodes();
  const { opinions } = await welcomeOpinions({ welcome, own, ratchetTree }, GROUP_OPTIONS);
  context.observe(WELCOME, opinionsToJson(opinions));
}

function lastCommit(context: CaseContext, room: SuiteRoom): AcceptedCommit {
  return room.hub.commits.at(-1) ?? context.stop("answer", "the hub accepted no commit");
}
