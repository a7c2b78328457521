import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import { DeliveryScene } from "../../test/delivery-scene.ts";
import type { FakeRequest } from "../../test/fake-follower.ts";
import { seededRandom } from "../../test/seeded-random.ts";

/** Processes once, as a follower does: by body (protocol 5.5). */
class Processing {
  readonly #bodies = new Set<string>();
  readonly processed = new Map<string, string[]>();

  process({ destination, roomUri, body }: FakeRequest): void {
    const lane = `${destination} ${roomUri}`;
    const hash = createHash("sha256").update(`${lane} ${body}`).digest("hex");
    if (this.#bodies.has(hash)) return;
    this.#bodies.add(hash);
    const names = [...body.matchAll(/<[^>]*>/g)].map(([name]) => name);
    this.processed.set(lane, [...(this.processed.get(lane) ?? []), ...names]);
  }
}

it.each([1, 2, 3])(
  "loses, repeats and reorders nothing, whatever fails and restarts (seed %i)",
  async (seed) => {
    const scene = new DeliveryScene();
    const random = seededRandom(seed);
    const rooms = Array.from({ length: 5 }, (_, index) => `mimi://a.example/r/room${index}`);
    const destinations = ["b.example", "c.example", "d.example"];
    const follower = new Processing();
    const previous = new Map<string, { body: string; failed: boolean }>();
    let changedRetries = 0;
    scene.followers.behaviour = async (request) => {
      const lane = `${request.destination} ${request.roomUri}`;
      const before = previous.get(lane);
      if (before?.failed && before.body !== request.body) changedRetries += 1;
      for (let turn = random() * 3; turn > 1; turn -= 1) await new Promise(setImmediate);
      const fate = random();
      previous.set(lane, { body: request.body, failed: fate < 0.6 });
      if (fate < 0.2) throw new Error("connection refused");
      if (fate < 0.3) return { status: 429, retryAfter: "3" };
      if (fate < 0.4) return { status: 500 };
      // The answer is lost on its way: the follower has it, the hub does not know.
      follower.process(request);
      if (fate < 0.6) throw new Error("connection reset");
      return { status: 201 };
    };

    const expected = new Map<string, string[]>();
    for (const room of rooms) await scene.room(room);
    await scene.start();
    for (let number = 0; number < 150; number += 1) {
      const roomUri = rooms[Math.floor(random() * rooms.length)] ?? "";
      const receivers = destinations.filter(() => random() < 0.7);
      for (const destination of receivers) {
        const lane = `${destination} ${roomUri}`;
        expected.set(lane, [...(expected.get(lane) ?? []), `<${number}>`]);
      }
      await scene.accept(`<${number}>`, receivers, roomUri);
      if (random() < 0.3) scene.timer.advanceToNext();
      if (random() < 0.05) await scene.restart({ batch: { maxOctets: 1 + random() * 40, maxEvents: 9 } });
    }
    await scene.drained();
    await scene.delivery?.stop();
    expect(follower.processed).toEqual(expected);
    expect(changedRetries).toBe(0);
    expect(scene.followers.mostPerLane).toBe(1);
    expect(scene.followers.requests.length).toBeGreaterThan(100);
  },
);
