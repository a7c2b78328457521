/**
 * What every store must do, as tests: an implementation passes them or is none.
 * @module
 */

import { describe } from "vitest";
import { clientsContract } from "./contract/clients.ts";
import type { StoreHarness } from "./contract/fixtures.ts";
import { followedRoomsContract } from "./contract/followed-rooms.ts";
import { inboxContract } from "./contract/inbox.ts";
import { keyPackagesContract } from "./contract/key-packages.ts";
import { outboxContract } from "./contract/outbox.ts";
import { relationsContract } from "./contract/relations.ts";
import { roomsContract } from "./contract/rooms.ts";

/** Defines the contract's tests for an implementation; `makeStore` gives each test an empty store of its own. */
export function storeContract(makeStore: () => Promise<StoreHarness>): void {
  describe("clients", () => clientsContract(makeStore));
  describe("KeyPackages", () => keyPackagesContract(makeStore));
  describe("rooms hosted here", () => roomsContract(makeStore));
  describe("what is kept of rooms beside their states", () => relationsContract(makeStore));
  describe("followed rooms", () => followedRoomsContract(makeStore));
  describe("inbox", () => inboxContract(makeStore));
  describe("outbox", () => outboxContract(makeStore));
}
