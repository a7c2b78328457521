import type { DeliveryAnswer, SendNotify } from "../src/delivery/worker.ts";

/** What a test does with a request: answers it, throws like a broken connection, or keeps it. */
export type Behaviour = (request: FakeRequest) => DeliveryAnswer | Promise<DeliveryAnswer>;

/** A /notify that arrived. */
export interface FakeRequest {
  readonly destination: string;
  readonly roomUri: string;
  readonly body: string;
  /** How many came before it on its lane. */
  readonly index: number;
}

/** All other providers: counts what is outstanding and remembers what came. */
export class FakeFollowers {
  readonly requests: FakeRequest[] = [];
  readonly outstanding = new Map<string, number>();
  /** The most that were outstanding at once, per lane and per destination. */
  mostPerLane = 0;
  mostPerDestination = 0;
  behaviour: Behaviour;

  constructor(behaviour: Behaviour = () => ({ status: 201 })) {
    this.behaviour = behaviour;
  }

  readonly send: SendNotify = async (destination, roomUri, body) => {
    const lane = `${destination} ${roomUri}`;
    const before = this.requests.filter(
      (seen) => seen.destination === destination && seen.roomUri === roomUri,
    );
    const request = { destination, roomUri, body: new TextDecoder().decode(body), index: before.length };
    this.requests.push(request);
    this.mostPerLane = Math.max(this.mostPerLane, this.#count(lane, 1));
    this.mostPerDestination = Math.max(this.mostPerDestination, this.#count(destination, 1));
    try {
      await new Promise(setImmediate);
      return await this.behaviour(request);
    } finally {
      this.#count(lane, -1);
      this.#count(destination, -1);
    }
  };

  bodies(destination: string): string[] {
    return this.requests.filter((request) => request.destination === destination).map(({ body }) => body);
  }

  #count(key: string, change: number): number {
    const count = (this.outstanding.get(key) ?? 0) + change;
    this.outstanding.set(key, count);
    return count;
  }
}
