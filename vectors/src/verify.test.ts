/** What `verifyVectors` notices in a folder where something was changed. */

import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { VECTORS_FOLDER, type VectorKind, verifyVectors, writeVectors } from "./index.ts";

/** A folder with the vectors of one kind, and an index of them. */
function copyOf(kind: VectorKind = "message-status"): string {
  const folder = mkdtempSync(join(tmpdir(), "openmimi-vectors-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  cpSync(join(VECTORS_FOLDER, "schema"), join(folder, "schema"), { recursive: true });
  writeVectors(folder, { kinds: [kind] });
  return folder;
}

function change(folder: string, file: string, from: string, to: string): void {
  const text = readFileSync(join(folder, file), "utf8");
  expect(text).toContain(from);
  writeFileSync(join(folder, file), text.replace(from, to));
}

it("finds nothing in what was generated, and counts it", () => {
  const seen: string[] = [];
  const report = verifyVectors(copyOf(), {
    onFile: (path, index, count) => seen.push(`${index} ${count} ${path}`),
  });
  expect(report.problems).toEqual([]);
  expect(seen).toEqual(["0 2 message-status/reports.json", "1 2 message-status/transitions.json"]);
  expect(report.vectors).toBe(report.valid + report.invalid);
  expect(report.counts["message-status"]).toBe(report.vectors);
});

it("names a vector that the implementation does not agree with, and the file that is not the index's", () => {
  const folder = copyOf();
  change(folder, "message-status/reports.json", '"reason": "trailing-bytes"', '"reason": "truncated"');
  const { problems } = verifyVectors(folder);
  expect(problems.map(({ path }) => path)).toEqual(["index.json", "message-status/reports.json"]);
  expect(problems[0]?.problem).toContain("message-status/reports.json");
  expect(problems[1]?.id).toBe("message-status/reports/empty-and-an-octet");
});

it("names a file that is not of its schema", () => {
  const folder = copyOf();
  change(folder, "message-status/transitions.json", '"title"', '"titel"');
  expect(verifyVectors(folder).problems.at(-1)).toMatchObject({ path: "message-status/transitions.json" });
});

it.each([
  ["another version", '"version": "', '"version": "9', "is of version 9"],
  ["another count", '"vectors": ', '"vectors": 9', "counts something else"],
  ["no version", '"version"', '"versions"', "must"],
])("names an index of %s", (_, from, to, problem) => {
  const folder = copyOf();
  change(folder, "index.json", from, to);
  const { problems } = verifyVectors(folder);
  expect(problems).toHaveLength(1);
  expect(problems[0]?.path).toBe("index.json");
  expect(problems[0]?.problem).toContain(problem);
});

it("names a file that is no JSON", () => {
  const folder = copyOf();
  change(folder, "message-status/transitions.json", "{", "");
  const { problems } = verifyVectors(folder);
  expect(problems.at(-1)).toEqual({ path: "message-status/transitions.json", problem: "is no JSON" });
});

it("names a transcript in which an octet is another, and does not fail itself", () => {
  const folder = copyOf("room-transcripts");
  change(folder, "room-transcripts/addition.json", '"answer": "0000', '"answer": "0100');
  const { problems } = verifyVectors(folder);
  expect(problems.at(-1)?.id).toBe("room-transcripts/addition/addition");
  expect(problems.at(-1)?.problem).toContain("the implementation fails: step 3 (Alice adds Bob)");
});

it("misses an index", () => {
  const folder = copyOf();
  rmSync(join(folder, "index.json"));
  expect(verifyVectors(folder).problems).toEqual([
    { path: "index.json", problem: "is missing: run openmimi vectors generate" },
  ]);
});
