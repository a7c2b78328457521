/** Each kind has a README that somebody without TypeScript can follow. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { VECTOR_KINDS, type VectorFile, type VectorKind } from "./generate/envelope.ts";
import { VECTORS_FOLDER } from "./index.ts";
import { vectorFilesIn } from "./index-file.ts";

const files = vectorFilesIn(VECTORS_FOLDER).map(
  ({ path, text }) => [path, JSON.parse(text) as VectorFile] as const,
);
const readmeOf = (kind: VectorKind): string => readFileSync(join(VECTORS_FOLDER, kind, "README.md"), "utf8");

/** What stands in backticks. */
const namesIn = (text: string): Set<string> =>
  new Set([...text.matchAll(/`([^`\n]+)`/g)].map((match) => match[1] ?? ""));

const vectorsOf = (kind: VectorKind) => files.flatMap(([, file]) => (file.kind === kind ? file.vectors : []));

it.each(VECTOR_KINDS)("the README of %s explains every reason class that its vectors have", (kind) => {
  const names = namesIn(readmeOf(kind));
  const reasons = vectorsOf(kind).flatMap(({ expected }) => (expected.valid ? [] : [expected.reason]));
  expect([...new Set(reasons)].filter((reason) => !names.has(reason))).toEqual([]);
});

it.each(VECTOR_KINDS)("the README of %s names every field of input and expected output", (kind) => {
  const names = namesIn(readmeOf(kind));
  const words = new Set([...names].flatMap((name) => name.split(/[^A-Za-z]+/)));
  const fields = vectorsOf(kind).flatMap(({ input, expected }) => [
    ...Object.keys(input),
    ...Object.keys(expected),
  ]);
  // The overview says what these are.
  const common = ["valid", "reason", "path", "offset"];
  expect([...new Set(fields)].filter((field) => !words.has(field) && !common.includes(field))).toEqual([]);
});

it.each(VECTOR_KINDS)("the README of %s names its schema, and says how to check", (kind) => {
  const text = readmeOf(kind);
  expect(text).toContain(`](../schema/${kind}.json)`);
  expect(text).toContain("](../README.md)");
  expect(text).toMatch(/## Check step by step|## [a-z-]+\.json/);
});

it("the overview links to every kind", () => {
  const overview = readFileSync(join(VECTORS_FOLDER, "README.md"), "utf8");
  for (const kind of VECTOR_KINDS) expect(overview).toContain(`[${kind}](${kind}/README.md)`);
});
