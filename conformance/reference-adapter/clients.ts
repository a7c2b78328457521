/**
 * The users and clients that the suite has made at the provider: a folder per user, a file per client, so that an
 * adapter started again goes on where it was.
 * @module
 */

import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { MimiClient, type Transport } from "@openmimi/client";
import { nodeCrypto, sqliteStore } from "@openmimi/client/node";
import { isMimiUri, parseMimiUri, userUri } from "@openmimi/protocol";
import { AdapterProblem } from "./problem.ts";

/** Operations answer within the suite's patience, see adapter/openapi.yaml. */
const OPTIONS = {
  crypto: nodeCrypto,
  retry: { firstDelayMs: 50, maxDelayMs: 1000, giveUpAfterMs: 10_000 },
  patienceMs: 20_000,
} as const;

/** The clients of one provider. */
export class Clients {
  readonly #domain: string;
  readonly #folder: string;
  readonly #transport: Transport;
  readonly #open = new Map<string, Promise<MimiClient>>();

  constructor(domain: string, folder: string, transport: Transport) {
    this.#domain = domain;
    this.#folder = folder;
    this.#transport = transport;
    mkdirSync(folder, { recursive: true });
  }

  /** A user has no account at the reference provider before the first client is registered: here is the note of it. */
  createUser(name: string): string {
    const folder = join(this.#folder, name);
    if (existsSync(folder)) throw new AdapterProblem("refused", `there is a user ${name} already`);
    mkdirSync(folder);
    return userUri(this.#domain, name);
  }

  async createClient(user: string, device: string): Promise<string> {
    const name = this.#userName(user);
    const file = join(this.#folder, name, `${device}.sqlite`);
    if (existsSync(file)) throw new AdapterProblem("refused", `${user} has a device ${device} already`);
    const registered = MimiClient.register(
      this.#transport,
      sqliteStore(file),
      { user: name, device },
      OPTIONS,
    );
    const client = await registered;
    this.#open.set(client.clientUri, registered);
    return client.clientUri;
  }

  /** @throws {AdapterProblem} `not-found` */
  find(clientUri: string): Promise<MimiClient> {
    let client = this.#open.get(clientUri);
    if (client === undefined) {
      client = MimiClient.open(this.#transport, sqliteStore(this.#fileOf(clientUri)), OPTIONS);
      this.#open.set(clientUri, client);
    }
    return client;
  }

  async close(): Promise<void> {
    for (const client of this.#open.values()) await (await client).close();
  }

  #userName(user: string): string {
    const parsed = isMimiUri(user, "user") ? parseMimiUri(user) : undefined;
    const name = parsed?.domain === this.#domain ? parsed.path[0] : undefined;
    return this.#known(user, name === undefined ? undefined : [name]) as string;
  }

  #fileOf(clientUri: string): string {
    const parsed = isMimiUri(clientUri, "client") ? parseMimiUri(clientUri) : undefined;
    const [user, device] = parsed?.domain === this.#domain ? parsed.path : [];
    const path = user === undefined || device === undefined ? undefined : [user, `${device}.sqlite`];
    return join(this.#folder, this.#known(clientUri, path));
  }

  /** Names are letters, digits and hyphens (adapter/openapi.yaml), so that they cannot leave the folder. */
  #known(uri: string, path: readonly string[] | undefined): string {
    const plain = path?.every((part) => /^[a-z0-9-]+(\.sqlite)?$/.test(part)) === true;
    const relative = plain ? join(...(path as string[])) : undefined;
    if (relative === undefined || !existsSync(join(this.#folder, relative))) {
      throw new AdapterProblem("not-found", `${uri} was not made through this adapter`);
    }
    return relative;
  }
}
