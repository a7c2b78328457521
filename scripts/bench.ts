/**
 * `npm run bench`: runs every program in the packages' `bench` folders. Each prints one JSON line per measurement, with
 * its ratio to a baseline that was measured in the same run; this checks the lines and passes them on.
 *
 *     npm run bench             all of them
 *     npm run bench -- store    those whose path contains the word
 * @module
 */

import { globSync } from "node:fs";
import { parseMeasurements } from "./bench/measurement.ts";
import { helpIfAsked } from "./help.ts";
import { ROOT, run } from "./steps/step.ts";

helpIfAsked(import.meta.url);
const words = process.argv.slice(2);
const files = globSync("packages/*/bench/*.ts", { cwd: ROOT })
  .map((file) => file.replaceAll("\\", "/"))
  .filter((file) => words.length === 0 || words.some((word) => file.includes(word)))
  .sort();
if (files.length === 0) {
  process.stderr.write(`no benchmark matches ${words.join(" ")}\n`);
  process.exitCode = 2;
}
for (const [index, file] of files.entries()) {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${index + 1}/${files.length} ${file}`);
  const { status, stdout, output } = await run("node", [file]);
  if (process.stderr.isTTY) process.stderr.write("\r\u001b[K");
  if (status !== 0) {
    process.stderr.write(`${file} failed:\n${output}\n`);
    process.exitCode = 1;
    continue;
  }
  try {
    for (const measurement of parseMeasurements(file, stdout))
      process.stdout.write(`${JSON.stringify(measurement)}\n`);
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    process.exitCode = 1;
  }
}
