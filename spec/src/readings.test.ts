import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { loadDrafts } from "./drafts.ts";
import { SpecError } from "./errors.ts";
import { loadReadings, parseReading } from "./readings.ts";
import { loadRequirements } from "./requirements.ts";

const TEXT = `---
id: R-999
title: A question
group: A group
drafts: [protocol]
sections: [protocol 5.2]
kind: W
status: decided
readings:
  a: one
  b: other
chosen: a
accepts: [a]
code: [protocol]
---

# R-999: A question

## Conflict
## Readings
## Choice
## Effect on the wire
## In the code
`;
const parse = (text: string) => parseReading("readings/R-999.md", text, loadDrafts());

it("holds all 225, numbered without a gap", () => {
  const ids = Array.from({ length: 225 }, (_, at) => `R-${String(at + 1).padStart(3, "0")}`);
  expect(loadReadings().map(({ id }) => id)).toEqual(ids);
});

it("has an index that agrees with the files", () => {
  const index = readFileSync(new URL("../readings/README.md", import.meta.url), "utf8");
  const rows = index.split("\n").filter((line) => /^\| \[R-/.test(line));
  expect(rows).toHaveLength(loadReadings().length);
  for (const [at, { id, kind, title, chosen, accepts, status }] of loadReadings().entries()) {
    const row = rows[at] ?? "";
    expect(row.startsWith(`| [${id}](${id}.md) | ${kind} | ${title} | `), row).toBe(true);
    expect(row.endsWith(` | ${chosen} | ${accepts.join(", ")} | ${status} |`), row).toBe(true);
  }
});

it("shows in its table what its front matter says", () => {
  for (const { id, body, readings, chosen, accepts } of loadReadings()) {
    const rows = [...body.matchAll(/^\| ([a-h]) \| .* \| (chosen|accepted|not accepted) \|$/gm)];
    const expected = [...readings.keys()].map((letter) => {
      if (letter === chosen) return [letter, "chosen"];
      return [letter, accepts.includes(letter) ? "accepted" : "not accepted"];
    });
    expect(
      rows.map(([, letter, mark]) => [letter, mark]),
      id,
    ).toEqual(expected);
  }
});

it("is cited only by ids that exist", () => {
  const ids = new Set(loadReadings().map(({ id }) => id));
  const texts = [
    ...loadReadings().map(({ body }) => body),
    ...loadRequirements().map(
      ({ test, coverage }) => `${test} ${typeof coverage === "object" ? coverage.untestable : ""}`,
    ),
  ];
  const cited = texts.flatMap((text) => text.match(/\bR-\d+/g) ?? []);
  expect(cited.length).toBeGreaterThan(0);
  expect(cited.filter((id) => !ids.has(id))).toEqual([]);
});

it("accepts a reading", () => {
  expect(parse(TEXT)).toMatchObject({ id: "R-999", chosen: "a", code: ["protocol"] });
});

it.each([
  ["no front matter", TEXT.slice(4), "malformed", 1],
  ["the name of another file", TEXT.replace("id: R-999", "id: R-998"), "invalid-value", 2],
  ["a missing field", TEXT.replace("kind: W\n", ""), "missing-field", 2],
  ["an unknown field", TEXT.replace("kind: W", "kind: W\nkid: W"), "unknown-field", 8],
  ["a kind outside the set", TEXT.replace("kind: W", "kind: X"), "invalid-value", 7],
  ["an undefined draft", TEXT.replace("drafts: [protocol]", "drafts: [protocol, x]"), "unknown-draft", 5],
  ["a section of another draft", TEXT.replace("protocol 5.2", "content 5.2"), "invalid-value", 6],
  ["a section without a number", TEXT.replace("protocol 5.2", "protocol five"), "invalid-value", 6],
  ["letters out of order", TEXT.replace("  b: other", "  c: other"), "invalid-value", 10],
  ["an undefined choice", TEXT.replace("chosen: a", "chosen: c"), "invalid-value", 12],
  ["a choice that is not accepted", TEXT.replace("accepts: [a]", "accepts: [b]"), "invalid-value", 13],
  ["a decision without code", TEXT.replace("code: [protocol]", "code: []"), "invalid-value", 14],
  ["an undefined folder", TEXT.replace("code: [protocol]", "code: [codec]"), "invalid-value", 14],
  ["a body without its choice", TEXT.replace("## Choice", "## Choices"), "missing-field", 2],
] as const)("refuses %s, with its line", (_, text, code, line) => {
  let thrown: unknown;
  try {
    parse(text);
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(SpecError);
  expect(thrown).toMatchObject({ code, line, file: "readings/R-999.md" });
});
