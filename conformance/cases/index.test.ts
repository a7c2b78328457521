import { describe, expect, it } from "vitest";
import { adapterDocument } from "../src/adapter/document.ts";
import type { ConformanceCase } from "../src/case.ts";
import { catalogueOf } from "../src/catalogue.ts";
import { judgeRecords } from "../src/judge.ts";
import type { CaseTranscript } from "../src/transcript.ts";
import { cases } from "./index.ts";

/** Every script as a case without a twin: those of the cases, and those of their inline twins. */
const scripts: readonly (readonly [string, ConformanceCase])[] = cases.flatMap(({ twin, ...one }) => [
  [one.id, one] as const,
  ...(typeof twin === "object" ? [[`${one.id} (valid twin)`, { ...one, ...twin }] as const] : []),
]);

const nothing = (caseId: string, end: CaseTranscript["end"]): CaseTranscript => ({
  ...{ caseId, part: "case", startedAt: "2026-01-01T00:00:00.000Z", durationMs: 0, entries: [] },
  end,
});

describe("the cases", () => {
  it("have unique ids, and cite requirements, readings and twins that exist", () => {
    expect(catalogueOf(cases).size).toBe(cases.length);
  });

  it("are as many as the first slice asks for", () => {
    expect(cases.length).toBeGreaterThanOrEqual(60);
    expect(cases.filter(({ twin }) => twin !== undefined).length).toBeGreaterThanOrEqual(25);
  });

  it("say in one sentence what is expected", () => {
    for (const { id, title } of cases) {
      expect(title.length, id).toBeLessThanOrEqual(120);
      expect(title, id).toMatch(/^[A-Z].*[^.]$/);
    }
  });

  it("need what the adapter can offer, once", () => {
    const known = new Set(adapterDocument().operations.keys());
    for (const { id, needs } of cases) {
      const named: readonly string[] = needs.level === "L2" ? needs.operations : [];
      expect(
        named.filter((operation) => !known.has(operation)),
        id,
      ).toEqual([]);
      const listed = needs.level === "L1" ? needs.fixtures : named;
      expect(new Set(listed).size, id).toBe(listed.length);
    }
  });

  it("have twins that run wherever they run", () => {
    const byId = catalogueOf(cases);
    const operationsOf = ({ needs }: ConformanceCase): readonly string[] =>
      needs.level === "L2" ? needs.operations : [];
    for (const one of cases) {
      const twin = typeof one.twin === "string" ? byId.get(one.twin) : undefined;
      if (twin === undefined) continue;
      const own = new Set(operationsOf(one));
      expect(
        operationsOf(twin).filter((operation) => !own.has(operation)),
        one.id,
      ).toEqual([]);
    }
  });
});

describe("a judge that is shown nothing", () => {
  it.each(scripts)("finds neither good nor bad: %s", async (_, one) => {
    const { id } = one;
    const end = { kind: "stopped", cause: "adapter", reason: "there is none" } as const;
    const record = { caseId: id, transcript: nothing(id, end) };
    const [verdict] = await judgeRecords([record], new Map([[id, one]]));
    expect(verdict).toMatchObject({ result: "inconclusive", reason: expect.not.stringMatching(/broke/) });
  });
});
