/**
 * What a mutant is: the reference provider with one fault.
 * @module
 */

import type { ProviderConfig, ProviderParts } from "@openmimi/provider";
import type { Edit } from "./tools/edited-sources.ts";

/** Parts of a provider that are others than the standard ones. */
export type Parts = Partial<ProviderParts>;

/** One fault, as an implementer could have made it. */
export interface Mutant {
  /** Words joined by hyphens. Never changes: published matrices name it. */
  readonly name: string;
  /** What the implementer got wrong, in one sentence. */
  readonly fault: string;
  /** Where the document says otherwise. */
  readonly section: string;
  /** The parts that are replaced. */
  readonly parts: (config: ProviderConfig) => Parts | Promise<Parts>;
  /** What is changed in the source of clients, which have no parts. */
  readonly edits?: readonly Edit[];
  /** Ids of cases that have to notice the fault. */
  readonly caughtBy: readonly string[];
}
