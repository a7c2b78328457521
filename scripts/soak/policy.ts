/**
 * The room's rules and their oracle, asked about random rooms, changes and messages: the same ones for the same seed.
 * @module
 */

import { type Comparison, compare, compareContent } from "../../packages/room/test/oracle/index.ts";
import { numbers } from "./soak.ts";

/** What a policy soak found. */
export interface PolicySoakResult {
  readonly decisions: number;
  readonly allowed: number;
  /** The octets that make the question again, and what differs. */
  readonly findings: readonly { readonly input: string; readonly what: string }[];
}

/** How much, and which of all the questions there could be. */
export interface PolicySoakOptions {
  readonly questions: number;
  readonly seed: number;
  readonly onProgress?: (asked: number) => void;
}

/** Every so many questions one is about a message. */
const MESSAGES = 8;
const OCTETS = 300;
const MAX_FINDINGS = 10;
const PROGRESS = 10_000;

/**
 * Asks both.
 *
 * @example
 * soakPolicy({ questions: 2_000_000, seed: 1 }).findings; // []
 */
export function soakPolicy(
  { questions, seed, onProgress }: PolicySoakOptions,
  asking: (octets: Uint8Array, about: "change" | "message") => Comparison = ask,
): PolicySoakResult {
  const next = numbers(seed);
  const counts = { decisions: 0, allowed: 0 };
  const findings: { input: string; what: string }[] = [];
  for (let asked = 0; asked < questions; asked++) {
    if (asked % PROGRESS === 0) onProgress?.(asked);
    const octets = Uint8Array.from({ length: OCTETS }, () => next() & 255);
    const found = compared(() => asking(octets, asked % MESSAGES === 0 ? "message" : "change"));
    counts.decisions += found.decisions.length;
    counts.allowed += found.decisions.filter(({ allowed }) => allowed).length;
    for (const { what } of found.disagreements) {
      if (findings.length < MAX_FINDINGS) findings.push({ input: Buffer.from(octets).toString("hex"), what });
    }
  }
  return { ...counts, findings };
}

function ask(octets: Uint8Array, about: "change" | "message"): Comparison {
  return about === "message" ? compareContent(octets) : compare(octets);
}

/** An exception is a disagreement too. */
function compared(ask: () => Comparison): Comparison {
  try {
    return ask();
  } catch (thrown) {
    const what = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
    return { decisions: [], disagreements: [{ asked: undefined, what }] };
  }
}
