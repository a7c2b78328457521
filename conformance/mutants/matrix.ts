/**
 * Which case notices which mutant, as published in kill-matrix.json.
 * @module
 */

import type { CaseLevel, Result } from "../src/index.ts";
import type { Mutant } from "./mutant.ts";
import { type MutantRun, notices } from "./outcome.ts";

/** The published file. Cases and mutants stand in the order of the suite. */
export interface KillMatrix {
  readonly format: "openmimi-kill-matrix/1";
  readonly mutants: readonly {
    readonly name: string;
    readonly fault: string;
    readonly section: string;
    /** Ids of the cases that have to notice it: they are played in every test. */
    readonly caughtBy: readonly string[];
    /** How many cases notice it. */
    readonly noticedBy: number;
  }[];
  readonly cases: readonly {
    readonly id: string;
    readonly level: CaseLevel;
    /** Names of the mutants that the case notices. */
    readonly notices: readonly string[];
  }[];
}

interface CaseLine {
  readonly id: string;
  readonly level: CaseLevel;
}

/**
 * Puts the results of runs into the matrix. What could not be decided says nothing: a mutant that ends at the first case
 * leaves all others so.
 *
 * @param before what is known already, and kept where nothing newer is there
 */
export function killMatrix(
  cases: readonly CaseLine[],
  mutants: readonly Mutant[],
  runs: readonly MutantRun[],
  before?: KillMatrix,
): KillMatrix {
  const resultOf = new Map<string, Result>();
  for (const { mutant, results } of runs) {
    if (mutant === undefined) continue;
    for (const [id, result] of Object.entries(results)) resultOf.set(`${mutant} ${id}`, result);
  }
  const known = new Map(before?.cases.map((line) => [line.id, new Set(line.notices)]));
  const noticed = (mutant: string, id: string): boolean => {
    const now = resultOf.get(`${mutant} ${id}`);
    return now !== undefined && isDecided(now) ? notices(now) : known.get(id)?.has(mutant) === true;
  };
  const lines = cases.map(({ id, level }) => ({
    id,
    level,
    notices: mutants.map(({ name }) => name).filter((name) => noticed(name, id)),
  }));
  return {
    format: "openmimi-kill-matrix/1",
    mutants: mutants.map(({ name, fault, section, caughtBy }) => ({
      name,
      fault,
      section,
      caughtBy,
      noticedBy: lines.filter((line) => line.notices.includes(name)).length,
    })),
    cases: lines,
  };
}

function isDecided(result: Result): boolean {
  return result === "pass" || notices(result);
}

/** The cases that notice no mutant, although they could: a MAY never fails. */
export function survivors({ cases }: KillMatrix): string[] {
  return cases.filter(({ level, notices: all }) => level !== "MAY" && all.length === 0).map(({ id }) => id);
}

const LINE = 110;

/** As a text that changes only where the matrix does, laid out as the formatter does it. */
export function encodeMatrix(matrix: KillMatrix): string {
  return `${written(matrix, 0, 0)}\n`;
}

/** @param around how many characters stand in its line before and behind it */
function written(value: unknown, indent: number, around: number): string {
  const inner = " ".repeat(indent + 2);
  const outer = " ".repeat(indent);
  if (Array.isArray(value)) {
    const items: readonly unknown[] = value;
    const flat = `[${items.map((item) => JSON.stringify(item)).join(", ")}]`;
    const isFlat = items.every((item) => typeof item !== "object") && around + flat.length <= LINE;
    if (isFlat) return flat;
    return `[\n${items.map((item) => inner + written(item, indent + 2, indent + 2)).join(",\n")}\n${outer}]`;
  }
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(([name, member], at, all) => {
    const start = `${inner}${JSON.stringify(name)}: `;
    const comma = at < all.length - 1 ? 1 : 0;
    return start + written(member, indent + 2, start.length + comma);
  });
  return `{\n${members.join(",\n")}\n${outer}}`;
}
