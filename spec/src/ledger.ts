/**
 * Which requirements are decided by something that runs, and which are not.
 * @module
 */

import { SpecError } from "./errors.ts";
import type { Requirement } from "./requirements.ts";

/** Every requirement is in exactly one of the first four lists. */
export interface Ledger {
  /** A conformance case or a vector decides it. */
  readonly covered: readonly Requirement[];
  /** Nothing can decide it, for the reason it gives. */
  readonly untestable: readonly Requirement[];
  /** Nothing decides it yet, which is known and has an area. */
  readonly planned: readonly Requirement[];
  /** Nothing decides it. The gate fails while there is one. */
  readonly uncovered: readonly Requirement[];
  /** Covered, but its entry still says planned or untestable. */
  readonly stale: readonly Requirement[];
  /** Ids that a case or vector cites and that no requirement has, with whoever cites them. */
  readonly unknown: ReadonlyMap<string, readonly string[]>;
}

/**
 * Balances requirements against what covers them.
 * @param covered for each requirement id the ids of the cases and vectors that decide it; an empty list covers nothing
 * @example
 * const { uncovered } = ledger(loadRequirements(), new Map([["PROTO-TR-01", ["transport-01"]]]));
 */
export function ledger(
  requirements: readonly Requirement[],
  covered: ReadonlyMap<string, readonly string[]>,
): Ledger {
  const lists = {
    covered: [] as Requirement[],
    untestable: [] as Requirement[],
    planned: [] as Requirement[],
    uncovered: [] as Requirement[],
    stale: [] as Requirement[],
  };
  for (const requirement of requirements) {
    const untestable = typeof requirement.coverage === "object";
    const planned = requirement.status === "planned";
    if ((covered.get(requirement.id) ?? []).length > 0) {
      lists.covered.push(requirement);
      if (untestable || planned) lists.stale.push(requirement);
    } else if (untestable) lists.untestable.push(requirement);
    else if (planned) lists.planned.push(requirement);
    else lists.uncovered.push(requirement);
  }
  const known = new Set(requirements.map(({ id }) => id));
  return { ...lists, unknown: new Map([...covered].filter(([id]) => !known.has(id))) };
}

/**
 * The gate: passes when nothing is uncovered, stale or unknown.
 * @throws SpecError `ledger` that lists every id that keeps it shut, and sits at the first of them
 */
export function assertLedger({ uncovered, stale, unknown }: Ledger): void {
  const lines = [
    ...uncovered.map(({ id, file, line }) => `${id} has neither a case nor a vector (${file}:${line})`),
    ...stale.map(({ id, file, line }) => `${id} is covered; take its mark away (${file}:${line})`),
    ...[...unknown].map(([id, by]) => `${id} does not exist, but is cited by ${by.join(", ")}`),
  ];
  if (lines.length === 0) return;
  const { file = "requirements", line = 0 } = uncovered[0] ?? stale[0] ?? {};
  throw new SpecError("ledger", `the ledger does not balance:\n${lines.join("\n")}`, {
    file,
    line,
    entry: "",
  });
}
