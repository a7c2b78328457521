/**
 * How ambiguous places of the drafts are read here, `readings/R-*.md`.
 * @module
 */

import { type Draft, loadDrafts } from "./drafts.ts";
import { SpecError } from "./errors.ts";
import { Fields, parseSource } from "./fields.ts";
import { once, readFolder } from "./files.ts";

/** W: bytes on the wire can differ. B: behaviour can differ. E: a slip with one sensible repair. */
export const READING_KINDS = ["W", "B", "E"] as const;
/** `recommended`: nothing in the repository depends on it yet. */
export const READING_STATUSES = ["decided", "recommended"] as const;
/** Package folders in which a reading can live. */
export const CODE_FOLDERS = ["tls", "mls", "content", "protocol", "room", "client", "provider"] as const;
const SECTIONS = ["Conflict", "Readings", "Choice", "Effect on the wire", "In the code"] as const;

/** One ambiguity, its candidate readings and the choice. */
export interface Reading {
  /** For example `R-041`. */
  readonly id: string;
  readonly title: string;
  readonly group: string;
  readonly drafts: readonly string[];
  /** Short name and section number, for example `protocol 5.2`; without a number the whole document is meant. */
  readonly sections: readonly string[];
  readonly kind: (typeof READING_KINDS)[number];
  readonly status: (typeof READING_STATUSES)[number];
  /** Each candidate under its letter. */
  readonly readings: ReadonlyMap<string, string>;
  /** The letter that is followed here. */
  readonly chosen: string;
  /** The letters for which a conformance case does not fail, the chosen one included. */
  readonly accepts: readonly string[];
  /** The package folders where the choice lives. */
  readonly code: readonly (typeof CODE_FOLDERS)[number][];
  /** The markdown below the front matter. */
  readonly body: string;
  readonly file: string;
}

function readReadings(fields: Fields): Map<string, string> {
  const nested = fields.nested("readings");
  const names = nested.names();
  if (names.length === 0 || names.some((name, at) => name !== "abcdefgh"[at])) {
    fields.refuse("invalid-value", "readings are not lettered a, b, c...", "readings");
  }
  return new Map(names.map((name) => [name, nested.text(name)]));
}

function checkSections(fields: Fields, sections: readonly string[], drafts: readonly string[]): void {
  for (const section of sections) {
    const [draft = "", number, ...rest] = section.split(" ");
    if (!drafts.includes(draft) || rest.length > 0) {
      fields.refuse("invalid-value", `${section} is not one of the drafts above and a number`, "sections");
    }
    if (number !== undefined && !/^(\d+|[A-Z])(\.\d+)*$/.test(number)) {
      fields.refuse("invalid-value", `${number} is not a section number`, "sections");
    }
  }
}

/**
 * Reads the text of one reading.
 * @param drafts the documents that may be cited
 * @throws SpecError naming the file and the line
 */
export function parseReading(file: string, text: string, drafts: readonly Draft[]): Reading {
  const parts = /^---\n([\s\S]*?\n)---\n([\s\S]*)$/.exec(text);
  const [, front = "", body = ""] = parts ?? [];
  if (parts === null) throw new SpecError("malformed", "no front matter", { file, line: 1, entry: "" });
  const source = parseSource(file, front, 2);
  const fields = new Fields(source, source.root, "");
  const id = fields.text("id");
  fields.entry = id;
  if (!/^R-\d{3}$/.test(id) || file !== `readings/${id}.md`) {
    fields.refuse("invalid-value", "id is not R- and three digits, or not the name of the file", "id");
  }
  const readings = readReadings(fields);
  const letters = [...readings.keys()];
  const reading: Reading = {
    id,
    title: fields.text("title"),
    group: fields.text("group"),
    drafts: fields.texts("drafts"),
    sections: fields.texts("sections"),
    kind: fields.oneOf("kind", READING_KINDS),
    status: fields.oneOf("status", READING_STATUSES),
    readings,
    chosen: fields.oneOf("chosen", letters),
    accepts: fields.someOf("accepts", letters),
    code: fields.someOf("code", CODE_FOLDERS, 0),
    body,
    file,
  };
  fields.done();
  for (const name of reading.drafts) {
    if (!drafts.some(({ shortName }) => shortName === name)) {
      fields.refuse("unknown-draft", `drafts.json does not define ${name}`, "drafts");
    }
  }
  checkSections(fields, reading.sections, reading.drafts);
  if (!reading.accepts.includes(reading.chosen)) {
    fields.refuse("invalid-value", "accepts lacks the chosen reading", "accepts");
  }
  if ((reading.status === "decided") !== reading.code.length > 0) {
    fields.refuse("invalid-value", "code is named exactly when the reading is decided", "code");
  }
  if (!body.includes(`\n# ${id}: ${reading.title}\n`))
    fields.refuse("missing-field", "the body lacks its heading");
  for (const section of SECTIONS) {
    if (!body.includes(`\n## ${section}\n`)) fields.refuse("missing-field", `the body lacks "## ${section}"`);
  }
  return reading;
}

/**
 * All readings, by id. Read once and kept.
 * @example
 * loadReadings().find(({ id }) => id === "R-017")?.accepts; // ["a", "b"]: 201, or any 2xx
 * @throws SpecError when a file is wrong
 */
export const loadReadings: () => readonly Reading[] = once(() => {
  const drafts = loadDrafts();
  return readFolder("readings", /^R-.*\.md$/).map(({ file, text }) => parseReading(file, text, drafts));
});
