/** What a room asks of its members' clients: reports, commits of what is pending, limits for messages. Policy §6.1, §7. */

import {
  decode,
  decodeStatusReport,
  encode as encodeContent,
  MessageStatus,
  markdown,
  STATUS_MEDIA_TYPE,
  statusMessage,
} from "@openmimi/content";
import type { MemberGroup } from "@openmimi/mls";
import {
  MimiComponentId,
  OperationalParameters,
  type PendingProposalPolicy,
  StatusNotificationPolicy,
} from "@openmimi/protocol";
import { operational } from "@openmimi/room/testing";
import { encode } from "@openmimi/tls";
import { beforeEach, describe, expect, it } from "vitest";
import { leaveProposals } from "../src/changes.ts";
import { MimiClient } from "../src/client.ts";
import { composeMessage } from "../src/message.ts";
import { padding } from "../src/message-policy.ts";
import { commitDue, untilDue } from "../src/pending-policy.ts";
import { reportDeliveries, reportRead } from "../src/reports.ts";
import type { Session } from "../src/session.ts";
import { aliceAndBob, arriving, commit, open, ROOM, take } from "./actors.ts";
import { answering, Inbox, submitted, updated } from "./answers.ts";

const ALICE = "mimi://a.example/u/alice";
const AT = 1_950_000_000_000n;
const accepted = { protocol: "mls10", statusCode: "accepted", acceptedTimestamp: AT } as const;
const success = { responseCode: "success", errorDescription: "", acceptedTimestamp: AT } as const;

type World = Awaited<ReturnType<typeof aliceAndBob>>;
let world: World;
/** Alice's group. */
let group: MemberGroup;
beforeEach(async () => {
  world = await aliceAndBob();
  group = world.group;
});

/** Alice gives the room a component, in her own group and in Bob's, by an administrator's word. */
async function setComponent(componentId: number, octets: Uint8Array): Promise<void> {
  const appDataUpdate = { componentId, op: "update", update: octets } as const;
  const made = commit(group, [{ proposalType: "appDataUpdate", appDataUpdate }]);
  const room = world.bob.session.rooms.get(ROOM)!;
  // What is asked here is what the policy means, not who may change it.
  const processed = room.group.process(made.commit);
  if (processed.kind !== "commit") throw new TypeError("not a commit");
  processed.merge();
  const { uri: roomUri, status, joinedEpoch } = room;
  const stored = { roomUri, status, joinedEpoch, group: room.group.serialize() };
  await world.bob.session.write([{ change: "room", room: stored }]);
}

function say(text: string, from = group) {
  const { applicationData, authenticatedData } = composeMessage(from.public, markdown(text), {
    senderUri: ALICE,
    roomUri: ROOM,
  });
  return from.protect(applicationData, authenticatedData === undefined ? {} : { authenticatedData });
}

