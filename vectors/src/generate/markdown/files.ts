/**
 * Vectors of the kind `markdown`: GFM-MIMI, as it is read and as it is sent. Content §7.1, §7.1.1, §9.6.
 * @module
 */

import { markdownToHtml, neutralizeHtml } from "@openmimi/content/markdown";
import {
  type Case,
  Draft,
  type Expected,
  type GeneratedFile,
  type Json,
  makeVectors,
  textOf,
  type Vector,
  vectorFile,
} from "../envelope.ts";
import { RENDERED, SENT } from "./cases.ts";
import { treeOf } from "./tree.ts";

/** What the implementation makes of an input of this kind. */
export function evaluateMarkdown(input: Vector["input"]): Expected {
  if ("typed" in input) return { valid: true, sent: neutralizeHtml(textOf(input, "typed")) };
  return { valid: true, tree: treeOf(markdownToHtml(textOf(input, "markdown"))) as unknown as Json };
}

/** The trees and texts were written by hand, and the implementation has to agree. */
function agreed(vectors: readonly Vector[], field: string, wanted: ReadonlyMap<string, unknown>): Vector[] {
  return vectors.map((vector) => {
    const [hand, made] = [wanted.get(vector.id), vector.expected[field]].map((value) =>
      JSON.stringify(value),
    );
    if (hand !== made) throw new Error(`${vector.id}: ${made} instead of ${hand}`);
    return vector;
  });
}

/** All files of this kind. */
export function markdownFiles(): GeneratedFile[] {
  const base = { draft: Draft.content, section: "7.1.1", readings: [] };
  const trees = RENDERED.flatMap(([, rows]) =>
    rows.map(([id, , tree]) => [`markdown/reading/${id}`, tree] as const),
  );
  const reading = RENDERED.flatMap(([section, rows]) =>
    rows.map(
      ([id, markdown, , notes]): Case => ({
        id,
        section,
        input: { markdown },
        ...(notes === undefined ? {} : { notes }),
      }),
    ),
  );
  const sending = SENT.map(
    ([id, typed, , notes]): Case => ({ id, input: { typed }, ...(notes === undefined ? {} : { notes }) }),
  );
  const sent = SENT.map(([id, , text]) => [`markdown/sending/${id}`, text] as const);
  const make = (name: string, cases: readonly Case[]) =>
    makeVectors(`markdown/${name}`, base, cases, evaluateMarkdown);
  return [
    vectorFile(
      "markdown",
      "reading",
      "Markdown as it is read",
      agreed(make("reading", reading), "tree", new Map(trees)),
    ),
    vectorFile(
      "markdown",
      "sending",
      "No HTML, on the side of the sender",
      agreed(make("sending", sending), "sent", new Map(sent)),
    ),
  ];
}
