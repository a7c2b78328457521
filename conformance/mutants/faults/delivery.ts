/**
 * Faults in how a hub delivers what it has accepted. Protocol §5.5.
 * @module
 */

import { decodeFanoutMessages, encodeFanoutMessages } from "@openmimi/protocol";
import { type OutgoingAnswer, type OutgoingRequest, PeerError, type ProviderParts } from "@openmimi/provider";
import type { Mutant } from "../mutant.ts";

type Sending = (
  request: OutgoingRequest & { readonly body: Uint8Array },
  send: (request: OutgoingRequest) => Promise<OutgoingAnswer>,
) => Promise<OutgoingAnswer>;

/** The provider that delivers events in another way; its other requests are as they are. */
function delivering(deliver: Sending): Pick<ProviderParts, "wrapOutgoing"> {
  return {
    wrapOutgoing: (send) => (request) => {
      const { body } = request;
      if (body === undefined || !/\/notify\//.test(request.url.pathname)) return send(request);
      return deliver({ ...request, body }, send);
    },
  };
}

export const deliveryFaults: readonly Mutant[] = [
  {
    name: "failed-delivery-forgotten",
    fault: "What a follower answers with 503 counts as delivered.",
    section: "protocol §5.5, PROTO-FAN-15",
    parts: () =>
      delivering(async (request, send) => {
        const answer = await send(request);
        return answer.status === 503 ? { ...answer, status: 202 } : answer;
      }),
    caughtBy: ["hub/fan-out/order-after-failure"],
  },
  {
    name: "broken-delivery-forgotten",
    fault: "A delivery whose connection broke counts as delivered: it may have arrived.",
    section: "protocol §5.5, PROTO-FAN-15",
    parts: () =>
      delivering(async (request, send) => {
        try {
          return await send(request);
        } catch (error) {
          if (!(error instanceof PeerError)) throw error;
          return { status: 202, headers: {}, body: new Uint8Array() };
        }
      }),
    caughtBy: ["hub/fan-out/connection-closed"],
  },
  {
    name: "retry-after-ignored",
    fault: "A delivery is tried again when this provider sees fit, whatever Retry-After says.",
    section: "protocol §5.5, PROTO-FAN-15",
    parts: () =>
      delivering(async (request, send) => {
        const { headers, ...answer } = await send(request);
        const { "retry-after": _, ...others } = headers;
        return { ...answer, headers: others };
      }),
    caughtBy: ["hub/fan-out/retry-after"],
  },
  {
    name: "retry-with-another-body",
    fault: "A delivery that failed is put together anew, with the time of the new attempt.",
    section: "protocol §5.5, reading R-087",
    parts() {
      const tried = new Set<string>();
      return delivering((request, send) => {
        const attempt = `${request.url} ${Buffer.from(request.body).toString("base64")}`;
        if (!tried.has(attempt)) {
          tried.add(attempt);
          return send(request);
        }
        const again = decodeFanoutMessages(request.body).map((fanout) => ({
          ...fanout,
          timestamp: BigInt(Date.now()),
        }));
        return send({ ...request, body: encodeFanoutMessages(again) });
      });
    },
    caughtBy: ["hub/fan-out/retry-after", "hub/fan-out/connection-closed"],
  },
  {
    name: "failed-delivery-overtaken",
    fault: "What a follower turned down waits while later events are delivered.",
    section: "protocol §5.5, reading R-088",
    parts() {
      const waiting = new Map<string, OutgoingRequest>();
      return delivering(async (request, send) => {
        const room = request.url.href;
        const answer = await send(request);
        if (answer.status === 503) {
          waiting.set(room, request);
          return { ...answer, status: 202 };
        }
        const before = waiting.get(room);
        waiting.delete(room);
        if (before !== undefined) await send(before);
        return answer;
      });
    },
    caughtBy: ["hub/fan-out/order-after-failure"],
  },
];
