/**
 * Runs one mutant until it is told to stop, with the configuration of `openmimi serve`, so that an implementer can see
 * what the suite says of a broken provider:
 *
 *     node conformance/mutants/serve.ts --mutant ignores-host --config FILE --adapter 9440
 *     node conformance/mutants/serve.ts --list
 *
 * Without `--mutant` it is the reference provider as it is. With `--adapter` its adapter listens on that port, with the
 * state of its clients in the folder `adapter` beside the configuration; faults that are the clients' need it.
 * @module
 */

import { parseArgs } from "node:util";
import { clientFaults } from "./faults/client.ts";
import { clientPolicyFaults } from "./faults/client-policies.ts";
import { loadEdited } from "./tools/edited-sources.ts";

const { values } = parseArgs({
  options: {
    mutant: { type: "string" },
    config: { type: "string" },
    adapter: { type: "string" },
    list: { type: "boolean", default: false },
    "until-input-ends": { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  },
});
const USAGE = `usage: npm run mutant -- [--mutant NAME] --config FILE [--adapter PORT]
       npm run mutant -- --list

Runs a provider with one fault (without --mutant: as it is) until it is told to stop, with a configuration of openmimi serve.
With --adapter the adapter of its clients listens on that port.
`;
if (values.help) {
  process.stdout.write(USAGE);
} else if (!values.list && values.config === undefined) {
  process.stderr.write(USAGE);
  process.exitCode = 2;
} else {
  loadEdited(
    [...clientFaults, ...clientPolicyFaults].find(({ name }) => name === values.mutant)?.edits ?? [],
  );
  // Whatever is edited has to be loaded afterwards.
  const { list, serve } = await import("./provider-process.ts");
  if (values.config === undefined || values.list) list();
  else {
    await serve({
      config: values.config,
      untilInputEnds: values["until-input-ends"],
      ...(values.mutant === undefined ? {} : { mutant: values.mutant }),
      ...(values.adapter === undefined ? {} : { adapterPort: Number(values.adapter) }),
    });
  }
}
