/**
 * A provider as a process of its own: `openmimi serve --config FILE`. It can be killed and started again.
 * @module
 */

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** A line of the provider's log. */
export type LogLine = Readonly<Record<string, unknown>>;

const MAIN = fileURLToPath(new URL("../main.ts", import.meta.url));
const STOP_MS = 10_000;

/** One provider, of which at most one process runs at a time. */
export class ProviderProcess {
  readonly domain: string;
  /** Everything that its processes have logged. */
  readonly log: LogLine[] = [];
  /** Lines that are no log of ours, for a failure to show. */
  readonly otherLines: string[] = [];
  readonly #configFile: string;
  readonly #listeners = new Set<(line: LogLine) => void>();
  #child: ChildProcess | undefined;

  constructor(domain: string, configFile: string) {
    this.domain = domain;
    this.#configFile = configFile;
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  /** Starts the process and waits until it listens. @throws if it ends before */
  async start(): Promise<void> {
    const command = [MAIN, "serve", "--config", this.#configFile];
    const child = spawn(process.execPath, command, { stdio: ["ignore", "ignore", "pipe"] });
    this.#child = child;
    createInterface({ input: child.stderr as NodeJS.ReadableStream }).on("line", (line) => this.#read(line));
    const before = this.log.length;
    const started = this.when((line) => line.event === "started", before);
    const ended = once(child, "exit").then(([code]) => {
      const last = this.otherLines.slice(-5).join("\n");
      throw new Error(`${this.domain}: the process ended with ${code} before it listened\n${last}`);
    });
    // Whichever loses the race stays unhandled otherwise.
    ended.catch(() => {});
    await Promise.race([started, ended]);
  }

  /** Calls the listener for every line from now on. @returns the end of it */
  onLine(listener: (line: LogLine) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The first line from number `from` on that fits, as soon as there is one. */
  when(fits: (line: LogLine) => boolean, from: number): Promise<LogLine> {
    const found = this.log.slice(from).find(fits);
    if (found !== undefined) return Promise.resolve(found);
    return new Promise((resolve) => {
      const end = this.onLine((line) => {
        if (!fits(line)) return;
        end();
        resolve(line);
      });
    });
  }

  /** SIGKILL: nothing can be finished. */
  async kill(): Promise<void> {
    await this.#end("SIGKILL");
  }

  /** SIGTERM, and SIGKILL if that does not help. */
  async stop(): Promise<void> {
    const timer = setTimeout(() => this.#child?.kill("SIGKILL"), STOP_MS);
    await this.#end("SIGTERM");
    clearTimeout(timer);
  }

  /** SIGKILL without waiting, for when there is no time to wait. */
  abandon(): void {
    this.#child?.kill("SIGKILL");
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, "exit");
    child.kill(signal);
    await exited;
  }

  #read(text: string): void {
    let line: LogLine;
    try {
      line = JSON.parse(text) as LogLine;
    } catch {
      this.otherLines.push(text);
      return;
    }
    this.log.push(line);
    for (const listener of [...this.#listeners]) listener(line);
  }
}
