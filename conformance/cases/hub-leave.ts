/**
 * Leaving: proposals that the next commit has to hold, and that take hold at once. Protocol §3.5, §5.3, §7.1; readings.
 * @module
 */

import { UpdateRoomResponse } from "@openmimi/protocol";
import type { ConformanceCase } from "../src/case.ts";
import type { Check, Checks } from "../src/checks.ts";
import { PEER_DOMAINS } from "../src/pki.ts";
import { contentTypeOf } from "../src/play/followed-room.ts";
import {
  commitRequest,
  leaveRequest,
  listUpdate,
  participantsOf,
  proposalRequest,
} from "../src/play/handshake.ts";
import { submission, textMessage } from "../src/play/message.ts";
import type { SuiteClient } from "../src/play/suite-client.ts";
import { targetRoom } from "../src/play/target-room.ts";
import type { CaseTranscript } from "../src/transcript.ts";
import {
  fannedTo,
  lastObservation,
  NOT_ALLOWED,
  needsRoom,
  ROOM,
  refusedHandshake,
  sameRoom,
  UNACCEPTABLE,
} from "./hub-builders.ts";

const level = "MUST";
const MISSING = "references of the pending proposals";
const hex = (octets: Uint8Array): string => Buffer.from(octets).toString("hex");

/** Reading R-059: one of three ways to refuse a commit that leaves pending proposals out. */
function leavesOut(check: Checks, transcript: CaseTranscript, label: string): Check {
  const response = check.decoded(label, UpdateRoomResponse);
  const at = check.exchange(label)?.n;
  if (response?.responseCode !== "invalidProposal") {
    const conflict = check.answered(label, { status: [409] });
    return conflict.holds === "yes"
      ? check.reading("R-059", "c", conflict)
      : check.reading("R-059", "a", check.refused(label, { code: ["notAllowed", "invalidProposal"] }));
  }
  const listed = response.invalidProposals.map(hex).toSorted();
  const expected = lastObservation(transcript, MISSING);
  const same = JSON.stringify(listed) === JSON.stringify(expected);
  const saw = listed.length === 0 ? "no references" : listed.join(", ");
  return check.reading(
    "R-059",
    "b",
    check.that(same, `invalidProposal with ${JSON.stringify(expected)}`, saw, at),
  );
}

