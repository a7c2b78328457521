/**
 * The clock and the alarm of the delivery worker; tests bring their own.
 * @module
 */

/** Time as the worker knows it. */
export interface DeliveryTimer {
  /** Milliseconds since the UNIX epoch. */
  nowMs(): number;
  /** Calls once after the delay, or earlier when the delay is very long. @returns what cancels the call */
  after(delayMs: number, call: () => void): () => void;
}

/** setTimeout takes 31 bits. */
const MAX_DELAY_MS = 2 ** 31 - 1;

/** The machine's time. Its alarms keep no process alive. */
export const systemTimer: DeliveryTimer = {
  nowMs: () => Date.now(),
  after: (delayMs, call) => {
    const timeout = setTimeout(call, Math.min(Math.max(0, delayMs), MAX_DELAY_MS));
    timeout.unref();
    return () => clearTimeout(timeout);
  },
};
