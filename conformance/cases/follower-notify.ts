/**
 * Events of a room that reach the users of a follower. Protocol §5.5; readings.
 * @module
 */

import { FanoutMessage as Fanout, type FanoutMessage } from "@openmimi/protocol";
import { encode } from "@openmimi/tls";
import type { ConformanceCase } from "../src/case.ts";
import { indexOf, leavesOf, listUpdate } from "../src/play/handshake.ts";
import { joined } from "../src/play/malformed.ts";
import { observeMessages, observeRoom } from "../src/play/observe-room.ts";
import type { SuiteClient } from "../src/play/suite-client.ts";
import { type SuiteRoom, suiteRoom } from "../src/play/suite-room.ts";
import { targetUser } from "../src/play/target-user.ts";
import { delivered, needsUser, SHOWN, taken } from "./follower-builders.ts";
import { ROOM, sameRoom } from "./hub-builders.ts";

const EVENTS = "the events";
const AFTERWARDS = "a message afterwards";
const MANY = 60;

/** Delivers events in one body, then a message that shows that all is well. */
async function inOneBody(room: SuiteRoom, events: readonly FanoutMessage[]): Promise<FanoutMessage[]> {
  await room.notify(EVENTS, events);
  const message = room.says("afterwards");
  await room.notify(AFTERWARDS, [message]);
  return [...events.filter((event) => room.said(event) !== undefined), message];
}

/** The hub proposes that a user goes: from the list, and with the only client. */
function hubRemoves(room: SuiteRoom, user: SuiteClient) {
  const { group } = room.alice;
  const removed = [indexOf(group.public, user.userUri)];
  return [
    room.hubProposes({ proposalType: "remove", removed: user.group.ownLeafIndex }),
    room.hubProposes(listUpdate({ removedIndices: removed })),
  ];
}