describe("reports (policy §6.1)", () => {
  const policy = (deliveryNotifications: Setting, readReceipts: Setting) =>
    setComponent(
      MimiComponentId.statusNotificationPolicy,
      encode(StatusNotificationPolicy, { deliveryNotifications, readReceipts }),
    );
  type Setting = StatusNotificationPolicy["readReceipts"];

  /** Bob gets a message, and then reads it. @returns the statuses that he reports */
  async function reported(session: Session): Promise<number[]> {
    const events = await take(session, arriving(say("hello")));
    expect(events).toMatchObject([{ kind: "message" }]);
    await reportDeliveries(session, events);
    await reportRead(
      session,
      ROOM,
      events.map((event) => (event.kind === "message" ? event.message.messageId : "")),
    );
    const statuses = (await world.bob.store.messages(ROOM)).flatMap(({ own, content }) => {
      const { nestedPart: part } = decode(content);
      if (!own || part.cardinality !== "single" || part.contentType !== STATUS_MEDIA_TYPE) return [];
      return decodeStatusReport(part.content).map(({ status }) => status);
    });
    return statuses.toSorted();
  }

  it.each([
    ["required", "required", {}, [MessageStatus.delivered, MessageStatus.read]],
    ["required", "forbidden", { delivery: false, read: true }, [MessageStatus.delivered]],
    ["forbidden", "required", { delivery: true }, [MessageStatus.read]],
    ["optional", "optional", {}, []],
    ["optional", "optional", { delivery: true }, [MessageStatus.delivered]],
    ["optional", "optional", { read: true }, [MessageStatus.read]],
  ] as const)("delivery %s, read %s, and %o", async (delivery, read, settings, statuses) => {
    await policy(delivery, read);
    const bob = await open(
      world.bob.store,
      answering({ submitMessage: () => submitted(accepted) }).transport,
    );
    bob.reports = settings;
    expect(await reported(bob)).toEqual(statuses);
  });

  it("are not sent about reports", async () => {
    await policy("required", "required");
    const bob = await open(world.bob.store, answering({}).transport);
    const events = await take(bob, arriving(say("hello")));
    const [event] = events;
    if (event?.kind !== "message") throw new TypeError("no message");
    const content = encodeContent(statusMessage([{ messageId: new Uint8Array(32), status: 1 }]));
    await reportDeliveries(bob, [{ ...event, message: { ...event.message, content } }]);
    const { nestedPart } = decode(content);
    if (nestedPart.cardinality !== "single") throw new Error("a report is a single part");
    const shouted = { ...nestedPart, contentType: nestedPart.contentType.toUpperCase() };
    const loud = encodeContent({ ...decode(content), nestedPart: shouted });
    await reportDeliveries(bob, [{ ...event, message: { ...event.message, content: loud } }]);
    expect(bob.outgoing.size).toBe(0);
  });

  it("whose answer is lost are kept, and sent again", async () => {
    await policy("required", "optional");
    const bob = await open(world.bob.store, answering({}).transport);
    await reportDeliveries(bob, await take(bob, arriving(say("hello"))));
    expect(bob.outgoing.size).toBe(1);
  });
});

describe("pending proposals (policy §7)", () => {
  const policy = (pendingProposalPolicy: PendingProposalPolicy) =>
    setComponent(
      MimiComponentId.operationalPolicy,
      encode(OperationalParameters, operational({ pendingProposalPolicy })),
    );

  /** Bob learns that Alice leaves. */
  async function alicesLeave(random = () => 0.5): Promise<Session> {
    const room = world.alice.session.rooms.get(ROOM)!;
    const [first, ...moreProposals] = leaveProposals(room, ALICE).map((one) => group.propose(one).message);
    const bob = await open(world.bob.store, answering({ update: [updated(success)] }).transport);
    Object.assign(bob, { random });
    await take(bob, arriving(first!, { moreProposals }));
    return bob;
  }

  it("wait for whoever has something to do, where the room does not say", async () => {
    const bob = await alicesLeave();
    expect(untilDue(bob)).toBeUndefined();
  });

  it("wait as well where it says so", async () => {
    await policy({ pendingProposalStrategy: "unspecified" });
    expect(untilDue(await alicesLeave())).toBeUndefined();
  });

  it("are committed at once", async () => {
    await policy({ pendingProposalStrategy: "immediateCommit" });
    const bob = await alicesLeave();
    expect(untilDue(bob)).toBe(0);
    await commitDue(bob);
    expect(bob.rooms.get(ROOM)?.group.public.members().length).toBe(1);
    expect(untilDue(bob)).toBeUndefined();
  });

  it.each([
    [0, 10_000],
    [0.5, 15_000],
    [1, 20_000],
  ])("are committed after a delay: %d of the range", async (part, delay) => {
    await policy({
      pendingProposalStrategy: "randomDelay",
      minimumDelayMs: 10_000n,
      maximumDelayMs: 20_000n,
    });
    const bob = await alicesLeave(() => part);
    const due = untilDue(bob)!;
    expect(due).toBeGreaterThan(delay - 5_000);
    expect(due).toBeLessThanOrEqual(delay);
    await commitDue(bob);
    expect(bob.rooms.get(ROOM)?.group.public.members().length).toBe(2);
    // Looking again makes no new delay.
    expect(untilDue(bob)).toBeLessThanOrEqual(due);
  });

  it("are committed within a sync that waits long enough", async () => {
    await policy({ pendingProposalStrategy: "randomDelay", minimumDelayMs: 20n, maximumDelayMs: 20n });
    const room = world.alice.session.rooms.get(ROOM)!;
    const [first, ...moreProposals] = leaveProposals(room, ALICE).map((one) => group.propose(one).message);
    const inbox = new Inbox([arriving(first!, { moreProposals })]);
    const { transport, requests } = answering({ update: [updated(success)] }, inbox);
    const client = await MimiClient.open(transport, world.bob.store);
    const { events } = await client.sync({ waitMs: 5_000 });
    expect(events.map(({ kind }) => kind)).toContain("proposal");
    expect(requests.some(({ path }) => path.includes("/update/"))).toBe(true);
    expect(client.roomView(ROOM).members.length).toBe(1);
  });

  it("that the hub does not take are tried once in an epoch", async () => {
    await policy({ pendingProposalStrategy: "immediateCommit" });
    const bob = await alicesLeave();
    const refused = await open(
      world.bob.store,
      answering({ update: [updated({ responseCode: "notAllowed", errorDescription: "no" })] }).transport,
    );
    await commitDue(refused);
    expect(refused.rooms.get(ROOM)?.group.public.pending.length).toBe(2);
    expect(untilDue(refused)).toBeUndefined();
    expect(untilDue(bob)).toBe(0);
  });
});

