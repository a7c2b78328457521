/**
 * Users of a follower who are added to a room. Protocol §3.2, §5.2, §5.5; readings.
 * @module
 */

import { encodeFanoutMessages } from "@openmimi/protocol";
import type { ConformanceCase } from "../src/case.ts";
import { withOctet } from "../src/play/malformed.ts";
import { observeMessages, observeRoom } from "../src/play/observe-room.ts";
import { SuiteClient } from "../src/play/suite-client.ts";
import { SuiteRoom, suiteRoom } from "../src/play/suite-room.ts";
import { targetUser } from "../src/play/target-user.ts";
import { REFUSED, VALID } from "./claim.ts";
import { needsUser, SHOWN, taken } from "./follower-builders.ts";
import { ROOM, sameRoom } from "./hub-builders.ts";

const shared = { level: "MUST", role: "follower", needs: needsUser() } as const;
const WELCOME = "the Welcome";
const TWIN = "follower/welcome/joins";
const NEXT = "the next message";
const of = (who: string) => `${ROOM} as ${who} has it`;

export const followerWelcome: readonly ConformanceCase[] = [
  {
    ...shared,
    id: TWIN,
    title: "A Welcome reaches the client whose KeyPackage was claimed, and lets it into the room",
    requirements: ["PROTO-KM-25", "PROTO-FAN-14", "PROTO-FAN-22"],
    readings: ["R-017", "R-056", "R-109"],
    async run(context) {
      const room = new SuiteRoom(context);
      const carol = await targetUser(context);
      await room.notify(WELCOME, [(await room.addition(carol)).welcome]);
      await observeRoom(context, ROOM, room, carol.clientUri);
    },
    judge: (transcript, check) => [...taken(check, WELCOME), sameRoom(transcript, check)],
  },
  {
    ...shared,
    id: "follower/welcome/two-clients",
    title: "A Welcome lets both clients of a user in",
    requirements: ["PROTO-FAN-22", "PROTO-PL-09"],
    async run(context) {
      const room = new SuiteRoom(context);
      const carol = await targetUser(context, "carol", ["phone", "tablet"]);
      await room.notify(WELCOME, [(await room.addition(carol)).welcome]);
      const [phone = "", tablet = ""] = carol.clientUris;
      await observeRoom(context, of("the phone"), room, phone);
      await observeRoom(context, of("the tablet"), room, tablet);
    },
    judge: (transcript, check) => [
      ...taken(check, WELCOME),
      sameRoom(transcript, check, of("the phone")),
      sameRoom(transcript, check, of("the tablet")),
    ],
  },
  {
    ...shared,
    id: "follower/welcome/two-users",
    title: "One Welcome for two users of a provider lets both in, and nobody else hears of it",
    requirements: ["PROTO-FAN-22"],
    readings: ["R-090"],
    async run(context) {
      const room = new SuiteRoom(context);
      const [carol, dora] = [await targetUser(context), await targetUser(context, "dora")];
      const { clientUri } = await targetUser(context, "ellen");
      await room.notify(WELCOME, [(await room.addition(carol, dora)).welcome]);
      await observeRoom(context, of("carol"), room, carol.clientUri);
      await observeRoom(context, of("dora"), room, dora.clientUri);
      const { events } = await context.adapter.call("sync", { clientUri });
      context.observe("what came to another user", events);
    },
    judge: (transcript, check) => [
      ...taken(check, WELCOME),
      sameRoom(transcript, check, of("carol")),
      sameRoom(transcript, check, of("dora")),
      check.observed("what came to another user", 0),
    ],
  },
  {
    ...shared,
    id: "follower/welcome/with-secrets-for-others",
    title: "A Welcome that also holds secrets for users of another provider lets its own users in",
    requirements: ["PROTO-FAN-22"],
    readings: ["R-090"],
    async run(context) {
      const room = new SuiteRoom(context);
      const carol = await targetUser(context);
      const bob = SuiteClient.of(context, "follower1", "bob");
      await room.notify(WELCOME, [(await room.addition(carol, bob)).welcome]);
      await observeRoom(context, ROOM, room, carol.clientUri);
    },
    judge: (transcript, check) => [...taken(check, WELCOME), sameRoom(transcript, check)],
  },
  ...(["commit", "welcome"] as const).map(
    (first): ConformanceCase => ({
      ...shared,
      id: `follower/welcome/later-user-${first}-first`,
      title: `A second user joins a room that the follower knows; the ${first} comes first`,
      requirements: ["PROTO-FAN-09", "PROTO-FAN-22", "PROTO-FAN-23"],
      readings: ["R-091"],
      async run(context) {
        const { room, carol } = await suiteRoom(context);
        const dora = await targetUser(context, "dora");
        const { commit, welcome } = await room.addition(dora);
        await room.notify(WELCOME, first === "commit" ? [commit, welcome] : [welcome, commit]);
        await observeRoom(context, of("carol"), room, carol.clientUri);
        await observeRoom(context, of("dora"), room, dora.clientUri);
        const message = room.says("welcome, dora");
        await room.notify(NEXT, [message]);
        await observeMessages(context, SHOWN, room, dora.clientUri, [message]);
      },
      judge: (transcript, check) => [
        ...taken(check, WELCOME),
        sameRoom(transcript, check, of("carol")),
        sameRoom(transcript, check, of("dora")),
        ...taken(check, NEXT),
        sameRoom(transcript, check, SHOWN),
      ],
    }),
  ),
  {
    ...shared,
    id: "follower/welcome/not-from-the-hub",
    title: "A Welcome that another provider than the room's hub brings is refused",
    requirements: ["PROTO-FAN-19", "ARCH-05", "ARCH-07"],
    readings: ["R-093", "R-096"],
    twin: TWIN,
    async run(context) {
      const room = new SuiteRoom(context);
      const carol = await targetUser(context);
      const { welcome } = await room.addition(carol);
      await room.notify(REFUSED, [welcome], {}, context.peers.follower1);
      const { events } = await context.adapter.call("sync", { clientUri: carol.clientUri });
      context.observe("what came to carol", events);
      await room.notify(VALID, [welcome]);
      await observeRoom(context, ROOM, room, carol.clientUri);
    },
    judge: (transcript, check) => [
      check.refused(REFUSED, { status: ["4xx"] }),
      check.should(check.answered(REFUSED, { status: [403] })),
      check.observed("what came to carol", 0),
      ...taken(check, VALID),
      sameRoom(transcript, check),
    ],
  },
  {
    ...shared,
    id: "follower/welcome/tree-representation",
    title: "A Welcome whose tree is given in a form that is not defined is refused",
    requirements: ["PROTO-TR-08", "RTO-01"],
    readings: ["R-007", "R-096"],
    twin: TWIN,
    async run(context) {
      const room = new SuiteRoom(context);
      const carol = await targetUser(context);
      const { welcome } = await room.addition(carol);
      const octets = encodeFanoutMessages([welcome]);
      // The representation stands behind the Welcome: where the octets with another tree begin to differ.
      const other = encodeFanoutMessages([
        { ...welcome, ratchetTreeOption: { representation: "distributionService" } },
      ]);
      const at = octets.findIndex((octet, index) => octet !== other[index]);
      await room.notify(REFUSED, withOctet(octets, at, 9));
      const { events } = await context.adapter.call("sync", { clientUri: carol.clientUri });
      context.observe("what came to carol", events);
      await room.notify(VALID, [welcome]);
      await observeRoom(context, ROOM, room, carol.clientUri);
    },
    judge: (transcript, check) => [
      check.refused(REFUSED, { status: ["4xx"] }),
      check.observed("what came to carol", 0),
      ...taken(check, VALID),
      sameRoom(transcript, check),
    ],
  },
];
