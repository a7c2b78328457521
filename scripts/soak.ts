/**
 * `npm run soak`: mutated inputs over all decoders. They may raise the decoders' own errors and nothing else.
 *
 *     npm run soak -- --inputs 5000000 --seed 7 --only KeyPackage
 * @module
 */

import { parseArgs } from "node:util";
import { decoders } from "./soak/decoders.ts";
import { soak } from "./soak/soak.ts";

const { values } = parseArgs({
  options: {
    inputs: { type: "string", default: "200000" },
    seed: { type: "string", default: "1" },
    only: { type: "string" },
  },
});
const chosen = decoders.filter(({ name }) => values.only === undefined || name === values.only);
if (chosen.length === 0) {
  process.stderr.write(
    `no decoder is called ${values.only}: ${decoders.map(({ name }) => name).join(", ")}\n`,
  );
  process.exit(2);
}
const started = performance.now();
const result = soak(chosen, {
  inputs: Number(values.inputs),
  seed: Number(values.seed),
  onDecoder(name, index) {
    if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${index + 1}/${chosen.length} ${name}`);
  },
});
if (process.stderr.isTTY) process.stderr.write("\r\u001b[K");
for (const { decoder, input, error } of result.findings)
  process.stdout.write(`${decoder}: ${error}\n  input ${input}\n`);
const seconds = ((performance.now() - started) / 1000).toFixed(1);
process.stdout.write(
  `${result.inputs} inputs for ${chosen.length} decoders in ${seconds} s: ${result.decoded} decoded, ${result.refused} refused, ${result.findings.length} findings\n`,
);
process.exitCode = result.findings.length === 0 ? 0 : 1;
