/**
 * Proposals on their own: accepted, kept, fanned out, and part of the next commit. Protocol §3.5, §5.3, §7.1, §7.3.
 * @module
 */

import { UpdateRoomResponse } from "@openmimi/protocol";
import type { ConformanceCase } from "../src/case.ts";
import { PEER_DOMAINS } from "../src/pki.ts";
import { contentTypeOf } from "../src/play/followed-room.ts";
import {
  commitRequest,
  indexOf,
  listUpdate,
  participantsOf,
  proposalRequest,
} from "../src/play/handshake.ts";
import { targetRoom } from "../src/play/target-room.ts";
import {
  fannedTo,
  lastObservation,
  NOT_ALLOWED,
  needsRoom,
  REFUSED,
  refusedHandshake,
  UNACCEPTABLE,
} from "./hub-builders.ts";

const level = "MUST";
const MISSING = "references of the pending proposals";
const hex = (octets: Uint8Array): string => Buffer.from(octets).toString("hex");

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
