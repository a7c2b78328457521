/**
 * What the suite holds, for `list` and `explain`.
 * @module
 */

import { loadReadings, loadRequirements } from "@openmimi/spec";
import type { AdapterLevel, CaseLevel, ConformanceCase, Role } from "./case.ts";
import { builtInCatalogue, levelIndex, type Selection, select } from "./catalogue.ts";
import { SuiteError } from "./errors.ts";

/** A case in one line. */
export interface CaseSummary {
  readonly id: string;
  readonly title: string;
  readonly level: CaseLevel;
  readonly role: Role;
  readonly needs: AdapterLevel;
  readonly requirements: readonly string[];
}

export interface ListOptions extends Selection {
  /** Only what can run at this level. */
  readonly level?: AdapterLevel;
}

/**
 * The cases, in the order in which they run.
 * @throws SuiteError `unknown-case`
 * @example
 * listCases({ only: ["transport"] }).map(({ id }) => id); // ["transport/from/missing", ...]
 */
export function listCases(options: ListOptions = {}): readonly CaseSummary[] {
  const { level } = options;
  return select(builtInCatalogue(), options)
    .filter(({ needs }) => level === undefined || levelIndex(needs.level) <= levelIndex(level))
    .map(summaryOf);
}

/**
 * For each requirement the cases that decide it, as `ledger` of @openmimi/spec takes it.
 * @example
 * ledger(loadRequirements(), coveredRequirements()).uncovered; // what neither a case nor a plan covers
 */
export function coveredRequirements(): ReadonlyMap<string, readonly string[]> {
  const covered = new Map<string, string[]>();
  for (const { id, requirements } of builtInCatalogue().values()) {
    for (const requirement of requirements) {
      covered.set(requirement, [...(covered.get(requirement) ?? []), id]);
    }
  }
  return covered;
}

/** Everything that is written about a case. */
export interface CaseExplanation extends CaseSummary {
  readonly requirementTexts: readonly {
    readonly id: string;
    readonly level: string;
    readonly source: string;
    readonly text: string;
  }[];
  readonly readingTexts: readonly {
    readonly id: string;
    readonly title: string;
    readonly accepted: readonly string[];
  }[];
  /** The id of the valid case that has to pass for this one to mean something, or `inline`. */
  readonly twin?: string;
  /** Operations of the adapter, or kinds of fixtures, that it needs. */
  readonly requires: readonly string[];
}

/**
 * Explains a case.
 * @throws SuiteError `unknown-case`
 */
export function explainCase(id: string): CaseExplanation {
  const one = builtInCatalogue().get(id);
  if (one === undefined) throw new SuiteError("unknown-case", `no case is called ${id}`);
  const { needs, twin } = one;
  return {
    ...summaryOf(one),
    requirementTexts: loadRequirements()
      .filter((requirement) => one.requirements.includes(requirement.id))
      .map(({ id: name, level, draft, section, requirement }) => ({
        id: name,
        level,
        source: `${draft} ${section}`,
        text: requirement,
      })),
    readingTexts: loadReadings()
      .filter((reading) => one.readings?.includes(reading.id) === true)
      .map(({ id: name, title, accepts, readings }) => ({
        id: name,
        title,
        accepted: accepts.map((letter) => `${letter}: ${readings.get(letter) ?? ""}`),
      })),
    ...(twin === undefined ? {} : { twin: typeof twin === "string" ? twin : "inline" }),
    requires: needs.level === "L1" ? needs.fixtures : needs.level === "L2" ? needs.operations : [],
  };
}

function summaryOf({ id, title, level, role, needs, requirements }: ConformanceCase): CaseSummary {
  return { id, title, level, role, needs: needs.level, requirements };
}
