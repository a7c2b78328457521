/**
 * All cases, checked against each other and against spec.
 * @module
 */

import { loadReadings, loadRequirements } from "@openmimi/spec";
import { cases as all } from "../cases/index.ts";
import { ADAPTER_LEVELS, type AdapterLevel, type ConformanceCase, type Role } from "./case.ts";
import { SuiteError } from "./errors.ts";

/** Cases by id, in the order in which they run. */
export type Catalogue = ReadonlyMap<string, ConformanceCase>;

/**
 * Puts cases into a catalogue.
 * @throws SuiteError `bad-case` naming the case: an id that is malformed or there twice, a requirement, reading or
 * twin that does not exist
 */
export function catalogueOf(cases: readonly ConformanceCase[]): Catalogue {
  const requirements = new Set(loadRequirements().map(({ id }) => id));
  const readings = new Set(loadReadings().map(({ id }) => id));
  const catalogue = new Map<string, ConformanceCase>();
  const refuse = (one: ConformanceCase, what: string): never => {
    throw new SuiteError("bad-case", `${one.id}: ${what}`);
  };
  for (const one of cases) {
    if (!/^[a-z0-9-]+(?:\/[a-z0-9-]+)+$/.test(one.id)) refuse(one, "an id is words joined by - and /");
    if (catalogue.has(one.id)) refuse(one, "this id is there twice");
    if (one.requirements.length === 0) refuse(one, "it decides no requirement");
    for (const id of one.requirements) {
      if (!requirements.has(id)) refuse(one, `there is no requirement ${id}`);
    }
    for (const id of one.readings ?? []) {
      if (!readings.has(id)) refuse(one, `there is no reading ${id}`);
    }
    catalogue.set(one.id, one);
  }
  for (const one of cases) {
    if (typeof one.twin !== "string") continue;
    const twin = catalogue.get(one.twin) ?? refuse(one, `there is no twin ${one.twin}`);
    if (twin.twin !== undefined) refuse(one, `its twin ${one.twin} has a twin of its own`);
    if (levelIndex(twin.needs.level) > levelIndex(one.needs.level)) {
      refuse(one, `its twin ${one.twin} needs more of the adapter`);
    }
  }
  return catalogue;
}

let catalogue: Catalogue | undefined;

/** The cases of `conformance/cases`. @throws SuiteError `bad-case` */
export function builtInCatalogue(): Catalogue {
  catalogue ??= catalogueOf(all);
  return catalogue;
}

/** Which cases to take. Whatever is left out takes all. */
export interface Selection {
  /** Ids, or beginnings of ids that end where a word of the id ends. */
  readonly only?: readonly string[];
  readonly roles?: readonly Role[];
}

/**
 * The selected cases, and with each negative one its valid twin, before it.
 * @throws SuiteError `unknown-case` when something of `only` selects nothing
 */
export function select(from: Catalogue, { only, roles }: Selection): readonly ConformanceCase[] {
  const everything = [...from.values()];
  for (const wanted of only ?? []) {
    if (!everything.some(({ id }) => names(wanted, id))) {
      throw new SuiteError("unknown-case", `no case is called ${wanted} or begins with it`);
    }
  }
  const selected = new Set<ConformanceCase>();
  for (const one of everything) {
    if (only !== undefined && !only.some((wanted) => names(wanted, one.id))) continue;
    if (roles !== undefined && !roles.includes(one.role)) continue;
    const twin = typeof one.twin === "string" ? from.get(one.twin) : undefined;
    if (twin !== undefined) selected.add(twin);
    selected.add(one);
  }
  return [...selected];
}

function names(wanted: string, id: string): boolean {
  return id === wanted || id.startsWith(wanted.endsWith("/") ? wanted : `${wanted}/`);
}

/** Compares levels: L0 is 0. */
export function levelIndex(level: AdapterLevel): number {
  return ADAPTER_LEVELS.indexOf(level);
}
