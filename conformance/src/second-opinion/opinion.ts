/**
 * Two MLS engines look at the same octets. Where they disagree, the provider under test is not blamed.
 * @module
 */

import type { Check } from "../checks.ts";
import { reasonOf } from "../errors.ts";
import type { Json } from "../transcript.ts";

/** What one engine says. `abstains`: it cannot read this kind of object, or is known to be wrong about it. */
export interface Opinion {
  readonly answer: "valid" | "invalid" | "abstains";
  readonly detail: string;
}

/** Both answers about one object. Plain data, so that a script can observe it. */
export interface Opinions {
  /** For example `KeyPackage of mimi://a.example/d/alice/phone`. */
  readonly subject: string;
  readonly ours: Opinion;
  readonly tsMls: Opinion;
}

/** Asks one engine: what it throws is its objection. */
export async function ask(look: () => string | Promise<string>): Promise<Opinion> {
  try {
    return { answer: "valid", detail: await look() };
  } catch (error) {
    if (error instanceof Abstention) return { answer: "abstains", detail: error.message };
    const detail = reasonOf(error);
    const defect = KNOWN_DEFECTS.find(({ says }) => detail.includes(says));
    return defect === undefined
      ? { answer: "invalid", detail }
      : { answer: "abstains", detail: `${detail} (${defect.because})` };
  }
}

/** Thrown within {@link ask} by an engine that cannot tell. */
export class Abstention extends Error {}

/** Objections of ts-mls 1.6.4 that are its own mistakes, reproduced in packages/mls. */
const KNOWN_DEFECTS: readonly { readonly says: string; readonly because: string }[] = [
  {
    says: "non-blank intermediate node must list leaf node in its unmerged_leaves",
    because: "ts-mls 1.6.4 rejects valid trees whose parents have different unmerged leaves",
  },
  {
    says: "Could not decode external_senders",
    because: "ts-mls 1.6.4 reads external_senders as one sender instead of a vector",
  },
];

/** Turns the answers into a check of the judge. */
export function opinionsCheck({ subject, ours, tsMls }: Opinions, at?: number): Check {
  const both = `OpenMIMI: ${say(ours)}; ts-mls: ${say(tsMls)}`;
  const engaged = ours.answer !== "abstains" && tsMls.answer !== "abstains";
  const disputed = engaged && ours.answer !== tsMls.answer;
  const answer = ours.answer === "abstains" ? tsMls.answer : ours.answer;
  return {
    holds: disputed || answer === "invalid" ? "no" : answer === "valid" ? "yes" : "unknown",
    expected: `${subject} is valid`,
    saw: both,
    ...(at === undefined ? {} : { at }),
    ...(disputed ? { disputed } : {}),
  };
}

/** For {@link CaseContext.observe}. */
export function opinionsToJson({ subject, ours, tsMls }: Opinions): Json {
  return { subject, ours: { ...ours }, tsMls: { ...tsMls } };
}

/** Reads back what {@link opinionsToJson} made. Undefined for anything else. */
export function opinionsFromJson(value: Json): Opinions | undefined {
  if (!isObject(value)) return undefined;
  const { subject } = value;
  const [ours, tsMls] = [readOpinion(value.ours), readOpinion(value.tsMls)];
  if (typeof subject !== "string" || ours === undefined || tsMls === undefined) return undefined;
  return { subject, ours, tsMls };
}

function readOpinion(value: Json | undefined): Opinion | undefined {
  if (value === undefined || !isObject(value)) return undefined;
  const { answer, detail } = value;
  if (typeof detail !== "string") return undefined;
  return answer === "valid" || answer === "invalid" || answer === "abstains" ? { answer, detail } : undefined;
}

function isObject(value: Json): value is { readonly [name: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function say({ answer, detail }: Opinion): string {
  return detail === "" ? answer : `${answer} (${detail})`;
}
