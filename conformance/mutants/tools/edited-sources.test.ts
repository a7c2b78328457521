import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { mutants } from "../index.ts";
import { edited } from "./edited-sources.ts";

const ROOT = join(import.meta.dirname, "..", "..", "..");

it("replaces a text that stands there once", () => {
  const edit = { file: "a.ts", text: "b", by: "x" };
  expect(edited("abc", edit)).toBe("axc");
  expect(() => edited("ac", edit)).toThrow('a.ts: "b" stands there 0 times');
  expect(() => edited("abbc", edit)).toThrow("stands there 2 times");
});

const edits = mutants.flatMap(({ name, edits: all = [] }) => all.map((edit) => ({ name, ...edit })));

it.each(edits)("$name finds its place in $file", ({ file, ...edit }) => {
  expect(globSync(file, { cwd: ROOT })).toEqual([file]);
  const source = readFileSync(join(ROOT, file), "utf8");
  expect(edited(source, { file, ...edit })).not.toBe(source);
});
