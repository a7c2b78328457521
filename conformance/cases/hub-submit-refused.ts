/**
 * Application messages that a hub has to refuse. Protocol §5.3, §5.4; policy §8.3; readings.
 * @module
 */

import { MLSMessage } from "@openmimi/mls";
import {
  MimiComponentId,
  roomUri as makeRoomUri,
  OperationalParameters,
  type SubmitMessageRequest,
  SubmitMessageResponse,
} from "@openmimi/protocol";
import { authorizeMessage, roomStateOf } from "@openmimi/room";
import { decode, encode } from "@openmimi/tls";
import type { AdapterOperation, ConformanceCase } from "../src/case.ts";
import type { Check, Checks, ExpectedAnswer } from "../src/checks.ts";
import type { CaseContext, Peer, PeerRequest } from "../src/context.ts";
import { PEER_DOMAINS } from "../src/pki.ts";
import { contentTypeOf } from "../src/play/followed-room.ts";
import { leaveRequest } from "../src/play/handshake.ts";
import { joined, truncated, withOctet, withTrailingOctet } from "../src/play/malformed.ts";
import { submission, textMessage } from "../src/play/message.ts";
import type { SuiteClient } from "../src/play/suite-client.ts";
import { type TargetRoom, type TargetRoomOptions, targetRoom } from "../src/play/target-room.ts";
import type { CaseTranscript } from "../src/transcript.ts";
import {
  fannedTo,
  lastObservation,
  MALFORMED,
  NOT_ALLOWED,
  needsRoom,
  REFUSED,
  VALID,
} from "./hub-builders.ts";

const level = "MUST";
const FANNED = "a valid message at the other follower";

interface RefusedMessage extends Pick<ConformanceCase, "id" | "title" | "requirements" | "readings"> {
  readonly room?: TargetRoomOptions;
  readonly operations?: readonly AdapterOperation[];
  readonly prepare?: (here: TargetRoom, context: CaseContext) => Promise<unknown>;
  readonly request: (
    here: TargetRoom,
    context: CaseContext,
  ) =>
    | { readonly body: Uint8Array; readonly change?: Partial<PeerRequest>; readonly peer?: Peer }
    | Promise<{ readonly body: Uint8Array; readonly change?: Partial<PeerRequest>; readonly peer?: Peer }>;
  readonly expected: ExpectedAnswer;
  readonly judge?: (check: Checks, transcript: CaseTranscript) => readonly Check[];
  /** Whose message has to be accepted afterwards. Default: bob's. */
  readonly speaker?: (here: TargetRoom) => SuiteClient;
}

/** A message is refused; one that is right is then accepted, and the other follower gets the one and not the other. */
function refusedMessage(one: RefusedMessage): ConformanceCase {
  const { id, title, requirements, readings, operations = [], expected } = one;
  const speaker = one.speaker ?? (({ bob }: TargetRoom) => bob);
  return {
    ...{ id, title, requirements, level, role: "hub", twin: "hub/submit/accepted" },
    ...(readings === undefined ? {} : { readings }),
    needs: needsRoom(...operations),
    async run(context) {
      const here = await targetRoom(context, one.room);
      const carls = await here.bring();
      await one.prepare?.(here, context);
      const { body, change, peer } = await one.request(here, context);
      await here.submit(REFUSED, body, change, peer);
      await here.say(VALID, "this one is right", speaker(here));
      await carls.message(FANNED);
    },
    judge(transcript, check) {
      const messages = fannedTo(transcript, PEER_DOMAINS.follower2).filter(
        ({ fanout }) => contentTypeOf(fanout.message) === "application",
      );
      return [
        check.refused(REFUSED, expected),
        ...(one.judge?.(check, transcript) ?? []),
        check.answered(VALID, { code: ["accepted"] }),
        check.arrived(FANNED),
        check.that(
          messages.length === 1,
          "only the valid message is fanned out",
          `${messages.length}`,
          messages[0]?.n,
        ),
      ];
    },
  };
}

/** bob's message, as it is or with something changed about the submission. */
const said = ({ bob, roomUri }: TargetRoom, change: Partial<SubmitMessageRequest> = {}) => ({
  body: submission(bob, textMessage(bob, roomUri, "never to be seen"), change),
});
const carlOf = (here: TargetRoom): SuiteClient => here.everybody[1] as SuiteClient;

