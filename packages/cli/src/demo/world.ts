/**
 * Three providers on loopback, each its own process with its own database and certificate, under a fresh authority.
 * @module
 */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MimiClient, type Transport } from "@openmimi/client";
import { nodeCrypto, nodeTransport, sqliteStore } from "@openmimi/client/node";
import { createAuthority } from "@openmimi/pki";
import { ProviderProcess } from "./provider-process.ts";

const HOST = "127.0.0.1";
const MAX_ATTEMPTS = 3;

/** The domains of the draft's example; the first one is the hub. */
export const DOMAINS = ["a.example", "b.example", "c.example"] as const;
export type Domain = (typeof DOMAINS)[number];

/** Where a provider listens. */
export interface Addresses {
  /** `host:port` of the MIMI side. */
  readonly mimi: string;
  /** `host:port` of the client API. */
  readonly clients: string;
}

/** Sees what a client sends, and passes it on. */
export type WrapTransport = (transport: Transport, clientName: string, domain: Domain) => Transport;

/** The providers and their clients. Close it, whatever happened. */
export class World {
  readonly addresses: Readonly<Record<Domain, Addresses>>;
  readonly #providers: Readonly<Record<Domain, ProviderProcess>>;
  readonly #folder: string;
  readonly #ca: string;
  readonly #closers: (() => Promise<void> | void)[] = [];
  /** If this process is told to end in the middle, nothing of the demo stays behind. */
  readonly #onExit = () => {
    for (const domain of DOMAINS) this.#providers[domain].abandon();
    rmSync(this.#folder, { recursive: true, force: true });
  };

  private constructor(
    folder: string,
    ca: string,
    providers: Record<Domain, ProviderProcess>,
    addresses: Record<Domain, Addresses>,
  ) {
    this.#folder = folder;
    this.#ca = ca;
    this.#providers = providers;
    this.addresses = addresses;
    process.once("exit", this.#onExit);
  }

  /** Makes everything in a temporary folder and starts the processes; anew if somebody else was given a port meanwhile. */
  static async start(): Promise<World> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await World.#start();
      } catch (error) {
        const taken = error instanceof Error && error.message.includes("EADDRINUSE");
        if (!taken || attempt === MAX_ATTEMPTS) throw error;
      }
    }
  }

  static async #start(): Promise<World> {
    const folder = mkdtempSync(join(tmpdir(), "openmimi-demo-"));
    const authority = await createAuthority("OpenMIMI demo authority");
    const ports = await freePorts(2 * DOMAINS.length);
    const addresses = byDomain((_, index) => ({
      mimi: `${HOST}:${ports[2 * index]}`,
      clients: `${HOST}:${ports[2 * index + 1]}`,
    }));
    const peers = byDomain((domain) => addresses[domain].mimi);
    writeFileSync(join(folder, "ca.pem"), authority.certificatePem);
    const files = {} as Record<Domain, string>;
    for (const domain of DOMAINS) {
      const { chainPem, privateKeyPem } = await authority.issue({ domain });
      const own = join(folder, domain);
      mkdirSync(own);
      writeFileSync(join(own, "certificate.pem"), chainPem);
      writeFileSync(join(own, "key.pem"), privateKeyPem, { mode: 0o600 });
      files[domain] = join(own, "config.json");
      const config = configOf(domain, addresses[domain], peers);
      writeFileSync(files[domain], JSON.stringify(config, undefined, 2));
    }
    const providers = byDomain((domain) => new ProviderProcess(domain, files[domain]));
    const world = new World(folder, authority.certificatePem, providers, addresses);
    try {
      await Promise.all(DOMAINS.map((domain) => providers[domain].start()));
    } catch (error) {
      await world.close();
      throw error;
    }
    return world;
  }

  provider(domain: Domain): ProviderProcess {
    return this.#providers[domain];
  }

  /** Registers a client whose state is a file beside the providers' databases. */
  async client(domain: Domain, user: string, device: string, wrap: WrapTransport): Promise<MimiClient> {
    const transport = nodeTransport({
      url: `https://${domain}`,
      ca: this.#ca,
      connectTo: this.addresses[domain].clients,
    });
    this.#closers.push(() => transport.close());
    const store = sqliteStore(join(this.#folder, `${user}-${device}.sqlite`));
    const client = await MimiClient.register(
      wrap(transport, device, domain),
      store,
      { user, device },
      { crypto: nodeCrypto },
    );
    this.#closers.push(() => client.close());
    return client;
  }

  /** Ends the processes and deletes the folder. */
  async close(): Promise<void> {
    for (const close of this.#closers.splice(0).reverse()) await close();
    await Promise.all(DOMAINS.map((domain) => this.#providers[domain].stop()));
    process.off("exit", this.#onExit);
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** The configuration file of `openmimi serve`; file names count from its own folder. */
function configOf(domain: Domain, { mimi, clients }: Addresses, peers: Record<Domain, string>) {
  const listener = (address: string) => ({ host: HOST, port: Number(address.split(":")[1]) });
  return {
    domain,
    mimi: listener(mimi),
    clientApi: listener(clients),
    tls: { certificate: "certificate.pem", privateKey: "key.pem", ca: "../ca.pem" },
    database: "provider.sqlite",
    peers,
    retry: { firstMs: 50, maxMs: 500 },
    // The trace is read from what the providers log.
    logLevel: "debug",
  };
}

/** Ports that are free now: all are held at once, so that they differ. */
async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise<void>((resolve, reject) => {
        server.once("error", reject);
        server.listen(0, HOST, resolve);
      });
      return server;
    }),
  );
  const ports = servers.map((server) => {
    const address = server.address();
    return typeof address === "object" && address !== null ? address.port : 0;
  });
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

function byDomain<T>(make: (domain: Domain, index: number) => T): Record<Domain, T> {
  const [a, b, c] = DOMAINS;
  return { [a]: make(a, 0), [b]: make(b, 1), [c]: make(c, 2) } as Record<Domain, T>;
}
