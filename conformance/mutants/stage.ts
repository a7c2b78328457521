/**
 * One provider as a process of its own, with its own authority, ports and database, and the reference adapter before it.
 * @module
 */

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { startReferenceAdapter } from "../reference-adapter/index.ts";
import { type ConformanceOptions, createSuitePki, PEER_DOMAINS } from "../src/index.ts";

const SERVE = fileURLToPath(new URL("./serve.ts", import.meta.url));
const HOST = "127.0.0.1";
const DOMAIN = "a.example";
const STOP_MS = 5_000;

/** What a run of the suite needs to reach the provider. */
export type Scene = Pick<ConformanceOptions, "target" | "pki" | "adapter" | "listen">;

/**
 * Starts the provider, lets `act` judge it, and clears everything away.
 *
 * @param mutant absent: the reference provider as it is
 * @throws {Error} with the last lines of the provider's log when it does not start
 */
export async function onStage<T>(mutant: string | undefined, act: (scene: Scene) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "openmimi-mutant-"));
  const closers: (() => Promise<void>)[] = [];
  try {
    const pki = join(folder, "pki");
    const { ca, certificate, privateKey } = await createSuitePki({ directory: pki, targetDomain: DOMAIN });
    const listen = await freeAddresses();
    const config = join(folder, "config.json");
    const loopback = { host: HOST, port: 0 };
    const settings = {
      domain: DOMAIN,
      ...{ mimi: loopback, clientApi: loopback, tls: { certificate, privateKey, ca } },
      database: "provider.sqlite",
      peers: Object.fromEntries(
        Object.entries(PEER_DOMAINS).map(([name, domain]) => [domain, listen[name as keyof typeof listen]]),
      ),
      retry: { firstMs: 50, maxMs: 1_000 },
    };
    writeFileSync(config, JSON.stringify(settings, undefined, 2));
    const provider = await startProcess(mutant, config);
    closers.push(provider.stop);
    const stateDir = join(folder, "adapter");
    mkdirSync(stateDir);
    const adapter = await startReferenceAdapter({
      clientApiUrl: `https://${DOMAIN}`,
      connectTo: new URL(provider.clientUrl).host,
      ca: readFileSync(ca, "utf8"),
      ...{ port: 0, stateDir },
    });
    closers.push(() => adapter.close());
    return await act({ target: provider.mimiUrl, pki, adapter: adapter.url, listen });
  } finally {
    for (const close of closers.reverse()) await close();
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Started {
  readonly mimiUrl: string;
  readonly clientUrl: string;
  readonly stop: () => Promise<void>;
}

/** Waits until the provider says where it listens. */
async function startProcess(mutant: string | undefined, config: string): Promise<Started> {
  const chosen = mutant === undefined ? [] : ["--mutant", mutant];
  // Its input ends with this process, however that ends: no provider stays behind.
  const child = spawn(process.execPath, [SERVE, ...chosen, "--config", config, "--until-input-ends"], {
    stdio: ["pipe", "ignore", "pipe"],
  });
  const exited = once(child, "exit");
  const said: string[] = [];
  const started = new Promise<Pick<Started, "mimiUrl" | "clientUrl">>((resolve) => {
    createInterface({ input: child.stderr }).on("line", (line) => {
      said.push(line);
      if (said.length > 20) said.shift();
      const entry = line.includes('"event":"started"') ? JSON.parse(line) : undefined;
      if (entry !== undefined) resolve({ mimiUrl: entry.mimiUrl, clientUrl: entry.clientUrl });
    });
  });
  const addresses = await Promise.race([started, exited]);
  if ("mimiUrl" in addresses) return { ...addresses, stop: () => stop(child, exited) };
  throw new Error(`${mutant ?? "the provider"} ended before it listened\n${said.join("\n")}`);
}

async function stop(child: ChildProcess, exited: Promise<unknown>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const timer = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
  child.kill("SIGTERM");
  await exited;
  clearTimeout(timer);
}

/** Free addresses for the suite's providers, which have to be known before they listen: all are held at once. */
async function freeAddresses(): Promise<Required<NonNullable<Scene["listen"]>>> {
  const servers = await Promise.all(
    [0, 1, 2].map(async () => {
      const server = createServer().listen(0, HOST);
      await once(server, "listening");
      return server;
    }),
  );
  const [hub, follower1, follower2] = servers.map((server) => {
    const address = server.address();
    return typeof address === "object" && address !== null ? `${HOST}:${address.port}` : "";
  }) as [string, string, string];
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return { hub, follower1, follower2 };
}
