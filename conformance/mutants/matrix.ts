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
 * Puts the results of runs into the matrix.
 *
 * @param before what is known already: its lines are kept where nothing newer is there
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
    return now === undefined ? known.get(id)?.has(mutant) === true : notices(now);
  };
  const lines = cases.map(({ id, level }) => ({
    id,
    level,
    notices: mutants.map(({ name }) => name).filter((name) => noticed(name, id)),
  }));
  return {
    format: "openmimi-kill-matrix/1",
    mutants: mutants.map(({ name, fault, section }) => ({
      name,
      fault,
      section,
      noticedBy: lines.filter((line) => line.notices.includes(name)).length,
    })),
    cases: lines,
  };
}

/** The cases that notice no mutant, although they could: a MAY never fails. */
export function survivors({ cases }: KillMatrix): string[] {
  return cases.filter(({ level, notices: all }) => level !== "MAY" && all.length === 0).map(({ id }) => id);
}

/** As a text that changes only where the matrix does. */
export function encodeMatrix(matrix: KillMatrix): string {
  const line = (value: unknown) => `    ${JSON.stringify(value)}`;
  return [
    "{",
    `  "format": ${JSON.stringify(matrix.format)},`,
    '  "mutants": [',
    matrix.mutants.map(line).join(",\n"),
    "  ],",
    '  "cases": [',
    matrix.cases.map(line).join(",\n"),
    "  ]",
    "}\n",
  ].join("\n");
}
