/**
 * Several providers in one process, on loopback, with certificates made for the test.
 * @module
 */

import { MimiClient, type Transport } from "@openmimi/client";
import { nodeCrypto, nodeTransport, sqliteStore } from "@openmimi/client/node";
import { type Authority, createAuthority } from "@openmimi/pki";
import {
  createLogger,
  type ProviderConfig,
  type ProviderParts,
  type RunningProvider,
  startProvider,
} from "../src/index.ts";

/** Providers that know each other's addresses. */
export class World {
  readonly authority: Authority;
  /** Shared by all: ports are filled in as the providers start. */
  readonly peers: Record<string, string> = {};
  readonly providers = new Map<string, RunningProvider>();
  readonly #configs = new Map<string, ProviderConfig>();
  readonly #closers: (() => Promise<void> | void)[] = [];
  /** Lines of the providers' logs, for a failed test to look at. */
  readonly log: string[] = [];

  private constructor(authority: Authority) {
    this.authority = authority;
  }

  static async start(domains: readonly string[], parts: Partial<ProviderParts> = {}): Promise<World> {
    const world = new World(await createAuthority());
    for (const domain of domains) await world.provider(domain, {}, parts);
    return world;
  }

  /** Starts a provider, or starts it again with the same database file. */
  async provider(
    domain: string,
    config: Partial<ProviderConfig> = {},
    parts: Partial<ProviderParts> = {},
  ): Promise<RunningProvider> {
    const known = this.#configs.get(domain);
    const full = { ...(known ?? (await this.config(domain))), ...config };
    this.#configs.set(domain, full);
    const logger = createLogger("debug", (line) => this.log.push(`${domain} ${line}`));
    const running = await startProvider(full, { logger, ...parts });
    this.providers.set(domain, running);
    this.peers[domain] = new URL(running.mimiUrl).host;
    return running;
  }

  async config(domain: string): Promise<ProviderConfig> {
    const { chainPem, privateKeyPem } = await this.authority.issue({ domain });
    const loopback = { host: "127.0.0.1", port: 0 };
    return {
      domain,
      mimi: loopback,
      clientApi: loopback,
      tls: { certificate: chainPem, privateKey: privateKeyPem, ca: this.authority.certificatePem },
      database: ":memory:",
      peers: this.peers,
      retry: { firstMs: 20, maxMs: 200 },
    };
  }

  /** How clients reach a provider, also after it was started again. */
  transport(domain: string): Transport {
    const made = new Map<string, Transport>();
    const current = () => {
      const { clientUrl } = this.providers.get(domain) as RunningProvider;
      const known = made.get(clientUrl);
      if (known !== undefined) return known;
      const connectTo = new URL(clientUrl).host;
      const url = `https://${domain}`;
      const transport = nodeTransport({ url, ca: this.authority.certificatePem, connectTo });
      this.#closers.push(() => transport.close());
      made.set(clientUrl, transport);
      return transport;
    };
    return { request: (request) => current().request(request), close: () => undefined };
  }

  /** Registers a client with KeyPackages. */
  async client(domain: string, user: string, device: string, keyPackages = 4): Promise<MimiClient> {
    const client = await MimiClient.register(
      this.transport(domain),
      sqliteStore(":memory:"),
      {
        user,
        device,
      },
      { crypto: nodeCrypto },
    );
    if (keyPackages > 0) await client.publishKeyPackages(keyPackages);
    this.#closers.push(() => client.close());
    return client;
  }

  async close(): Promise<void> {
    for (const close of this.#closers.splice(0).reverse()) await close();
    await Promise.all([...this.providers.values()].map((provider) => provider.close()));
  }
}

/** Pulls a client's inbox until it shows what is waited for. */
export async function syncUntil(client: MimiClient, done: () => boolean | Promise<boolean>): Promise<void> {
  const giveUpAt = Date.now() + 20_000;
  while (!(await done())) {
    if (Date.now() > giveUpAt) throw new Error(`${client.clientUri} did not get what it waits for`);
    await client.sync({ waitMs: 500 });
  }
}
