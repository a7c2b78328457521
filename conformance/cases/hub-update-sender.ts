/**
 * Handshakes whose sender, room or signature is not right. Protocol §4.1, §5.3, §7.3; readings.
 * @module
 */

import type { MadeGroupCommit, MLSMessage, Sender } from "@openmimi/mls";
import { roomUri } from "@openmimi/protocol";
import type { ConformanceCase } from "../src/case.ts";
import type { ExpectedAnswer } from "../src/checks.ts";
import { commitRequest, proposalRequest } from "../src/play/handshake.ts";
import { withLastBitFlipped } from "../src/play/malformed.ts";
import { type TargetRoom, targetRoom } from "../src/play/target-room.ts";
import { REFUSED, refusedHandshake, UNACCEPTABLE } from "./hub-builders.ts";

const twin = "hub/update/path-only";
const level = "MUST";
/** Who may not speak, by HTTP or in the body. */
const STRANGER: ExpectedAnswer = { status: ["4xx"], code: ["notAllowed"] };
/** Reading R-060: an unknown room is 404; other refusals are no worse, but are named. */
const NO_ROOM: ExpectedAnswer = { status: ["4xx"], code: ["notAllowed"] };

const pathOnly = (here: TargetRoom): MadeGroupCommit => here.bob.copy().commit({ path: true });

/** The commit with another sender in its header. */
function sentAs({ commit }: MadeGroupCommit, sender: Sender): MLSMessage {
  if (commit.wireFormat !== "publicMessage") throw new Error("not a PublicMessage: a defect of the case");
  const { publicMessage } = commit;
  const isMember = sender.senderType === "member";
  return {
    ...commit,
    publicMessage: {
      ...publicMessage,
      content: { ...publicMessage.content, sender },
      ...(isMember ? {} : { membershipTag: undefined }),
    },
  };
}

export const hubUpdateSender: readonly ConformanceCase[] = [
  refusedHandshake({
    id: "hub/update/relayed-by-another-provider",
    title: "A commit is refused when another provider than its sender's brings it",
    requirements: ["PROTO-TR-06", "PROTO-UPD-26"],
    readings: ["R-068"],
    ...{ level, twin },
    request: (here, context) => ({ body: commitRequest(pathOnly(here)), peer: context.peers.follower2 }),
    expected: STRANGER,
  }),
  refusedHandshake({
    id: "hub/update/from-of-another-provider",
    title: "A commit is refused when From names a provider that the certificate does not",
    requirements: ["PROTO-TR-01", "PROTO-TR-04", "PROTO-TR-06"],
    ...{ level, twin },
    request: (here, context) => ({
      body: commitRequest(pathOnly(here)),
      change: { headers: { From: `mimi@${context.peers.follower2.domain}` } },
    }),
    expected: { status: ["4xx"] },
  }),
  refusedHandshake({
    id: "hub/update/unknown-room",
    title: "A commit for a room that does not exist is refused",
    requirements: ["PROTO-UPD-01"],
    readings: ["R-060"],
    ...{ level, twin },
    request: (here, context) => ({
      body: commitRequest(pathOnly(here)),
      change: { about: roomUri(context.target.domain, context.name("nowhere")) },
    }),
    expected: NO_ROOM,
    judge: (check) => [check.should(check.answered(REFUSED, { status: [404] }))],
  }),
  refusedHandshake({
    id: "hub/update/room-of-another-hub",
    title: "A commit for a room that another provider hosts is refused",
    requirements: ["PROTO-UPD-01"],
    readings: ["R-060"],
    ...{ level, twin },
    request: (here, context) => ({
      body: commitRequest(pathOnly(here)),
      change: { about: roomUri(context.peers.hub.domain, context.name("elsewhere")) },
    }),
    expected: NO_ROOM,
    judge: (check) => [check.should(check.answered(REFUSED, { status: [404] }))],
  }),
  refusedHandshake({
    id: "hub/update/group-of-another-room",
    title: "A commit for the group of one room is refused in the path of another",
    requirements: ["PROTO-UPD-01"],
    readings: ["R-029"],
    ...{ level, twin },
    async request(here, context) {
      const other = await targetRoom(context);
      return { body: commitRequest(pathOnly(other)), change: { about: here.roomUri } };
    },
    expected: UNACCEPTABLE,
  }),
  refusedHandshake({
    id: "hub/update/bad-signature",
    title: "A commit is refused when its signature is not made with the key in its sender's leaf",
    requirements: ["PROTO-UPD-26"],
    readings: ["R-065"],
    ...{ level, twin },
    // The path gives the leaf its own key again: only the signature of the commit is wrong, not the GroupInfo's.
    request: ({ bob }) => ({
      body: commitRequest(bob.forger().commit({ leaf: { signatureKeyPair: bob.signatureKeys } })),
    }),
    expected: UNACCEPTABLE,
  }),
  refusedHandshake({
    id: "hub/update/proposal-with-bad-signature",
    title: "A proposal is refused when its signature does not verify",
    requirements: ["PROTO-UPD-26", "EXT-SR-08"],
    ...{ level, twin: "hub/leave/proposed" },
    request({ bob }) {
      const { message } = bob.copy().propose({ proposalType: "selfRemove" });
      if (message.wireFormat !== "publicMessage") throw new Error("not public: a defect of the case");
      const { publicMessage } = message;
      const auth = { signature: withLastBitFlipped(publicMessage.auth.signature) };
      return { body: proposalRequest([{ ...message, publicMessage: { ...publicMessage, auth } }]) };
    },
    expected: UNACCEPTABLE,
  }),
  refusedHandshake({
    id: "hub/update/sender-without-leaf",
    title: "A commit is refused when its sender's leaf does not exist",
    requirements: ["PROTO-UPD-26"],
    ...{ level, twin },
    request(here) {
      const made = pathOnly(here);
      return {
        body: commitRequest({ ...made, commit: sentAs(made, { senderType: "member", leafIndex: 1000 }) }),
      };
    },
    expected: UNACCEPTABLE,
  }),
  refusedHandshake({
    id: "hub/update/commit-by-external-sender",
    title: "A commit in the name of an external sender is refused: only clients commit",
    requirements: ["PROTO-STATE-03"],
    ...{ level, twin },
    request(here) {
      const made = pathOnly(here);
      return {
        body: commitRequest({ ...made, commit: sentAs(made, { senderType: "external", senderIndex: 0 }) }),
      };
    },
    expected: UNACCEPTABLE,
  }),
];
