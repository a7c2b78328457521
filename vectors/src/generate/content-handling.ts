/**
 * Vectors of the kind `content-handling`: what a receiver does with messages. Content §4.4, §4.5, §5, §9.
 * @module
 */

import { type Case, Draft, type GeneratedFile, makeVectors, vectorFile } from "./envelope.ts";
import { NONSENSE_CASES, PROCESSING_CASES } from "./handling-cases.ts";
import { evaluateHandling } from "./handling-evaluate.ts";
import { HISTORY_CASES } from "./handling-history-cases.ts";
import { ADVERTISED_CASES, EXTERNAL_CONTENT_CASES, LINK_CASES, SALT_CASES } from "./handling-other-cases.ts";

function file(
  name: string,
  title: string,
  section: string,
  readings: readonly string[],
  cases: readonly Case[],
): GeneratedFile {
  const base = { draft: Draft.content, section, readings };
  const vectors = makeVectors(`content-handling/${name}`, base, cases, evaluateHandling);
  return vectorFile("content-handling", name, title, vectors);
}

/** All files of this kind. */
export function contentHandlingFiles(): GeneratedFile[] {
  return [
    file("nonsense", "Messages that make no sense and are discarded", "9.1", [], NONSENSE_CASES),
    file("processing", "Which parts are processed, and in which order", "4.4", [], PROCESSING_CASES),
    file("history", "What a room shows after messages have arrived", "5", [], HISTORY_CASES),
    file(
      "external-content",
      "Downloaded content, checked and decrypted",
      "4.5",
      ["R-162"],
      EXTERNAL_CONTENT_CASES,
    ),
    file("salts", "Salts from a secret of the group", "9.2", [], SALT_CASES),
    file(
      "advertised",
      "Which media types a client has to say that it can receive",
      "7.1",
      [],
      ADVERTISED_CASES,
    ),
    file("links", "Links and mentions in Markdown", "9.6", [], LINK_CASES),
  ];
}
