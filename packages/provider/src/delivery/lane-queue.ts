/**
 * Whose turn it is: one worker at a time per lane, a few per destination, in turns.
 * @module
 */

import type { Lane } from "../store/store.ts";
import type { DeliveryTimer } from "./timer.ts";

/** When to come back to a lane: a time, undefined when it is empty, or a time after the work itself failed. */
type LaneResult = number | undefined | { readonly failedUntilMs: number };

/** What the queue is made of. */
export interface LaneQueueOptions {
  readonly timer: DeliveryTimer;
  readonly maxPerDestination: number;
  /** Does one piece of work on a lane. `failures` counts how often in succession it failed. Never rejects. */
  readonly work: (lane: Lane, failures: number) => Promise<LaneResult>;
}

interface LaneState {
  readonly lane: Lane;
  /** Came while the lane was being worked on: what was seen as empty may not be. */
  again: boolean;
  failures: number;
  /** Set while the lane waits for its time. */
  cancel: (() => void) | undefined;
}

interface Destination {
  running: number;
  readonly ready: LaneState[];
}

/** The lanes that have something to do. */
export class LaneQueue {
  readonly #options: LaneQueueOptions;
  readonly #lanes = new Map<string, LaneState>();
  readonly #destinations = new Map<string, Destination>();
  readonly #running = new Set<Promise<void>>();
  #stopped = false;

  constructor(options: LaneQueueOptions) {
    this.#options = options;
  }

  /** There is something in the lane. One that waits for its time goes on waiting. */
  add(lane: Lane): void {
    if (this.#stopped) return;
    const key = keyOf(lane);
    const known = this.#lanes.get(key);
    if (known !== undefined) {
      known.again = true;
      return;
    }
    const state: LaneState = { lane, again: false, failures: 0, cancel: undefined };
    this.#lanes.set(key, state);
    this.#makeReady(state);
  }

  /** Starts nothing more. @returns when what is running has ended */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const { cancel } of this.#lanes.values()) cancel?.();
    this.#lanes.clear();
    this.#destinations.clear();
    await Promise.all(this.#running);
  }

  #makeReady(state: LaneState): void {
    const name = state.lane.destination;
    const destination = this.#destinations.get(name) ?? { running: 0, ready: [] };
    this.#destinations.set(name, destination);
    destination.ready.push(state);
    this.#startWork(name, destination);
  }

  #startWork(name: string, destination: Destination): void {
    while (!this.#stopped && destination.running < this.#options.maxPerDestination) {
      const state = destination.ready.shift();
      if (state === undefined) break;
      destination.running += 1;
      const run = this.#run(state).then(() => {
        destination.running -= 1;
        this.#running.delete(run);
        this.#startWork(name, destination);
      });
      this.#running.add(run);
    }
    if (destination.running === 0 && destination.ready.length === 0) this.#destinations.delete(name);
  }

  async #run(state: LaneState): Promise<void> {
    state.again = false;
    const result = await this.#options.work(state.lane, state.failures);
    if (this.#stopped) return;
    if (result === undefined) {
      if (state.again) this.#makeReady(state);
      else this.#lanes.delete(keyOf(state.lane));
      return;
    }
    state.failures = typeof result === "number" ? 0 : state.failures + 1;
    const untilMs = typeof result === "number" ? result : result.failedUntilMs;
    const delayMs = untilMs - this.#options.timer.nowMs();
    // To the end of the destination's queue, so that a busy room does not keep the others waiting.
    if (delayMs <= 0) this.#makeReady(state);
    else this.#wait(state, delayMs);
  }

  #wait(state: LaneState, delayMs: number): void {
    state.cancel = this.#options.timer.after(delayMs, () => {
      state.cancel = undefined;
      this.#makeReady(state);
    });
  }
}

function keyOf(lane: Lane): string {
  return `${lane.destination} ${lane.roomUri}`;
}
