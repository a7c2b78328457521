/**
 * Bodies of reportAbuse. Protocol §5.9.
 * @module
 */

import type { AbuseReport } from "@openmimi/protocol";
import { Twin } from "./body-tools.ts";
import { type Case, hex } from "./envelope.ts";
import { ALICE, BOB, CATHY, type Flow } from "./room.ts";

const none = { componentData: [] };
const text = (octets: string): string => hex(new TextEncoder().encode(octets));

/** Bodies of reportAbuse. */
export function reportAbuseBodies({ message }: Flow): Case[] {
  const twin = (id: string, value: AbuseReport) => new Twin("reportAbuse", "AbuseReport", id, value);
  const { applicationData, frank, acceptedTimestamp } = message;
  const report: AbuseReport = {
    reportingUser: ALICE,
    allegedAbuserUri: CATHY,
    reasonCode: 0,
    note: "Spam",
    messages: [{ messageContent: applicationData, frank, acceptedTimestamp }],
    abuseExtensions: none,
  };
  const whole = twin("report", report);
  return [
    whole.valid({ readings: ["R-076", "R-121"] }),
    twin("report-anonymous", { ...report, reportingUser: "", note: "", messages: [] }).valid({
      readings: ["R-123"],
    }),
    twin("report-other-reason", { ...report, reasonCode: 200 }).valid({ readings: ["R-121"] }),
    twin("report-of-two-messages", {
      ...report,
      messages: [...report.messages, { messageContent: Uint8Array.of(1, 2), frank, acceptedTimestamp: 0n }],
    }).valid({ notes: "The second one is no message of the room; the hub finds out by its frank." }),
    twin("report-without-a-note", { ...report, note: "" }).valid(),
    twin("report-without-messages-by-a-user", { ...report, messages: [] }).valid(),
    twin("report-with-a-long-note", { ...report, note: "Ä".repeat(100) }).valid({
      notes: "Two hundred octets: the length takes two.",
    }),
    twin("report-of-a-pseudonym", { ...report, allegedAbuserUri: "mimi://c.example/p/5f4b1c7e" }).valid(),
    twin("report-by-a-user-of-another-provider", { ...report, reportingUser: BOB }).valid(),
    twin("report-with-extensions", {
      ...report,
      abuseExtensions: { componentData: [{ componentId: 0xf0f0, data: Uint8Array.of(1) }] },
    }).valid({ readings: ["R-114"] }),
    twin("report-at-the-last-millisecond", {
      ...report,
      messages: [{ messageContent: applicationData, frank, acceptedTimestamp: 0xffff_ffff_ffff_ffffn }],
    }).valid(),
    whole.empty(),
    whole.replace("report-about-nobody", "allegedAbuserUri", "00", "invalid-value"),
    whole.replace(
      "note-not-utf8",
      "note",
      `04${hex(Uint8Array.of(0xc3, 0x28, 0xc3, 0x28))}`,
      "invalid-value",
    ),
    whole.cut("report-without-messages", "messages"),
    whole.append("octet-behind-report", "00"),
    ...whole.cuts(
      ["report-without-abuser", "allegedAbuserUri"],
      ["report-without-reason", "reasonCode"],
      ["report-without-note-field", "note"],
      ["report-without-extensions", "abuseExtensions"],
      ["message-without-frank", "messages.[0].frank"],
      ["message-without-time", "messages.[0].acceptedTimestamp"],
      ["frank-without-signature", "messages.[0].frank.frankingIntegritySignature"],
    ),
    ...whole.replaces(
      ["reporter-is-no-uri", "reportingUser", `05${text("alice")}`, "invalid-value"],
      ["reporter-in-upper-case", "reportingUser", `18${text("MIMI://a.example/u/alice")}`, "invalid-value"],
      ["abuser-not-utf8", "allegedAbuserUri", "02c328", "invalid-value"],
      ["note-with-nul", "note", "026100", "invalid-value", { readings: ["R-003"] }],
      ["note-length-not-minimal", "note", `4004${text("Spam")}`, "non-minimal-length"],
      ["note-length-prefix-11", "note", "c0000004", "invalid-length-prefix"],
      [
        "extensions-out-of-order",
        "abuseExtensions",
        "06003300003200",
        "invalid-value",
        { readings: ["R-114"] },
      ],
      ["extension-twice", "abuseExtensions", "06003200003200", "invalid-value", { readings: ["R-114"] }],
      ["messages-of-half-a-message", "messages", "0101", "truncated"],
    ),
  ];
}
