/**
 * Checks the files of vectors: against their JSON Schemas, and against the implementation.
 * @module
 */

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import { evaluateBody } from "./generate/body-tools.ts";
import { evaluateContent } from "./generate/content-tools.ts";
import { evaluateClaims } from "./generate/credential-claims/files.ts";
import { evaluateDictionary } from "./generate/dictionary.ts";
import {
  type Expected,
  type GeneratedFile,
  VECTOR_KINDS,
  type Vector,
  type VectorFile,
  type VectorKind,
} from "./generate/envelope.ts";
import { evaluateFranking } from "./generate/franking-evaluate.ts";
import { evaluateGroupInfo } from "./generate/group-info/evaluate.ts";
import { evaluateHandling } from "./generate/handling-evaluate.ts";
import { evaluateIdentifier } from "./generate/identifiers.ts";
import { evaluateKeyMaterial } from "./generate/key-material/evaluate.ts";
import { evaluateMarkdown } from "./generate/markdown/files.ts";
import { evaluateMessageId } from "./generate/message-ids.ts";
import { evaluateMessageStatus } from "./generate/message-status.ts";
import { evaluateMlsCommit } from "./generate/mls-commits/evaluate.ts";
import { evaluateMlsExtension } from "./generate/mls-extensions.ts";
import { evaluateListUpdate } from "./generate/participant-list.ts";
import { evaluateComponent } from "./generate/policy/component-evaluate.ts";
import { evaluatePolicy } from "./generate/policy/question.ts";
import { evaluateProposal } from "./generate/proposals.ts";
import { evaluatePublicMessage } from "./generate/public-messages.ts";
import { evaluateTranscript } from "./generate/room-transcripts/files.ts";
import { INDEX_FILE, indexOf, type VectorIndex, vectorFilesIn, vectorsVersion } from "./index-file.ts";
import { VECTORS_FOLDER } from "./place.ts";

/** What is wrong with a file or with one of its vectors. */
export interface VectorProblem {
  readonly path: string;
  /** Absent where the whole file is at fault. */
  readonly id?: string;
  readonly problem: string;
}

/** The outcome of {@link verifyVectors}. */
export interface VectorReport {
  /** Of the vectors. */
  readonly version: string;
  readonly files: number;
  readonly vectors: number;
  readonly valid: number;
  readonly invalid: number;
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
    case "mls-commits":
      return evaluateMlsCommit(input);
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
    case "group-info":
      return evaluateGroupInfo(input);
    case "room-transcripts":
      return evaluateTranscript(input);
    case "credential-claims":
      return evaluateClaims(input);
    case "markdown":
      return evaluateMarkdown(input);
  }
}

const schemas = new Map<string, ValidateFunction>();

function compiled<T>(folder: string, name: string): ValidateFunction<T> {
  const path = join(folder, "schema", `${name}.json`);
  const text = readFileSync(path, "utf8");
  const known = schemas.get(text);
  if (known !== undefined) return known as ValidateFunction<T>;
  const validate = new Ajv2020({ strict: true, allowUnionTypes: true }).compile<T>(
    JSON.parse(text) as object,
  );
  schemas.set(text, validate);
  return validate;
}

function firstError({ errors }: ValidateFunction): string {
  const [error] = errors ?? [];
  return `${error?.instancePath ?? ""} ${error?.message ?? "is not of its schema"}`.trim();
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

/** A transcript has very much to say. */
function shortened(expected: Expected): string {
  const text = JSON.stringify(expected);
  return text.length > 2_000 ? `${text.slice(0, 2_000)}...` : text;
}

function problemOf(kind: VectorKind, path: string, vector: Vector): string | undefined {
  if (!vector.id.startsWith(`${path.replace(/\.json$/, "")}/`))
    return "the id does not begin with the file's path";
  let actual: Expected;
  try {
    actual = evaluateVector(kind, vector.input);
  } catch (error) {
    // Of an input that nobody can work with, for example a transcript in which an octet is another.
    return `the implementation fails: ${error instanceof Error ? error.message : String(error)}`;
  }
  return sameJson(actual, vector.expected) ? undefined : `the implementation says ${shortened(actual)}`;
}

const NO_JSON = Symbol("no JSON");

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return NO_JSON;
  }
}

/** What is wrong with the index, given the files that are there. */
function indexProblems(folder: string, files: readonly GeneratedFile[]): VectorProblem[] {
  const problem = (text: string): VectorProblem[] => [{ path: INDEX_FILE, problem: text }];
  if (!existsSync(join(folder, INDEX_FILE))) return problem("is missing: run openmimi vectors generate");
  const found = parsed(readFileSync(join(folder, INDEX_FILE), "utf8"));
  if (found === NO_JSON) return problem("is no JSON");
  const validate = compiled<VectorIndex>(folder, "index");
  if (!validate(found)) return problem(firstError(validate));
  const wanted = indexOf(files);
  if (found.version !== wanted.version)
    return problem(`is of version ${found.version}, and package.json of ${wanted.version}`);
  const listed = new Map(found.kinds.flatMap((kind) => kind.files.map((file) => [file.path, file] as const)));
  const differing = wanted.kinds
    .flatMap((kind) => kind.files)
    .filter((file) => !sameJson(file, listed.get(file.path)))
    .map(({ path }) => path);
  if (differing.length > 0) return problem(`is not that of ${differing.join(", ")}`);
  return sameJson(found, wanted) ? [] : problem("counts something else than is there");
}

/** Whom to tell about the progress. */
export interface VerifyOptions {
  /** Called before each file. */
  readonly onFile?: (path: string, index: number, count: number) => void;
}

/**
 * Checks every file below the folders of the kinds: against its JSON Schema, its entry in the index, and the packages.
 *
 * @param folder where the folders of the kinds, `schema` and `index.json` are
 * @example
 * ```ts
 * verifyVectors().problems; // [] when all is well
 * ```
 */
export function verifyVectors(folder: string = VECTORS_FOLDER, { onFile }: VerifyOptions = {}): VectorReport {
  const files = vectorFilesIn(folder);
  const problems: VectorProblem[] = indexProblems(
    folder,
    files.filter(({ text }) => parsed(text) !== NO_JSON),
  );
  const counts = Object.fromEntries(VECTOR_KINDS.map((kind) => [kind, 0])) as Record<VectorKind, number>;
  const ids = new Set<string>();
  let valid = 0;
  for (const [index, { path, text }] of files.entries()) {
    onFile?.(path, index, files.length);
    const kind = path.slice(0, path.indexOf("/")) as VectorKind;
    const file = parsed(text);
    if (file === NO_JSON) {
      problems.push({ path, problem: "is no JSON" });
      continue;
    }
    const validate = compiled<VectorFile>(folder, kind);
    if (!validate(file)) {
      problems.push({ path, problem: firstError(validate) });
      continue;
    }
    for (const vector of file.vectors) {
      counts[kind]++;
      if (vector.expected.valid) valid++;
      const problem = ids.has(vector.id) ? "the id stands twice" : problemOf(kind, path, vector);
      ids.add(vector.id);
      if (problem !== undefined) problems.push({ path, id: vector.id, problem });
    }
  }
  const vectors = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const version = vectorsVersion();
  return { version, files: files.length, vectors, valid, invalid: vectors - valid, counts, problems };
}
