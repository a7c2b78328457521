/**
 * Decisions as people read them.
 * @module
 */

import { Capability } from "./capabilities.ts";
import type { Decision, Denial, Ground } from "./decision.ts";

/**
 * The derivation of a decision in a few lines: of an allowance every rule that was needed, of a denial what failed, for
 * whom, and where the drafts say so.
 *
 * @example
 * ```ts
 * explain(authorizeMessage(state, "mimi://b.example/u/bob"));
 * // denied: missing-capability
 * //   role 2 (guest) of mimi://b.example/u/bob does not have canSendMessage
 * //   user mimi://b.example/u/bob
 * //   role 2
 * //   capability canSendMessage (0x0100)
 * //   see policy §8.3
 * ```
 */
export function explain(decision: Decision): string {
  return (decision.allowed ? ["allowed", ...decision.grounds.map(step)] : denied(decision)).join("\n  ");
}

function step({ rule, section, by, user }: Ground): string {
  const who = by === undefined ? "" : ` for ${by}`;
  const about = user === undefined ? "" : `, about ${user}`;
  return `${rule}${who}${about} (${section})`;
}

function denied({ reason, message, user, roleIndex, capability, section }: Denial): string[] {
  return [
    `denied: ${reason}`,
    message,
    ...(user === undefined ? [] : [`user ${user}`]),
    ...(roleIndex === undefined ? [] : [`role ${roleIndex}`]),
    ...(capability === undefined ? [] : [`capability ${capability} (${hex(Capability[capability])})`]),
    `see ${section}`,
  ];
}

const hex = (number: number) => `0x${number.toString(16).padStart(4, "0")}`;
