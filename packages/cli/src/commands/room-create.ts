/**
 * `openmimi room create`: makes a room at a provider that runs.
 * @module
 */

import { existsSync, readFileSync } from "node:fs";
import { ClientError, MimiClient } from "@openmimi/client";
import { nodeCrypto, nodeTransport, sqliteStore } from "@openmimi/client/node";
import type { Command } from "commander";
import { type Context, withExamples, writeJson } from "../command.ts";
import { UsageError } from "../errors.ts";
import { presetNamed } from "./room-presets.ts";

interface Flags {
  readonly provider: string;
  readonly ca: string;
  readonly connectTo?: string;
  readonly client: string;
  readonly user?: string;
  readonly device: string;
  readonly preset: string;
  readonly title?: string;
  readonly add: readonly string[];
}

/** Adds the command. */
export function addCreate(parent: Command, context: Context): void {
  const command = parent
    .command("create <name>")
    .description("create a room at a provider that runs, after one of the example rooms")
    .requiredOption("--provider <url>", "the provider's client API, for example https://a.example")
    .requiredOption("--ca <file>", "PEM trust anchors for its certificate")
    .option("--connect-to <host:port>", "where to connect instead of asking DNS")
    .requiredOption(
      "--client <file>",
      "where the state of the creator's client is kept; made if it is not there",
    )
    .option("--user <name>", "who creates it, where the client is new")
    .option("--device <name>", "the name of a new client", "cli")
    .option("--preset <name>", "the example that it follows: see openmimi room presets", "cooperative")
    .option("--title <text>", "the name that people see")
    .option("--add <uri...>", "users to add at once", [])
    .action(async (name: string, flags: Flags) => {
      const preset = presetNamed(flags.preset);
      const { title, add } = flags;
      const client = await clientOf(flags);
      try {
        const roomUri = await client.createRoom({ name, preset, ...(title === undefined ? {} : { title }) });
        const added = add.length === 0 ? undefined : await client.addUsers(roomUri, add);
        const { participants, epoch } = client.roomView(roomUri);
        if (context.json()) return writeJson(context.stdout, { roomUri, preset, epoch, participants });
        context.stdout.write(`room     ${roomUri}\npreset   ${preset}\n`);
        for (const { userUri, roleIndex } of participants)
          context.stdout.write(`listed   ${userUri} as role ${roleIndex}\n`);
        for (const { clientUri, reason } of added?.missing ?? [])
          context.stdout.write(`missing  ${clientUri}: ${reason}\n`);
      } finally {
        await client.close();
      }
    });
  withExamples(command, [
    [
      "room create den --provider https://a.example --ca ca.pem --client a.db --user alice",
      "a cooperative room, by a new client of alice",
    ],
    [
      "room create x --preset moderated --provider https://a.example --ca ca.pem --client a.db",
      "a moderated one, by the same client",
    ],
  ]);
}

async function clientOf({ provider, ca, connectTo, client, user, device }: Flags): Promise<MimiClient> {
  const isNew = !existsSync(client);
  if (isNew && user === undefined)
    throw new UsageError(`--user: ${client} is new, so somebody has to be named`);
  if (!URL.canParse(provider)) throw new UsageError(`--provider: ${provider} is no URL`);
  const transport = nodeTransport({
    url: provider,
    ca: readFileSync(ca, "utf8"),
    ...(connectTo === undefined ? {} : { connectTo }),
  });
  const options = { crypto: nodeCrypto };
  const store = sqliteStore(client);
  if (user === undefined || !isNew) {
    const opened = await MimiClient.open(transport, store, options);
    if (user !== undefined && !opened.userUri.endsWith(`/u/${user}`)) {
      await opened.close();
      throw new ClientError("usage", `${client} is a client of ${opened.userUri}, not of ${user}`);
    }
    return opened;
  }
  return MimiClient.register(transport, store, { user, device }, options);
}
