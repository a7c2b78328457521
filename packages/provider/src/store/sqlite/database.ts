/**
 * The connection to one SQLite file: opened for durability, statements prepared once, columns read with their types.
 * @module
 */

import { closeSync, openSync } from "node:fs";
import { DatabaseSync, type SQLInputValue, type SQLOutputValue, type StatementSync } from "node:sqlite";
import { StoreError } from "../errors.ts";
import { migrate } from "./schema.ts";

type Row = Record<string, SQLOutputValue>;

/** How long a second process that holds the file is waited for. */
const BUSY_TIMEOUT_MS = 5_000;

/** One open SQLite file. Synchronous; its errors are `StoreError`s with the code `storage-failed`. */
export class Database {
  readonly #connection: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  /**
   * Opens or creates the file and brings its schema up to date.
   * @throws StoreError `storage-failed` | `wrong-schema`
   */
  constructor(path: string) {
    this.#connection = guarded(() => {
      // It holds signing keys: for its owner only. The files that SQLite puts beside it get the same mode.
      if (path !== ":memory:") closeSync(openSync(path, "a", 0o600));
      return new DatabaseSync(path, {
        readBigInts: true,
        timeout: BUSY_TIMEOUT_MS,
        enableForeignKeyConstraints: true,
      });
    });
    try {
      // An answer is a promise (protocol 5.5: "a commitment"), so each commit is on the disk before it is given.
      this.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
      migrate(this);
    } catch (error) {
      this.#connection.close();
      throw error;
    }
  }

  get inTransaction(): boolean {
    return this.#connection.isTransaction;
  }

  /** Runs statements that take no parameters and give no rows. */
  exec(sql: string): void {
    guarded(() => this.#connection.exec(sql));
  }

  /** Runs a statement. @returns how many rows it changed */
  run(sql: string, ...parameters: SQLInputValue[]): number {
    return Number(guarded(() => this.#statement(sql).run(...parameters)).changes);
  }

  /** The first row of the result. */
  get(sql: string, ...parameters: SQLInputValue[]): Row | undefined {
    return guarded(() => this.#statement(sql).get(...parameters));
  }

  /** All rows of the result. */
  all(sql: string, ...parameters: SQLInputValue[]): Row[] {
    return guarded(() => this.#statement(sql).all(...parameters));
  }

  close(): void {
    this.#statements.clear();
    guarded(() => this.#connection.close());
  }

  #statement(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#connection.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}

function guarded<T>(action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (error instanceof StoreError) throw error;
    const message = error instanceof Error ? error.message : String(error);
    throw new StoreError("storage-failed", `SQLite: ${message}`, { cause: error });
  }
}

/** A TEXT column that is not null. */
export function text(row: Row, column: string): string {
  const value = row[column];
  if (typeof value !== "string") throw unexpected(column, "TEXT");
  return value;
}

/** An INTEGER column that is not null, as a bigint with its sign. */
export function integer(row: Row, column: string): bigint {
  const value = row[column];
  if (typeof value !== "bigint") throw unexpected(column, "INTEGER");
  return value;
}

/** An INTEGER column that is not null and known to be a safe number: ids, counts, times in milliseconds. */
export function number(row: Row, column: string): number {
  return Number(integer(row, column));
}

/** A BLOB column that is not null. */
export function octets(row: Row, column: string): Uint8Array {
  const value = row[column];
  if (!(value instanceof Uint8Array)) throw unexpected(column, "BLOB");
  return value;
}

function unexpected(column: string, type: string): StoreError {
  return new StoreError("storage-failed", `SQLite: column ${column} is not ${type}`);
}

/** A uint64 as SQLite's signed integer: equal stays equal, order is not kept. */
export function fromUint64(value: bigint): bigint {
  return BigInt.asIntN(64, value);
}

/** The uint64 that `fromUint64` stored. */
export function toUint64(value: bigint): bigint {
  return BigInt.asUintN(64, value);
}

const MAX_INTEGER = 2n ** 63n - 1n;

/** A time in seconds as SQLite's integer, in order: times after the year 292 thousand million are that year. */
export function fromSeconds(value: bigint): bigint {
  return value > MAX_INTEGER ? MAX_INTEGER : value;
}
