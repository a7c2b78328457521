/**
 * The process that runs OpenMLS (`openmls-peer/`): one JSON request a line, one answer a line.
 * @module
 */

import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";

/** OpenMLS refused; the message is its own error, as Rust's `Debug` shows it. */
class PeerRefusal extends Error {}

interface Waiting {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/** One process. Its clients and servers are known by the names that the asker gives them. */
export class Peer {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #waiting: Waiting[] = [];

  constructor(path = process.env.OPENMLS_PEER) {
    if (path === undefined) throw new Error("OPENMLS_PEER names no program: run `npm run interop`");
    this.#child = spawn(path, [], { stdio: ["pipe", "pipe", "inherit"] });
    this.#child.on("error", (error) => this.#fail(error));
    this.#child.on("exit", (status) => this.#fail(new Error(`openmls-peer ended with ${status}`)));
    createInterface({ input: this.#child.stdout }).on("line", (line) => {
      const waiting = this.#waiting.shift();
      const answer = JSON.parse(line) as { ok?: unknown; error?: string };
      if (answer.error === undefined) waiting?.resolve(answer.ok);
      else waiting?.reject(new PeerRefusal(answer.error));
    });
  }

  /** Asks for something; the requests are in `openmls-peer/src/request.rs`. @throws {PeerRefusal} */
  async request<T>(command: string, fields: Readonly<Record<string, unknown>> = {}): Promise<T> {
    const answer = new Promise<unknown>((resolve, reject) => this.#waiting.push({ resolve, reject }));
    this.#child.stdin.write(`${JSON.stringify({ do: command, ...fields })}\n`);
    return (await answer) as T;
  }

  /** Ends the process. */
  async close(): Promise<void> {
    const ended = once(this.#child, "exit");
    this.#child.stdin.end();
    await ended;
  }

  #fail(error: Error): void {
    for (const waiting of this.#waiting.splice(0)) waiting.reject(error);
  }
}
