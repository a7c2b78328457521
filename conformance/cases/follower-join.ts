/**
 * A new client of a follower's user joins a room by itself. Protocol §3.6, §5.6; extensions §6.3; readings R-097 to
 *
 * @module
 */

import { nobleCrypto } from "@openmimi/mls";
import {
  GroupInfoRequest,
  GroupInfoResponse,
  identityOf,
  providerCredential,
  sealGroupInfoResponse,
  verifyGroupInfoRequest,
} from "@openmimi/protocol";
import { decode, encode } from "@openmimi/tls";
import type { ConformanceCase } from "../src/case.ts";
import type { CaseContext } from "../src/context.ts";
import { PEER_DOMAINS } from "../src/pki.ts";
import { GROUP_INFO, observeGroupInfo } from "../src/play/accepted-commit.ts";
import { leavesOf } from "../src/play/handshake.ts";
import { withLastBitFlipped } from "../src/play/malformed.ts";
import { observeMessages, observeRoom } from "../src/play/observe-room.ts";
import { SUITE, type SuiteClient } from "../src/play/suite-client.ts";
import { ACCEPTED, HUB_SAYS } from "../src/play/suite-hub.ts";
import { type SuiteRoom, suiteRoom } from "../src/play/suite-room.ts";
import type { TargetUser } from "../src/play/target-user.ts";
import { needsUser, SHOWN, taken } from "./follower-builders.ts";
import { effectsOf, framedAs } from "./handshake-of-target.ts";
import { ROOM, receivedAt, sameRoom } from "./hub-builders.ts";
import { sentAsTheDraftsWant } from "./sent-by-target.ts";

const shared = { level: "MUST", role: "member-client", needs: needsUser("joinExternally") } as const;
const SERVICE = "groupInfo";
const ASKED = "the request for group information";
const SENT = "the external commit";
const JOIN = "joining";
const NEXT = "the next message";
const TWIN = "follower/join/new-client";

/** A second client of a user. */
async function tabletOf({ adapter }: CaseContext, { userUri }: TargetUser): Promise<string> {
  return (await adapter.call("createClient", { userUri, device: "tablet" })).clientUri;
}

/** What is wrong with the answer of a hub. */
type Forgery = (room: SuiteRoom, request: GroupInfoRequest) => GroupInfoResponse;

/** A joiner that gets an answer which is not the hub's has to stop. */
const forged = (
  what: string,
  title: string,
  readings: readonly string[],
  forgery: Forgery,
): ConformanceCase => ({
  ...shared,
  id: `follower/join/${what}`,
  title,
  requirements: ["PROTO-GI-13"],
  readings,
  twin: TWIN,
  async run(context) {
    const { room, carol } = await suiteRoom(context);
    const { roomUri } = room;
    const clientUri = await tabletOf(context, carol);
    room.peer.handle(SERVICE, ({ body }) => ({
      status: 200,
      headers: { "content-type": "application/octet-stream" },
      body: encode(GroupInfoResponse, forgery(room, decode(GroupInfoRequest, body))),
    }));
    await context.adapter.attempt("joinExternally", { clientUri, roomUri }, "joining with a forged answer");
    context.observe("epoch", room.state().epoch);
    room.hub.serveAgain(SERVICE);
    await context.adapter.attempt("joinExternally", { clientUri, roomUri }, JOIN);
    context.observe("epoch", room.state().epoch);
    await observeRoom(context, ROOM, room, clientUri);
  },
  judge: (transcript, check) => [
    check.that(
      check.succeeded("joining with a forged answer").holds !== "yes",
      "the client does not join with a forged answer",
      check.succeeded("joining with a forged answer").saw,
    ),
    check.succeeded(JOIN),
    // One external commit, after the right answer.
    check.equals("commits at the hub", receivedAt(transcript, PEER_DOMAINS.hub, "update").length, 1),
    sameRoom(transcript, check),
  ],
});

/** The right answer but for its signer. */
function sealed(room: SuiteRoom, request: GroupInfoRequest, keys = room.hubKeys, domain = room.peer.domain) {
  return sealGroupInfoResponse(nobleCrypto, {
    request,
    roomId: room.roomUri,
    hubSender: { signatureKey: keys.publicKey, credential: providerCredential(domain) },
    hubPrivateKey: keys.privateKey,
    contents: room.hub.groupInfoContents(),
  });
}

