/**
 * `npm test`: every check there is, one line per step, and `N passed, N failed` at the end.
 *
 *     npm test                   everything; what takes a Rust toolchain only if CI=true
 *     npm test -- types tests    some steps
 *     npm test -- --list         what the steps are
 * @module
 */

import { existsSync } from "node:fs";
import { join } from "node:path";
import { helpIfAsked } from "./help.ts";
import { steps } from "./steps/index.ts";
import { type Counts, ROOT, type Step } from "./steps/step.ts";

/** Where `openmimi vectors fetch` puts the published vectors when it is told nothing else. */
const FETCHED = join(ROOT, "vectors", "published");

const WIDTH = Math.max(...steps.map(({ name }) => name.length)) + 2;

function line(text: string): void {
  process.stdout.write(`${text}\n`);
}

async function runStep(step: Step): Promise<Counts> {
  const terminal = process.stdout.isTTY === true;
  if (terminal) process.stdout.write(`${step.name.padEnd(WIDTH)}...`);
  const started = performance.now();
  const counts = await step.run().catch((error: unknown) => ({
    passed: 0,
    failed: 1,
    output: error instanceof Error ? (error.stack ?? error.message) : String(error),
  }));
  if (terminal) process.stdout.write("\r\u001b[K");
  const seconds = `${((performance.now() - started) / 1000).toFixed(1)} s`;
  line(`${step.name.padEnd(WIDTH)}${describe(counts).padEnd(36)}${seconds.padStart(9)}`);
  if (counts.failed > 0 && counts.output !== undefined) line(counts.output.trimEnd());
  return counts;
}

function describe({ passed, failed, skipped, note }: Counts): string {
  const parts = [`${passed} passed`];
  if (failed > 0) parts.push(`${failed} FAILED`);
  if ((skipped ?? 0) > 0) parts.push(`${skipped} skipped`);
  if (note !== undefined) parts.push(note);
  return parts.join(", ");
}

function chosen(names: readonly string[]): readonly Step[] {
  const unknown = names.filter((name) => !steps.some((step) => step.name === name));
  if (unknown.length === 0)
    return names.length === 0
      ? steps.filter(({ onlyByName }) => onlyByName !== true)
      : steps.filter(({ name }) => names.includes(name));
  process.stderr.write(
    `no step is called ${unknown.join(", ")}; there are ${steps.map(({ name }) => name).join(", ")}\n`,
  );
  process.exit(2);
}

async function main(args: readonly string[]): Promise<void> {
  if (args.includes("--list")) {
    for (const { name, what } of steps) line(`${name.padEnd(WIDTH)}${what}`);
    return;
  }
  const selected = chosen(args);
  if (process.env.OPENMIMI_PUBLISHED_VECTORS === undefined) {
    if (existsSync(FETCHED)) process.env.OPENMIMI_PUBLISHED_VECTORS = FETCHED;
    else if (selected.some(({ name }) => name === "tests"))
      line("The published vectors are not here, so their tests are skipped (./openmimi vectors fetch)");
  }
  let passed = 0;
  let failed = 0;
  for (const step of selected) {
    const counts = await runStep(step);
    passed += counts.passed;
    failed += counts.failed;
  }
  line(`${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}

helpIfAsked(import.meta.url);
await main(process.argv.slice(2));
