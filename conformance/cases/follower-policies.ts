/**
 * What a room's policy asks of the clients of its members: reports, commits of pending proposals, limits for messages.
 * Policy §6.1, §7; status §3; reading R-183.
 * @module
 */

import {
  MimiComponentId,
  OperationalParameters,
  type PendingProposalPolicy,
  StatusNotificationPolicy,
} from "@openmimi/protocol";
import { encode } from "@openmimi/tls";
import type { AdapterOperation, ConformanceCase } from "../src/case.ts";
import type { Check, Checks } from "../src/checks.ts";
import type { CaseContext } from "../src/context.ts";
import type { Components } from "../src/play/room-extensions.ts";
import type { SuiteClient } from "../src/play/suite-client.ts";
import { REPORTED } from "../src/play/suite-hub.ts";
import { type SuiteRoom, suiteRoom } from "../src/play/suite-room.ts";
import type { TargetUser } from "../src/play/target-user.ts";
import type { Json } from "../src/transcript.ts";
import { needsUser } from "./follower-builders.ts";

const level = "MUST";
const role = "member-client";
const EXPECTED = "what has to be reported";
const COMMIT = "the commit of what is pending";
/** How long a client is given to do what falls due. */
const WORK_MS = 4000;
const SHOWN = "the texts that are shown";

const nothing: OperationalParameters["mandatoryCapabilities"] = {
  ...{ versions: [], cipherSuites: [], extensions: [], proposals: [], credentials: [], wireFormats: [] },
  ...{ componentIds: [], safeAadTypes: [], mediaTypes: [], contentTypes: [] },
};
const noTime = { minimumTime: 0n, defaultTime: 0n, maximumTime: 0n };

/** Operational parameters that say nothing but what is given. */
function operational(change: Partial<OperationalParameters>): Components {
  const parameters: OperationalParameters = {
    ...{ mandatoryCapabilities: nothing, defaultCapabilities: nothing, forbiddenCapabilities: nothing },
    ...{ handshakeFormats: [], externalProposalAllowed: true, externalCommitAllowed: true },
    pendingProposalPolicy: { pendingProposalStrategy: "unspecified" },
    appMessagePolicy: { epochTolerance: 255, padToSize: 0, maxGenerationsSkipahead: 0 },
    ...{ leafNodeUpdateTime: noTime, senderNonceKeypairLifetime: noTime, bufferIncomingMessageTime: noTime },
    ...{ maxKpLifetime: 0n, maxCredentialLifetime: 0n, resumptionPskLifetime: 0n },
    ...{ maxKeypairs: 0, maxBufferedMessages: 0 },
    ...change,
  };
  return [[MimiComponentId.operationalPolicy, encode(OperationalParameters, parameters)]];
}

type Setting = StatusNotificationPolicy["readReceipts"];
const notifications = (deliveryNotifications: Setting, readReceipts: Setting): Components => [
  [
    MimiComponentId.statusNotificationPolicy,
    encode(StatusNotificationPolicy, { deliveryNotifications, readReceipts }),
  ],
];

/** Reads what has come, and lets the client send what it has to. */
const sync = (context: CaseContext, { clientUri }: TargetUser, waitMs = 0) =>
  context.adapter.call("sync", { clientUri, waitMs });

/** A message of alice, read by carol's client. @returns its ID, after it was shown */
async function heard(
  context: CaseContext,
  room: SuiteRoom,
  carol: TargetUser,
  text: string,
): Promise<string> {
  const fanout = room.says(text);
  await room.tell(text, [fanout]);
  await sync(context, carol, 2000);
  return room.idOf(fanout);
}

interface Reporting extends Pick<ConformanceCase, "id" | "title" | "requirements"> {
  readonly policy: Components;
  readonly operations: readonly AdapterOperation[];
  readonly acts: (
    room: SuiteRoom,
    carol: TargetUser,
    context: CaseContext,
  ) => Promise<readonly { readonly about: string; readonly status: string }[]>;
}