export const hubLeave: readonly ConformanceCase[] = [
  {
    id: "hub/leave/proposed",
    title:
      "Whoever leaves sends proposals; they are kept and fanned out together, with the time of acceptance",
    requirements: ["PROTO-UPD-18", "PROTO-UPD-24", "PROTO-FAN-01", "PROTO-FAN-13", "PROTO-FAN-21"],
    readings: ["R-062", "R-063", "R-081"],
    ...{ level, role: "hub", needs: needsRoom() },
    async run(context) {
      const here = await targetRoom(context);
      const carls = await here.bring();
      const request = leaveRequest(here.bob);
      const more = (request.moreProposals ?? []).length;
      const accepted = await here.accepted("the proposals", request);
      context.observe("the bundle", { time: accepted.toString(), more });
      const { fanout } = await carls.bringing(
        "the proposals at the other follower",
        request.proposalOrCommit,
      );
      context.observe("the bundle", {
        time: fanout.timestamp.toString(),
        more: (fanout.moreProposals ?? []).length,
      });
    },
    judge: (_, check) => [
      check.answered("the proposals", { code: ["success"] }),
      check.arrived("the proposals at the other follower"),
      check.unchanged("the bundle"),
    ],
  },
  {
    id: "hub/leave/commit-without-proposals",
    title: "The next commit is refused without the pending proposals, and accepted with them",
    requirements: ["PROTO-UPD-16", "PROTO-UPD-18"],
    readings: ["R-059"],
    ...{ level, role: "hub", needs: needsRoom(), twin: "hub/leave/proposed" },
    async run(context) {
      const here = await targetRoom(context);
      const { clients } = await here.bring();
      const [carl] = clients as [SuiteClient];
      const request = leaveRequest(here.bob);
      await here.accepted("the proposals", request);
      here.share(request, here.bob);
      context.observe(
        MISSING,
        here.bob.group.public.pending.map(({ reference }) => hex(reference)).toSorted(),
      );
      const without = carl.copy().commit({ references: [], path: true });
      await here.observe(ROOM);
      await here.update("the commit without them", commitRequest(without), {}, carl.peer);
      await here.observe(ROOM);
      const { commit } = await here.commit("the commit with them", {}, carl);
      await here.compare("the room without bob", carl);
      await here.room.bringing("the commit at the leaver's provider", commit);
    },
    judge: (transcript, check) => [
      leavesOut(check, transcript, "the commit without them"),
      check.unchanged(ROOM),
      check.answered("the commit with them", { code: ["success"] }),
      sameRoom(transcript, check, "the room without bob"),
      check.should(check.arrived("the commit at the leaver's provider")),
    ],
  },
  {
    id: "hub/leave/nothing-meanwhile",
    title: "From the moment that a leave is accepted, the leaver's provider gets no more messages",
    requirements: ["PROTO-UPD-05", "PROTO-STATE-02"],
    readings: ["R-061", "R-095"],
    ...{ level, role: "hub", needs: needsRoom() },
    async run(context) {
      const here = await targetRoom(context);
      const carls = await here.bring();
      const hannas = await here.bring({ peer: "hub", base: "hanna" });
      const leave = leaveRequest(here.bob);
      await here.accepted("the proposals", leave);
      here.share(leave, here.bob);
      const { roomUri } = here;
      const hanna = hannas.clients[0] as SuiteClient;
      const message = textMessage(hanna, roomUri, "not for bob any more");
      await here.submit("a message of hanna", submission(hanna, message), {}, hanna.peer);
      await carls.bringing("the message at another follower", message);
      // The commit that removes bob goes to his provider, too: a message would have to come before it.
      const { commit } = await here.commit("the removal", {}, hanna);
      await here.room.perhaps("the removal at the leaver's provider", commit);
    },
    judge(transcript, check) {
      const got = fannedTo(transcript, PEER_DOMAINS.follower1).filter(
        ({ fanout }) => contentTypeOf(fanout.message) === "application",
      );
      return [
        check.answered("a message of hanna", { code: ["accepted"] }),
        check.arrived("the message at another follower"),
        check.that(got.length === 0, "no message goes to the leaver's provider", `${got.length}`, got[0]?.n),
      ];
    },
  },
  {
    id: "hub/leave/nothing-afterwards",
    title: "Once the leave is committed, the leaver's provider gets no more messages",
    requirements: ["PROTO-UPD-05", "PROTO-FAN-01", "PROTO-UPD-25"],
    readings: ["R-095"],
    ...{ level, role: "hub", needs: needsRoom("commitPending", "sendText") },
    async run(context) {
      const here = await targetRoom(context);
      const carls = await here.bring();
      await here.accepted("the proposals", leaveRequest(here.bob));
      const { clientUri } = here.creator;
      const room = { clientUri, roomUri: here.roomUri };
      await context.adapter.call("sync", { clientUri, waitMs: 2000 });
      await context.adapter.call("commitPending", room, "the creator commits");
      await context.adapter.call("sendText", { ...room, text: "without bob" });
      await carls.message("the message at the other follower");
    },
    judge(transcript, check) {
      const after = fannedTo(transcript, PEER_DOMAINS.follower1).filter(
        ({ fanout }) => contentTypeOf(fanout.message) === "application",
      );
      return [
        check.succeeded("the creator commits"),
        check.arrived("the message at the other follower"),
        check.that(
          after.length === 0,
          "no application message goes to the leaver's provider",
          `${after.length}`,
          after[0]?.n,
        ),
      ];
    },
  },
  refusedHandshake({
    id: "hub/leave/commit-afterwards",
    title: "A commit of somebody whose leave is pending is refused",
    requirements: ["PROTO-UPD-06", "PROTO-STATE-02"],
    readings: ["R-061"],
    ...{ level, twin: "hub/leave/proposed" },
    async prepare(here) {
      await here.bring();
      const request = leaveRequest(here.bob);
      await here.accepted("the proposals", request);
      here.share(request, here.bob);
    },
    request: ({ bob }) => ({ body: commitRequest(bob.copy().commit({ references: [], path: true })) }),
    expected: UNACCEPTABLE,
    valid: (here) => {
      const carl = here.everybody[1] as SuiteClient;
      return { body: commitRequest(carl.copy().commit()), peer: carl.peer };
    },
  }),
  refusedHandshake({
    id: "hub/leave/other-proposal-afterwards",
    title: "Of somebody whose leave is pending no proposal is taken but Remove and SelfRemove",
    requirements: ["PROTO-UPD-07", "PROTO-STATE-02"],
    readings: ["R-061", "R-064"],
    ...{ level, twin: "hub/leave/proposed" },
    async prepare(here) {
      await here.bring();
      const request = leaveRequest(here.bob);
      await here.accepted("the proposals", request);
      here.share(request, here.bob);
    },
    request({ bob, everybody }) {
      const user = `${(everybody[1] as SuiteClient).userUri}-friend`;
      const [listed] = participantsOf(bob.group.public);
      const roleIndex = participantsOf(bob.group.public).at(1)?.roleIndex ?? listed?.roleIndex ?? 0;
      const { message } = bob.copy().propose(listUpdate({ addedParticipants: [{ user, roleIndex }] }));
      return { body: proposalRequest([message]) };
    },
    expected: NOT_ALLOWED,
    valid: (here) => {
      const carl = here.everybody[1] as SuiteClient;
      return { body: commitRequest(carl.copy().commit()), peer: carl.peer };
    },
  }),
  refusedHandshake({
    id: "hub/leave/list-entry-only",
    title: "Leaving the participant list without giving up one's clients is refused",
    requirements: ["POLICY-CAP-18", "PROTO-UPD-03"],
    readings: ["R-062"],
    ...{ level, twin: "hub/leave/proposed" },
    request({ bob }) {
      const index = participantsOf(bob.group.public).findIndex(({ user }) => user === bob.userUri);
      const { message } = bob.copy().propose(listUpdate({ removedIndices: [index] }));
      return { body: proposalRequest([message]) };
    },
    expected: UNACCEPTABLE,
  }),
];
