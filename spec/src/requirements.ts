/**
 * What the drafts require, `requirements/*.yaml`.
 * @module
 */

import { type Draft, loadDrafts } from "./drafts.ts";
import { SpecError } from "./errors.ts";
import { entries, Fields, parseSource } from "./fields.ts";
import { once, readFolder } from "./files.ts";

/** The draft's own word, or `implicit` where the text only describes what happens. */
export const LEVELS = ["MUST", "MUST NOT", "SHOULD", "SHOULD NOT", "MAY", "implicit"] as const;
export type Level = (typeof LEVELS)[number];

/**
 * Whom a requirement binds. `follower` is a provider that is not the room's hub, also as the target of a
 * request; `mls` and `content codec` are whoever builds or reads such objects.
 */
export const ACTORS = ["hub", "follower", "member client", "mls", "content codec"] as const;
export type Actor = (typeof ACTORS)[number];

/** What decides it: a conformance case, a test vector, or nothing, and why. */
export type Coverage = "case" | "vector" | { readonly untestable: string };

/** One requirement of one draft. */
export interface Requirement {
  /** Never changed, never used again, for example `PROTO-KM-15`. */
  readonly id: string;
  /** Short name of the document. */
  readonly draft: string;
  /** Further documents that say the same. */
  readonly also: readonly string[];
  /** Number and heading, for example `5.2 Fetch Key Material`. */
  readonly section: string;
  readonly level: Level;
  readonly actors: readonly Actor[];
  readonly requirement: string;
  /** How to test it. */
  readonly test: string;
  readonly coverage: Coverage;
  /** Present as long as nothing decides it yet and that is known. */
  readonly status?: "planned";
  /** What has to be built first; present exactly when `status` is. */
  readonly area?: string;
  readonly file: string;
  readonly line: number;
}

function readCoverage(fields: Fields): Coverage {
  if (!fields.isMapping("coverage")) return fields.oneOf("coverage", ["case", "vector"]);
  const nested = fields.nested("coverage");
  const untestable = nested.text("untestable");
  nested.done();
  return { untestable };
}

function readRequirement(
  fields: Fields,
  file: string,
  prefix: string,
  drafts: readonly string[],
): Requirement {
  const id = fields.text("id");
  fields.entry = id;
  if (!id.startsWith(`${prefix}-`) || !/^\d\d$/.test(id.slice(prefix.length + 1))) {
    fields.refuse("invalid-value", `id is not ${prefix}- and two digits`, "id");
  }
  const draft = fields.text("draft");
  const also = fields.has("also") ? fields.texts("also") : [];
  for (const name of [draft, ...also]) {
    if (!drafts.includes(name))
      fields.refuse("unknown-draft", `drafts.json does not define ${name}`, "draft");
  }
  const requirement: Requirement = {
    id,
    draft,
    also,
    section: fields.text("section"),
    level: fields.oneOf("level", LEVELS),
    actors: fields.someOf("actors", ACTORS),
    requirement: fields.text("requirement"),
    test: fields.text("test"),
    coverage: readCoverage(fields),
    ...(fields.has("status") ? { status: fields.oneOf("status", ["planned"]) } : {}),
    ...(fields.has("area") ? { area: fields.text("area") } : {}),
    file,
    line: fields.line,
  };
  fields.done();
  if ((requirement.status === undefined) !== (requirement.area === undefined)) {
    fields.refuse("missing-field", "status: planned and area go together");
  }
  if (requirement.status !== undefined && typeof requirement.coverage === "object") {
    fields.refuse("invalid-value", "what is untestable cannot be planned", "status");
  }
  return requirement;
}

/**
 * Reads the text of one file of requirements. Its head says which numbers were ever `issued`; each of them is
 * either there or in `retired`, so that an id can neither vanish nor come back with another meaning.
 * @param drafts the short names that may be cited
 * @throws SpecError naming the file, the line and the entry
 */
export function parseRequirements(file: string, text: string, drafts: readonly Draft[]): Requirement[] {
  const source = parseSource(file, text);
  const head = new Fields(source, source.root, "");
  const prefix = head.text("prefix");
  const issued = head.count("issued");
  const retired = new Set(head.texts("retired", 0));
  const names = drafts.map((draft) => draft.shortName);
  const requirements: Requirement[] = [];
  const seen = new Set<string>();
  for (const fields of entries(source, head.node("requirements"))) {
    const requirement = readRequirement(fields, file, prefix, names);
    const { id } = requirement;
    if (seen.has(id)) fields.refuse("duplicate-id", "this id is there twice", "id");
    if (retired.has(id)) fields.refuse("reused-id", "this id was retired", "id");
    seen.add(id);
    requirements.push(requirement);
  }
  head.done();
  const everIssued = Array.from(
    { length: issued },
    (_, at) => `${prefix}-${String(at + 1).padStart(2, "0")}`,
  );
  for (const id of everIssued) {
    if (!seen.has(id) && !retired.has(id))
      head.refuse("reused-id", `${id} was issued; it has to be here or retired`);
  }
  for (const id of [...seen, ...retired]) {
    if (!everIssued.includes(id)) head.refuse("reused-id", `${id} is beyond issued: ${issued}`, "issued");
  }
  return requirements;
}

/**
 * All requirements, by file and then by id. Read once and kept.
 * @example
 * loadRequirements().find(({ id }) => id === "PROTO-KM-15")?.level; // "MUST NOT"
 * @throws SpecError when a file is wrong
 */
export const loadRequirements: () => readonly Requirement[] = once(() => {
  const drafts = loadDrafts();
  const all = readFolder("requirements", /\.yaml$/).flatMap(({ file, text }) =>
    parseRequirements(file, text, drafts),
  );
  const seen = new Map<string, Requirement>();
  for (const requirement of all) {
    const { id, file, line } = requirement;
    const before = seen.get(id);
    if (before !== undefined) {
      throw new SpecError("duplicate-id", `also in ${before.file}:${before.line}`, { file, line, entry: id });
    }
    seen.set(id, requirement);
  }
  return all;
});
