/**
 * Group commit: all operations that were asked for in one turn of the event loop run in one transaction, each in
 * a savepoint of its own, and are made durable by one write to the disk.
 * @module
 */

import { StoreError } from "../errors.ts";
import type { Lane } from "../records.ts";
import type { Database } from "./database.ts";

/** What an operation works with. */
export interface Transaction {
  readonly database: Database;
  /** To be told once the operation is durable: a client has new events. */
  wakeClient(clientUri: string): void;
  /** To be told once the operation is durable: a lane has new events. */
  wakeLane(lane: Lane): void;
}

/** What became durable with one commit. */
export interface Wakeups {
  readonly clients: Iterable<string>;
  readonly lanes: Iterable<Lane>;
}

interface Operation {
  /** Runs in the savepoint; what it throws undoes the savepoint. @returns what resolves the promise */
  readonly run: (transaction: Transaction) => () => void;
  readonly reject: (error: unknown) => void;
}

/** Runs operations on one database, one after the other, in groups. */
export class GroupCommit {
  readonly #database: Database;
  readonly #maxOperations: number;
  readonly #committed: (wakeups: Wakeups) => void;
  #queue: Operation[] = [];
  #scheduled = false;
  #closed = false;

  constructor(database: Database, maxOperations: number, committed: (wakeups: Wakeups) => void) {
    this.#database = database;
    this.#maxOperations = maxOperations;
    this.#committed = committed;
  }

  /** Runs `work` in this turn's transaction. @returns what it returned, once that is durable */
  write<T>(work: (transaction: Transaction) => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.#closed) throw closed();
      const run = (transaction: Transaction): (() => void) => {
        const result = work(transaction);
        return () => resolve(result);
      };
      this.#queue.push({ run, reject });
      if (this.#scheduled) return;
      this.#scheduled = true;
      setImmediate(() => this.#flush());
    });
  }

  /** Runs `work` on what is durable now. */
  async read<T>(work: (database: Database) => T): Promise<T> {
    if (this.#closed) throw closed();
    return work(this.#database);
  }

  /** Finishes what is in the queue and takes no more. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#flush();
    this.#database.close();
  }

  #flush(): void {
    this.#scheduled = false;
    const queue = this.#queue;
    this.#queue = [];
    for (let start = 0; start < queue.length; start += this.#maxOperations) {
      this.#commit(queue.slice(start, start + this.#maxOperations));
    }
  }

  #commit(group: readonly Operation[]): void {
    const clients = new Set<string>();
    const lanes = new Map<string, Lane>();
    const done: { readonly operation: Operation; readonly resolve: () => void }[] = [];
    const failed: { readonly operation: Operation; readonly error: unknown }[] = [];
    try {
      this.#database.exec("BEGIN IMMEDIATE");
      for (const operation of group) {
        const woken: { clients: string[]; lanes: Lane[] } = { clients: [], lanes: [] };
        this.#database.exec("SAVEPOINT operation");
        try {
          const resolve = operation.run({
            database: this.#database,
            wakeClient: (clientUri) => woken.clients.push(clientUri),
            wakeLane: (lane) => woken.lanes.push(lane),
          });
          this.#database.exec("RELEASE operation");
          done.push({ operation, resolve });
          for (const client of woken.clients) clients.add(client);
          for (const lane of woken.lanes) lanes.set(`${lane.destination} ${lane.roomUri}`, lane);
        } catch (error) {
          // A full disk or an I/O error ends the whole transaction by itself: then all of the group is undone.
          if (!this.#database.inTransaction) throw error;
          this.#database.exec("ROLLBACK TO operation; RELEASE operation");
          failed.push({ operation, error });
        }
      }
      this.#database.exec("COMMIT");
    } catch (error) {
      this.#undo(group, error);
      return;
    }
    this.#committed({ clients, lanes: lanes.values() });
    for (const { resolve } of done) resolve();
    for (const { operation, error } of failed) operation.reject(error);
  }

  #undo(group: readonly Operation[], cause: unknown): void {
    try {
      if (this.#database.inTransaction) this.#database.exec("ROLLBACK");
    } catch {
      // The connection is beyond repair: the first error says why, and the next BEGIN will fail too.
    }
    const error = new StoreError("storage-failed", "the operation could not be made durable", { cause });
    for (const operation of group) operation.reject(error);
  }
}

function closed(): StoreError {
  return new StoreError("closed", "the store is closed");
}
