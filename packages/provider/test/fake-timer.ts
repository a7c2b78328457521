import type { DeliveryTimer } from "../src/delivery/timer.ts";

/** A clock that stands still until a test moves it. */
export class FakeTimer implements DeliveryTimer {
  #nowMs: number;
  #alarms: { readonly atMs: number; readonly call: () => void }[] = [];

  constructor(nowMs: number) {
    this.#nowMs = nowMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  after(delayMs: number, call: () => void): () => void {
    const alarm = { atMs: this.#nowMs + delayMs, call };
    this.#alarms.push(alarm);
    return () => {
      this.#alarms = this.#alarms.filter((other) => other !== alarm);
    };
  }

  /** When the alarms that are set will ring, in milliseconds from now, the next one first. */
  get alarmsInMs(): number[] {
    return this.#alarms.map((alarm) => alarm.atMs - this.#nowMs).sort((a, b) => a - b);
  }

  /** Moves the clock; the alarms of that time ring in their order. */
  advance(milliseconds: number): void {
    const endMs = this.#nowMs + milliseconds;
    for (;;) {
      const [next] = [...this.#alarms].sort((a, b) => a.atMs - b.atMs);
      if (next === undefined || next.atMs > endMs) break;
      this.#alarms = this.#alarms.filter((other) => other !== next);
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      next.call();
    }
    this.#nowMs = endMs;
  }

  /** Moves the clock to the next alarm, if there is one. */
  advanceToNext(): void {
    const [next] = this.alarmsInMs;
    if (next !== undefined) this.advance(Math.max(0, next));
  }
}

/** Turns the event loop until the condition holds; `eachTurn` may move things along. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  eachTurn: () => void = () => {},
): Promise<void> {
  for (let turn = 0; turn < 20_000; turn += 1) {
    if (await condition()) return;
    await new Promise(setImmediate);
    eachTurn();
  }
  throw new Error("the condition did not come true");
}
