/**
 * The documents that are cited here, `drafts.json`.
 * @module
 */

import { SpecError } from "./errors.ts";
import { entries, parseSource } from "./fields.ts";
import { once, readData } from "./files.ts";

/** One document in the one revision that is implemented. */
export interface Draft {
  /** How requirements, readings and comments cite it, for example `protocol`. */
  readonly shortName: string;
  /** Name and revision, for example `draft-ietf-mimi-protocol-06`, or `RFC 9420`. */
  readonly document: string;
  readonly title: string;
  /** What it is used for. */
  readonly role: string;
  readonly url: string;
}

/**
 * Reads the text of `drafts.json`.
 * @throws SpecError when a field is missing, unknown or wrong, or a name is there twice
 */
export function parseDrafts(file: string, text: string): Draft[] {
  const source = parseSource(file, text);
  const seen = new Set<string>();
  return entries(source, source.root).map((fields) => {
    const shortName = fields.text("shortName");
    fields.entry = shortName;
    if (!/^[a-z]+(-[a-z]+)*$/.test(shortName)) {
      fields.refuse("invalid-value", "shortName is not lower-case words", "shortName");
    }
    const draft: Draft = {
      shortName,
      document: fields.text("document"),
      title: fields.text("title"),
      role: fields.text("role"),
      url: fields.text("url"),
    };
    if (!/^(draft-[a-z0-9-]+-\d\d|RFC \d+)$/.test(draft.document)) {
      fields.refuse("invalid-value", "document is neither a draft with its revision nor an RFC", "document");
    }
    if (!draft.url.startsWith("https://")) fields.refuse("invalid-value", "url is not an https URL", "url");
    fields.done();
    for (const name of [draft.shortName, draft.document]) {
      if (seen.has(name)) fields.refuse("duplicate-id", `${name} is there twice`);
      seen.add(name);
    }
    return draft;
  });
}

/**
 * The documents, in the order of the file. Read once and kept.
 * @example
 * loadDrafts().find((draft) => draft.shortName === "protocol")?.document; // "draft-ietf-mimi-protocol-06"
 * @throws SpecError when the file is wrong
 */
export const loadDrafts: () => readonly Draft[] = once(() => {
  const { file, text } = readData("drafts.json");
  const drafts = parseDrafts(file, text);
  if (drafts.length === 0) throw new SpecError("malformed", "no drafts", { file, line: 0, entry: "" });
  return drafts;
});
