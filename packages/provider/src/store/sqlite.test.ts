import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it, onTestFinished } from "vitest";
import {
  ALICE,
  ALICE_1,
  ALICE_2,
  client,
  createRoom,
  NOW_MS,
  octetsOf,
  registerAlice,
  type StoreHarness,
  sendEvent,
} from "./contract/fixtures.ts";
import { storeContract } from "./contract.ts";
import { openSqliteStore } from "./sqlite.ts";
import type { Store } from "./store.ts";

function temporaryFile(): string {
  const folder = mkdtempSync(join(tmpdir(), "openmimi-store-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, "provider.db");
}

function makeStore(maxOperationsPerCommit: number): () => Promise<StoreHarness> {
  return async () => {
    const path = temporaryFile();
    let store: Store = openSqliteStore(path, { maxOperationsPerCommit });
    onTestFinished(() => store.close());
    return {
      store,
      reopen: async () => {
        await store.close();
        store = openSqliteStore(path, { maxOperationsPerCommit });
        return store;
      },
    };
  };
}

describe("SQLite with group commit", () => storeContract(makeStore(500)));

describe("SQLite with a commit for each operation", () => {
  const make = makeStore(1);
  it("behaves alike", async () => {
    const { store } = await make();
    const results = await Promise.allSettled([
      store.clients.register(client(ALICE_1)),
      store.clients.register(client(ALICE_1)),
      store.clients.register(client(ALICE_2)),
    ]);
    expect(results.map((result) => result.status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  });
});

/** Runs the query on the file itself. */
function rows(path: string, sql: string): unknown[] {
  const database = new DatabaseSync(path);
  try {
    return database.prepare(sql).all();
  } finally {
    database.close();
  }
}

describe("the file", () => {
  it("is for its owner only, as the files beside it", async () => {
    const path = temporaryFile();
    const store = openSqliteStore(path);
    await registerAlice(store);
    for (const file of [path, `${path}-wal`]) expect((statSync(file).mode & 0o777).toString(8)).toBe("600");
    await store.close();
  });

  it("may be memory", async () => {
    const store = openSqliteStore(":memory:");
    await registerAlice(store);
    expect(await store.clients.userStatus(ALICE)).toBe("active");
    await store.close();
  });

  it("holds no token", async () => {
    const path = temporaryFile();
    const store = openSqliteStore(path);
    await registerAlice(store);
    await store.close();
    expect(JSON.stringify(rows(path, "SELECT client_uri, user_uri FROM clients"))).toContain(ALICE_1);
    const [row] = rows(path, "SELECT * FROM clients") as { token_hash: Uint8Array }[];
    expect(row?.token_hash).toHaveLength(32);
    expect(
      Object.values(row ?? {})
        .map(String)
        .join(),
    ).not.toContain("token of");
  });

  it("holds each event as long as somebody is to receive it", async () => {
    const path = temporaryFile();
    const store = openSqliteStore(path);
    const events = () => rows(path, "SELECT fanout FROM events").length;
    await registerAlice(store);
    await createRoom(store);
    await sendEvent(store, "for nobody", { clients: ["mimi://a.example/d/nobody/N1"] });
    expect(events()).toBe(0);
    await sendEvent(store, "for all", {
      clients: [ALICE_1, ALICE_2],
      destinations: ["b.example", "c.example"],
    });
    expect(events()).toBe(1);
    await store.inbox.acknowledge(ALICE_1, 1);
    const limits = { maxOctets: 100, maxEvents: 1 };
    for (const lane of await store.outbox.lanes()) {
      const batch = await store.outbox.batch(lane, limits);
      expect(events()).toBe(1);
      if (batch === undefined) throw new Error("no batch");
      if (lane.destination === "b.example") await store.outbox.delivered(batch);
      else await store.outbox.bury(batch, { reason: "gone", status: 410, nowMs: NOW_MS });
    }
    await store.outbox.discard(1);
    expect(events()).toBe(1);
    await store.clients.markUserDeleted(ALICE, NOW_MS);
    expect(events()).toBe(0);
    await store.close();
  });

  it("of another program or a newer version is left alone", () => {
    const foreign = temporaryFile();
    const database = new DatabaseSync(foreign);
    database.exec("CREATE TABLE notes (text TEXT)");
    database.close();
    expect(() => openSqliteStore(foreign)).toThrow(expect.objectContaining({ code: "wrong-schema" }));
    expect(rows(foreign, "SELECT name FROM sqlite_schema")).toHaveLength(1);

    const newer = temporaryFile();
    void openSqliteStore(newer).close();
    const later = new DatabaseSync(newer);
    later.exec("PRAGMA user_version = 1000");
    later.close();
    expect(() => openSqliteStore(newer)).toThrow(expect.objectContaining({ code: "wrong-schema" }));
  });

  it("that cannot be opened is a StoreError", () => {
    const path = join(temporaryFile(), "no", "such", "folder.db");
    expect(() => openSqliteStore(path)).toThrow(expect.objectContaining({ code: "storage-failed" }));
  });

  it("that fails during the transaction rejects all of the group, and the next group works", async () => {
    const path = temporaryFile();
    const store = openSqliteStore(path);
    await registerAlice(store);
    const other = new DatabaseSync(path);
    // A ROLLBACK by the database itself, as on a full disk: RAISE(ROLLBACK) ends the whole transaction.
    other.exec(
      "CREATE TRIGGER fail BEFORE INSERT ON secrets WHEN NEW.name = 'fail' BEGIN SELECT RAISE(ROLLBACK, 'disk full'); END",
    );
    const make = () => octetsOf("x");
    const results = await Promise.allSettled(
      ["before", "fail", "after"].map((name) => store.secrets.obtain(name, make)),
    );
    for (const result of results) {
      expect(result).toMatchObject({ status: "rejected", reason: { code: "storage-failed" } });
    }
    expect(rows(path, "SELECT name FROM secrets")).toEqual([]);
    await expect(store.secrets.obtain("before", make)).resolves.toEqual(octetsOf("x"));
    other.close();
    await store.close();
  });
});