describe("limits for messages (policy §7)", () => {
  const policy = (change: Partial<OperationalParameters["appMessagePolicy"]>) =>
    setComponent(
      MimiComponentId.operationalPolicy,
      encode(
        OperationalParameters,
        operational({
          appMessagePolicy: { epochTolerance: 1, padToSize: 0, maxGenerationsSkipahead: 0, ...change },
        }),
      ),
    );

  it("epoch_tolerance: a message of too long ago is refused", async () => {
    await policy({ epochTolerance: 1 });
    const [early, late] = [say("too early"), say("early enough")];
    const { session } = world.bob;
    await take(session, arriving(commit(group, [], true).commit));
    expect(await take(session, arriving(late))).toMatchObject([{ kind: "message" }]);
    await take(session, arriving(commit(group, [], true).commit));
    expect(await take(session, arriving(early))).toMatchObject([
      { kind: "refused", what: "message", reason: expect.stringContaining("tolerates 1") },
    ]);
  });

  it.each([
    ["in the process that joined", false],
    ["after a restart", true],
  ])("max_generations_skipahead: a message too far ahead is refused, %s", async (_, restart) => {
    await policy({ maxGenerationsSkipahead: 3 });
    const session = restart ? await open(world.bob.store) : world.bob.session;
    const messages = Array.from({ length: 5 }, (_, at) => say(`message ${at}`));
    expect(await take(session, arriving(messages[4]!))).toMatchObject([
      { kind: "refused", code: "generation-too-far" },
    ]);
    expect(await take(session, arriving(messages[3]!))).toMatchObject([{ kind: "message" }]);
    expect(await take(session, arriving(messages[4]!))).toMatchObject([{ kind: "message" }]);
  });

  it("pad_to_size: messages are multiples of it", async () => {
    expect([0, 1, 255, 256, 257].map((length) => padding(length, 256))).toEqual([0, 255, 1, 0, 255]);
    expect(padding(7)).toBe(0);
    await policy({ padToSize: 512 });
    const { session } = world.bob;
    const room = session.rooms.get(ROOM)!;
    const sizes = ["a", "a much longer message"].map((text) => {
      const message = say(text, room.group);
      return message.wireFormat === "privateMessage" ? message.privateMessage.ciphertext.length : 0;
    });
    expect(sizes[0]).toBe(sizes[1]);
  });
});
