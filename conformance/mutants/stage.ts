/**
 * One provider as a process of its own, with its own authority, ports and database, and the reference adapter before it.
 * @module
 */

import { type ChildProcess, spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
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
    const { target, adapter } = provider;
    return await act({ target, pki, adapter, listen });
  } finally {
    for (const close of closers.reverse()) await close();
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Started extends Required<Pick<Scene, "target" | "adapter">> {
  readonly stop: () => Promise<void>;
}

/** Waits until provider and adapter say where they listen. */
async function startProcess(mutant: string | undefined, config: string): Promise<Started> {
  const chosen = mutant === undefined ? [] : ["--mutant", mutant];
  // Its input ends with this process, however that ends: no provider stays behind.
  const args = [SERVE, ...chosen, "--config", config, "--adapter", "0", "--until-input-ends"];
  const child = spawn(process.execPath, args, { stdio: "pipe" });
  const exited = once(child, "exit");
  const log: string[] = [];
  createInterface({ input: child.stderr }).on("line", (line) => {
    log.push(line);
    if (log.length > 20) log.shift();
  });
  const started = new Promise<Omit<Started, "stop">>((resolve) => {
    const said = new Map<string, string>();
    createInterface({ input: child.stdout }).on("line", (line) => {
      const [name = "", url = ""] = line.split(/ +/);
      said.set(name, url);
      const [target, adapter] = [said.get("providers"), said.get("adapter")];
      if (target !== undefined && adapter !== undefined) resolve({ target, adapter });
    });
  });
  const addresses = await Promise.race([started, exited]);
  if ("target" in addresses) return { ...addresses, stop: () => stop(child, exited) };
  throw new Error(`${mutant ?? "the provider"} ended before it listened\n${log.join("\n")}`);
}

async function stop(child: ChildProcess, exited: Promise<unknown>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const timer = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
  child.kill("SIGTERM");
  await exited;
  clearTimeout(timer);
}

/** Below the ports that systems give to outgoing connections, so that nobody takes one between its choice and its use. */
const FIRST_PORT = 20_000;
const LAST_PORT = 30_000;

/** Free addresses for the suite's providers, which have to be known before they listen. */
async function freeAddresses(): Promise<Required<NonNullable<Scene["listen"]>>> {
  const servers = [await holdPort(), await holdPort(), await holdPort()] as const;
  const [hub, follower1, follower2] = servers.map(({ port }) => `${HOST}:${port}`) as [
    string,
    string,
    string,
  ];
  await Promise.all(servers.map(({ release }) => release()));
  return { hub, follower1, follower2 };
}

async function holdPort(): Promise<{ readonly port: number; readonly release: () => Promise<unknown> }> {
  for (;;) {
    const port = randomInt(FIRST_PORT, LAST_PORT);
    const server = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      server.once("error", () => resolve(false));
      server.listen(port, HOST, () => resolve(true));
    });
    if (isFree) return { port, release: () => new Promise((resolve) => server.close(resolve)) };
  }
}
