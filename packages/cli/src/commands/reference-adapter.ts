/**
 * `openmimi reference-adapter`: lets the suite drive the users of `openmimi serve`.
 * @module
 */

import { readFileSync } from "node:fs";
import { startReferenceAdapter } from "@openmimi/conformance/reference-adapter";
import type { Command } from "commander";
import { type Context, withExamples, writeJson } from "../command.ts";
import { UsageError } from "../errors.ts";

interface Flags {
  readonly provider: string;
  readonly ca: string;
  readonly connectTo?: string;
  readonly port: string;
  readonly state: string;
}

/** Adds the command. */
export function addReferenceAdapter(program: Command, context: Context): void {
  const command = program
    .command("reference-adapter")
    .description("run the adapter of the reference provider, on loopback")
    .requiredOption("--provider <url>", "the provider's client API, for example https://a.example")
    .requiredOption("--ca <file>", "PEM trust anchors for its certificate")
    .option("--connect-to <host:port>", "where to connect instead of asking DNS")
    .option("--port <port>", "where to listen; 0 takes a free one", "9440")
    .option("--state <dir>", "where the state of the clients is kept", "adapter-state")
    .action(async ({ provider, ca, connectTo, port, state }: Flags) => {
      const number = Number(port);
      if (!Number.isInteger(number) || number < 0 || number > 65_535)
        throw new UsageError(`--port: expected a port from 0 to 65535, got ${port}`);
      const adapter = await startReferenceAdapter({
        clientApiUrl: provider,
        ca: readFileSync(ca, "utf8"),
        port: number,
        stateDir: state,
        ...(connectTo === undefined ? {} : { connectTo }),
      });
      if (context.json()) writeJson(context.stdout, { url: adapter.url });
      else context.stdout.write(`adapter  ${adapter.url}\n`);
      await context.stopped();
      await adapter.close();
    });
  withExamples(command, [
    [
      "reference-adapter --provider https://a.example --connect-to 127.0.0.1:8444 --ca ca.pem",
      "for a provider on this machine",
    ],
  ]);
}
