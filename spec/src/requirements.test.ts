import { expect, it } from "vitest";
import { loadDrafts } from "./drafts.ts";
import { SpecError } from "./errors.ts";
import { LEVELS, loadRequirements, parseRequirements } from "./requirements.ts";

/** How many requirements the census found under each prefix. A fact: only additions and retirements change it. */
const COUNTS = {
  "PROTO-TR": 8,
  "PROTO-FRM": 2,
  "PROTO-DIR": 5,
  "PROTO-KM": 32,
  "PROTO-UPD": 26,
  "PROTO-SUB": 9,
  "PROTO-FRANK": 24,
  "PROTO-FAN": 23,
  "PROTO-GI": 13,
  "PROTO-CON": 17,
  "PROTO-IDQ": 17,
  "PROTO-ABU": 8,
  "PROTO-DL": 12,
  "PROTO-MMR": 4,
  "PROTO-STATE": 5,
  "PROTO-EXTS": 5,
  "PROTO-PL": 9,
  "PROTO-META": 6,
  "CONTENT-ID": 5,
  "CONTENT-TS": 3,
  "CONTENT-FLD": 13,
  "CONTENT-EXT": 4,
  "CONTENT-BODY": 13,
  "CONTENT-XP": 6,
  "CONTENT-REACT": 1,
  "CONTENT-ENC": 6,
  "CONTENT-DM": 6,
  "CONTENT-DEPTH": 2,
  "CONTENT-MT": 7,
  "CONTENT-GFM": 4,
  "CONTENT-SEC": 13,
  "CONTENT-SALT": 1,
  "CONTENT-EDIT": 3,
  "CONTENT-LINK": 2,
  "CONTENT-IMPL": 1,
  "POLICY-ROLE": 8,
  "POLICY-PRE": 8,
  "POLICY-BASE": 17,
  "POLICY-STAT": 4,
  "POLICY-JL": 5,
  "POLICY-LP": 3,
  "POLICY-ASSET": 10,
  "POLICY-LOG": 4,
  "POLICY-HIST": 4,
  "POLICY-BOT": 2,
  "POLICY-EXP": 3,
  "POLICY-OP": 7,
  "POLICY-CAP": 48,
  "EXT-CID": 1,
  "EXT-HPKE": 2,
  "EXT-SIG": 1,
  "EXT-EXP": 2,
  "EXT-PSK": 1,
  "EXT-ADD": 4,
  "EXT-ADU": 13,
  "EXT-AE": 4,
  "EXT-AAD": 3,
  "EXT-NEG": 2,
  "EXT-GREASE": 2,
  "EXT-ACK": 1,
  "EXT-CA": 7,
  "EXT-SR": 11,
  "EXT-LR": 3,
  "EXT-MC": 4,
  "EXT-IANA": 1,
  RTO: 7,
  SPM: 11,
  STATUS: 8,
  ARCH: 8,
  IDENT: 4,
};

const ENTRY = `prefix: PROTO-TR
issued: 1
retired: []
requirements:
  - id: PROTO-TR-01
    draft: protocol
    section: 4.1 Transport layer
    level: MUST
    actors: [hub]
    requirement: Something is done.
    test: Look.
    coverage: case
`;
const parse = (text: string) => parseRequirements("requirements/x.yaml", text, loadDrafts());

it("holds the whole census", () => {
  const requirements = loadRequirements();
  const counts = new Map<string, number>();
  for (const { id } of requirements) {
    const prefix = id.replace(/-\d\d$/, "");
    counts.set(prefix, (counts.get(prefix) ?? 0) + 1);
  }
  expect(Object.fromEntries(counts)).toEqual(COUNTS);
  expect(requirements).toHaveLength(538);
});

