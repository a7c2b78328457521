/**
 * Delivers the outbox: at least once, in order per room and destination, until it has arrived. Protocol 5.5.
 *
 * One request is outstanding per (destination, room) (reading R-088), so a body is sent only after the one before
 * it was answered; lanes do not wait for each other. What must survive a restart - the composition of the batch
 * under way, its failed attempts, the time of the next - is in the store, so that a retry sends the same octets
 * (reading R-087) whenever and wherever it is made.
 * @module
 */

import { type Logger, reasonOf } from "../logging.ts";
import type { BatchLimits, Lane, OutboxBatch, OutboxStore } from "../store/store.ts";
import { backoffMs, type RetryPolicy } from "./backoff.ts";
import { LaneQueue } from "./lane-queue.ts";
import { retryAfterMs } from "./retry-after.ts";
import { type DeliveryTimer, systemTimer } from "./timer.ts";
import { verdictOf } from "./verdict.ts";

/** What a follower answered to a /notify. */
export interface DeliveryAnswer {
  readonly status: number;
  /** The Retry-After header as it came. */
  readonly retryAfter?: string | undefined;
}

/** Sends one /notify. Rejects when there was no answer. */
export type SendNotify = (destination: string, roomUri: string, body: Uint8Array) => Promise<DeliveryAnswer>;

/** What the worker is made of. */
export interface DeliveryOptions {
  readonly outbox: OutboxStore;
  readonly send: SendNotify;
  readonly retry: RetryPolicy;
  readonly logger: Pick<Logger, "debug" | "warn" | "error">;
  /** Default: 256 events, 1 MiB. */
  readonly batch?: BatchLimits;
  /** Requests outstanding at one destination, over all rooms. Default 8. */
  readonly maxPerDestination?: number;
  /** Default: the machine's. */
  readonly timer?: DeliveryTimer;
  /** Numbers in [0, 1) that spread the retries. Default: Math.random. */
  readonly random?: () => number;
}

/** A worker that is delivering. */
export interface Delivery {
  /** Begins no further request, waits for those under way and for what they mean to be stored. */
  stop(): Promise<void>;
}

const DEFAULT_BATCH: BatchLimits = { maxOctets: 1_048_576, maxEvents: 256 };
const DEFAULT_PER_DESTINATION = 8;

/**
 * Starts delivering what is in the outbox and what comes into it.
 *
 * @throws StoreError (as a rejection) when the outbox cannot be read
 * @example
 * ```ts
 * const delivery = await startDelivery({ outbox: store.outbox, send, retry: defaultRetry, logger });
 * // ...
 * await delivery.stop();
 * await store.close();
 * ```
 */
export async function startDelivery(options: DeliveryOptions): Promise<Delivery> {
  const { outbox, send, retry, logger, batch: limits = DEFAULT_BATCH, random = Math.random } = options;
  const timer = options.timer ?? systemTimer;

  /** One batch of one lane. @returns when to come back to the lane, undefined when it is empty */
  async function deliverNext(lane: Lane): Promise<number | undefined> {
    const batch = await outbox.batch(lane, limits);
    if (batch === undefined) return undefined;
    // After a restart the wait that was going on is finished first.
    if (batch.nextAttemptAtMs > timer.nowMs()) return batch.nextAttemptAtMs;
    const answer = await send(batch.destination, batch.roomUri, batch.body).catch(reasonOf);
    if (typeof answer === "string") return postpone(batch, answer);
    const fields = { ...fieldsOf(batch), status: answer.status };
    switch (verdictOf(answer.status)) {
      case "delivered":
        await outbox.delivered(batch);
        logger.debug("delivered", fields);
        return timer.nowMs();
      case "retry":
        return postpone(batch, `status ${answer.status}`, answer);
      case "tooLarge":
        if (await outbox.split(batch)) {
          logger.debug("delivery split", fields);
          return timer.nowMs();
        }
        return bury(batch, "one event is too large", answer.status);
      case "refused":
        return bury(batch, `status ${answer.status}`, answer.status);
    }
  }

  async function postpone(batch: OutboxBatch, reason: string, answer?: DeliveryAnswer): Promise<number> {
    const nowMs = timer.nowMs();
    if (nowMs - batch.queuedAtMs >= retry.giveUpMs) return bury(batch, `given up: ${reason}`, answer?.status);
    const attempts = batch.attempts + 1;
    const nextAttemptAtMs =
      nowMs + backoffMs(retry, attempts, retryAfterMs(answer?.retryAfter, nowMs), random);
    await outbox.postpone(batch, nextAttemptAtMs);
    logger.warn("delivery failed", { ...fieldsOf(batch), reason, attempts, nextAttemptAtMs });
    return nextAttemptAtMs;
  }

  async function bury(batch: OutboxBatch, reason: string, status?: number): Promise<number> {
    const nowMs = timer.nowMs();
    const letter = await outbox.bury(batch, { reason, nowMs, ...(status === undefined ? {} : { status }) });
    logger.error("delivery given up", { ...fieldsOf(batch), reason, deadLetter: letter?.deadLetterId });
    return nowMs;
  }

  const queue = new LaneQueue({
    timer,
    maxPerDestination: options.maxPerDestination ?? DEFAULT_PER_DESTINATION,
    work: (lane, failures) =>
      deliverNext(lane).catch((error: unknown) => {
        // The store failed: nothing of the attempt is recorded, so the same batch will be sent again.
        logger.error("delivery interrupted", { ...fieldsOf(lane), reason: reasonOf(error) });
        return { failedUntilMs: timer.nowMs() + backoffMs(retry, failures + 1, undefined, random) };
      }),
  });
  const unsubscribe = outbox.subscribe((lane) => queue.add(lane));
  try {
    for (const lane of await outbox.lanes()) queue.add(lane);
  } catch (error) {
    unsubscribe();
    await queue.stop();
    throw error;
  }
  return {
    stop: () => {
      unsubscribe();
      return queue.stop();
    },
  };
}

function fieldsOf(lane: Lane & Partial<OutboxBatch>): Record<string, string | number | undefined> {
  const { destination, roomUri, events, body } = lane;
  return { destination, room: roomUri, events, octets: body?.length };
}
