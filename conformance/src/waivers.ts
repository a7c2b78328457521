/**
 * Failures that somebody answers for, until a day. They are always shown, and count again when that day is over.
 * @module
 */

import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { reasonOf, SuiteError } from "./errors.ts";
import type { Verdict } from "./judge.ts";

export interface Waiver {
  /** The id of the case. */
  readonly case: string;
  /** Who answers for it. */
  readonly owner: string;
  /** The last day on which it holds, `YYYY-MM-DD`, UTC. */
  readonly expires: string;
  readonly reason: string;
}

/** Whether a waiver was used, was not needed, or is over. */
export interface WaiverUse extends Waiver {
  readonly use: "used" | "unused" | "expired";
}

/**
 * Reads a waivers file, YAML or JSON: a list of `case`, `owner`, `expires` and `reason`.
 * @throws SuiteError `bad-waivers`
 */
export function loadWaivers(file: string): readonly Waiver[] {
  try {
    return parseWaivers(readFileSync(file, "utf8"));
  } catch (error) {
    throw new SuiteError("bad-waivers", `${file}: ${reasonOf(error)}`);
  }
}

/** Reads the text of a waivers file. @throws TypeError saying what is wrong */
export function parseWaivers(text: string): readonly Waiver[] {
  const root: unknown = parse(text) ?? [];
  if (!Array.isArray(root)) throw new TypeError("expected a list");
  const seen = new Set<string>();
  return root.map((entry: unknown, at) => {
    const waiver = readWaiver(entry, at);
    if (seen.has(waiver.case)) throw new TypeError(`${waiver.case} is there twice`);
    seen.add(waiver.case);
    return waiver;
  });
}

function readWaiver(entry: unknown, at: number): Waiver {
  const fields = new Map(typeof entry === "object" && entry !== null ? Object.entries(entry) : []);
  const read = (name: keyof Waiver): string => {
    const value: unknown = fields.get(name);
    if (typeof value === "string" && value.trim() !== "") return value;
    throw new TypeError(`entry ${at + 1} has no ${name}`);
  };
  const waiver = {
    case: read("case"),
    owner: read("owner"),
    expires: read("expires"),
    reason: read("reason"),
  };
  if (!/^\d{4}-\d{2}-\d{2}$/.test(waiver.expires) || Number.isNaN(Date.parse(waiver.expires))) {
    throw new TypeError(`entry ${at + 1}: expires is not a day of the form YYYY-MM-DD`);
  }
  return waiver;
}

/**
 * Applies waivers to verdicts.
 * @param today `YYYY-MM-DD`; for a rejudged run the day of the run, so that its result stays the same
 */
export function applyWaivers(
  verdicts: readonly Verdict[],
  waivers: readonly Waiver[],
  today: string,
): { readonly verdicts: readonly Verdict[]; readonly waivers: readonly WaiverUse[] } {
  const byCase = new Map(waivers.map((waiver) => [waiver.case, waiver]));
  const used = new Set<string>();
  const result = verdicts.map((verdict): Verdict => {
    const waiver = byCase.get(verdict.caseId);
    if (waiver === undefined || verdict.result !== "fail" || waiver.expires < today) return verdict;
    used.add(waiver.case);
    const reason = `waived by ${waiver.owner} until ${waiver.expires}: ${waiver.reason}`;
    return { ...verdict, result: "waived", reason };
  });
  const uses = waivers.map((waiver): WaiverUse => {
    const use = waiver.expires < today ? "expired" : used.has(waiver.case) ? "used" : "unused";
    return { ...waiver, use };
  });
  return { verdicts: result, waivers: uses };
}