export const followerNotify: readonly ConformanceCase[] = [
  delivered({
    id: "follower/notify/message",
    title: "A message is shown, with its sender and the time at which the hub accepted it",
    requirements: ["PROTO-FAN-14", "PROTO-FAN-23"],
    readings: ["R-017", "R-082", "R-085"],
    labels: [EVENTS],
    async deliver(room) {
      const message = room.says("hello");
      await room.notify(EVENTS, [message]);
      return [message];
    },
  }),
  delivered({
    id: "follower/notify/message-without-frank",
    title: "A message that the hub did not frank is shown like others",
    requirements: ["PROTO-FAN-23"],
    readings: ["R-085"],
    labels: [EVENTS],
    async deliver(room) {
      const message = room.says("not franked", room.alice, false);
      await room.notify(EVENTS, [message]);
      return [message];
    },
  }),
  delivered({
    id: "follower/notify/commit",
    title: "A commit takes the follower's client into the next epoch",
    requirements: ["PROTO-FAN-14", "PROTO-FAN-23"],
    labels: [EVENTS, AFTERWARDS],
    deliver: (room) => inOneBody(room, [room.commit()]),
  }),
  delivered({
    id: "follower/notify/added-and-removed",
    title: "Users of other providers come and go, and the participant list follows",
    requirements: ["PROTO-FAN-23", "PROTO-PL-03", "PROTO-PL-04"],
    readings: ["R-134"],
    labels: ["bob comes", EVENTS, AFTERWARDS],
    async deliver(room) {
      const { clients, commit } = room.bring("bob", 2);
      const removed = indexOf(room.alice.group.public, clients[0]?.userUri ?? "");
      const removal = room.commit([
        listUpdate({ removedIndices: [removed] }),
        ...clients.map((one) => ({ proposalType: "remove", removed: one.group.ownLeafIndex }) as const),
      ]);
      const { commit: next } = room.bring("carl");
      await room.notify("bob comes", [commit]);
      return inOneBody(room, [removal, next]);
    },
  }),
  delivered({
    id: "follower/notify/leaving-user",
    title: "The proposals of a user who leaves are kept, and the commit that refers to them is understood",
    requirements: ["PROTO-FAN-23"],
    readings: ["R-062"],
    labels: ["the proposals", EVENTS, AFTERWARDS],
    async deliver(room) {
      const { clients, commit } = room.bring("bob");
      const leaving = room.leaves(clients[0] as SuiteClient);
      await room.notify("the proposals", [commit, leaving]);
      return inOneBody(room, [room.commit()]);
    },
  }),
  delivered({
    id: "follower/notify/proposals-of-the-hub",
    title: "What the hub proposes as external sender is taken, and so is the commit that refers to it",
    requirements: ["PROTO-FAN-23"],
    readings: ["R-030"],
    labels: ["the proposals", EVENTS, AFTERWARDS],
    async deliver(room) {
      const { clients, commit } = room.bring("bob");
      const [first, ...more] = hubRemoves(room, clients[0] as SuiteClient);
      if (first === undefined) throw new Error("the hub proposed nothing: a defect of the case");
      const proposals = { timestamp: room.timestamp(), message: first, moreProposals: more };
      await room.notify("the proposals", [commit, proposals]);
      return inOneBody(room, [room.commit()]);
    },
  }),
  delivered({
    id: "follower/notify/stapled-proposals",
    title: "Proposals of the hub that are stapled to a commit belong to the epoch that it begins",
    requirements: ["PROTO-FAN-23"],
    readings: ["R-092"],
    labels: ["bob comes", "a commit with proposals", EVENTS, AFTERWARDS],
    async deliver(room) {
      const { clients, commit } = room.bring("bob");
      await room.notify("bob comes", [commit]);
      const stapled = room.commit();
      const externalProposals = hubRemoves(room, clients[0] as SuiteClient);
      await room.notify("a commit with proposals", [{ ...stapled, externalProposals }]);
      return inOneBody(room, [room.commit()]);
    },
  }),
  delivered({
    id: "follower/notify/several-events",
    title: "Several events in one body are processed in their order",
    requirements: ["PROTO-FAN-08", "PROTO-FAN-09", "PROTO-FAN-20"],
    readings: ["R-086"],
    labels: [EVENTS, AFTERWARDS],
    deliver: (room) =>
      inOneBody(room, [room.says("first"), room.commit(), room.says("second"), room.says("third")]),
  }),
  delivered({
    id: "follower/notify/many-events",
    title: `A body with ${MANY} messages is processed whole`,
    requirements: ["PROTO-FAN-09", "PROTO-FAN-20"],
    readings: ["R-086"],
    labels: [EVENTS, AFTERWARDS],
    deliver: (room) =>
      inOneBody(
        room,
        Array.from({ length: MANY }, (_, at) => room.says(`no. ${at + 1}`)),
      ),
  }),
  delivered({
    id: "follower/notify/leading-protocol",
    title: "An event may begin with the octet of its protocol",
    requirements: ["PROTO-FAN-09"],
    readings: ["R-084"],
    // Reading R-084: literally there is no such octet.
    level: "MAY",
    labels: [EVENTS],
    async deliver(room) {
      const message = room.says("with a protocol octet");
      await room.notify(EVENTS, joined(Uint8Array.of(1), encode(Fanout, message)));
      return [message];
    },
  }),
  {
    id: "follower/notify/two-users",
    title: "Messages and commits reach every member of the room at the follower",
    requirements: ["PROTO-FAN-23"],
    level: "MUST",
    role: "follower",
    needs: needsUser(),
    async run(context) {
      const { room, carol } = await suiteRoom(context);
      const dora = await targetUser(context, "dora");
      const { commit, welcome } = await room.addition(dora);
      await room.tell("dora comes", [commit, welcome]);
      const [first, epoch, second] = [room.says("to both"), room.commit(), room.says("again")];
      await room.notify(EVENTS, [first, epoch, second]);
      for (const [name, { clientUri }] of Object.entries({ carol, dora })) {
        await observeMessages(context, `${SHOWN} to ${name}`, room, clientUri, [first, second]);
        await observeRoom(context, `${ROOM} as ${name} has it`, room, clientUri);
      }
    },
    judge: (transcript, check) => [
      ...taken(check, EVENTS),
      ...["carol", "dora"].flatMap((name) => [
        sameRoom(transcript, check, `${SHOWN} to ${name}`),
        sameRoom(transcript, check, `${ROOM} as ${name} has it`),
      ]),
    ],
  },
  {
    id: "follower/notify/removed-user",
    title: "After a user was removed the other one at the follower still gets what follows",
    requirements: ["PROTO-FAN-23", "ARCH-03"],
    level: "MUST",
    role: "follower",
    needs: needsUser(),
    async run(context) {
      const { room, carol } = await suiteRoom(context);
      const dora = await targetUser(context, "dora");
      const { commit, welcome } = await room.addition(dora);
      await room.tell("dora comes", [commit, welcome]);
      const group = room.alice.group.public;
      const [removed = -1] = leavesOf(group, carol.userUri);
      const proposals = [
        listUpdate({ removedIndices: [indexOf(group, carol.userUri)] }),
        { proposalType: "remove", removed } as const,
      ];
      const removal = room.commit(proposals);
      const message = room.says("among ourselves");
      await room.notify(EVENTS, [removal, message]);
      await observeMessages(context, SHOWN, room, dora.clientUri, [message]);
      await observeRoom(context, ROOM, room, dora.clientUri);
      await observeMessages(context, `${SHOWN} to carol`, room, carol.clientUri, []);
    },
    judge: (transcript, check) => [
      ...taken(check, EVENTS),
      sameRoom(transcript, check, SHOWN),
      sameRoom(transcript, check),
      check.observed(`${SHOWN} to carol`, []),
    ],
  },
];
