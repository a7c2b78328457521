import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { answer, caseOf, runOf, sent, transcriptOf } from "../../test/made.ts";
import { badgeSvg } from "./badge.ts";
import { consoleSummary } from "./console.ts";
import { escapeMarkup } from "./escape.ts";
import { reportHtml } from "./html.ts";
import { implementationStatus } from "./implementation-status.ts";
import { junitXml } from "./junit.ts";
import { buildReport, type Report, unlockedBy } from "./model.ts";

const HOSTILE = `<script>alert(1)</script><img src=x onerror=y>"'&]]>--><!--\u0000\u0007\u202e\ud800`;
const hostile = new TextEncoder().encode(HOSTILE);
const cases = [
  caseOf("a/pass"),
  caseOf("a/fail", { requirements: ["PROTO-TR-02"] }),
  caseOf("a/warn", { level: "SHOULD", requirements: ["PROTO-TR-03"] }),
  caseOf("b/negative", { twin: "a/fail", requirements: ["PROTO-TR-04"] }),
  caseOf("b/waived", { requirements: ["PROTO-TR-05"] }),
  caseOf("b/skip", {
    requirements: ["PROTO-TR-06"],
    needs: { level: "L2", operations: ["leave"] },
  }),
  caseOf("b/reading", {
    requirements: ["PROTO-TR-01"],
    readings: ["R-012"],
    judge: (_, check) => [check.reading("R-012", "b", check.answered("it", { status: [200] }))],
  }),
];
const catalogue = new Map(cases.map((one) => [one.id, one]));
const bad = transcriptOf([
  sent(
    "it",
    { kind: "answer", status: 500, headers: [["x", HOSTILE]], body: Buffer.from(hostile).toString("base64") },
    {
      request: { method: HOSTILE, path: HOSTILE, headers: [[HOSTILE, HOSTILE]], body: "" },
    },
  ),
  {
    kind: "adapter",
    operation: HOSTILE,
    arguments: HOSTILE,
    outcome: { kind: "error", code: HOSTILE, detail: HOSTILE },
    durationMs: 1,
  },
  { kind: "note", text: HOSTILE },
  { kind: "observation", label: HOSTILE, value: HOSTILE },
  { kind: "wait", label: HOSTILE, expected: HOSTILE, timeoutMs: 1 },
]);
const good = transcriptOf([sent("it", answer(200))]);
const run = runOf(
  [
    { caseId: "a/pass", transcript: good },
    { caseId: "a/fail", transcript: bad },
    { caseId: "a/warn", transcript: bad },
    { caseId: "b/negative", transcript: good },
    { caseId: "b/waived", transcript: bad },
    { caseId: "b/skip", skipped: HOSTILE },
    { caseId: "b/reading", transcript: good },
  ],
  {
    seed: HOSTILE,
    waivers: [
      { case: "b/waived", owner: HOSTILE, expires: "2026-01-02", reason: HOSTILE },
      { case: "a/pass", owner: "o", expires: "2025-01-01", reason: "r" },
    ],
  },
);
let report: Report;
beforeAll(async () => {
  report = await buildReport(run, catalogue);
});

describe("the model", () => {
  it("counts results and shows the waivers", () => {
    expect(report.counts).toEqual({ pass: 2, fail: 1, warn: 1, inconclusive: 1, skip: 1, waived: 1 });
    expect(report.exitCode).toBe(1);
    expect(report.waivers.map(({ use }) => use)).toEqual(["used", "expired"]);
  });

  it("gives each requirement the worst result of its cases", () => {
    const row = (id: string) => report.requirements.find((one) => one.id === id);
    expect(row("PROTO-TR-01")?.cases.map(({ id }) => id)).toEqual(["a/pass", "b/reading"]);
    expect(row("PROTO-TR-01")?.result).toBe("pass");
    expect(row("PROTO-TR-04")?.result).toBe("inconclusive");
    expect(row("PROTO-TR-07")).toBeUndefined();
  });

  it("counts the requirements that were decided, and those that a level unlocks", () => {
    // TR-01, 02, 03 and 05; the inconclusive and the skipped case decide nothing.
    expect(report.coverage.decided).toBe(4);
    expect(unlockedBy(catalogue)).toEqual({ L0: 5, L1: 5, L2: 6 });
  });

  it("names the readings that were observed", () => {
    expect(report.readings).toMatchObject([
      { id: "R-012", observed: "b", chosen: false, cases: ["b/reading"] },
    ]);
  });

  it("is 0 only when everything was decided and nothing failed", async () => {
    const exit = async (...records: typeof run.records) =>
      (await buildReport(runOf(records), catalogue)).exitCode;
    expect(await exit({ caseId: "a/pass", transcript: good })).toBe(0);
    expect(await exit({ caseId: "b/negative", transcript: good })).toBe(2);
    expect(await exit()).toBe(2);
  });
});

describe("hostile text", () => {
  it("never becomes markup or an unprintable character", () => {
    for (const text of [reportHtml(report, run), junitXml(report), badgeSvg(report)]) {
      expect(text).not.toMatch(/<script>alert|<img|\]\]>-->/);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: there must be none
      expect(text).not.toMatch(/[\u0000\u0007\u202e\ud800]/);
    }
    for (const text of [consoleSummary(report, { verbose: true }), implementationStatus(report)]) {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: there must be none
      expect(text).not.toMatch(/[\u0000\u0007\u001b\u202e]/);
    }
  });

  it("is escaped whatever it is", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const escaped = escapeMarkup(text);
        expect(escaped).not.toMatch(/[<>"']/);
        expect(escaped.replaceAll(/&(?:amp|lt|gt|quot|#39);/g, "")).not.toContain("&");
        expect(escaped.isWellFormed()).toBe(true);
      }),
      { seed: 42 },
    );
  });
});

describe("the reports", () => {
  it("HTML loads nothing and allows no script but its own", () => {
    const html = reportHtml(report, run);
    expect(html).not.toMatch(/(?:src|href)="(?!#)/);
    expect(html).toMatch(/default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-/);
    for (const { id } of report.cases) expect(html).toContain(`id="case-${id.replace("/", "-")}"`);
  });

  it("JUnit counts failures and errors apart", () => {
    const xml = junitXml(report);
    expect(xml).toMatch(/<testsuites name="[^"]+" tests="7" failures="1" errors="1" skipped="2"/);
    expect(xml.match(/<testcase /g)).toHaveLength(7);
    expect(xml.match(/<failure /g)).toHaveLength(1);
  });

  it("the console has no line of more than 100 columns before its totals", () => {
    const lines = consoleSummary(report).split("\n");
    expect(lines.filter((line) => line.length > 100 && !line.startsWith("OpenMIMI"))).toEqual([]);
    expect(lines.join("\n")).toContain("2 passed, 1 failed, 1 warned, 1 inconclusive, 1 waived, 1 skipped");
  });

  it("the implementation status keeps to 72 columns", () => {
    const text = implementationStatus({
      ...report,
      run: { ...report.run, target: { url: "", domain: "a.example" } },
    });
    expect(text.split("\n").every((line) => line.length <= 72)).toBe(true);
    expect(text).toContain("draft-ietf-mimi-protocol-06");
  });
});
