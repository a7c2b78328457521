/**
 * Runs one mutant until it is told to stop, with the configuration of `openmimi serve`, so that an implementer can see
 * what the suite says of a broken provider:
 *
 *     node conformance/mutants/serve.ts --mutant ignores-host --config FILE
 *     node conformance/mutants/serve.ts --list
 *
 * Without `--mutant` it is the reference provider as it is.
 * @module
 */

import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import { parseArgs } from "node:util";
import { checkConfig, type ProviderParts, startProvider } from "@openmimi/provider";
import { parse } from "yaml";
import { findMutant, mutants } from "./index.ts";

async function serve(name: string | undefined, file: string, withInput: boolean): Promise<void> {
  const config = checkConfig(parse(readFileSync(file, "utf8")), dirname(file));
  const parts: Partial<ProviderParts> = name === undefined ? {} : await findMutant(name).parts(config);
  const provider = await startProvider(config, parts);
  const stop = () => void provider.close();
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
  if (withInput) process.stdin.once("end", stop).resume();
  process.stdout.write(`providers  ${provider.mimiUrl}\nclients    ${provider.clientUrl}\n`);
}

const { values } = parseArgs({
  options: {
    mutant: { type: "string" },
    config: { type: "string" },
    list: { type: "boolean" },
    "until-input-ends": { type: "boolean", default: false },
  },
});
if (values.list === true) {
  for (const { name, fault, section } of mutants) process.stdout.write(`${name}\n    ${fault} ${section}\n`);
} else if (values.config === undefined) {
  process.stderr.write("usage: serve.ts [--mutant NAME] --config FILE | --list\n");
  process.exitCode = 2;
} else {
  await serve(values.mutant, values.config, values["until-input-ends"]);
}
