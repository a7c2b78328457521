/**
 * adapter/openapi.yaml, read and compiled: what each operation takes and gives.
 * @module
 */

import { readFileSync } from "node:fs";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import { parse } from "yaml";

/** One operation of the document. */
export interface OperationSchema {
  readonly operation: string;
  readonly path: string;
  readonly summary: string;
  /** Says what is wrong with the arguments, or nothing. */
  checkArguments(value: unknown): string | undefined;
  /** Says what is wrong with an answer of status 200, or nothing. */
  checkResult(value: unknown): string | undefined;
}

/** The adapter's interface. */
export interface AdapterDocument {
  readonly version: string;
  readonly operations: ReadonlyMap<string, OperationSchema>;
  /** Says what is wrong with an answer of another status, or nothing. */
  checkProblem(value: unknown): string | undefined;
}

interface Node {
  readonly [name: string]: unknown;
}

let loaded: AdapterDocument | undefined;

/** The document beside this package, read once. */
export function adapterDocument(): AdapterDocument {
  loaded ??= readDocument(readFileSync(new URL("../../adapter/openapi.yaml", import.meta.url), "utf8"));
  return loaded;
}

function readDocument(text: string): AdapterDocument {
  const root = node(parse(text));
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  ajv.addSchema(root, "openapi");
  const compile = (pointer: string) => explain(ajv.compile({ $ref: `openapi#${pointer}` }));
  const operations = new Map<string, OperationSchema>();
  for (const [path, item] of Object.entries(node(root.paths))) {
    const { operationId, summary } = node(node(item).post);
    const base = `/paths/${path.replaceAll("/", "~1")}/post`;
    const json = "content/application~1json/schema";
    const operation = String(operationId);
    operations.set(operation, {
      operation,
      path,
      summary: String(summary),
      checkArguments: compile(`${base}/requestBody/${json}`),
      checkResult: compile(`${base}/responses/200/${json}`),
    });
  }
  return {
    version: String(node(root.info).version),
    operations,
    checkProblem: compile("/components/schemas/Problem"),
  };
}

/** The document is ours and its tests read all of it, so a wrong shape is not worth a better message. */
function node(value: unknown): Node {
  if (typeof value !== "object" || value === null) throw new TypeError("openapi.yaml: expected an object");
  return value as Node;
}

function explain(validate: ValidateFunction): (value: unknown) => string | undefined {
  return (value) => {
    if (validate(value)) return undefined;
    const [first] = validate.errors ?? [];
    const where = first?.instancePath === "" ? "the object" : first?.instancePath;
    return `${where} ${first?.message ?? "does not fit the schema"}`;
  };
}
