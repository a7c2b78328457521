/**
 * How a hub delivers: to whom, what with, in which order, and again. Protocol §5.5; readings.
 * @module
 */

import { type FanoutMessage, UpdateRoomResponse } from "@openmimi/protocol";
import type { ConformanceCase } from "../src/case.ts";
import type { Check, Checks } from "../src/checks.ts";
import type { CaseContext, PeerAnswer } from "../src/context.ts";
import { PEER_DOMAINS } from "../src/pki.ts";
import { bringsMessage, contentTypeOf, FollowedRoom } from "../src/play/followed-room.ts";
import { additionOf, removalOf } from "../src/play/handshake.ts";
import { submission, textMessage } from "../src/play/message.ts";
import { GROUP_OPTIONS, SuiteClient } from "../src/play/suite-client.ts";
import { targetRoom } from "../src/play/target-room.ts";
import { opinionsToJson, welcomeOpinions } from "../src/second-opinion/index.ts";
import { acceptedBy, fannedTo, needsRoom, receivedAt } from "./hub-builders.ts";

const shared = { level: "MUST", role: "hub", needs: needsRoom() } as const;
const SAID = "the message";
const RETRY_AFTER_SECONDS = 1;
/** Clocks and timers are not exact. */
const TOLERANCE_MS = 50;

/** The other follower turns the first delivery of a message down, and accepts what comes later. */
async function turnedDown(context: CaseContext, first: PeerAnswer): Promise<void> {
  const here = await targetRoom(context);
  const carls = await here.bring();
  const carl = carls.clients[0] as SuiteClient;
  failOnce(carl, first);
  await here.say(SAID, "delivered in the end");
  for (const label of ["the first delivery", "the second delivery"]) {
    await carl.peer.waitFor({ label, endpoint: "notify", about: here.roomUri, where: bringsMessage });
  }
}

/** Has the provider answer the first delivery of a message like this, and 201 to all others. */
function failOnce(carl: SuiteClient, answer: PeerAnswer): void {
  let failed = false;
  carl.peer.handle("notify", (request) => {
    if (failed || !bringsMessage(request)) return { status: 201 };
    failed = true;
    return answer;
  });
}

/** The second delivery repeats the octets of the first. */
function repeats(check: Checks): Check {
  const [first, second] = ["the first delivery", "the second delivery"].map((label) => check.octets(label));
  const same = first !== undefined && second !== undefined && Buffer.compare(first, second) === 0;
  return check.that(
    same,
    "the same body again",
    same ? "it" : "another one",
    check.exchange("the second delivery")?.n,
  );
}