/** A case in which nothing but these statuses is to be reported, in this order. */
function reporting({ id, title, requirements, policy, operations, acts }: Reporting): ConformanceCase {
  return {
    ...{ id, title, requirements, level, role, needs: needsUser(...operations) },
    async run(context) {
      const { room, carol } = await suiteRoom(context, policy);
      context.observe(REPORTED, []);
      const expected = await acts(room, carol, context);
      context.observe(
        EXPECTED,
        expected.map((one) => ({ ...one })),
      );
    },
    judge: (_, check) => [check.observed(REPORTED, check.observation(EXPECTED) ?? null)],
  };
}

function pending(
  words: Pick<ConformanceCase, "id" | "title">,
  policy: PendingProposalPolicy,
  leastMs: number,
): ConformanceCase {
  const took = "milliseconds until the commit";
  return {
    ...words,
    requirements: ["POLICY-OP-06"],
    readings: ["R-183"],
    ...{ level, role, needs: needsUser() },
    async run(context) {
      const { room, carol } = await suiteRoom(context, operational({ pendingProposalPolicy: policy }));
      const { clients, commit } = room.bring("bob");
      await room.tell("bob comes", [commit]);
      await sync(context, carol, 1000);
      const leave = room.leaves(clients[0] as SuiteClient);
      const begun = performance.now();
      await room.tell("bob goes, and nothing but a commit is missing", [leave]);
      // A client that is looked at once and one that works by itself both have the time that they need.
      const works = context.adapter.call("sync", { clientUri: carol.clientUri, waitMs: WORK_MS });
      const comes = room.peer
        .waitFor({ label: COMMIT, endpoint: "update", about: room.roomUri, timeoutMs: 2 * WORK_MS })
        .then(() => context.observe(took, Math.round(performance.now() - begun)));
      for (const ended of await Promise.allSettled([comes, works])) {
        if (ended.status === "rejected") throw ended.reason;
      }
      context.observe(
        "bob is a member",
        room.members.some(({ userUri }) => userUri.includes("bob")),
      );
    },
    judge(_, check) {
      const after = Number(check.observation(took));
      return [
        check.arrived(COMMIT),
        check.observed("bob is a member", false),
        check.that(
          !(after < leastMs),
          `no commit before ${leastMs} ms`,
          `${after} ms`,
          check.exchange(COMMIT)?.n,
        ),
      ];
    },
  };
}

/** The texts that carol's client shows, and those that it has to show. */
async function observeTexts(
  context: CaseContext,
  room: SuiteRoom,
  carol: TargetUser,
  expected: Json,
): Promise<void> {
  await sync(context, carol, 1000);
  const { clientUri } = carol;
  const { messages } = await context.adapter.call("messages", { clientUri, roomUri: room.roomUri });
  context.observe(
    SHOWN,
    messages.map(({ text }) => text ?? null),
  );
  context.observe(EXPECTED, expected);
}

const shown = (check: Checks): Check => check.observed(SHOWN, check.observation(EXPECTED) ?? null);

