/**
 * Requests for group information that a hub has to refuse. Protocol §5.6; readings.
 * @module
 */

import { roomUri as makeRoomUri } from "@openmimi/protocol";
import type { ConformanceCase } from "../src/case.ts";
import type { Check, Checks, ExpectedAnswer } from "../src/checks.ts";
import type { CaseContext, Peer, PeerRequest } from "../src/context.ts";
import { askGroupInfo } from "../src/play/group-info.ts";
import { leaveRequest } from "../src/play/handshake.ts";
import { truncated, withLastBitFlipped, withOctet, withTrailingOctet } from "../src/play/malformed.ts";
import { SuiteClient } from "../src/play/suite-client.ts";
import { type TargetRoom, targetRoom } from "../src/play/target-room.ts";
import { MALFORMED, needsRoom, REFUSED, VALID } from "./hub-builders.ts";

interface RefusedRequest extends Pick<ConformanceCase, "id" | "title" | "requirements" | "readings"> {
  readonly prepare?: (here: TargetRoom, context: CaseContext) => Promise<unknown>;
  readonly request: (
    here: TargetRoom,
    context: CaseContext,
  ) => { readonly body: Uint8Array; readonly change?: Partial<PeerRequest>; readonly peer?: Peer };
  readonly expected: ExpectedAnswer;
  readonly judge?: (check: Checks) => readonly Check[];
  /** Whose request has to be answered afterwards. Default: a new client of bob. */
  readonly asker?: (here: TargetRoom) => SuiteClient;
}

/** A request is refused, and one that is right is answered. */
function refusedRequest(one: RefusedRequest): ConformanceCase {
  const { id, title, requirements, readings, expected } = one;
  const asker = one.asker ?? (({ bob }: TargetRoom) => bob.sibling("tablet"));
  return {
    ...{ id, title, requirements, level: "MUST", role: "hub", twin: "hub/group-info/success" },
    ...(readings === undefined ? {} : { readings }),
    needs: needsRoom(),
    async run(context) {
      const here = await targetRoom(context);
      await one.prepare?.(here, context);
      const { body, change, peer } = one.request(here, context);
      await here.groupInfo(REFUSED, body, change, peer);
      const valid = asker(here);
      await here.groupInfo(VALID, askGroupInfo(valid).body, {}, valid.peer);
    },
    judge: (_, check) => [
      check.refused(REFUSED, expected),
      ...(one.judge?.(check) ?? []),
      check.answered(VALID, { code: ["success"] }),
    ],
  };
}

/** In the body, or as an identity that is not accepted. */
const NOT_AUTHORIZED: ExpectedAnswer = { code: ["notAuthorized"], status: [401, 403] };
const asked = ({ bob }: TargetRoom) => askGroupInfo(bob.sibling("tablet")).body;

export const hubGroupInfoRefused: readonly ConformanceCase[] = [
  refusedRequest({
    id: "hub/group-info/stranger",
    title: "Somebody who is no participant is not authorized",
    requirements: ["PROTO-GI-03", "PROTO-GI-09"],
    readings: ["R-106"],
    request(_, context) {
      const mallory = SuiteClient.of(context, "follower2", "mallory");
      return { body: askGroupInfo(mallory).body, peer: mallory.peer };
    },
    expected: NOT_AUTHORIZED,
  }),
  refusedRequest({
    id: "hub/group-info/credential-of-another-provider",
    title: "A participant of one provider is not authorized when another provider asks",
    requirements: ["PROTO-GI-09", "PROTO-TR-06"],
    readings: ["R-106"],
    request: (here, context) => ({ body: asked(here), peer: context.peers.follower2 }),
    expected: NOT_AUTHORIZED,
  }),
  refusedRequest({
    id: "hub/group-info/bad-signature",
    title: "A request whose signature does not verify is refused",
    requirements: ["PROTO-GI-02"],
    readings: ["R-097"],
    request: (here) => ({ body: withLastBitFlipped(asked(here)) }),
    expected: { code: ["notAuthorized"], status: ["4xx"] },
  }),
  refusedRequest({
    id: "hub/group-info/leave-pending",
    title: "Somebody whose leave is pending is not authorized",
    requirements: ["PROTO-GI-09", "PROTO-STATE-02"],
    readings: ["R-061"],
    async prepare(here) {
      await here.bring();
      await here.accepted("the proposals", leaveRequest(here.bob));
    },
    request: (here) => ({ body: asked(here) }),
    expected: NOT_AUTHORIZED,
    asker: ({ everybody }) => (everybody[1] as SuiteClient).sibling("tablet"),
  }),
  refusedRequest({
    id: "hub/group-info/unknown-room",
    title: "For a room that does not exist the answer is noSuchRoom, or notAuthorized to conceal it",
    requirements: ["PROTO-GI-10"],
    readings: ["R-100"],
    request: (here, context) => ({
      body: asked(here),
      change: { about: makeRoomUri(context.target.domain, context.name("nowhere")) },
    }),
    expected: { code: ["noSuchRoom", "notAuthorized"], status: [404] },
  }),
  refusedRequest({
    id: "hub/group-info/unknown-cipher-suite",
    title: "A request in a cipher suite that does not exist is refused",
    requirements: ["PROTO-GI-02"],
    readings: ["R-102"],
    request: ({ bob }) => ({ body: askGroupInfo(bob.sibling("tablet"), { cipherSuite: 0xf0f0 }).body }),
    expected: { ...MALFORMED, code: ["notAuthorized"] },
    judge: (check) => [check.should(check.answered(REFUSED, { status: [400] }))],
  }),
  refusedRequest({
    id: "hub/group-info/truncated",
    title: "A request without its last octet is refused",
    requirements: ["PROTO-TR-08"],
    readings: ["R-010"],
    request: (here) => ({ body: truncated(asked(here)) }),
    expected: MALFORMED,
  }),
  refusedRequest({
    id: "hub/group-info/trailing-octet",
    title: "A request with an octet behind it is refused",
    requirements: ["PROTO-TR-08"],
    readings: ["R-010"],
    request: (here) => ({ body: withTrailingOctet(asked(here)) }),
    expected: MALFORMED,
  }),
  refusedRequest({
    id: "hub/group-info/unknown-protocol",
    title: "A request of a protocol that is not defined is refused",
    requirements: ["PROTO-FRM-01", "PROTO-TR-08"],
    readings: ["R-026"],
    request: (here) => ({ body: withOctet(asked(here), 0, 0) }),
    expected: { ...MALFORMED, code: ["notAuthorized"] },
  }),
];
