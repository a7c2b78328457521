import { expect, it } from "vitest";
import { encodeMatrix, killMatrix, survivors } from "./matrix.ts";
import type { Mutant } from "./mutant.ts";
import type { MutantRun } from "./outcome.ts";

const mutant = (name: string): Mutant => ({
  name,
  fault: `It is ${name}.`,
  section: "protocol §5",
  parts: () => ({}),
  caughtBy: [],
});
const MUTANTS = [mutant("deaf"), mutant("mute")];
const CASES = [
  { id: "a/one", level: "MUST" },
  { id: "a/two", level: "SHOULD" },
  { id: "a/three", level: "MAY" },
] as const;
const run = (name: string | undefined, results: MutantRun["results"]): MutantRun => ({
  ...(name === undefined ? {} : { mutant: name }),
  ...{ results, reasons: {}, exitCode: 1, durationMs: 1 },
});

it("says which case notices which mutant, in the order of the suite", () => {
  const matrix = killMatrix(CASES, MUTANTS, [
    run("mute", { "a/two": "warn", "a/one": "fail" }),
    run("deaf", { "a/one": "fail", "a/two": "inconclusive" }),
    run(undefined, { "a/three": "fail" }),
  ]);
  expect(matrix.cases).toEqual([
    { id: "a/one", level: "MUST", notices: ["deaf", "mute"] },
    { id: "a/two", level: "SHOULD", notices: ["mute"] },
    { id: "a/three", level: "MAY", notices: [] },
  ]);
  expect(matrix.mutants.map(({ name, noticedBy }) => [name, noticedBy])).toEqual([
    ["deaf", 1],
    ["mute", 2],
  ]);
});

it("keeps what is known where nothing newer is there, and drops cases and mutants that are gone", () => {
  const before = killMatrix(
    [...CASES, { id: "a/gone", level: "MUST" }],
    [...MUTANTS, mutant("gone")],
    [run("deaf", { "a/one": "fail", "a/two": "warn" }), run("gone", { "a/one": "fail" })],
  );
  const after = killMatrix(CASES, MUTANTS, [run("deaf", { "a/two": "pass" })], before);
  expect(after.cases.map(({ id, notices }) => [id, notices])).toEqual([
    ["a/one", ["deaf"]],
    ["a/two", []],
    ["a/three", []],
  ]);
  expect(after.mutants.map(({ name }) => name)).toEqual(["deaf", "mute"]);
});

it.each(["inconclusive", "skip"] as const)("learns nothing from a case that is %s", (result) => {
  const before = killMatrix(CASES, MUTANTS, [run("deaf", { "a/one": "fail" })]);
  const after = killMatrix(CASES, MUTANTS, [run("deaf", { "a/one": result, "a/two": result })], before);
  expect(after.cases.map(({ notices }) => notices)).toEqual([["deaf"], [], []]);
});

it("lists the cases that notice nothing, but for those that cannot", () => {
  const matrix = killMatrix(CASES, MUTANTS, [run("deaf", { "a/one": "fail" })]);
  expect(survivors(matrix)).toEqual(["a/two"]);
});

it("is written as the formatter would write it", () => {
  const many = MUTANTS.map((one) => ({ ...one, caughtBy: ["a/one", "a/two"] }));
  const matrix = killMatrix(CASES, many, [run("deaf", { "a/one": "fail" })]);
  const text = encodeMatrix(matrix);
  expect(JSON.parse(text)).toEqual(matrix);
  expect(text.split("\n").slice(0, 9)).toEqual([
    "{",
    '  "format": "openmimi-kill-matrix/1",',
    '  "mutants": [',
    "    {",
    '      "name": "deaf",',
    '      "fault": "It is deaf.",',
    '      "section": "protocol §5",',
    '      "caughtBy": ["a/one", "a/two"],',
    '      "noticedBy": 1',
  ]);
});
