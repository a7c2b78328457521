/**
 * Handshakes of another epoch, at the same time, and again. Protocol §5.3; readings.
 * @module
 */

import { UpdateRoomResponse } from "@openmimi/protocol";
import type { ConformanceCase } from "../src/case.ts";
import type { Check, Checks } from "../src/checks.ts";
import { bodyCode } from "../src/decode.ts";
import { PEER_DOMAINS } from "../src/pki.ts";
import { contentTypeOf } from "../src/play/followed-room.ts";
import { commitRequest, proposalRequest } from "../src/play/handshake.ts";
import type { SuiteClient } from "../src/play/suite-client.ts";
import { targetRoom } from "../src/play/target-room.ts";
import type { CaseTranscript } from "../src/transcript.ts";
import {
  fannedTo,
  lastObservation,
  needsRoom,
  REFUSED,
  ROOM,
  refusedHandshake,
  sameRoom,
} from "./hub-builders.ts";

const EPOCH = "the hub's epoch";
const RACERS = ["the phone's commit", "the tablet's commit"] as const;
const twin = "hub/update/path-only";

/** The answer is wrongEpoch and names the epoch that the script observed. */
function namesEpoch(check: Checks, transcript: CaseTranscript, label: string): Check {
  const response = check.decoded(label, UpdateRoomResponse);
  const current = response?.responseCode === "wrongEpoch" ? response.currentEpoch.toString() : undefined;
  const expected = lastObservation(transcript, EPOCH);
  return check.that(
    current === expected,
    `wrongEpoch with the current epoch ${expected}`,
    current === undefined
      ? `the code ${response?.responseCode ?? "of no UpdateRoomResponse"}`
      : `epoch ${current}`,
    check.exchange(label)?.n,
  );
}

export const hubUpdateEpoch: readonly ConformanceCase[] = [
  refusedHandshake({
    id: "hub/update/epoch-passed",
    title: "A commit of the epoch before is answered wrongEpoch with the current epoch",
    requirements: ["PROTO-UPD-14"],
    readings: ["R-060"],
    level: "MUST",
    twin,
    async request(here, context) {
      const late = here.bob.copy().commit({ path: true });
      await here.commit("the commit in between");
      context.observe(EPOCH, here.bob.group.epoch.toString());
      await here.compare("the room in between");
      return { body: commitRequest(late) };
    },
    expected: { code: ["wrongEpoch"] },
    judge: (check, transcript) => [namesEpoch(check, transcript, REFUSED)],
  }),
  refusedHandshake({
    id: "hub/update/proposal-of-epoch-passed",
    title: "Proposals of the epoch before are answered wrongEpoch with the current epoch",
    requirements: ["PROTO-UPD-14"],
    readings: ["R-050", "R-060"],
    level: "MUST",
    twin: "hub/proposals/update",
    async request(here, context) {
      const late = here.bob.copy().proposeUpdate();
      await here.commit("the commit in between");
      context.observe(EPOCH, here.bob.group.epoch.toString());
      await here.compare("the room in between");
      return { body: proposalRequest([late.message]) };
    },
    expected: { code: ["wrongEpoch"] },
    judge: (check, transcript) => [namesEpoch(check, transcript, REFUSED)],
  }),
  refusedHandshake({
    id: "hub/update/epoch-ahead",
    title: "A commit of an epoch that has not begun is refused",
    requirements: ["PROTO-UPD-14", "POLICY-OP-01"],
    readings: ["R-060"],
    level: "MUST",
    twin,
    request(here, context) {
      const ahead = here.bob.copy();
      ahead.commit({ path: true });
      ahead.mergePendingCommit();
      context.observe(EPOCH, here.bob.group.epoch.toString());
      return { body: commitRequest(ahead.commit({ path: true })) };
    },
    expected: { code: ["wrongEpoch", "notAllowed"] },
    judge: (check, transcript) => {
      const code = check.decoded(REFUSED, UpdateRoomResponse)?.responseCode;
      if (code === "wrongEpoch") return [check.reading("R-060", "a", namesEpoch(check, transcript, REFUSED))];
      return [check.reading("R-060", "b", check.answered(REFUSED, { code: ["notAllowed"] }))];
    },
  }),
  {
    id: "hub/update/race",
    title: "Of two commits of one epoch that arrive together exactly one is accepted",
    requirements: ["PROTO-UPD-20"],
    level: "MUST",
    role: "hub",
    needs: needsRoom(),
    twin,
    async run(context) {
      const here = await targetRoom(context, { devices: 2 });
      const [phone, tablet] = here.clients as [SuiteClient, SuiteClient];
      const commits = [phone, tablet].map((client) => client.group.commit({ path: true }));
      const requests = commits.map((made, at) => here.update(RACERS[at] ?? "", commitRequest(made)));
      const answers = await Promise.all(requests);
      const won = answers.findIndex(({ body }) => bodyCode("update", body)?.success === true);
      const [winner, commit] = [here.clients[won], commits[won]?.commit];
      if (winner === undefined || commit === undefined) return;
      here.enter(commit, winner);
      await here.compare(ROOM, winner);
    },
    judge: (transcript, check) => {
      const codes = RACERS.map((label) => check.decoded(label, UpdateRoomResponse)?.responseCode);
      const good = codes.toSorted().join() === "success,wrongEpoch";
      const at = check.exchange(RACERS[1])?.n;
      return [
        check.that(good, "one success and one wrongEpoch", codes.join(" and "), at),
        sameRoom(transcript, check),
      ];
    },
  },
  {
    id: "hub/update/repeated",
    title: "A commit that is sent again, as after a lost answer, is not carried out twice",
    requirements: ["PROTO-UPD-17", "PROTO-UPD-20"],
    readings: ["R-067"],
    level: "MUST",
    role: "hub",
    needs: needsRoom(),
    twin,
    async run(context) {
      const here = await targetRoom(context);
      const carls = await here.bring();
      const request = commitRequest(here.bob.group.commit({ path: true }));
      await here.accepted("the commit", request);
      await here.update("the same again", request);
      here.enter(request.proposalOrCommit, here.bob);
      const { commit } = await here.commit("the next commit");
      await carls.bringing("the next commit at the other follower", commit);
      await here.compare(ROOM);
    },
    judge: (transcript, check) => {
      const first = check.octets("the commit") ?? new Uint8Array();
      const again = check.octets("the same again") ?? new Uint8Array();
      const same = Buffer.compare(first, again) === 0;
      const commits = fannedTo(transcript, PEER_DOMAINS.follower2).filter(
        ({ fanout }) => contentTypeOf(fanout.message) === "commit",
      );
      return [
        same
          ? check.reading("R-067", "b", check.answered("the same again", { code: ["success"] }))
          : check.reading("R-067", "a", check.answered("the same again", { code: ["wrongEpoch"] })),
        check.answered("the next commit", { code: ["success"] }),
        check.arrived("the next commit at the other follower"),
        check.that(commits.length <= 2, "two commits are fanned out", `${commits.length}`, commits.at(-1)?.n),
        sameRoom(transcript, check),
      ];
    },
  },
];