it("has as many of each level as the census", () => {
  const count = (level: string) =>
    loadRequirements().filter((requirement) => requirement.level === level).length;
  expect(Object.fromEntries(LEVELS.map((level) => [level, count(level)]))).toEqual({
    MUST: 65,
    "MUST NOT": 20,
    SHOULD: 15,
    "SHOULD NOT": 4,
    MAY: 20,
    implicit: 414,
  });
});

it("gives every id once, every draft a name, every section a text", () => {
  const requirements = loadRequirements();
  const names = new Set(loadDrafts().map(({ shortName }) => shortName));
  expect(new Set(requirements.map(({ id }) => id)).size).toBe(requirements.length);
  for (const { id, draft, also, section } of requirements) {
    expect(
      [draft, ...also].every((name) => names.has(name)),
      id,
    ).toBe(true);
    expect(section.trim(), id).not.toBe("");
  }
});

it("names the file for draft and area", () => {
  for (const { id, draft, file } of loadRequirements()) {
    expect(file.startsWith(`requirements/${draft}`), `${id} in ${file}`).toBe(true);
  }
});

it("is read once", () => {
  expect(loadRequirements()).toBe(loadRequirements());
});

it("accepts an entry, its reason for being untestable, and its plan", () => {
  expect(parse(ENTRY)).toMatchObject([{ id: "PROTO-TR-01", coverage: "case", line: 5, also: [] }]);
  const untestable = ENTRY.replace("coverage: case", "coverage: { untestable: Nobody sees it. }");
  expect(parse(untestable)[0]?.coverage).toEqual({ untestable: "Nobody sees it." });
  expect(parse(`${ENTRY}    status: planned\n    area: later\n`)[0]).toMatchObject({
    status: "planned",
    area: "later",
  });
});

const SECOND = ENTRY.slice(ENTRY.indexOf("  - id"));
it.each([
  ["a missing field", ENTRY.replace("    test: Look.\n", ""), "missing-field", 5],
  ["an unknown field", `${ENTRY}    tset: x\n`, "unknown-field", 13],
  ["a level outside the set", ENTRY.replace("MUST", "SHALL"), "invalid-value", 8],
  ["an actor outside the set", ENTRY.replace("[hub]", "[hub, server]"), "invalid-value", 9],
  ["no actor", ENTRY.replace("[hub]", "[]"), "invalid-value", 9],
  ["an empty section", ENTRY.replace("4.1 Transport layer", '""'), "invalid-value", 7],
  ["coverage by unit tests", ENTRY.replace("coverage: case", "coverage: unit"), "invalid-value", 12],
  [
    "untestable without a reason",
    ENTRY.replace("coverage: case", "coverage: { untestable: '' }"),
    "invalid-value",
    12,
  ],
  ["a plan without an area", `${ENTRY}    status: planned\n`, "missing-field", 5],
  [
    "a plan for the untestable",
    `${ENTRY.replace("case", "{ untestable: x }")}    status: planned\n    area: x\n`,
    "invalid-value",
    13,
  ],
  ["an undefined draft", ENTRY.replace("draft: protocol", "draft: protocl"), "unknown-draft", 6],
  ["an id of another prefix", ENTRY.replace("id: PROTO-TR-01", "id: PROTO-UPD-01"), "invalid-value", 5],
  ["an id twice", ENTRY + SECOND, "duplicate-id", 13],
  ["a retired id", ENTRY.replace("retired: []", "retired: [PROTO-TR-01]"), "reused-id", 5],
  ["an id that vanished", ENTRY.replace("issued: 1", "issued: 2"), "reused-id", 1],
  ["an id beyond those issued", ENTRY + SECOND.replace("TR-01", "TR-02"), "reused-id", 2],
  ["a repeated key", `${ENTRY}    test: Again.\n`, "malformed", 13],
  ["a list in place of the head", "- 1\n", "malformed", 1],
] as const)("refuses %s, with its line", (_, text, code, line) => {
  let thrown: unknown;
  try {
    parse(text);
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(SpecError);
  expect(thrown).toMatchObject({ code, line, file: "requirements/x.yaml" });
});
