/**
 * Questions about rooms in the form of the policy vectors, asked from outside. See "policy-decisions" in the README.
 * @module
 */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Decision, RoomError } from "@openmimi/room";
import { Ajv2020 } from "ajv/dist/2020.js";
import type { Vector } from "./generate/envelope.ts";
import { decidePolicy } from "./generate/policy/question.ts";
import { VECTORS_FOLDER } from "./place.ts";

/** A question that is none, or a room that cannot be read. */
export class PolicyQuestionError extends Error {
  override readonly name = "PolicyQuestionError";
  readonly code = "invalid-question";
}

interface QuestionSchema {
  readonly properties: { readonly question: { readonly const?: string; readonly enum?: readonly string[] } };
}
interface PolicySchema {
  readonly $id: string;
  readonly $defs: { readonly input: { readonly oneOf: readonly QuestionSchema[] } };
}

/**
 * Decides what a policy vector asks.
 *
 * @param input as the `input` of a vector of kind policy-decisions; `room`, which shows the components, may be left out
 * @throws {PolicyQuestionError} where it is not of the schema, or its room cannot be read
 * @example
 * ```ts
 * explain(askPolicy({ question: "message", components, user: "mimi://b.example/u/bob" }));
 * ```
 */
export function askPolicy(input: unknown): Decision {
  const { question } = (typeof input === "object" && input !== null ? input : {}) as { question?: unknown };
  const schema = JSON.parse(
    readFileSync(join(VECTORS_FOLDER, "schema", "policy-decisions.json"), "utf8"),
  ) as PolicySchema;
  const names = schema.$defs.input.oneOf.map(({ properties }) => {
    const { const: only, enum: several = [] } = properties.question;
    return only === undefined ? several : [only];
  });
  const place = names.findIndex((some) => some.includes(String(question)));
  if (place < 0) throw new PolicyQuestionError(`question: expected one of ${names.flat().join(", ")}`);
  const ajv = new Ajv2020({ strict: true, allowUnionTypes: true }).addSchema(schema);
  const validate = ajv.compile<Vector["input"]>({ $ref: `${schema.$id}#/$defs/input/oneOf/${place}` });
  if (!validate(input)) {
    const [{ instancePath = "", message = "is not of its schema", params = {} } = {}] = validate.errors ?? [];
    const more = "additionalProperty" in params ? `: ${String(params.additionalProperty)}` : "";
    throw new PolicyQuestionError(`${instancePath} ${message}${more}`.trim());
  }
  try {
    return decidePolicy(input);
  } catch (error) {
    if (error instanceof RoomError) throw new PolicyQuestionError(`${error.message} (${error.section})`);
    throw error;
  }
}
