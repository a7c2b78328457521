/**
 * Vectors of the kind `group-info`: who may have group information, and what a joiner believes. Protocol §5.6.
 * @module
 */

import { type Case, Draft, type GeneratedFile, makeVectors, vectorFile } from "../envelope.ts";
import { evaluateGroupInfo } from "./evaluate.ts";
import { requestCases } from "./request-cases.ts";
import { responseCases } from "./response-cases.ts";

/** All files of this kind. */
export function groupInfoFiles(): GeneratedFile[] {
  const file = (
    name: string,
    title: string,
    readings: readonly string[],
    cases: readonly Case[],
  ): GeneratedFile => {
    const base = { draft: Draft.protocol, section: "5.6", readings };
    return vectorFile(
      "group-info",
      name,
      title,
      makeVectors(`group-info/${name}`, base, cases, evaluateGroupInfo),
    );
  };
  return [
    file("requests", "What a hub answers to requests for group information", [], requestCases()),
    file("responses", "What a joiner makes of answers", [], responseCases()),
  ];
}
