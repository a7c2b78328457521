import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { DenialReason } from "../../src/decision.ts";
import { type Comparison, compare, compareContent } from "./agreement.ts";
import { judgedCapabilities } from "./content-questions.ts";
import { enforced } from "./rooms.ts";

/** `OPENMIMI_ORACLE_QUESTIONS` asks for more; `npm run soak` has two million. */
const numRuns = Number(process.env.OPENMIMI_ORACLE_QUESTIONS ?? 50_000);

const reasons: readonly DenialReason[] = [
  "not-a-participant",
  "banned",
  "removal-pending",
  "identity-changed",
  "pseudonym-not-allowed",
  "missing-capability",
  "transition-not-authorized",
  "no-preauthorization",
  "not-the-hub",
  "not-permitted",
  "malformed-update",
  "invalid-component",
  "unknown-role",
  "component-not-removable",
  "room-uri-changed",
  "forbidden-combination",
  "repeated-update",
  "client-without-participant",
  "clients-left",
  "fixed-membership",
  "parent-dependent",
  "single-device",
  "maximum-users",
  "maximum-clients",
  "maximum-participants",
  "minimum-participants",
  "maximum-active-participants",
  "minimum-active-participants",
  "external-commit-not-allowed",
  "external-proposal-not-allowed",
  "invalid-join-code",
];
const contentReasons: readonly DenialReason[] = [
  "not-a-participant",
  "banned",
  "missing-capability",
  "not-permitted",
  "link-preview-not-allowed",
  "asset-not-allowed",
  "expiration-not-allowed",
  "status-report-not-allowed",
];
const rules = [
  ...enforced,
  "canOpenJoin",
  "canUseJoinCode",
  "first client of who joins",
  "hub",
  "clients of a user who is removed or banned",
  "replaces its own former leaf",
  "removed from the parent room",
  "own leaf",
];

/** How often each rule allowed and each reason denied. */
function agree(compared: (octets: Uint8Array) => Comparison, length: number, questions: number) {
  const answers = new Map<string, number>();
  const count = (answer: string) => answers.set(answer, (answers.get(answer) ?? 0) + 1);
  const octets = fc.uint8Array({ minLength: length, maxLength: length, size: "max" });
  fc.assert(
    fc.property(octets, (choices) => {
      const { decisions, disagreements } = compared(choices);
      for (const decision of decisions) {
        if (!decision.allowed) count(decision.reason);
        else for (const rule of new Set(decision.grounds.map((ground) => ground.rule))) count(rule);
      }
      expect(disagreements).toEqual([]);
    }),
    { numRuns: questions, seed: 41 },
  );
  return (answer: string) => answers.get(answer) ?? 0;
}

describe("the rules and the oracle", () => {
  it("agree on random rooms and changes", { timeout: 60_000 + numRuns * 2 }, () => {
    const count = agree(compare, 300, numRuns);
    for (const each of reasons) expect(count(each), each).toBeGreaterThan(20);
    for (const each of rules) expect(count(each), each).toBeGreaterThan(5);
  });

  it("agree on random messages", { timeout: 60_000 + numRuns }, () => {
    const count = agree(compareContent, 150, Math.ceil(numRuns / 5));
    for (const each of contentReasons) expect(count(each), each).toBeGreaterThan(20);
    for (const each of judgedCapabilities) expect(count(each), each).toBeGreaterThan(5);
  });
});
