/**
 * Faults of clients that do not do what a room's policy asks of its members. Policy §6.1, §7.
 *
 * This file holds data only: it is read before anything of the provider is loaded.
 * @module
 */

import type { Mutant } from "../mutant.ts";
import type { Edit } from "../tools/edited-sources.ts";

type ClientMutant = Mutant & { readonly edits: readonly Edit[] };

const asItIs = () => ({});
const CLIENT = "packages/client/src";

export const clientPolicyFaults: readonly ClientMutant[] = [
  {
    name: "client-reports-as-it-likes",
    fault: "Whether a report is required or optional, the user's own setting decides.",
    section: "policy §6.1, POLICY-STAT-03",
    parts: asItIs,
    edits: [{ file: `${CLIENT}/reports.ts`, text: 'return setting === "required" ||', by: "return" }],
    caughtBy: ["follower/reports/delivery-required", "follower/reports/read-required"],
  },
  {
    name: "client-reports-always",
    fault: "Where a room says that reports are optional they are sent whatever the user wants.",
    section: "policy §6.1, POLICY-STAT-04",
    parts: asItIs,
    edits: [
      { file: `${CLIENT}/reports.ts`, text: "session.reports[kind] === true", by: "data !== undefined" },
    ],
    caughtBy: ["follower/reports/optional", "follower/reports/optional-receipts"],
  },
  {
    name: "client-reports-in-spite",
    fault: "A report that the room forbids is sent if the user wants it.",
    section: "policy §6.1, POLICY-STAT-02",
    parts: asItIs,
    edits: [
      { file: `${CLIENT}/reports.ts`, text: '(setting === "optional" &&', by: '(setting !== "required" &&' },
      {
        file: `${CLIENT}/sending.ts`,
        text: "refuseUnlessAllowed(await judgeContent(",
        by: "void (await judgeContent(",
      },
    ],
    caughtBy: ["follower/reports/forbidden"],
  },
  {
    name: "client-follows-the-hub",
    fault: "Whatever the hub lets pass is followed, also what the room's policy forbids.",
    section: "policy §8, POLICY-ROLE-07",
    parts: asItIs,
    edits: [
      {
        file: `${CLIENT}/receive-handshake.ts`,
        text: "refuseUnlessAllowed(judgeCommit(room, processed.staged, session.claims));",
        by: "",
      },
    ],
    caughtBy: ["follower/forbidden/roles-with-list-change"],
  },
  {
    name: "client-waits-for-others",
    fault: "What others have proposed is never committed before there is something else to do.",
    section: "policy §7, POLICY-OP-06",
    parts: asItIs,
    edits: [
      {
        file: `${CLIENT}/pending-policy.ts`,
        text: "for (const [roomUri, { epoch }] of due) {",
        by: "for (const [roomUri, { epoch }] of due.slice(due.length)) {",
      },
    ],
    caughtBy: ["follower/pending/immediate-commit", "follower/pending/random-delay"],
  },
  {
    name: "client-cannot-wait",
    fault: "What others have proposed is committed at once where a delay is asked for.",
    section: "policy §7, POLICY-OP-06",
    parts: asItIs,
    edits: [
      {
        file: `${CLIENT}/pending-policy.ts`,
        text: "return least + random() * (most - least);",
        by: "return 0 * (least + random() * (most - least));",
      },
    ],
    caughtBy: ["follower/pending/random-delay"],
  },
  {
    name: "client-reads-any-epoch",
    fault: "A message of an epoch longer ago than the room tolerates is shown.",
    section: "policy §7, POLICY-OP-07",
    parts: asItIs,
    edits: [{ file: `${CLIENT}/receive.ts`, text: "checkEpochTolerance(room, epochOf(message));", by: "" }],
    caughtBy: ["follower/messages/epoch-tolerance"],
  },
  {
    name: "client-reads-any-generation",
    fault: "A message that runs further ahead than the room allows is shown.",
    section: "policy §7, POLICY-OP-07",
    parts: asItIs,
    edits: [
      {
        file: `${CLIENT}/session.ts`,
        text: "return policy()?.maxGenerationsSkipahead || undefined;",
        by: "return undefined;",
      },
    ],
    caughtBy: ["follower/messages/generations"],
  },
];
