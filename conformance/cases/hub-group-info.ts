/**
 * Group information for those who join on their own. Protocol §5.6; readings.
 * @module
 */

import { ExtensionType, type GroupInfo, MLSMessage } from "@openmimi/mls";
import { encode } from "@openmimi/tls";
import type { ConformanceCase } from "../src/case.ts";
import type { CaseContext } from "../src/context.ts";
import { externalJoin, fetchGroupInfo, opens } from "../src/play/group-info.ts";
import { leaveRequest } from "../src/play/handshake.ts";
import type { SuiteClient } from "../src/play/suite-client.ts";
import { type TargetRoom, targetRoom } from "../src/play/target-room.ts";
import { groupInfoOpinions, opinionsToJson } from "../src/second-opinion/index.ts";
import { needsRoom } from "./hub-builders.ts";

const level = "MUST";
const ASKED = "the request";
const OPENS = opens(ASKED);

/** What a joiner reads out of the GroupInfo, for comparison with what the members know. */
function summary({ groupContext, extensions }: Pick<GroupInfo, "groupContext" | "extensions">) {
  const types = extensions.map(({ extensionType }) => extensionType);
  return {
    epoch: groupContext.epoch.toString(),
    treeHash: Buffer.from(groupContext.treeHash).toString("hex"),
    hasExternalPub: types.includes(ExtensionType.externalPub),
    embedsTree: types.includes(ExtensionType.ratchetTree),
  };
}

/** A pending proposal, as octets and time. */
function told(proposal: MLSMessage, acceptedTime: bigint) {
  const octets = Buffer.from(encode(MLSMessage, proposal)).toString("base64");
  return { proposal: octets, acceptedTime: acceptedTime.toString() };
}

async function ask(context: CaseContext, here: TargetRoom) {
  const tablet = here.bob.sibling("tablet");
  return { tablet, given: await fetchGroupInfo(context, here, ASKED, tablet) };
}

export const hubGroupInfo: readonly ConformanceCase[] = [
  {
    id: "hub/group-info/success",
    title:
      "A participant's new client gets GroupInfo and tree of the present epoch, sealed and signed by the hub",
    requirements: [
      "PROTO-GI-01",
      "PROTO-GI-04",
      "PROTO-GI-06",
      "PROTO-GI-07",
      "PROTO-UPD-12",
      "PROTO-EXTS-02",
    ],
    readings: ["R-056", "R-097", "R-101", "R-102", "R-103"],
    ...{ level, role: "hub", needs: needsRoom() },
    async run(context) {
      const here = await targetRoom(context);
      // A partial GroupInfo comes with this commit, so that what is handed out was put together by the hub.
      await here.commit("a commit with a partial GroupInfo");
      const { given } = await ask(context, here);
      const { groupInfo } = given.contents;
      context.observe("GroupInfo", summary(here.bob.group.groupInfo()));
      context.observe("GroupInfo", summary(groupInfo));
      const { length } = given.contents.pendingProposals;
      context.observe("number of pending proposals", length);
      const opinions = await groupInfoOpinions(groupInfo, given.tree);
      context.observe("both engines", opinionsToJson(opinions));
    },
    judge: (_, check) => [
      check.answered(ASKED, { code: ["success"] }),
      check.observed(OPENS, true),
      check.unchanged("GroupInfo"),
      check.observed("number of pending proposals", 0),
      check.agreed("both engines"),
    ],
  },
  {
    id: "hub/group-info/joinable",
    title: "With what the hub gives, a new client can make an external commit",
    requirements: ["PROTO-GI-04", "PROTO-GI-07"],
    readings: ["R-056"],
    ...{ level, role: "hub", needs: needsRoom() },
    async run(context) {
      const here = await targetRoom(context);
      const { tablet, given } = await ask(context, here);
      const { group } = externalJoin(context, tablet, given);
      context.observe("the joiner's epoch", (group.epoch - 1n).toString());
      context.observe("the joiner's epoch", here.bob.group.epoch.toString());
    },
    judge: (_, check) => [
      check.answered(ASKED, { code: ["success"] }),
      check.observed(OPENS, true),
      check.unchanged("the joiner's epoch"),
    ],
  },
  {
    id: "hub/group-info/pending-proposals",
    title: "The pending proposals are given with it, in the order and with the times of their acceptance",
    requirements: ["PROTO-GI-04", "PROTO-GI-08", "EXT-SR-09"],
    readings: ["R-081", "R-104"],
    ...{ level, role: "hub", needs: needsRoom() },
    async run(context) {
      const here = await targetRoom(context);
      const { clients } = await here.bring();
      const [carl] = clients as [SuiteClient];
      const leave = leaveRequest(carl);
      const accepted = await here.accepted("carl's leave", leave, carl.peer);
      const sent = [leave.proposalOrCommit, ...(leave.moreProposals ?? [])];
      context.observe(
        "pending proposals",
        sent.map((message) => told(message, accepted)),
      );
      const { given } = await ask(context, here);
      const { pendingProposals } = given.contents;
      context.observe(
        "pending proposals",
        pendingProposals.map(({ proposal, hubAcceptedTime }) => told(proposal, hubAcceptedTime)),
      );
    },
    judge: (_, check) => [
      check.answered(ASKED, { code: ["success"] }),
      check.observed(OPENS, true),
      check.unchanged("pending proposals"),
    ],
  },
];