export const followerPolicies: readonly ConformanceCase[] = [
  reporting({
    id: "follower/reports/delivery-required",
    title:
      "Where delivery notifications are required, the arrival of a message is reported whatever the user prefers",
    requirements: ["POLICY-STAT-03"],
    policy: notifications("required", "forbidden"),
    operations: ["setReports"],
    async acts(room, carol, context) {
      const { clientUri } = carol;
      await context.adapter.call("setReports", { clientUri, delivery: false, read: false });
      return [{ about: await heard(context, room, carol, "hello"), status: "delivered" }];
    },
  }),
  reporting({
    id: "follower/reports/read-required",
    title: "Where read receipts are required, it is reported that a message was read",
    requirements: ["POLICY-STAT-03"],
    policy: notifications("forbidden", "required"),
    operations: ["setReports", "markRead"],
    async acts(room, carol, context) {
      const { clientUri } = carol;
      await context.adapter.call("setReports", { clientUri, delivery: true, read: false });
      const messageId = await heard(context, room, carol, "hello");
      await context.adapter.call("markRead", { clientUri, roomUri: room.roomUri, messageId });
      return [{ about: messageId, status: "read" }];
    },
  }),
  reporting({
    id: "follower/reports/forbidden",
    title: "Where a kind of report is forbidden it is not sent, whatever the user prefers",
    requirements: ["POLICY-STAT-02"],
    policy: notifications("forbidden", "required"),
    operations: ["setReports", "markRead"],
    async acts(room, carol, context) {
      const { clientUri } = carol;
      await context.adapter.call("setReports", { clientUri, delivery: true, read: true });
      const messageId = await heard(context, room, carol, "hello");
      // The receipt comes after all that could have been said of the arrival.
      await context.adapter.call("markRead", { clientUri, roomUri: room.roomUri, messageId });
      return [{ about: messageId, status: "read" }];
    },
  }),
  reporting({
    id: "follower/reports/optional",
    title: "Where delivery notifications are optional, the user's own setting counts",
    requirements: ["POLICY-STAT-04"],
    policy: notifications("optional", "optional"),
    operations: ["setReports"],
    async acts(room, carol, context) {
      const { clientUri } = carol;
      await context.adapter.call("setReports", { clientUri, delivery: false, read: false });
      await heard(context, room, carol, "not to be reported");
      await context.adapter.call("setReports", { clientUri, delivery: true, read: false });
      return [{ about: await heard(context, room, carol, "to be reported"), status: "delivered" }];
    },
  }),
  reporting({
    id: "follower/reports/optional-receipts",
    title: "Where read receipts are optional, the user's own setting counts",
    requirements: ["POLICY-STAT-04"],
    policy: notifications("optional", "optional"),
    operations: ["setReports", "markRead"],
    async acts(room, carol, context) {
      const { clientUri } = carol;
      const { roomUri } = room;
      await context.adapter.call("setReports", { clientUri, delivery: false, read: false });
      const first = await heard(context, room, carol, "read in silence");
      await context.adapter.call("markRead", { clientUri, roomUri, messageId: first });
      await context.adapter.call("setReports", { clientUri, delivery: false, read: true });
      const second = await heard(context, room, carol, "read");
      await context.adapter.call("markRead", { clientUri, roomUri, messageId: second });
      return [{ about: second, status: "read" }];
    },
  }),
  pending(
    {
      id: "follower/pending/immediate-commit",
      title: "Where pending proposals are to be committed at once, a client that learns of them does so",
    },
    { pendingProposalStrategy: "immediateCommit" },
    0,
  ),
  pending(
    {
      id: "follower/pending/random-delay",
      title:
        "Where pending proposals are to be committed after a random delay, a client waits and then does so",
    },
    { pendingProposalStrategy: "randomDelay", minimumDelayMs: 2000n, maximumDelayMs: 2500n },
    2000,
  ),
  {
    id: "follower/messages/epoch-tolerance",
    title: "A message of an epoch longer ago than the room tolerates is dropped, one that is not is shown",
    requirements: ["POLICY-OP-07"],
    readings: ["R-183"],
    ...{ level, role, needs: needsUser() },
    async run(context) {
      const policy = { epochTolerance: 1, padToSize: 0, maxGenerationsSkipahead: 0 };
      const { room, carol } = await suiteRoom(context, operational({ appMessagePolicy: policy }));
      const [early, late] = [room.says("too early"), room.says("early enough")];
      await room.tell("a commit", [room.commit()]);
      await room.tell("a message of the epoch before", [late]);
      await room.tell("another commit", [room.commit()]);
      await room.tell("a message of two epochs before", [early]);
      await room.tell("a message of now", [room.says("now")]);
      await observeTexts(context, room, carol, ["early enough", "now"]);
    },
    judge: (_, check) => [shown(check)],
  },
  {
    id: "follower/messages/generations",
    title: "A message that runs further ahead of its sender's last than the room allows is dropped",
    requirements: ["POLICY-OP-07"],
    readings: ["R-183"],
    ...{ level, role, needs: needsUser() },
    async run(context) {
      const policy = { epochTolerance: 255, padToSize: 0, maxGenerationsSkipahead: 3 };
      const { room, carol } = await suiteRoom(context, operational({ appMessagePolicy: policy }));
      const says = Array.from({ length: 5 }, (_, at) => room.says(`message ${at}`));
      const [, , , third, fourth] = says as [...typeof says, never, never];
      await room.tell("four messages ahead", [fourth as (typeof says)[number]]);
      await sync(context, carol, 1000);
      await room.tell("three messages ahead", [third as (typeof says)[number]]);
      await observeTexts(context, room, carol, ["message 3"]);
    },
    judge: (_, check) => [shown(check)],
  },
];
