/**
 * Checks the files of vectors: against their JSON Schemas, and against the implementation.
 * @module
 */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import { evaluateBody } from "./generate/body-tools.ts";
import { evaluateContent } from "./generate/content-tools.ts";
import { evaluateDictionary } from "./generate/dictionary.ts";
import {
  type Expected,
  VECTOR_KINDS,
  type Vector,
  type VectorFile,
  type VectorKind,
} from "./generate/envelope.ts";
import { evaluateFranking } from "./generate/franking.ts";
import { evaluateHandling } from "./generate/handling-evaluate.ts";
import { evaluateIdentifier } from "./generate/identifiers.ts";
import { evaluateKeyMaterial } from "./generate/key-material/evaluate.ts";
import { evaluateMessageId } from "./generate/message-ids.ts";
import { evaluateMessageStatus } from "./generate/message-status.ts";
import { evaluateMlsExtension } from "./generate/mls-extensions.ts";
import { evaluateListUpdate } from "./generate/participant-list.ts";
import { evaluateComponent } from "./generate/policy/component-evaluate.ts";
import { evaluatePolicy } from "./generate/policy/question.ts";
import { evaluateProposal } from "./generate/proposals.ts";
import { evaluatePublicMessage } from "./generate/public-messages.ts";
import { VECTORS_FOLDER } from "./generate.ts";

/** What is wrong with a file or with one of its vectors. */
export interface VectorProblem {
  readonly path: string;
  /** Absent where the whole file is at fault. */
  readonly id?: string;
  readonly problem: string;
}

/** The outcome of {@link verifyVectors}. */
export interface VectorReport {
  readonly files: number;
  readonly vectors: number;
  /** Vectors by kind. */
  readonly counts: Readonly<Record<VectorKind, number>>;
  readonly problems: readonly VectorProblem[];
}

/** What the implementation makes of one vector's input. */
export function evaluateVector(kind: VectorKind, input: Vector["input"]): Expected {
  switch (kind) {
    case "identifiers":
      return evaluateIdentifier(input);
    case "endpoint-bodies":
      return evaluateBody(input);
    case "participant-list-updates":
      return evaluateListUpdate(input);
    case "extension-proposals":
      if ("proposals" in input) return evaluateDictionary(input);
      return "struct" in input ? evaluateProposal(input) : evaluatePublicMessage(input);
    case "mls-extensions":
      return evaluateMlsExtension(input);
    case "policy-components":
      return evaluateComponent(input);
    case "policy-decisions":
      return evaluatePolicy(input);
    case "content":
      return evaluateContent(input);
    case "message-ids":
      return evaluateMessageId(input);
    case "message-status":
      return evaluateMessageStatus(input);
    case "franking":
      return evaluateFranking(input);
    case "content-handling":
      return evaluateHandling(input);
    case "key-material":
      return evaluateKeyMaterial(input);
  }
}

function schemaOf(folder: string, kind: VectorKind): ValidateFunction<VectorFile> {
  const schema = JSON.parse(readFileSync(join(folder, "schema", `${kind}.json`), "utf8")) as object;
  return new Ajv2020({ strict: true, allowUnionTypes: true }).compile<VectorFile>(schema);
}

/** Equality of JSON values whatever the order of their keys. */
function sameJson(a: unknown, b: unknown): boolean {
  if (typeof a !== "object" || a === null || typeof b !== "object" || b === null) return a === b;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const left = a as Record<string, unknown>;
  const right = b as Record<string, unknown>;
  const keys = Object.keys(left);
  return keys.length === Object.keys(right).length && keys.every((key) => sameJson(left[key], right[key]));
}

function problemOf(kind: VectorKind, path: string, vector: Vector): string | undefined {
  if (!vector.id.startsWith(`${path.replace(/\.json$/, "")}/`))
    return "the id does not begin with the file's path";
  const actual = evaluateVector(kind, vector.input);
  return sameJson(actual, vector.expected) ? undefined : `the implementation says ${JSON.stringify(actual)}`;
}

/** The names of the files of vectors in the folder of a kind; its README is there too. */
function jsonFilesIn(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    .sort();
}

/**
 * Checks every file below the folders of the kinds.
 *
 * @param folder where the folders of the kinds and `schema` are
 */
export function verifyVectors(folder: string = VECTORS_FOLDER): VectorReport {
  const problems: VectorProblem[] = [];
  const counts = Object.fromEntries(VECTOR_KINDS.map((kind) => [kind, 0])) as Record<VectorKind, number>;
  const ids = new Set<string>();
  let files = 0;
  for (const kind of VECTOR_KINDS) {
    const validate = schemaOf(folder, kind);
    for (const name of jsonFilesIn(join(folder, kind))) {
      const path = `${kind}/${name}`;
      const file: unknown = JSON.parse(readFileSync(join(folder, path), "utf8"));
      files++;
      if (!validate(file)) {
        const [error] = validate.errors ?? [];
        problems.push({
          path,
          problem: `${error?.instancePath ?? ""} ${error?.message ?? "is not of its schema"}`,
        });
        continue;
      }
      for (const vector of file.vectors) {
        counts[kind]++;
        const problem = ids.has(vector.id) ? "the id stands twice" : problemOf(kind, path, vector);
        ids.add(vector.id);
        if (problem !== undefined) problems.push({ path, id: vector.id, problem });
      }
    }
  }
  const vectors = Object.values(counts).reduce((sum, count) => sum + count, 0);
  return { files, vectors, counts, problems };
}
