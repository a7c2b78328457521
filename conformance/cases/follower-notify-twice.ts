/**
 * Deliveries that come again, late, or that the follower's own user has caused. Protocol §5.5; readings.
 * @module
 */

import { encodeFanoutMessages, type FanoutMessage, SubmitMessageRequest } from "@openmimi/protocol";
import { decode } from "@openmimi/tls";
import type { ConformanceCase } from "../src/case.ts";
import { indexOf, leavesOf, listUpdate } from "../src/play/handshake.ts";
import { observeMessages, observeRoom } from "../src/play/observe-room.ts";
import { suiteRoom } from "../src/play/suite-room.ts";
import { delivered, needsUser, SHOWN, taken } from "./follower-builders.ts";
import { lastObservation, ROOM, sameRoom } from "./hub-builders.ts";

const shared = { level: "MUST", role: "follower", needs: needsUser() } as const;
const FIRST = "the first delivery";
const SECOND = "the second delivery";
const ECHO = "the message that comes back";
const OWN = "my own words";

export const followerNotifyTwice: readonly ConformanceCase[] = [
  delivered({
    id: "follower/notify/repeated",
    title: "A body that comes again is answered 201 again, and its message is shown once",
    requirements: ["PROTO-FAN-16", "PROTO-FAN-17"],
    readings: ["R-087"],
    labels: [FIRST, SECOND],
    async deliver(room, { clientUri }, context) {
      const message = room.says("once");
      await room.notify(FIRST, [message]);
      await observeMessages(context, "the message after the first delivery", room, clientUri, [message]);
      await room.notify(SECOND, [message]);
      const { events } = await context.adapter.call("sync", { clientUri });
      context.observe("what the second delivery brings to the client", events);
      return [message];
    },
    judge: (check) => [check.should(check.observed("what the second delivery brings to the client", 0))],
  }),
  delivered({
    id: "follower/notify/repeated-later",
    title: "A body that comes again after others is answered 201 again and changes nothing",
    requirements: ["PROTO-FAN-16", "PROTO-FAN-17"],
    readings: ["R-087"],
    labels: [FIRST, "a commit and a message", SECOND, "the end"],
    async deliver(room) {
      const [message, commit, next] = [room.says("once"), room.commit(), room.says("next")];
      await room.notify(FIRST, [message, commit]);
      await room.notify("a commit and a message", [next, room.commit()]);
      await room.notify(SECOND, [message, commit]);
      const last = room.says("last");
      await room.notify("the end", [last]);
      return [message, next, last];
    },
  }),
  {
    ...shared,
    id: "follower/notify/repeated-after-the-end",
    title: "A body that comes again is answered 201 also when nobody of the follower is in the room any more",
    requirements: ["PROTO-FAN-16"],
    readings: ["R-087"],
    async run(context) {
      const { room, carol } = await suiteRoom(context);
      const message = room.says("before the end");
      await room.notify(FIRST, [message]);
      const group = room.alice.group.public;
      const removal = room.commit([
        listUpdate({ removedIndices: [indexOf(group, carol.userUri)] }),
        ...leavesOf(group, carol.userUri).map((removed) => ({ proposalType: "remove", removed }) as const),
      ]);
      await room.notify("the removal", [removal]);
      await room.notify(SECOND, [message]);
      await observeMessages(context, SHOWN, room, carol.clientUri, [message]);
    },
    judge: (transcript, check) => [
      ...[FIRST, "the removal", SECOND].flatMap((label) => taken(check, label)),
      sameRoom(transcript, check, SHOWN),
    ],
  },
  delivered({
    id: "follower/notify/repeated-at-once",
    title: "A body that comes twice at the same moment is answered 201 twice, and its message is shown once",
    requirements: ["PROTO-FAN-16", "PROTO-FAN-17"],
    readings: ["R-087"],
    labels: [FIRST, SECOND],
    async deliver(room) {
      const message = room.says("once");
      await Promise.all([FIRST, SECOND].map((label) => room.notify(label, [message])));
      return [message];
    },
  }),
  delivered({
    id: "follower/notify/repeated-in-another-body",
    title: "A message that comes again in another body is shown once",
    requirements: ["PROTO-FAN-17"],
    readings: ["R-087"],
    // Only byte-identical bodies are spoken of.
    level: "SHOULD",
    labels: [FIRST, SECOND],
    async deliver(room) {
      const [first, second] = [room.says("first"), room.says("second")];
      await room.notify(FIRST, [first]);
      await room.notify(SECOND, [first, second]);
      return [first, second];
    },
  }),
  {
    id: "follower/notify/earlier-time-later",
    title: "A message that was accepted earlier and comes later is not lost",
    requirements: ["PROTO-FAN-20"],
    readings: ["R-088"],
    ...shared,
    async run(context) {
      const { room, carol } = await suiteRoom(context);
      const [earlier, later] = [room.says("earlier"), room.says("later")];
      await room.notify(FIRST, [later]);
      await room.notify(SECOND, [earlier]);
      await observeMessages(context, SHOWN, room, carol.clientUri, [earlier, later]);
      await observeRoom(context, ROOM, room, carol.clientUri);
    },
    judge(transcript, check) {
      const shown = texts(lastObservation(transcript, SHOWN));
      const inOrder = shown.join(", ") === "earlier, later";
      const both = check.equals("what is shown", shown.toSorted(), ["earlier", "later"]);
      return [
        ...taken(check, FIRST),
        ...taken(check, SECOND),
        // Reading R-088: whoever sorts by time shows them in the hub's order.
        inOrder ? check.reading("R-088", "b", both) : check.reading("R-088", "a", both),
        sameRoom(transcript, check, ROOM),
      ];
    },
  },
  {
    id: "follower/notify/own-message",
    title: "A message that comes back to its sender is taken and not shown a second time",
    requirements: ["PROTO-FAN-10", "PROTO-FAN-11"],
    readings: ["R-089"],
    ...shared,
    needs: needsUser("sendText"),
    async run(context) {
      const { room, carol } = await suiteRoom(context);
      const { clientUri } = carol;
      const { roomUri } = room;
      await context.adapter.call("sendText", { clientUri, roomUri, text: OWN });
      const where = { label: "the submission", endpoint: "submitMessage", about: roomUri } as const;
      const { body } = await room.peer.waitFor(where);
      const { appMessage } = decode(SubmitMessageRequest, body);
      const back: FanoutMessage = { timestamp: room.lastTimestamp, message: appMessage };
      await room.notify(ECHO, encodeFanoutMessages([back]));
      const message = room.says("I heard you");
      await room.notify("another message", [message]);
      await observeMessages(context, SHOWN, room, clientUri, [message, message]);
      await observeRoom(context, ROOM, room, clientUri);
    },
    judge(transcript, check) {
      const shown = texts(lastObservation(transcript, SHOWN));
      const own = shown.filter((text) => text === OWN).length;
      const others = shown.filter((text) => text !== OWN);
      return [
        ...taken(check, ECHO),
        check.that(own <= 1, "the own message is not shown twice", `${own}`),
        check.equals("other messages that are shown", others, ["I heard you"]),
        sameRoom(transcript, check, ROOM),
      ];
    },
  },
];

/** The texts of observed messages. */
function texts(shown: unknown): string[] {
  const list: readonly unknown[] = Array.isArray(shown) ? shown : [];
  return list.flatMap((one) =>
    typeof one === "object" && one !== null && "text" in one ? [String(one.text)] : [],
  );
}