export const hubFanout: readonly ConformanceCase[] = [
  {
    ...shared,
    id: "hub/fan-out/welcome",
    title: "A Welcome comes with the whole ratchet tree, at the time of its commit, and lets its receiver in",
    requirements: ["PROTO-FAN-03", "PROTO-FAN-04", "RTO-02"],
    readings: ["R-056", "R-091"],
    async run(context) {
      const here = await targetRoom(context);
      const carl = SuiteClient.of(context, "follower2", "carl");
      const proposals = additionOf(here.bob.group.public, here.bob.userUri, [carl]);
      await here.commit("add carl", { proposals });
      const carls = new FollowedRoom(context, carl.peer, here.roomUri, [carl]);
      const isWelcome = ({ message }: FanoutMessage) => message.wireFormat === "welcome";
      const { message, ratchetTreeOption: tree } = (await carls.next("Welcome for carl", isWelcome)).fanout;
      context.observe("the tree", tree?.representation ?? null);
      const [own] = carl.keyPackages;
      if (message.wireFormat !== "welcome" || tree?.representation !== "full" || own === undefined) return;
      const { welcome } = message;
      const given = { welcome, own, ratchetTree: tree.ratchetTree };
      const { opinions } = await welcomeOpinions(given, GROUP_OPTIONS);
      context.observe("both engines", opinionsToJson(opinions));
    },
    judge(transcript, check) {
      const [welcome] = fannedTo(transcript, PEER_DOMAINS.follower2);
      const response = check.decoded("add carl", UpdateRoomResponse);
      const time = response?.responseCode === "success" ? response.acceptedTimestamp : undefined;
      const got = welcome?.fanout.timestamp;
      const same = check.that(
        got !== undefined && got === time,
        `the commit's timestamp ${time}`,
        `${got}`,
        welcome?.n,
      );
      return [
        check.arrived("Welcome for carl"),
        check.observed("the tree", "full"),
        check.agreed("both engines"),
        same.holds === "yes"
          ? check.reading("R-091", "a", same)
          : check.reading("R-091", "b", check.answered("add carl", { code: ["success"] })),
      ];
    },
  },
  {
    ...shared,
    id: "hub/fan-out/only-participants",
    title: "Providers without participants are told nothing of a room",
    requirements: ["PROTO-FAN-01"],
    needs: needsRoom("sendText"),
    async run(context) {
      const here = await targetRoom(context);
      const { clientUri } = here.creator;
      await here.commit("a commit");
      await context.adapter.call("sync", { clientUri, waitMs: 2000 });
      await context.adapter.call("sendText", { clientUri, roomUri: here.roomUri, text: "among us" });
      await here.room.message("the message at the only follower");
    },
    judge(transcript, check) {
      const strangers = [PEER_DOMAINS.follower2, PEER_DOMAINS.hub];
      const [stray] = strangers.flatMap((domain) => receivedAt(transcript, domain, "notify"));
      return [
        check.arrived("the message at the only follower"),
        check.that(
          stray === undefined,
          "nothing is sent to other providers",
          stray?.to ?? "nothing",
          stray?.n,
        ),
      ];
    },
  },
  {
    ...shared,
    id: "hub/fan-out/removing-commit",
    title: "The provider of a removed user gets the commit that removes the user",
    level: "SHOULD",
    requirements: ["PROTO-FAN-12"],
    async run(context) {
      const here = await targetRoom(context);
      const carls = await here.bring();
      const carl = carls.clients[0] as SuiteClient;
      const proposals = removalOf(here.bob.group.public, carl.userUri, [carl.group.ownLeafIndex]);
      here.everybody.pop();
      const { commit } = await here.commit("the removal", { proposals });
      await carls.bringing("the removal at the removed user's provider", commit);
    },
    judge: (_, check) => [
      check.answered("the removal", { code: ["success"] }),
      check.arrived("the removal at the removed user's provider"),
    ],
  },
  {
    ...shared,
    id: "hub/fan-out/retry-after",
    title: "What a follower answers with 503 is delivered again, not before its Retry-After",
    level: "SHOULD",
    requirements: ["PROTO-FAN-15", "PROTO-SUB-08"],
    readings: ["R-087", "R-096"],
    run: (context) =>
      turnedDown(context, { status: 503, headers: { "retry-after": String(RETRY_AFTER_SECONDS) } }),
    judge(_, check) {
      const [first, second] = ["the first delivery", "the second delivery"].map((label) =>
        check.exchange(label),
      );
      const gap = (second?.atMs ?? Number.NaN) - (first?.atMs ?? Number.NaN);
      return [
        check.answered(SAID, { code: ["accepted"] }),
        check.arrived("the second delivery"),
        repeats(check),
        check.that(
          gap + TOLERANCE_MS >= RETRY_AFTER_SECONDS * 1000,
          `at least ${RETRY_AFTER_SECONDS} s between the deliveries`,
          `${Math.round(gap)} ms`,
          second?.n,
        ),
      ];
    },
  },
  {
    ...shared,
    id: "hub/fan-out/connection-closed",
    title: "What a follower did not answer, because the connection closed, is delivered again",
    level: "SHOULD",
    requirements: ["PROTO-FAN-15", "PROTO-SUB-08"],
    readings: ["R-087", "R-096"],
    run: (context) => turnedDown(context, { status: 0, hangUp: true }),
    judge: (_, check) => [
      check.answered(SAID, { code: ["accepted"] }),
      check.arrived("the second delivery"),
      repeats(check),
    ],
  },
  {
    ...shared,
    id: "hub/fan-out/order-after-failure",
    title: "A delivery that failed does not let later events overtake it",
    requirements: ["PROTO-FAN-01", "PROTO-SUB-08"],
    readings: ["R-088"],
    async run(context) {
      const here = await targetRoom(context);
      const carls = await here.bring();
      const carl = carls.clients[0] as SuiteClient;
      failOnce(carl, { status: 503 });
      await here.say("the first message", "first");
      await here.commit("a commit");
      const { bob, roomUri } = here;
      const second = textMessage(bob, roomUri, "second");
      await here.submit("the second message", submission(bob, second));
      await carls.bringing("the second message at the other follower", second);
    },
    judge(transcript, check) {
      const kinds = acceptedBy(transcript, PEER_DOMAINS.follower2).map(({ fanout }) =>
        contentTypeOf(fanout.message),
      );
      const told = kinds.filter((kind) => kind !== undefined).join(", ");
      return [
        check.answered("the second message", { code: ["accepted"] }),
        check.arrived("the second message at the other follower"),
        check.that(told === "application, commit, application", "message, commit, message", told),
      ];
    },
  },
];
