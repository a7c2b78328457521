/**
 * The work of serve.ts, in a process whose sources are edited by now.
 * @module
 */

import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { checkConfig, startProvider } from "@openmimi/provider";
import { parse } from "yaml";
import { startReferenceAdapter } from "../reference-adapter/index.ts";
import { findMutant, mutants } from "./index.ts";

/** What to run. */
export interface ServeOptions {
  /** A file; absent members are as in `openmimi serve`. */
  readonly config: string;
  /** Absent: the provider as it is. */
  readonly mutant?: string;
  /** Absent: no adapter. 0: any free port. */
  readonly adapterPort?: number;
  /** Whether the end of the standard input is a reason to stop. */
  readonly untilInputEnds: boolean;
}

/** Starts the provider and, if it is wanted, its adapter; says where they are. */
export async function serve({
  config: file,
  mutant,
  adapterPort,
  untilInputEnds,
}: ServeOptions): Promise<void> {
  const config = checkConfig(parse(readFileSync(file, "utf8")), dirname(file));
  const parts = mutant === undefined ? {} : await findMutant(mutant).parts(config);
  const provider = await startProvider(config, parts);
  const adapter =
    adapterPort === undefined
      ? undefined
      : await startReferenceAdapter({
          clientApiUrl: `https://${config.domain}`,
          connectTo: new URL(provider.clientUrl).host,
          ca: config.tls.ca,
          port: adapterPort,
          stateDir: join(dirname(file), "adapter"),
        });
  const stop = async () => {
    await adapter?.close();
    await provider.close();
    process.stdin.destroy();
  };
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
  if (untilInputEnds) process.stdin.once("end", stop).resume();
  process.stdout.write(`providers  ${provider.mimiUrl}\nclients    ${provider.clientUrl}\n`);
  if (adapter !== undefined) process.stdout.write(`adapter    ${adapter.url}\n`);
}

/** Names all mutants, with their faults. */
export function list(): void {
  for (const { name, fault, section } of mutants) process.stdout.write(`${name}\n    ${fault} ${section}\n`);
}
