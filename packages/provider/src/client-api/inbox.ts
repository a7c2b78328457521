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
  let woken = Promise.withResolvers<void>();
  // Subscribed before the first look, so that nothing comes in between.
  const unsubscribe = store.subscribe(clientUri, () => woken.resolve());
  const end = AbortSignal.any([...signals, AbortSignal.timeout(waitMs)]);
  const ended = Promise.withResolvers<void>();
  end.addEventListener("abort", () => ended.resolve());
  try {
    for (;;) {
      woken = Promise.withResolvers<void>();
      const events = await store.read(clientUri, after, limit);
      if (events.length > 0 || waitMs === 0 || end.aborted) return events.slice(0, fitting(events));
      await Promise.race([woken.promise, ended.promise]);
    }
  } finally {
    unsubscribe();
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