export const followerJoin: readonly ConformanceCase[] = [
  {
    ...shared,
    id: TWIN,
    title:
      "A new client asks the hub for the group information, joins by external commit, and reads what follows",
    requirements: ["PROTO-GI-01", "PROTO-PL-09", "PROTO-FAN-23", "RTO-07"],
    readings: ["R-097", "R-102", "R-103"],
    async run(context) {
      const { room, carol } = await suiteRoom(context);
      const { roomUri } = room;
      const clientUri = await tabletOf(context, carol);
      context.observe("the new client", clientUri);
      await context.adapter.attempt("joinExternally", { clientUri, roomUri }, JOIN);
      await room.peer.waitFor({ label: ASKED, endpoint: SERVICE, about: roomUri });
      await room.peer.waitFor({ label: SENT, endpoint: "update", about: roomUri });
      await observeGroupInfo(context, room);
      await observeRoom(context, ROOM, room, clientUri);
      const { commits } = room.hub;
      const message = commits.at(-1)?.request.proposalOrCommit;
      if (message === undefined) return context.stop("answer", "the hub accepted no commit");
      const said = room.says("to both clients");
      const timestamp = room.hub.acceptedAt(message);
      await room.notify(NEXT, [{ timestamp, message, externalProposals: [] }, said]);
      await observeMessages(context, `${SHOWN} to the new client`, room, clientUri, [said]);
      await observeMessages(context, `${SHOWN} to the old one`, room, carol.clientUri, [said]);
      await observeRoom(context, `${ROOM} as the old client has it`, room, carol.clientUri);
    },
    judge(transcript, check) {
      const request = check.decoded(ASKED, GroupInfoRequest);
      const arrived = check.arrived(ASKED);
      if (request === undefined) return [arrived];
      const { at } = arrived;
      const verifies = verifyGroupInfoRequest(nobleCrypto, request);
      const who = identityOf(request.requestingCredential);
      return [
        arrived,
        ...sentAsTheDraftsWant(check, ASKED, PEER_DOMAINS.hub),
        check.that(verifies, "a signature of the requester", verifies ? "one" : "it does not verify", at),
        check.observed("the new client", who.clientUri ?? who.userUri),
        check.equals("cipher suite", request.cipherSuite, SUITE.id, at),
        check.arrived(SENT),
        ...sentAsTheDraftsWant(check, SENT, PEER_DOMAINS.hub),
        ...framedAs(check, SENT, "commit"),
        check.observed(HUB_SAYS, ACCEPTED),
        check.agreed(GROUP_INFO),
        check.succeeded(JOIN),
        ...taken(check, NEXT),
        sameRoom(transcript, check),
        sameRoom(transcript, check, `${ROOM} as the old client has it`),
        sameRoom(transcript, check, `${SHOWN} to the new client`),
        sameRoom(transcript, check, `${SHOWN} to the old one`),
      ];
    },
  },
  {
    ...shared,
    id: "follower/join/pending-self-remove",
    title: "An external commit refers to the SelfRemove that is pending",
    requirements: ["EXT-SR-04"],
    readings: ["R-062", "R-104"],
    async run(context) {
      const { room, carol } = await suiteRoom(context);
      const { roomUri } = room;
      const { clients, commit } = room.bring("bob");
      const bob = clients[0] as SuiteClient;
      await room.tell("bob comes and goes", [commit, room.leaves(bob)]);
      context.observe("leaves of bob", 1);
      const clientUri = await tabletOf(context, carol);
      await context.adapter.attempt("joinExternally", { clientUri, roomUri }, JOIN);
      await room.peer.waitFor({ label: SENT, endpoint: "update", about: roomUri });
      await observeRoom(context, ROOM, room, clientUri);
      context.observe("leaves of bob", leavesOf(room.alice.group.public, bob.userUri).length);
    },
    judge: (transcript, check) => [
      check.arrived(SENT),
      ...framedAs(check, SENT, "commit"),
      check.equals("proposals that are referred to", effectsOf(check, SENT)?.references ?? null, 1),
      check.observed(HUB_SAYS, ACCEPTED),
      check.observed("leaves of bob", 0),
      check.succeeded(JOIN),
      sameRoom(transcript, check),
    ],
  },
  forged(
    "answer-signed-by-another-key",
    "A client does not join with group information whose signature does not verify",
    ["R-100"],
    (room, request) => {
      const right = sealed(room, request);
      return { ...right, signature: withLastBitFlipped(right.signature) };
    },
  ),
  forged(
    "answer-of-a-stranger",
    "A client does not join with group information that somebody else than the room's hub has signed",
    ["R-103"],
    (room, request) => sealed(room, request, SUITE.generateSignatureKeyPair()),
  ),
  forged(
    "answer-of-another-provider",
    "A client does not join with group information that another provider has signed",
    ["R-030", "R-103"],
    (room, request) => sealed(room, request, SUITE.generateSignatureKeyPair(), PEER_DOMAINS.follower1),
  ),
  forged(
    "answer-about-another-room",
    "A client does not join with group information that was sealed for another room",
    ["R-101"],
    (room, request) =>
      sealGroupInfoResponse(nobleCrypto, {
        request,
        roomId: `${room.roomUri}-2`,
        hubSender: room.hubSender,
        hubPrivateKey: room.hubKeys.privateKey,
        contents: room.hub.groupInfoContents(),
      }),
  ),
];
