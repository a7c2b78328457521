/**
 * Proposals on their own: accepted, kept, fanned out, and part of the next commit. Protocol §3.5, §5.3, §7.1, §7.3.
 * @module
 */

import { UpdateRoomResponse } from "@openmimi/protocol";
import type { ConformanceCase } from "../src/case.ts";
import type { Check, Checks } from "../src/checks.ts";
import { PEER_DOMAINS } from "../src/pki.ts";
import { contentTypeOf } from "../src/play/followed-room.ts";
import {
  commitRequest,
  indexOf,
  leaveRequest,
  listUpdate,
  participantsOf,
  proposalRequest,
} from "../src/play/handshake.ts";
import type { SuiteClient } from "../src/play/suite-client.ts";
import { targetRoom } from "../src/play/target-room.ts";
import type { CaseTranscript } from "../src/transcript.ts";
import {
  fannedTo,
  lastObservation,
  NOT_ALLOWED,
  needsRoom,
  REFUSED,
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

export const hubProposals: readonly ConformanceCase[] = [
  {
    id: "hub/proposals/update",
    title: "An Update proposal is accepted and reaches the other followers",
    requirements: ["PROTO-UPD-01", "PROTO-UPD-18", "PROTO-FAN-01"],
    readings: ["R-050"],
    ...{ level, role: "hub", needs: needsRoom() },
    async run(context) {
      const here = await targetRoom(context);
      const carls = await here.bring();
      const { message } = here.bob.group.proposeUpdate();
      await here.accepted("the proposal", proposalRequest([message]));
      await carls.bringing("the proposal at the other follower", message);
    },
    judge: (_, check) => [
      check.answered("the proposal", { code: ["success"] }),
      check.arrived("the proposal at the other follower"),
    ],
  },
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
  refusedHandshake({
    id: "hub/proposals/unauthorized",
    title: "A proposal that its sender may not make is neither kept nor fanned out",
    requirements: ["PROTO-UPD-19", "PROTO-STATE-05", "PROTO-UPD-15"],
    readings: ["R-195"],
    ...{ level, twin: "hub/leave/proposed" },
    prepare: (here) => here.bring(),
    request({ bob, creator }) {
      const group = bob.group.public;
      const userIndex = indexOf(group, creator.userUri);
      const roleIndex = participantsOf(group)[indexOf(group, bob.userUri)]?.roleIndex ?? 0;
      const { message } = bob
        .copy()
        .propose(listUpdate({ changedRoleParticipants: [{ userIndex, roleIndex }] }));
      return { body: proposalRequest([message]) };
    },
    expected: NOT_ALLOWED,
    judge(check, transcript) {
      const proposals = fannedTo(transcript, PEER_DOMAINS.follower2).filter(
        ({ fanout }) => contentTypeOf(fanout.message) === "proposal",
      );
      return [
        check.that(
          proposals.length === 0,
          "no proposal is fanned out",
          `${proposals.length}`,
          proposals[0]?.n,
        ),
      ];
    },
  }),
  refusedHandshake({
    id: "hub/update/unknown-reference",
    title:
      "A commit that refers to a proposal which the hub never accepted is refused, and the reference named",
    requirements: ["PROTO-UPD-16", "POLICY-OP-01"],
    readings: ["R-058"],
    ...{ level, twin: "hub/update/path-only" },
    request({ bob }, context) {
      const copy = bob.copy();
      const { reference } = copy.propose(listUpdate({}));
      context.observe(MISSING, [hex(reference)]);
      return { body: commitRequest(copy.commit({ references: [reference], path: true })) };
    },
    expected: UNACCEPTABLE,
    judge(check, transcript) {
      const response = check.decoded(REFUSED, UpdateRoomResponse);
      if (response?.responseCode !== "invalidProposal") return [];
      const named = response.invalidProposals.map(hex);
      const same = JSON.stringify(named) === JSON.stringify(lastObservation(transcript, MISSING));
      return [
        check.that(
          same,
          "invalidProposal names the reference",
          named.join(", ") || "none",
          check.exchange(REFUSED)?.n,
        ),
      ];
    },
  }),
];
