/**
 * Vectors of the kind `message-status`. Status §3 and §4.
 * @module
 */

import {
  ContentError,
  decodeStatusReport,
  encodeStatusReport,
  standingStatus,
  statusChanges,
} from "@openmimi/content";
import {
  type Case,
  Draft,
  type Expected,
  type GeneratedFile,
  hex,
  makeVectors,
  textOf,
  toJson,
  unhex,
  type Vector,
  vectorFile,
} from "./envelope.ts";

function evaluateReport(octets: Uint8Array): Expected {
  try {
    const value = decodeStatusReport(octets);
    if (hex(encodeStatusReport(value)) !== hex(octets)) throw new Error("a report has two encodings");
    return { valid: true, value: toJson(value) };
  } catch (error) {
    if (!(error instanceof ContentError)) throw error;
    return { valid: false, reason: error.code, path: error.path, offset: error.offset };
  }
}

/** What stands of the statuses that one user reports of one message, given in the hub's order. */
function evaluateStatuses(statuses: readonly number[]): Expected {
  let stepwise: number | undefined;
  for (const status of statuses) if (statusChanges(stepwise, status)) stepwise = status;
  const reports = statuses.map((status, index) => ({ status, order: String.fromCharCode(index) }));
  const [first] = reports;
  if (first === undefined) throw new Error("no statuses");
  // Heard of backwards: what stands must be the same.
  const standing = reports.reduceRight(
    (known, heard) => standingStatus(known, heard),
    reports.at(-1) ?? first,
  );
  if (standing.status !== stepwise)
    throw new Error(`the outcome depends on the order of arrival: ${statuses}`);
  return { valid: true, standing: standing.status };
}

/** What the implementation makes of an input of this kind. */
export function evaluateMessageStatus(input: Vector["input"]): Expected {
  if (Array.isArray(input.statuses)) return evaluateStatuses(input.statuses as number[]);
  return evaluateReport(unhex(textOf(input, "octets")));
}

const id = (digits: string): string => `5820${`01${digits.repeat(31)}`}`;
const pair = (status: string, of = "aa"): string => `82${id(of)}${status}`;

type ReportCase = readonly [
  id: string,
  octets: string,
  reason?: string | undefined,
  twin?: string | undefined,
  notes?: string,
];

const REPORTS: readonly ReportCase[] = [
  ["empty", "80", undefined, undefined, "A report may be empty."],
  ["empty-long-count", "9800", "not-shortest", "empty"],
  ["empty-indefinite", "9fff", "indefinite-length", "empty"],
  ["empty-map", "a0", "wrong-type", "empty"],
  ["empty-null", "f6", "wrong-type", "empty"],
  ["empty-and-an-octet", "8000", "trailing-bytes", "empty"],
  ...["unread", "delivered", "read", "expired", "deleted", "hidden", "error"].map(
    (name, status): ReportCase => [name, `81${pair(`0${status}`)}`],
  ),
  ["status-7", `81${pair("07")}`, undefined, undefined, "Without a name, and valid."],
  ["status-200", `81${pair("18c8")}`],
  ["status-255", `81${pair("18ff")}`],
  ["status-256", `81${pair("190100")}`, "out-of-range", "status-255"],
  ["status-negative", `81${pair("20")}`, "wrong-type", "read"],
  ["status-text", `81${pair("6472656164")}`, "wrong-type", "read"],
  ["status-null", `81${pair("f6")}`, "wrong-type", "read"],
  ["status-long", `81${pair("1802")}`, "not-shortest", "read"],
  ["id-of-31", `8182581f01${"aa".repeat(30)}02`, "wrong-length", "read"],
  ["id-of-33", `8182582101${"aa".repeat(32)}02`, "wrong-length", "read"],
  ["id-text", `8182782001${"61".repeat(31)}02`, "wrong-type", "read"],
  ["id-null", "8182f602", "wrong-type", "read"],
  ["id-long-length", `8182590020${id("aa").slice(4)}02`, "not-shortest", "read"],
  ["pair-alone", `8181${id("aa")}`, "wrong-length", "read"],
  ["pair-of-three", `8183${id("aa")}0200`, "wrong-length", "read"],
  ["pair-map", `81a1${id("aa")}02`, "wrong-type", "read"],
  ["pair-missing", `82${pair("02")}`, "truncated", "read"],
  ["swapped", `818202${id("aa")}`, "wrong-type", "read"],
  ["several", `83${pair("02")}${pair("01", "bb")}${pair("03", "cc")}`],
  [
    "one-message-twice",
    `82${pair("02")}${pair("00")}`,
    undefined,
    undefined,
    "The later pair counts if it changes the earlier one.",
  ],
  [
    "of-30-messages",
    `981e${Array.from({ length: 30 }, (_, index) => pair("02", (index + 16).toString(16))).join("")}`,
  ],
  [
    "of-30-messages-long-count",
    `99001e${Array.from({ length: 30 }, (_, index) => pair("02", (index + 16).toString(16))).join("")}`,
    "not-shortest",
    "of-30-messages",
  ],
  [
    "id-of-another-hash",
    `81825820${"08".repeat(32)}02`,
    undefined,
    undefined,
    "Which hash algorithms are in use is not a matter of the format.",
  ],
];

