/**
 * What a conformance case is: data about a requirement, a script that acts, and a judge that looks at what was recorded.
 * @module
 */

import type { Check, Checks } from "./checks.ts";
import type { CaseContext } from "./context.ts";
import type { CaseTranscript } from "./transcript.ts";

/** Whom a case judges. `provider`: any provider, whatever it is in a room. */
export const ROLES = [
  "provider",
  "hub",
  "follower",
  "key-publisher",
  "consent-target",
  "member-client",
] as const;
export type Role = (typeof ROLES)[number];

/** How strict the draft is: an unmet MUST fails, an unmet SHOULD warns, a MAY that is not offered skips. */
export type CaseLevel = "MUST" | "SHOULD" | "MAY";

/** L0: the wire alone. L1: fixtures set up once by hand. L2: the adapter. Each includes the one before. */
export const ADAPTER_LEVELS = ["L0", "L1", "L2"] as const;
export type AdapterLevel = (typeof ADAPTER_LEVELS)[number];

/** What a case needs from the side of the provider that the drafts leave open. */
export type Needs =
  | { readonly level: "L0" }
  | { readonly level: "L1"; readonly fixtures: readonly FixtureKind[] }
  | { readonly level: "L2"; readonly operations: readonly AdapterOperation[] };

/** Written out here so that a case file needs one import; the meaning is in `fixture-kinds.ts`. */
type FixtureKind = keyof import("./fixture-kinds.ts").Fixtures;
/** Written out here so that a case file needs one import; the meaning is in `adapter/openapi.yaml`. */
export type AdapterOperation = keyof import("./adapter/operations.ts").AdapterOperations;

/** A script with its judge. */
export interface Script {
  /** Acts and records, and decides nothing. It may stop early: see {@link CaseContext.stop}. */
  run(context: CaseContext): Promise<void>;
  /**
   * Decides from the recorded transcript alone, so that a verdict can be found again without the provider.
   * The first check that does not hold is the verdict's.
   */
  judge(transcript: CaseTranscript, check: Checks): readonly Check[] | Promise<readonly Check[]>;
}

/** One conformance case. */
export interface ConformanceCase extends Script {
  /** `area/endpoint/what`, for example `hub/update/wrong-epoch`. Never changes and is never used again. */
  readonly id: string;
  readonly title: string;
  /** Ids of spec/requirements that this case decides. */
  readonly requirements: readonly string[];
  /** Ids of spec/readings that bear on it. */
  readonly readings?: readonly string[];
  readonly level: CaseLevel;
  readonly role: Role;
  readonly needs: Needs;
  /**
   * The valid case that this one differs from in one field: its id, or a script of its own that runs first.
   * When the valid twin does not pass, a refusal proves nothing and this case is inconclusive.
   */
  readonly twin?: string | Script;
}
