/**
 * `npm run soak`: mutated inputs over all decoders, which may raise the decoders' own errors and nothing else; and random
 * rooms and changes, about which the rules and their oracle have to agree.
 *
 *     npm run soak -- --inputs 5000000 --questions 100000 --seed 7
 *     npm run soak -- --only KeyPackage
 *     npm run soak -- --only policy
 * @module
 */

import { parseArgs } from "node:util";
import { helpIfAsked } from "./help.ts";
import { decoders } from "./soak/decoders.ts";
import { soakPolicy } from "./soak/policy.ts";
import { soak } from "./soak/soak.ts";

helpIfAsked(import.meta.url);
const { values } = parseArgs({
  options: {
    inputs: { type: "string", default: "2000000" },
    "content-inputs": { type: "string", default: "2000000" },
    questions: { type: "string", default: "2000000" },
    seed: { type: "string", default: "1" },
    only: { type: "string" },
  },
});
const chosen = decoders.filter(({ name }) => values.only === undefined || name === values.only);
const asksPolicy = values.only === undefined || values.only === "policy";
if (chosen.length === 0 && !asksPolicy) {
  const known = ["policy", ...decoders.map(({ name }) => name)];
  process.stderr.write(`no decoder is called ${values.only}: ${known.join(", ")}\n`);
  process.exit(2);
}
const showProgress = (text: string) => {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`);
};
const since = (started: number) => ((performance.now() - started) / 1000).toFixed(1);
const seed = Number(values.seed);
let findings = 0;

function soakDecoders(): void {
  const started = performance.now();
  const inputs = Number(values.inputs);
  const onDecoder = (name: string, index: number) => showProgress(`${index + 1}/${chosen.length} ${name}`);
  const contentInputs = Number(values["content-inputs"]);
  const result = soak(chosen, { inputs, contentInputs, seed, onDecoder });
  showProgress("");
  for (const { decoder, input, error } of result.findings)
    process.stdout.write(`${decoder}: ${error}\n  input ${input}\n`);
  process.stdout.write(
    `${result.inputs} inputs for ${chosen.length} decoders in ${since(started)} s: ${result.decoded} decoded, ${result.refused} refused, ${result.findings.length} findings\n`,
  );
  findings += result.findings.length;
}

function soakRules(): void {
  const started = performance.now();
  const questions = Number(values.questions);
  const onProgress = (asked: number) => showProgress(`policy ${asked}/${questions}`);
  const result = soakPolicy({ questions, seed, onProgress });
  showProgress("");
  for (const { input, what } of result.findings) process.stdout.write(`policy: ${what}\n  input ${input}\n`);
  process.stdout.write(
    `${result.decisions} decisions of the room's rules and of their oracle in ${since(started)} s: ${result.allowed} allowed, ${result.findings.length} disagreements\n`,
  );
  findings += result.findings.length;
}

if (chosen.length > 0) soakDecoders();
if (asksPolicy) soakRules();
process.exitCode = findings === 0 ? 0 : 1;
