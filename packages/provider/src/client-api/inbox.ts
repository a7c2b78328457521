/**
 * The durable inbox of a client, with long polling. Not part of MIMI.
 * @module
 */

import { toBase64 } from "../octets.ts";
import type { ClientRecord, InboxEvent, InboxStore } from "../store/store.ts";

/** What a client asks of its inbox. */
export interface InboxQuery {
  readonly after: number;
  readonly limit: number;
  /** How long to wait for an event when there is none, in milliseconds. */
  readonly waitMs: number;
}

/** At most so many octets of events in one answer; a single larger event goes alone. */
const MAX_OCTETS = 4 * 1024 * 1024;

/**
 * Reads the inbox, and waits if it is empty.
 *
 * @param signals end the waiting: the client has gone, or the provider closes
 */
export async function readInbox(
  store: InboxStore,
  { clientUri }: ClientRecord,
  { after, limit, waitMs }: InboxQuery,
  signals: readonly AbortSignal[],
): Promise<readonly InboxEvent[]> {
  const look = async () => {
    const events = await store.read(clientUri, after, limit);
    return events.slice(0, fitting(events));
  };
  if (waitMs === 0) return look();
  const { promise: woken, resolve: wake } = Promise.withResolvers<void>();
  // Subscribed before the look, so that nothing comes in between.
  const end = () => wake();
  const unsubscribe = store.subscribe(clientUri, end);
  const timer = setTimeout(end, waitMs);
  for (const signal of signals) signal.addEventListener("abort", end, { once: true });
  try {
    const events = await look();
    if (events.length > 0 || signals.some(({ aborted }) => aborted)) return events;
    await woken;
    return await look();
  } finally {
    unsubscribe();
    clearTimeout(timer);
    for (const signal of signals) signal.removeEventListener("abort", end);
  }
}

/** How many events fit into one answer. */
function fitting(events: readonly InboxEvent[]): number {
  let octets = 0;
  const tooMuch = events.findIndex(({ fanout }) => {
    octets += fanout.length;
    return octets > MAX_OCTETS;
  });
  return tooMuch < 0 ? events.length : Math.max(1, tooMuch);
}

/** Events as the client API writes them; 64-bit numbers are decimal texts. */
export function inboxJson(events: readonly InboxEvent[]): unknown {
  return {
    events: events.map(({ sequence, roomUri, acceptedTimestampMs, fanout }) => ({
      sequence,
      roomUri,
      acceptedTimestampMs: String(acceptedTimestampMs),
      fanout: toBase64(fanout),
    })),
  };
}