const [UNREAD, DELIVERED, READ, EXPIRED, DELETED, HIDDEN, ERROR] = [0, 1, 2, 3, 4, 5, 6];
const TRANSITIONS: readonly (readonly [id: string, statuses: readonly number[], notes?: string])[] = [
  ["delivered-read-unread-expired", [DELIVERED, READ, UNREAD, EXPIRED], "The draft's example of a sequence."],
  ["deleted-delivered", [DELETED, DELIVERED], "The draft's example of what makes no sense."],
  ["deleted-read", [DELETED, READ]],
  ["deleted-expired", [DELETED, EXPIRED]],
  ["expired-read", [EXPIRED, READ]],
  ["expired-deleted", [EXPIRED, DELETED]],
  ["read-delivered", [READ, DELIVERED], "A second device that receives the message later."],
  ["unread-delivered", [UNREAD, DELIVERED]],
  ["read-unread-read", [READ, UNREAD, READ]],
  ["read-hidden", [READ, HIDDEN]],
  ["hidden-unread", [HIDDEN, UNREAD]],
  ["hidden-delivered", [HIDDEN, DELIVERED]],
  ["error-delivered", [ERROR, DELIVERED]],
  ["delivered-error", [DELIVERED, ERROR]],
  ["error-read-error", [ERROR, READ, ERROR]],
  ["read-200", [READ, 200], "A status without a name is like unread, read and hidden."],
  ["200-read", [200, READ]],
  ["200-delivered", [200, DELIVERED]],
  ["deleted-200", [DELETED, 200]],
];

/** All files of this kind. */
export function messageStatusFiles(): GeneratedFile[] {
  const base = { draft: Draft.status, section: "4", readings: [] };
  const reports = REPORTS.map(
    ([name, octets, reason, twin, notes]): Case => ({
      id: name,
      input: { octets, ...(twin === undefined ? {} : { twin }) },
      ...(reason === undefined ? {} : { reason }),
      ...(notes === undefined ? {} : { notes }),
    }),
  );
  const transitions = TRANSITIONS.map(
    ([name, statuses, notes]): Case => ({
      id: name,
      input: { statuses },
      section: "3",
      ...(notes === undefined ? {} : { notes }),
    }),
  );
  const file = (name: string, title: string, all: readonly Case[]): GeneratedFile => {
    const vectors = makeVectors(`message-status/${name}`, base, all, evaluateMessageStatus);
    return vectorFile("message-status", name, title, vectors);
  };
  return [
    file("reports", "Reports of one or several messages", reports),
    file("transitions", "What stands of the statuses that a user reports one after another", transitions),
  ];
}
