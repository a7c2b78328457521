/**
 * Messages that users of a follower send: how they come to the hub, and what is in them. Protocol §5.4, §5.4.1;
 * extensions §6.3; readings.
 * @module
 */

import { SubmitMessageRequest, SubmitMessageResponse } from "@openmimi/protocol";
import { encode } from "@openmimi/tls";
import type { ConformanceCase } from "../src/case.ts";
import type { Identity } from "../src/context.ts";
import { PEER_DOMAINS } from "../src/pki.ts";
import { contentTypeOf } from "../src/play/followed-room.ts";
import { observeRoom } from "../src/play/observe-room.ts";
import type { SuiteClient } from "../src/play/suite-client.ts";
import { ALICE_READS, STATED } from "../src/play/suite-hub.ts";
import { suiteRoom } from "../src/play/suite-room.ts";
import { needsUser } from "./follower-builders.ts";
import { ROOM, receivedAt, sameRoom } from "./hub-builders.ts";
import { sentAsTheDraftsWant } from "./sent-by-target.ts";

const shared = { level: "MUST", role: "member-client", needs: needsUser("sendText") } as const;
const SEND = "sending";
const SUBMITTED = "the submission";
const SERVICE = "submitMessage";
const TEXT = "hello, alice";

export const followerMessages: readonly ConformanceCase[] = [
  {
    ...shared,
    id: "follower/send/message",
    title:
      "A user's message goes to the hub in the name of the user and of the provider, and can be read there",
    requirements: [
      "PROTO-SUB-01",
      "ARCH-08",
      "PROTO-DIR-03",
      "PROTO-DIR-04",
      "PROTO-TR-01",
      "PROTO-TR-03",
      "PROTO-TR-04",
      "PROTO-TR-06",
    ],
    readings: ["R-015", "R-025", "R-072"],
    role: "follower",
    async run(context) {
      const { room, carol } = await suiteRoom(context);
      const { clientUri, userUri } = carol;
      const { roomUri } = room;
      context.observe("the sender", userUri);
      await context.adapter.attempt("sendText", { clientUri, roomUri, text: TEXT }, SEND);
      await room.peer.waitFor({ label: SUBMITTED, endpoint: SERVICE, about: roomUri });
    },
    judge(_, check) {
      const request = check.decoded(SUBMITTED, SubmitMessageRequest);
      const at = check.exchange(SUBMITTED)?.n;
      const arrived = check.arrived(SUBMITTED);
      if (arrived.holds !== "yes") return [arrived];
      const sender = check.observation("the sender") ?? null;
      const kind = request === undefined ? undefined : contentTypeOf(request.appMessage);
      return [
        arrived,
        ...sentAsTheDraftsWant(check, SUBMITTED, PEER_DOMAINS.hub),
        ...(request === undefined ? [check.that(false, "a SubmitMessageRequest", "something else", at)] : []),
        check.equals("sendingUri", request?.sendingUri ?? null, sender, at),
        check.equals("wire format", request?.appMessage.wireFormat ?? null, "privateMessage", at),
        check.equals("content type", kind ?? null, "application", at),
        check.observed(ALICE_READS, TEXT),
        check.succeeded(SEND),
      ];
    },
  },
  {
    ...shared,
    id: "follower/send/franking",
    title: "A message in a room with a franking agent carries the tag, and the URIs that the tag commits to",
    requirements: ["PROTO-FRANK-06", "PROTO-FRANK-07", "PROTO-FRANK-08", "PROTO-FRANK-09"],
    readings: ["R-076", "R-077"],
    async run(context) {
      const { room, carol } = await suiteRoom(context);
      const { clientUri, userUri } = carol;
      const { roomUri } = room;
      const tag = "right";
      context.observe("what has to be stated", { member: userUri, senderUri: userUri, roomUri, tag });
      await context.adapter.call("sendText", { clientUri, roomUri, text: TEXT });
    },
    judge: (_, check) => [check.observed(STATED, check.observation("what has to be stated") ?? null)],
  },
  {
    ...shared,
    id: "follower/send/pending-proposals-first",
    title: "Who has seen proposals commits them before sending a message",
    requirements: ["EXT-SR-11", "EXT-SR-03", "PROTO-UPD-25"],
    readings: ["R-062"],
    async run(context) {
      const { room, carol } = await suiteRoom(context);
      const { clientUri } = carol;
      const { roomUri } = room;
      const { clients, commit } = room.bring("bob");
      await room.tell("bob comes and goes", [commit, room.leaves(clients[0] as SuiteClient)]);
      await observeRoom(context, ROOM, room, clientUri);
      await context.adapter.attempt("sendText", { clientUri, roomUri, text: TEXT }, SEND);
      await observeRoom(context, `${ROOM} afterwards`, room, clientUri);
    },
    judge(transcript, check) {
      const [first] = receivedAt(transcript, PEER_DOMAINS.hub, "update");
      const [message] = receivedAt(transcript, PEER_DOMAINS.hub, SERVICE);
      const before = first !== undefined && (message === undefined || first.n < message.n);
      const saw = first === undefined ? "no commit" : before ? "it came first" : "the message came first";
      return [
        sameRoom(transcript, check, ROOM),
        check.that(before, "a commit before the message", saw, message?.n ?? first?.n),
        check.succeeded(SEND),
        check.observed(ALICE_READS, TEXT),
        sameRoom(transcript, check, `${ROOM} afterwards`),
      ];
    },
  },
  {
    ...shared,
    id: "follower/send/epoch-too-old",
    title: "A message that the hub finds too old is sent again once the client knows the new epoch",
    requirements: ["ARCH-08"],
    readings: ["R-071"],
    level: "SHOULD",
    async run(context) {
      const { room, carol } = await suiteRoom(context);
      const { clientUri } = carol;
      const { roomUri } = room;
      const commit = room.commit();
      let refused = false;
      room.peer.handle(SERVICE, async (request) => {
        if (refused) return room.hub.answer(SERVICE, request);
        refused = true;
        await room.notify("the commit that was missed", [commit]);
        const currentEpoch = room.alice.group.epoch;
        const body = encode(SubmitMessageResponse, {
          protocol: "mls10",
          statusCode: "epochTooOld",
          currentEpoch,
        });
        return { status: 200, headers: { "content-type": "application/octet-stream" }, body };
      });
      await context.adapter.attempt("sendText", { clientUri, roomUri, text: TEXT }, SEND);
      await observeRoom(context, ROOM, room, clientUri);
    },
    judge: (transcript, check) => [
      check.equals("submissions", receivedAt(transcript, PEER_DOMAINS.hub, SERVICE).length, 2),
      check.succeeded(SEND),
      sameRoom(transcript, check),
    ],
  },
  {
    ...shared,
    id: "follower/send/hub-certificate",
    title: "A message is not given to somebody who shows another provider's certificate",
    requirements: ["PROTO-TR-05", "PROTO-TR-06"],
    readings: ["R-014"],
    role: "follower",
    twin: "follower/send/message",
    async run(context) {
      const { room, carol } = await suiteRoom(context);
      const { clientUri } = carol;
      const { roomUri } = room;
      const wrong: Identity = "follower1";
      room.peer.present(wrong);
      await context.adapter.attempt("sendText", { clientUri, roomUri, text: TEXT }, SEND);
    },
    judge: (_, check) => [check.silent(SERVICE)],
  },
];
