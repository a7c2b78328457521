import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { type Delivery, type DeliveryOptions, startDelivery } from "../src/delivery/worker.ts";
import { createRoom, NOW_MS, ROOM, sendEvent } from "../src/store/contract/fixtures.ts";
import { openSqliteStore } from "../src/store/sqlite.ts";
import type { Store } from "../src/store/store.ts";
import { FakeFollowers } from "./fake-follower.ts";
import { FakeTimer, until } from "./fake-timer.ts";
import { seededRandom } from "./seeded-random.ts";

/** A hub with a real store, a clock that the test moves, and followers that it plays. */
export class DeliveryScene {
  readonly followers = new FakeFollowers();
  readonly timer = new FakeTimer(NOW_MS);
  readonly logged: { readonly event: string; readonly fields: unknown }[] = [];
  readonly #path: string;
  readonly #random = seededRandom(7);
  store: Store;
  delivery: Delivery | undefined;

  constructor() {
    const folder = mkdtempSync(join(tmpdir(), "openmimi-delivery-"));
    this.#path = join(folder, "provider.db");
    this.store = openSqliteStore(this.#path);
    onTestFinished(async () => {
      await this.delivery?.stop();
      await this.store.close();
      rmSync(folder, { recursive: true });
    });
  }

  async start(options: Partial<DeliveryOptions> = {}): Promise<void> {
    const log = (event: string, fields: unknown) => this.logged.push({ event, fields });
    this.delivery = await startDelivery({
      outbox: this.store.outbox,
      send: this.followers.send,
      retry: { firstMs: 1_000, maxMs: 60_000, giveUpMs: 86_400_000 },
      logger: { debug: () => {}, warn: log, error: log },
      timer: this.timer,
      random: this.#random,
      ...options,
    });
  }

  /** As after a restart of the process: whatever was in memory is gone. */
  async restart(options: Partial<DeliveryOptions> = {}): Promise<void> {
    await this.delivery?.stop();
    await this.store.close();
    this.store = openSqliteStore(this.#path);
    await this.start(options);
  }

  /** Hosts the room. */
  async room(roomUri = ROOM): Promise<void> {
    await createRoom(this.store, roomUri);
  }

  /** Accepts an event for the destinations. */
  accept(fanout: string, destinations: readonly string[] = ["b.example"], roomUri = ROOM): Promise<void> {
    return sendEvent(this.store, fanout, { destinations, roomUri });
  }

  /** Waits until so many requests have come in all. */
  async requests(count: number): Promise<void> {
    await until(() => this.followers.requests.length >= count);
  }

  /** Waits until nothing is left to deliver, moving the clock to the next attempt whenever there is one. */
  async drained(): Promise<void> {
    await until(
      async () => (await this.store.outbox.lanes()).length === 0,
      () => this.timer.advanceToNext(),
    );
  }
}
