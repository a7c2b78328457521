/**
 * Application messages that a hub accepts and fans out. Protocol §3.4, §5.4, §5.5; readings.
 * @module
 */

import { FanoutMessage, SubmitMessageRequest, SubmitMessageResponse } from "@openmimi/protocol";
import { decode, encode } from "@openmimi/tls";
import type { ConformanceCase } from "../src/case.ts";
import type { Checks } from "../src/checks.ts";
import { fromBase64 } from "../src/checks-of.ts";
import { PEER_DOMAINS } from "../src/pki.ts";
import { contentTypeOf } from "../src/play/followed-room.ts";
import { submission, textMessage } from "../src/play/message.ts";
import { targetRoom } from "../src/play/target-room.ts";
import type { CaseTranscript } from "../src/transcript.ts";
import { fannedTo, lastObservation, needsRoom } from "./hub-builders.ts";

const level = "MUST";
const SAID = ["the first message", "the second message", "the third message"] as const;

/** The timestamp of an accepted submission. */
function acceptedAt(check: Checks, label: string): bigint | undefined {
  const response = check.decoded(label, SubmitMessageResponse);
  return response?.statusCode === "accepted" ? response.acceptedTimestamp : undefined;
}

/** The application messages fanned out to a provider. */
function messagesTo(transcript: CaseTranscript, domain: string) {
  return fannedTo(transcript, domain).filter(({ fanout }) => contentTypeOf(fanout.message) === "application");
}