/** A message of the epoch before is only judged where the room tolerates none (reading R-071). */
function demandNoTolerance(context: CaseContext, { bob }: TargetRoom): void {
  const data = bob.group.public.component(MimiComponentId.operationalPolicy);
  const tolerance =
    data === undefined ? 0 : decode(OperationalParameters, data).appMessagePolicy.epochTolerance;
  if (tolerance > 0) context.stop("fixture", `the room tolerates messages of ${tolerance} epochs before`);
}

export const hubSubmitRefused: readonly ConformanceCase[] = [
  refusedMessage({
    id: "hub/submit/epoch-passed",
    title: "A message of the epoch before is answered epochTooOld with the current epoch",
    requirements: ["PROTO-SUB-07"],
    readings: ["R-071"],
    async request(here, context) {
      demandNoTolerance(context, here);
      const late = said(here);
      await here.commit("the commit in between");
      context.observe("the hub's epoch", here.bob.group.epoch.toString());
      return late;
    },
    expected: { code: ["epochTooOld"] },
    judge(check, transcript) {
      const response = check.decoded(REFUSED, SubmitMessageResponse);
      const epoch = response?.statusCode === "epochTooOld" ? `${response.currentEpoch}` : "none";
      const expected = `${lastObservation(transcript, "the hub's epoch")}`;
      return [check.that(epoch === expected, `current epoch ${expected}`, epoch, check.exchange(REFUSED)?.n)];
    },
  }),
  refusedMessage({
    id: "hub/submit/epoch-ahead",
    title: "A message of an epoch that has not begun is not allowed",
    requirements: ["PROTO-SUB-06", "POLICY-OP-01"],
    readings: ["R-060"],
    request({ bob, roomUri }) {
      const ahead = bob.copy();
      ahead.commit({ path: true });
      ahead.mergePendingCommit();
      const { userUri } = bob;
      const message = textMessage({ group: ahead, userUri }, roomUri, "never to be seen");
      return { body: submission(bob, message) };
    },
    expected: NOT_ALLOWED,
  }),
  refusedMessage({
    id: "hub/submit/sender-not-listed",
    title: "A message in the name of a user who is no participant is not allowed",
    requirements: ["PROTO-SUB-03"],
    readings: ["R-072"],
    request: (here) => said(here, { sendingUri: `${here.bob.userUri}-2` }),
    expected: NOT_ALLOWED,
  }),
  refusedMessage({
    id: "hub/submit/sender-of-another-provider",
    title: "A message in the name of another provider's participant is not allowed",
    requirements: ["PROTO-SUB-03", "PROTO-TR-06"],
    readings: ["R-072"],
    request: (here) => said(here, { sendingUri: carlOf(here).userUri }),
    expected: NOT_ALLOWED,
  }),
  refusedMessage({
    id: "hub/submit/relayed-by-another-provider",
    title: "A message is not allowed when another provider than its sender's brings it",
    requirements: ["PROTO-SUB-03", "PROTO-TR-06"],
    readings: ["R-072"],
    request: (here) => ({ ...said(here), peer: carlOf(here).peer }),
    expected: { ...NOT_ALLOWED, status: ["4xx"] },
  }),
  refusedMessage({
    id: "hub/submit/client-as-sender",
    title: "The sender of a message is a user of the participant list, not a client",
    requirements: ["PROTO-SUB-03"],
    readings: ["R-072"],
    request: (here) => said(here, { sendingUri: here.bob.clientUri }),
    expected: { ...NOT_ALLOWED, status: ["4xx"] },
  }),
  refusedMessage({
    id: "hub/submit/sender-without-clients",
    title: "A message in the name of a participant who has no client in the group is not allowed",
    requirements: ["PROTO-SUB-03"],
    readings: ["R-072"],
    async request(here) {
      const sendingUri = `${here.bob.userUri}-2`;
      await here.commit("a participant without clients", {
        proposals: here.addition(sendingUri, []),
        path: true,
      });
      return said(here, { sendingUri });
    },
    expected: NOT_ALLOWED,
  }),
  refusedMessage({
    id: "hub/submit/leave-pending",
    title: "A message of somebody whose leave is pending is not allowed",
    requirements: ["PROTO-UPD-04", "PROTO-STATE-02", "PROTO-SUB-03"],
    readings: ["R-061"],
    prepare: (here) => here.accepted("the proposals", leaveRequest(here.bob)),
    request: (here) => said(here),
    expected: NOT_ALLOWED,
    speaker: carlOf,
  }),
  {
    id: "hub/submit/role-without-voice",
    title: "A message of a participant whose role cannot send messages is not allowed",
    requirements: ["PROTO-SUB-05", "POLICY-CAP-33"],
    ...{ level, role: "hub", needs: needsRoom(), twin: "hub/submit/accepted" },
    async run(context) {
      const here = await targetRoom(context, { preset: "moderated" });
      const { group, userUri } = here.bob;
      const state = roomStateOf((id) => group.public.component(id));
      if (authorizeMessage(state, userUri).allowed)
        context.stop("fixture", "the role lets bob send messages");
      await here.say(REFUSED, "may I?");
    },
    judge: (_, check) => [check.refused(REFUSED, NOT_ALLOWED)],
  },
  refusedMessage({
    id: "hub/submit/group-of-another-room",
    title: "A message of one room's group is refused in the path of another",
    requirements: ["PROTO-SUB-09"],
    readings: ["R-029"],
    async request(here, context) {
      const other = await targetRoom(context);
      // Both groups are in the same epoch: here carl was added meanwhile.
      await other.commit("a commit in the other room");
      const body = submission(other.bob, textMessage(other.bob, here.roomUri, "elsewhere"), {
        sendingUri: here.bob.userUri,
      });
      return { body };
    },
    expected: { ...NOT_ALLOWED, status: ["4xx"] },
  }),
  refusedMessage({
    id: "hub/submit/unknown-room",
    title: "A message for a room that does not exist is refused",
    requirements: ["PROTO-SUB-09"],
    readings: ["R-060"],
    request: (here, context) => ({
      ...said(here),
      change: { about: makeRoomUri(context.target.domain, context.name("nowhere")) },
    }),
    expected: { ...NOT_ALLOWED, status: ["4xx"] },
    judge: (check) => [check.should(check.answered(REFUSED, { status: [404] }))],
  }),
  refusedMessage({
    id: "hub/submit/handshake",
    title: "A commit is refused as a message",
    requirements: ["PROTO-SUB-02"],
    request: ({ bob }) => ({
      body: rawSubmission(bob, bob.copy().commit({ path: true, wireFormat: "privateMessage" }).commit),
    }),
    expected: { ...NOT_ALLOWED, status: ["4xx"] },
  }),
  refusedMessage({
    id: "hub/submit/public-message",
    title: "A PublicMessage is refused as a message",
    requirements: ["PROTO-SUB-02"],
    request: ({ bob }) => ({ body: rawSubmission(bob, bob.copy().proposeUpdate().message) }),
    expected: { ...NOT_ALLOWED, status: ["4xx"] },
  }),
  refusedMessage({
    id: "hub/submit/truncated",
    title: "A submission without its last octet is refused",
    requirements: ["PROTO-TR-08"],
    readings: ["R-010"],
    request: (here) => ({ body: truncated(said(here).body) }),
    expected: MALFORMED,
  }),
  refusedMessage({
    id: "hub/submit/trailing-octet",
    title: "A submission with an octet behind it is refused",
    requirements: ["PROTO-TR-08"],
    readings: ["R-010"],
    request: (here) => ({ body: withTrailingOctet(said(here).body) }),
    expected: MALFORMED,
  }),
  refusedMessage({
    id: "hub/submit/unknown-protocol",
    title: "A submission of a protocol that is not defined is refused",
    requirements: ["PROTO-FRM-01", "PROTO-TR-08"],
    readings: ["R-026"],
    request: (here) => ({ body: withOctet(said(here).body, 0, 2) }),
    expected: { ...NOT_ALLOWED, ...MALFORMED },
    judge: (check) => [
      check.exchange(REFUSED)?.outcome.kind === "answer" && check.answered(REFUSED, MALFORMED).holds === "yes"
        ? check.reading("R-026", "a", check.answered(REFUSED, MALFORMED))
        : check.reading("R-026", "b", check.answered(REFUSED, NOT_ALLOWED)),
    ],
  }),
];

/** A submission of something that is no application message, which the schema does not write. */
function rawSubmission({ userUri }: SuiteClient, message: MLSMessage): Uint8Array {
  const uri = new TextEncoder().encode(userUri);
  // IdentifierUri is opaque<V>; the length of a URI of 64 octets and more has two octets (RFC 9420 §2.1.2).
  const length = uri.length < 64 ? [uri.length] : [0x40 | (uri.length >> 8), uri.length & 0xff];
  return joined(Uint8Array.of(1), encode(MLSMessage, message), Uint8Array.from(length), uri);
}
