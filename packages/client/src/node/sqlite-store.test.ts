import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { StoreChange, StoredMessage } from "../store.ts";
import { sqliteStore } from "./sqlite-store.ts";

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "openmimi-client-"));
  file = join(folder, "client.sqlite");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const octets = (...values: number[]) => Uint8Array.from(values);
const roomUri = "mimi://a.example/r/clubhouse";

const client = {
  userUri: "mimi://a.example/u/alice",
  clientUri: "mimi://a.example/d/alice/ClientA1",
  token: "secret",
  cipherSuite: 1,
  signaturePublicKey: octets(1),
  signaturePrivateKey: octets(2),
};

function message(acceptedTimestamp: bigint, messageId: string): StoredMessage {
  return {
    roomUri,
    acceptedTimestamp,
    messageId,
    senderUri: "mimi://b.example/u/bob",
    senderClientUri: "mimi://b.example/d/bob/ClientB1",
    own: false,
    epoch: 3n,
    content: octets(0x87),
    applicationData: octets(0, 0, 1, 0x87),
    franking: "verified",
    frank: { serverFrank: octets(9), cipherSuite: 1, integritySignature: octets(8) },
    digest: `${acceptedTimestamp}-${messageId}`,
  };
}

describe("the SQLite store", () => {
  it("is empty at first", async () => {
    const store = sqliteStore(file);
    expect(await store.load()).toEqual({
      client: undefined,
      cursor: 0,
      rooms: [],
      keyPackages: [],
      outgoing: [],
    });
    await store.close();
  });

  it("returns after reopening what was written", async () => {
    const keyPackage = {
      reference: "ab",
      keyPackage: octets(1),
      initPrivateKey: octets(2),
      encryptionPrivateKey: octets(3),
    };
    const room = { roomUri, status: "member" as const, joinedEpoch: 2n, group: octets(5, 6) };
    const commit = { digest: "d1", roomUri, kind: "commit" as const, body: octets(7), epoch: 2n ** 40n };
    const sent = {
      ...{ digest: "d2", roomUri, kind: "message" as const, body: octets(8), epoch: 4n },
      ...{ content: octets(9), applicationData: octets(10) },
    };
    let store = sqliteStore(file);
    await store.write([
      { change: "client", client },
      { change: "cursor", cursor: 17 },
      { change: "add-key-package", keyPackage },
      { change: "room", room },
      { change: "add-outgoing", outgoing: commit },
      { change: "add-outgoing", outgoing: sent },
    ]);
    await store.close();

    store = sqliteStore(file);
    expect(await store.load()).toEqual({
      client,
      cursor: 17,
      rooms: [room],
      keyPackages: [keyPackage],
      outgoing: [commit, sent],
    });
    await store.write([
      { change: "room", room: { ...room, status: "removed" } },
      { change: "delete-key-package", reference: "ab" },
      { change: "delete-outgoing", digest: "d1" },
    ]);
    const after = await store.load();
    expect(after.rooms[0]?.status).toBe("removed");
    expect(after.keyPackages).toEqual([]);
    expect(after.outgoing.map(({ digest }) => digest)).toEqual(["d2"]);
    await store.write([{ change: "forget-room", roomUri }]);
    expect((await store.load()).rooms).toEqual([]);
    await store.close();
  });

  it("orders the history by acceptance time, then message ID", async () => {
    const store = sqliteStore(":memory:");
    const far = 1_900_000_000_000n;
    const messages = [
      message(far + 2n, "aa"),
      message(far, "cc"),
      message(far + 1n, "bb"),
      message(far, "bb"),
    ];
    await store.write(messages.map((item): StoreChange => ({ change: "add-message", message: item })));
    const history = await store.messages(roomUri);
    expect(history.map(({ acceptedTimestamp, messageId }) => [acceptedTimestamp - far, messageId])).toEqual([
      [0n, "bb"],
      [0n, "cc"],
      [1n, "bb"],
      [2n, "aa"],
    ]);
    expect(history[0]).toEqual(message(far, "bb"));
    expect(await store.messages(roomUri, far + 1n)).toEqual([message(far + 2n, "aa")]);
    expect(await store.messages("mimi://a.example/r/other")).toEqual([]);
    await store.close();
  });

  it("finds a message by its digest or by its time and ID", async () => {
    const store = sqliteStore(":memory:");
    await store.write([{ change: "add-message", message: message(5n, "aa") }]);
    expect(await store.hasMessage(roomUri, "5-aa")).toBe(true);
    expect(await store.hasMessage(roomUri, "other")).toBe(false);
    expect(await store.hasMessage(roomUri, "other", { acceptedTimestamp: 5n, messageId: "aa" })).toBe(true);
    expect(await store.hasMessage(roomUri, "other", { acceptedTimestamp: 6n, messageId: "aa" })).toBe(false);
    await store.close();
  });

  it("remembers handshakes until told to forget", async () => {
    const store = sqliteStore(":memory:");
    const handshake = (digest: string, epoch: bigint): StoreChange => ({
      change: "add-handshake",
      handshake: { roomUri, digest, epoch },
    });
    await store.write([handshake("a", 1n), handshake("b", 2n), handshake("b", 2n)]);
    expect(await store.hasHandshake(roomUri, "a")).toBe(true);
    await store.write([{ change: "forget-handshakes", roomUri, before: 2n }]);
    expect(await store.hasHandshake(roomUri, "a")).toBe(false);
    expect(await store.hasHandshake(roomUri, "b")).toBe(true);
    await store.close();
  });

  it("writes all of a list or none of it", async () => {
    const store = sqliteStore(":memory:");
    await store.write([{ change: "add-message", message: message(5n, "aa") }]);
    const twice = store.write([
      { change: "cursor", cursor: 9 },
      { change: "add-message", message: message(5n, "aa") },
    ]);
    await expect(twice).rejects.toMatchObject({ name: "ClientError", code: "store" });
    expect((await store.load()).cursor).toBe(0);
    await store.close();
  });

  it("refuses a file that holds something else", () => {
    writeFileSync(file, "this is no database, and never was one".repeat(40));
    expect(() => sqliteStore(file)).toThrow(expect.objectContaining({ code: "store" }));
  });
});