export const hubSubmit: readonly ConformanceCase[] = [
  {
    id: "hub/submit/accepted",
    title: "A participant's message is accepted and reaches the other followers with the same timestamp",
    requirements: ["PROTO-SUB-01", "PROTO-SUB-08", "PROTO-FAN-01", "PROTO-FAN-21", "POLICY-CAP-33"],
    readings: ["R-072", "R-081", "R-084"],
    ...{ level, role: "hub", needs: needsRoom() },
    async run(context) {
      const here = await targetRoom(context);
      const carls = await here.bring();
      (await here.say(SAID[0], "hello from bob")).expect(200);
      await carls.message("the message at the other follower");
      context.observe("read by carl", carls.messages.at(-1)?.text ?? null);
    },
    judge(transcript, check) {
      const time = acceptedAt(check, SAID[0]);
      const [got] = messagesTo(transcript, PEER_DOMAINS.follower2);
      const saw = got === undefined ? "no message" : `${got.fanout.timestamp}`;
      return [
        check.answered(SAID[0], { code: ["accepted"] }),
        check.arrived("the message at the other follower"),
        check.observed("read by carl", "hello from bob"),
        check.that(got?.fanout.timestamp === time, `the fan-out has the timestamp ${time}`, saw, got?.n),
      ];
    },
  },
  {
    id: "hub/submit/local-members",
    title: "A message reaches the hub's own members, too, with the same timestamp",
    requirements: ["PROTO-FAN-02", "PROTO-FAN-21"],
    readings: ["R-081"],
    ...{ level, role: "hub", needs: needsRoom("messages") },
    async run(context) {
      const here = await targetRoom(context);
      (await here.say(SAID[0], "hello from bob")).expect(200);
      const { clientUri } = here.creator;
      await context.adapter.call("sync", { clientUri, waitMs: 3000 });
      const { messages } = await context.adapter.call("messages", { clientUri, roomUri: here.roomUri });
      const last = messages.at(-1);
      context.observe("bob", here.bob.userUri);
      context.observe("read by the creator", {
        senderUri: last?.senderUri ?? null,
        text: last?.text ?? null,
        acceptedTimestampMs: last?.acceptedTimestampMs ?? null,
      });
    },
    judge: (transcript, check) => [
      check.answered(SAID[0], { code: ["accepted"] }),
      check.observed("read by the creator", {
        senderUri: lastObservation(transcript, "bob") ?? null,
        text: "hello from bob",
        acceptedTimestampMs: `${acceptedAt(check, SAID[0])}`,
      }),
    ],
  },
  {
    id: "hub/submit/order",
    title: "Messages are fanned out in the order of their acceptance, with strictly increasing timestamps",
    requirements: ["PROTO-FAN-01", "PROTO-FAN-21"],
    readings: ["R-081", "R-088"],
    ...{ level, role: "hub", needs: needsRoom() },
    async run(context) {
      const here = await targetRoom(context);
      const carls = await here.bring();
      for (const label of SAID) await here.say(label, label);
      for (const label of SAID) await carls.message(`${label} at the other follower`);
      context.observe(
        "read by carl",
        carls.messages.map(({ text }) => text ?? null),
      );
    },
    judge(transcript, check) {
      const times = SAID.map((label) => acceptedAt(check, label) ?? 0n);
      const increasing = times.every((time, at) => at === 0 || time > (times[at - 1] ?? 0n));
      const fanned = messagesTo(transcript, PEER_DOMAINS.follower2).map(({ fanout }) => fanout.timestamp);
      const at = check.exchange(SAID[2])?.n;
      return [
        ...SAID.map((label) => check.answered(label, { code: ["accepted"] })),
        check.that(increasing, "strictly increasing timestamps", times.join(", "), at),
        check.observed("read by carl", [...SAID]),
        check.that(
          fanned.join() === times.slice(0, fanned.length).join(),
          "the same timestamps in the fan-out",
          fanned.join(", "),
          at,
        ),
      ];
    },
  },
  {
    id: "hub/submit/sender-provider",
    title: "Whether the sender's own provider gets the message, which both readings allow",
    requirements: ["PROTO-FAN-01"],
    readings: ["R-089"],
    ...{ level, role: "hub", needs: needsRoom() },
    async run(context) {
      const here = await targetRoom(context);
      (await here.say("the message", "hello")).expect(200);
      // The commit goes to bob's provider or not, as the message did; the creator's message surely does.
      const { clientUri } = here.creator;
      await context.adapter.call("sync", { clientUri, waitMs: 3000 });
      await context.adapter.call("sendText", { clientUri, roomUri: here.roomUri, text: "an answer" });
      await here.room.next("the creator's answer", ({ message }) => contentTypeOf(message) === "application");
    },
    judge(transcript, check) {
      const sent = check.exchange("the message");
      if (sent === undefined) return [check.unknown("the message is accepted", "it was not sent")];
      const { appMessage } = decode(SubmitMessageRequest, fromBase64(sent.request.body));
      const own = encode(FanoutMessage, { timestamp: 0n, message: appMessage });
      const came = messagesTo(transcript, PEER_DOMAINS.follower1).some(
        ({ fanout: { message } }) =>
          Buffer.compare(encode(FanoutMessage, { timestamp: 0n, message }), own) === 0,
      );
      const accepted = check.answered("the message", { code: ["accepted"] });
      return [check.reading("R-089", came ? "a" : "b", accepted), check.arrived("the creator's answer")];
    },
  },
  {
    id: "hub/submit/repeated",
    title:
      "A message that is sent again, as after a lost answer, is answered again and at best fanned out once",
    requirements: ["PROTO-SUB-08"],
    readings: ["R-067"],
    ...{ level, role: "hub", needs: needsRoom() },
    async run(context) {
      const here = await targetRoom(context);
      const carls = await here.bring();
      const { bob, roomUri } = here;
      const body = submission(bob, textMessage(bob, roomUri, "only once"));
      await here.submit("the message", body);
      await here.submit("the same again", body);
      await here.say("the next message", "and on");
      await carls.message("a message at the other follower");
      await carls.message("another message at the other follower");
    },
    judge(transcript, check) {
      const again = check.octets("the same again") ?? new Uint8Array();
      const same = Buffer.compare(check.octets("the message") ?? new Uint8Array(), again) === 0;
      const answered = check.answered("the same again", { code: ["accepted", "notAllowed"] });
      const sent = messagesTo(transcript, PEER_DOMAINS.follower2).map(({ fanout }) =>
        Buffer.from(encode(FanoutMessage, { timestamp: 0n, message: fanout.message })).toString("base64"),
      );
      const once = new Set(sent).size === sent.length;
      const at = check.exchange("another message at the other follower")?.n;
      return [
        check.answered("the message", { code: ["accepted"] }),
        check.reading("R-067", same ? "b" : "a", answered),
        check.answered("the next message", { code: ["accepted"] }),
        check.should(check.that(once, "each message is fanned out once", `${sent.length} fan-outs`, at)),
      ];
    },
  },
];
