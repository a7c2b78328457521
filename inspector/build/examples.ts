/**
 * The gallery as a module of the page, made of the vectors when the page is built.
 * @module
 */

import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Plugin } from "vite";
import { type Choice, GALLERY } from "./gallery.ts";

const VECTORS = join(import.meta.dirname, "..", "..", "vectors");
const MODULE = "virtual:examples";

/** The part of a vector that is used. */
interface Vector {
  readonly id: string;
  readonly draft: string;
  readonly section: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly expected: { readonly valid: boolean };
}

/** What the page shows of it; src/examples.d.ts says the same to the page. */
export interface BuiltExample {
  readonly id: string;
  readonly group: string;
  readonly title: string;
  readonly section: string;
  readonly valid: boolean;
  readonly octets: string;
  readonly as?: string;
  readonly senderUri?: string;
  readonly roomUri?: string;
}

/**
 * All examples.
 *
 * @throws Error when a chosen vector is not there, or has no octets
 */
export function builtExamples(): BuiltExample[] {
  return GALLERY.flatMap(({ group, choices }) => choices.map((choice) => built(group, choice)));
}

function built(group: string, choice: Choice): BuiltExample {
  const { id, title, field = "octets" } = choice;
  const vector = vectorOf(id);
  const found = vector.input[field];
  const octets: unknown = Array.isArray(found) ? found[0] : found;
  if (typeof octets !== "string" || !/^([0-9a-f]{2})+$/.test(octets))
    throw new Error(`${id}: input.${field} holds no octets`);
  const { struct, derived } = vector.input;
  const as = choice.as ?? (typeof struct === "string" ? struct : READ_AS[id.split("/")[0] ?? ""]);
  return {
    ...{ id, group, title, octets, valid: vector.expected.valid },
    section: `${shortName(vector.draft)} §${vector.section}`,
    ...(as === undefined ? {} : { as }),
    ...((derived ?? {}) as { senderUri?: string; roomUri?: string }),
  };
}

/** Where the kind says what it is. */
const READ_AS: Readonly<Record<string, string>> = {
  content: "MimiContent",
  "message-ids": "MimiContent",
  "message-status": "MessageStatusReport",
};

function vectorOf(id: string): Vector {
  const file = join(VECTORS, `${dirname(id)}.json`);
  const { vectors } = JSON.parse(readFileSync(file, "utf8")) as { vectors: Vector[] };
  const found = vectors.find((vector) => vector.id === id);
  if (found === undefined)
    throw new Error(`there is no vector ${id}, which is in the gallery of the inspector`);
  return found;
}

/** `draft-ietf-mimi-content-08` -> `content` */
function shortName(draft: string): string {
  return draft.replace(/^draft-(ietf|mahy)-(mimi|mls)-/, "").replace(/-\d\d$/, "");
}

/** Serves {@link builtExamples} as `virtual:examples`. */
export function examples(): Plugin {
  return {
    name: "openmimi-examples",
    resolveId: (id) => (id === MODULE ? `\0${MODULE}` : undefined),
    load: (id) =>
      id === `\0${MODULE}` ? `export const examples = ${JSON.stringify(builtExamples())};` : undefined,
  };
}
