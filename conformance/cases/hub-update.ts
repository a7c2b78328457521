/**
 * Handshakes that a hub has to accept. Protocol §5.3, §7.5, §7.6.
 * @module
 */

import type { MadeGroupCommit } from "@openmimi/mls";
import { UpdateRoomResponse } from "@openmimi/protocol";
import type { ConformanceCase, Script } from "../src/case.ts";
import type { CaseContext } from "../src/context.ts";
import { commitRequest, metadataUpdate, removalOf } from "../src/play/handshake.ts";
import { SuiteClient } from "../src/play/suite-client.ts";
import { type TargetRoom, targetRoom } from "../src/play/target-room.ts";
import { needsRoom, ROOM, sameRoom } from "./hub-builders.ts";

/** How far the target's clock may be from the suite's. */
const CLOCK_TOLERANCE_MS = 300_000;
const UPDATE = "the commit";

/** Sends a commit of bob, and looks whether the target's own client comes to the same epoch. */
function accepts(
  make: (here: TargetRoom, context: CaseContext) => Promise<MadeGroupCommit> | MadeGroupCommit,
  request: (made: MadeGroupCommit) => ReturnType<typeof commitRequest> = commitRequest,
): Script {
  return {
    async run(context) {
      const here = await targetRoom(context);
      const made = await make(here, context);
      here.demand(UPDATE, made, true);
      (await here.update(UPDATE, request(made))).expect(200);
      here.enter(made.commit, here.bob);
      await here.compare(ROOM);
    },
    judge: (transcript, check) => [
      check.answered(UPDATE, { code: ["success"] }),
      sameRoom(transcript, check),
    ],
  };
}

const valid = { level: "MUST", role: "hub", needs: needsRoom() } as const;

export const hubUpdate: readonly ConformanceCase[] = [
  {
    ...valid,
    id: "hub/update/path-only",
    title: "A commit that only renews its sender's keys is accepted, with the time of acceptance",
    requirements: ["PROTO-UPD-01", "PROTO-UPD-12", "PROTO-UPD-13"],
    readings: ["R-048", "R-049", "R-051", "R-053"],
    ...accepts((here) => here.bob.group.commit({ path: true })),
    judge: (transcript, check) => {
      const response = check.decoded(UPDATE, UpdateRoomResponse);
      const time = response?.responseCode === "success" ? Number(response.acceptedTimestamp) : undefined;
      const apart = time === undefined ? Number.NaN : Math.abs(time - Date.parse(transcript.startedAt));
      const at = check.exchange(UPDATE)?.n;
      return [
        check.answered(UPDATE, { code: ["success"] }),
        check.that(
          apart <= CLOCK_TOLERANCE_MS,
          "the accepted timestamp is the present in UNIX milliseconds",
          time === undefined ? "no timestamp" : `${time}, ${apart} ms from the suite's clock`,
          at,
        ),
        sameRoom(transcript, check),
      ];
    },
  },
  {
    ...valid,
    id: "hub/update/full-group-info",
    title: "A commit with its whole GroupInfo and its whole ratchet tree is accepted",
    requirements: ["PROTO-UPD-01", "RTO-02"],
    readings: ["R-051", "R-054", "R-056"],
    ...accepts(
      (here) => here.bob.group.commit({ path: true }),
      (made) =>
        commitRequest(made, {
          groupInfoOption: { representation: "full", groupInfo: made.groupInfo },
          ratchetTreeOption: { representation: "full", ratchetTree: made.staged.tree.toNodes() },
        }),
    ),
  },
  {
    ...valid,
    id: "hub/update/add-user-without-clients",
    title: "A user can be a participant without having a client in the group",
    requirements: ["PROTO-PL-08", "PROTO-PL-04"],
    readings: ["R-134"],
    ...accepts((here, context) => {
      const { userUri } = SuiteClient.of(context, "follower2", "carl");
      return here.bob.group.commit({ proposals: here.addition(userUri, []) });
    }),
  },
  {
    ...valid,
    id: "hub/update/remove-user",
    title: "A participant removes another one: list entry and clients in one commit",
    requirements: ["PROTO-UPD-03", "PROTO-STATE-01", "POLICY-CAP-13"],
    readings: ["R-132", "R-134"],
    async run(context) {
      const here = await targetRoom(context);
      const { clients } = await here.bring();
      const [carl] = clients as [SuiteClient];
      const { group } = here.bob;
      const made = group.commit({
        proposals: removalOf(group.public, carl.userUri, [carl.group.ownLeafIndex]),
      });
      (await here.update(UPDATE, commitRequest(made))).expect(200);
      group.mergePendingCommit();
      await here.compare(ROOM);
    },
    judge: (transcript, check) => [
      check.answered(UPDATE, { code: ["success"] }),
      sameRoom(transcript, check),
    ],
  },
  {
    ...valid,
    id: "hub/update/room-name",
    title: "A participant with the capability changes the room's name",
    requirements: ["PROTO-META-02", "POLICY-CAP-28"],
    readings: ["R-135"],
    ...accepts((here) => {
      const { group } = here.bob;
      return group.commit({ proposals: [metadataUpdate(group.public, { roomName: "Another name" })] });
    }),
  },
];
