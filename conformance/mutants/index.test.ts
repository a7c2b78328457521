import { readFileSync } from "node:fs";
import { loadReadings, loadRequirements } from "@openmimi/spec";
import { describe, expect, it } from "vitest";
import { listCases } from "../src/index.ts";
import { findMutant, mutants } from "./index.ts";
import { loadMatrix } from "./run.ts";
import { withTable } from "./table.ts";

const cases = listCases();
const citable = new Set([...loadRequirements(), ...loadReadings()].map(({ id }) => id));
const named = new Set(mutants.flatMap(({ caughtBy }) => caughtBy));

describe("the mutants", () => {
  it("have names of their own, which can be asked for", () => {
    const names = mutants.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
    expect(findMutant(names[0] ?? "").name).toBe(names[0]);
    expect(() => findMutant("nobody")).toThrow("no mutant is called nobody");
  });

  it.each(mutants)("$name says what is wrong in one sentence, and against what", ({ fault, section }) => {
    expect(fault).toMatch(/^[A-Z][^|]*\.$/);
    expect(section).toMatch(/§|R-\d{3}/);
  });

  it.each(mutants)("$name cites what exists", ({ section }) => {
    const cited = section.match(/[A-Z]+-[A-Z]+-\d+|R-\d+/g) ?? [];
    expect(cited.filter((id) => !citable.has(id))).toEqual([]);
  });

  it.each(mutants)("$name is noticed by cases that exist", ({ caughtBy }) => {
    const ids = cases.map(({ id }) => id);
    expect(caughtBy.length).toBeGreaterThan(0);
    expect(caughtBy.filter((id) => !ids.includes(id))).toEqual([]);
  });
});

describe("every case", () => {
  it("is named for a mutant, but for those that nothing can fail", () => {
    const unnamed = cases.filter(({ id, level }) => level !== "MAY" && !named.has(id)).map(({ id }) => id);
    expect(unnamed, "see mutants/README.md, Adding a mutant").toEqual([]);
  });
});

describe("what is published", () => {
  const hint = "node conformance/mutants/run.ts --case ID --write";

  it("has a line for each case and each mutant of today", () => {
    const matrix = loadMatrix();
    expect(
      matrix?.cases.map(({ id }) => id),
      hint,
    ).toEqual(cases.map(({ id }) => id));
    expect(
      matrix?.mutants.map(({ name, fault, caughtBy }) => [name, fault, caughtBy]),
      hint,
    ).toEqual(mutants.map(({ name, fault, caughtBy }) => [name, fault, caughtBy]));
  });

  it("says of each named case that it notices its mutant", () => {
    const lines = new Map(loadMatrix()?.cases.map((line) => [line.id, line.notices]));
    const missing = mutants.flatMap(({ name, caughtBy }) =>
      caughtBy.filter((id) => lines.get(id)?.includes(name) !== true).map((id) => `${name}: ${id}`),
    );
    expect(missing, hint).toEqual([]);
  });

  it("explains each mutant in the README", () => {
    const text = readFileSync(new URL("./README.md", import.meta.url), "utf8");
    expect(withTable(text, mutants), hint).toBe(text);
  });
});
