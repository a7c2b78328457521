/**
 * Vectors of the kind `key-material`: what a target answers to claims for KeyPackages. Protocol §5.2.
 * @module
 */

import { type Case, Draft, type GeneratedFile, makeVectors, vectorFile } from "../envelope.ts";
import { claimCases } from "./claim-cases.ts";
import { evaluateKeyMaterial } from "./evaluate.ts";
import { answerCases, refusalCases } from "./refusal-cases.ts";

/** All files of this kind. */
export function keyMaterialFiles(): GeneratedFile[] {
  const file = (
    name: string,
    title: string,
    readings: readonly string[],
    cases: readonly Case[],
  ): GeneratedFile => {
    const base = { draft: Draft.protocol, section: "5.2", readings };
    const vectors = makeVectors(`key-material/${name}`, base, cases, evaluateKeyMaterial);
    return vectorFile("key-material", name, title, vectors);
  };
  return [
    file("claims", "What a target provider answers to claims for KeyPackages", [], claimCases()),
    file("refusals", "Claims that are refused before anything is looked up", [], refusalCases()),
    file("answers", "What a requester makes of answers", ["R-036", "R-038"], answerCases()),
  ];
}
