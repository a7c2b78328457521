/**
 * Franks: what the hub adds to a message so that it can be reported. Protocol §5.4.1; readings.
 * @module
 */

import {
  FanoutMessage,
  Frank,
  FrankingAgentData,
  MimiComponentId,
  SubmitMessageResponse,
  verifyFrank,
} from "@openmimi/protocol";
import { decode, encode } from "@openmimi/tls";
import type { ConformanceCase, Script } from "../src/case.ts";
import type { CaseContext } from "../src/context.ts";
import { PEER_DOMAINS } from "../src/pki.ts";
import { contentTypeOf } from "../src/play/followed-room.ts";
import { franksMessages, submission, textMessage } from "../src/play/message.ts";
import { SUITE } from "../src/play/suite-client.ts";
import { type TargetRoom, targetRoom } from "../src/play/target-room.ts";
import type { CaseTranscript } from "../src/transcript.ts";
import { fannedTo, lastObservation, needsRoom } from "./hub-builders.ts";

const SAID = "the message";
const ROOM_FACTS = "room, sender and franking agent";

/** A room in which messages are franked. A draft that offers franking does not demand it: without, nothing is judged. */
async function frankingRoom(context: CaseContext): Promise<TargetRoom> {
  const here = await targetRoom(context);
  const group = here.bob.group.public;
  if (!franksMessages(group)) {
    context.stop(
      "fixture",
      "the room has no franking_agent, or no safe_aad with frank_aad: nothing is franked",
    );
  }
  const agent = group.component(MimiComponentId.frankingAgent) ?? new Uint8Array();
  context.observe(ROOM_FACTS, {
    roomUri: here.roomUri,
    senderUri: here.bob.userUri,
    agent: Buffer.from(agent).toString("base64"),
  });
  return here;
}

interface Facts {
  readonly roomUri: string;
  readonly senderUri: string;
  readonly agent: string;
}

const factsOf = (transcript: CaseTranscript): Facts | undefined =>
  lastObservation(transcript, ROOM_FACTS) as unknown as Facts | undefined;

/** Verifies a frank as a receiver does. Protocol §5.4.1.3. */
function verifies(facts: Facts | undefined, frank: Frank | undefined, acceptedTimestamp: bigint): boolean {
  if (facts === undefined || frank === undefined) return false;
  const { roomUri, senderUri, agent } = facts;
  const frankingAgent = decode(FrankingAgentData, new Uint8Array(Buffer.from(agent, "base64")));
  return verifyFrank({
    suite: SUITE,
    frankingAgent,
    frank,
    context: { senderUri, roomUri, acceptedTimestamp },
  });
}

const messagesTo = (transcript: CaseTranscript) =>
  fannedTo(transcript, PEER_DOMAINS.follower2).filter(
    ({ fanout }) => contentTypeOf(fanout.message) === "application",
  );

const franked: Pick<Script, "run"> = {
  async run(context) {
    const here = await frankingRoom(context);
    const carls = await here.bring();
    (await here.say(SAID, "franked")).expect(200);
    await carls.message("the message at the other follower");
  },
};

const shared = { level: "MUST", role: "hub", needs: needsRoom() } as const;

export const hubFranking: readonly ConformanceCase[] = [
  {
    ...shared,
    id: "hub/franking/verifies",
    title: "A message with a franking tag is answered with a frank that its receivers can verify",
    requirements: ["PROTO-FRANK-03", "PROTO-FRANK-12"],
    readings: ["R-074", "R-075", "R-077", "R-079"],
    ...franked,
    judge(transcript, check) {
      const response = check.decoded(SAID, SubmitMessageResponse);
      const accepted = response?.statusCode === "accepted" ? response : undefined;
      const good = verifies(factsOf(transcript), accepted?.frank, accepted?.acceptedTimestamp ?? 0n);
      const saw = accepted?.frank === undefined ? "no frank" : good ? "one" : "one that does not verify";
      return [
        check.answered(SAID, { code: ["accepted"] }),
        check.that(good, "a frank that the franking agent's key verifies", saw, check.exchange(SAID)?.n),
      ];
    },
  },
  {
    ...shared,
    id: "hub/franking/fanned-out",
    title: "The frank in the fan-out is the one of the answer, for the same time",
    requirements: ["PROTO-FRANK-15", "PROTO-FRANK-12", "PROTO-FAN-21"],
    readings: ["R-081", "R-085"],
    ...franked,
    judge(transcript, check) {
      const response = check.decoded(SAID, SubmitMessageResponse);
      const frank = response?.statusCode === "accepted" ? response.frank : undefined;
      const [got] = messagesTo(transcript);
      const same =
        frank !== undefined &&
        got?.fanout.frank !== undefined &&
        Buffer.compare(encode(Frank, frank), encode(Frank, got.fanout.frank)) === 0;
      const good = verifies(factsOf(transcript), got?.fanout.frank, got?.fanout.timestamp ?? 0n);
      return [
        check.answered(SAID, { code: ["accepted"] }),
        check.arrived("the message at the other follower"),
        check.that(same, "the frank of the answer", same ? "it" : "another one, or none", got?.n),
        check.that(
          good,
          "it verifies with the timestamp of the fan-out",
          good ? "it does" : "it does not",
          got?.n,
        ),
      ];
    },
  },
  {
    ...shared,
    id: "hub/franking/sender-concealed",
    title: "What is fanned out does not name the sender",
    requirements: ["PROTO-FRANK-16"],
    ...franked,
    judge(transcript, check) {
      const [got] = messagesTo(transcript);
      const sender = factsOf(transcript)?.senderUri ?? "";
      const body = got === undefined ? Buffer.alloc(0) : Buffer.from(encode(FanoutMessage, got.fanout));
      const named = sender === "" || body.includes(sender);
      return [
        check.arrived("the message at the other follower"),
        check.that(!named, "octets without the sender's URI", named ? "the URI" : "none of it", got?.n),
      ];
    },
  },
  {
    ...shared,
    id: "hub/franking/without-tag",
    title: "A message without a franking tag is accepted without a frank",
    requirements: ["PROTO-FRANK-14"],
    readings: ["R-002", "R-085"],
    async run(context) {
      const here = await frankingRoom(context);
      const carls = await here.bring();
      const { bob } = here;
      const untagged = textMessage(bob, here.roomUri, "not franked", { withTag: false });
      (await here.submit(SAID, submission(bob, untagged))).expect(200);
      await carls.bringing("the message at the other follower", untagged);
    },
    judge(transcript, check) {
      const response = check.decoded(SAID, SubmitMessageResponse);
      const accepted = response?.statusCode === "accepted" ? response : undefined;
      const [got] = messagesTo(transcript);
      const none = accepted !== undefined && accepted.frank === undefined && got?.fanout.frank === undefined;
      return [
        check.answered(SAID, { code: ["accepted"] }),
        check.arrived("the message at the other follower"),
        check.that(none, "no frank in the answer and in the fan-out", none ? "none" : "a frank", got?.n),
      ];
    },
  },
];
