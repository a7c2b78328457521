/**
 * Faults in what a follower makes of a hub's events. Protocol §5.5.
 * @module
 */

import { randomBytes } from "node:crypto";
import { decodeFanoutMessages, encodeFanoutMessages, FanoutMessage } from "@openmimi/protocol";
import { type ProviderConfig, standardChecks } from "@openmimi/provider";
import { decodePrefix, TlsError } from "@openmimi/tls";
import type { Mutant, Parts } from "../mutant.ts";
import { withChecks, yes } from "../tools/checks.ts";
import { handling } from "../tools/http.ts";
import { withStore } from "../tools/store.ts";

const unlike = () => new Uint8Array(randomBytes(32));

/** The provider that answers /notify with another status than success. */
function confirming(status: number): Parts {
  return handling(async (open, next) => {
    const response = await next(open);
    return open.endpoint === "notify" && response.status === 201 ? new Response(null, { status }) : response;
  });
}

/** The provider that gives its clients other events of a followed room than it was told. */
function distributing(
  config: ProviderConfig,
  change: (events: readonly { readonly clients: readonly string[] }[]) => readonly number[],
): Parts {
  return withStore(config, ({ followedRooms }) => ({
    followedRooms: {
      ...followedRooms,
      acceptNotification: (notification, accept) =>
        followedRooms.acceptNotification(notification, (room) => {
          const accepted = accept(room);
          const kept = change(accepted.events);
          return { ...accepted, events: accepted.events.filter((_, at) => kept.includes(at)) };
        }),
    },
  }));
}

export const notifyFaults: readonly Mutant[] = [
  {
    name: "duplicates-processed",
    fault: "A body that comes again is processed again.",
    section: "protocol §5.5, PROTO-FAN-10",
    parts: () => withChecks({ notificationKey: unlike, messageKey: unlike }),
    caughtBy: [],
  },
  {
    name: "duplicates-refused",
    fault: "A body that comes again is refused as a repetition.",
    section: "protocol §5.5, PROTO-FAN-10",
    parts: (config) =>
      withStore(config, ({ followedRooms }) => ({
        followedRooms: {
          ...followedRooms,
          async isRepeated(notification) {
            if (await followedRooms.isRepeated(notification)) throw new TlsError("invalid-value", "again", 0);
            return false;
          },
        },
      })),
    caughtBy: [],
  },
  {
    name: "notified-by-anybody",
    fault: "Events of a room are accepted of any provider.",
    section: "protocol §5.5, reading R-093",
    parts: () => withChecks({ notifyFromHub: yes }),
    caughtBy: [],
  },
  {
    name: "broken-bodies-begun",
    fault: "The events before the broken one are processed, although the body is refused.",
    section: "protocol §5.5, reading R-086",
    parts: () =>
      handling(async (open, next) => {
        if (open.endpoint !== "notify") return next(open);
        const good = goodPart(open.body);
        if (good > 0 && good < open.body.length) await next({ ...open, body: open.body.slice(0, good) });
        return next(open);
      }),
    caughtBy: [],
  },
  {
    name: "first-event-only",
    fault: "Of several events in one body only the first is seen.",
    section: "protocol §5.5, reading R-086",
    parts: (config) => distributing(config, () => [0]),
    caughtBy: [],
  },
  {
    name: "order-reversed",
    fault: "Events of one body reach the clients in reverse order.",
    section: "protocol §5.5, reading R-088",
    parts: () =>
      handling((open, next) => {
        if (open.endpoint !== "notify") return next(open);
        try {
          const reversed = decodeFanoutMessages(open.body).reverse();
          return next({ ...open, body: encodeFanoutMessages(reversed) });
        } catch (error) {
          if (!(error instanceof TlsError)) throw error;
          return next(open);
        }
      }),
    caughtBy: [],
  },
  {
    name: "confirms-with-503",
    fault: "What was accepted is answered 503, so that the hub sends it for ever.",
    section: "protocol §5.5, reading R-017",
    parts: () => confirming(503),
    caughtBy: [],
  },
  {
    name: "confirms-and-forgets",
    fault: "201 is answered before anything is stored, and then nothing is.",
    section: "protocol §5.5",
    parts: (config) => distributing(config, () => []),
    caughtBy: [],
  },
  {
    name: "unknown-rooms-accepted",
    fault: "Events of rooms that no client of this provider is in are accepted.",
    section: "protocol §5.5, reading R-096",
    parts: () => withChecks({ roomIsFollowed: yes }),
    caughtBy: [],
  },
  {
    name: "foreign-welcomes-accepted",
    fault: "A Welcome may come from another hub than the one that claimed the KeyPackage.",
    section: "protocol §5.2, §5.5",
    parts: () => withChecks({ welcomeIsExpected: yes }),
    caughtBy: [],
  },
  {
    name: "one-welcome-for-all",
    fault: "A Welcome is given to nobody whose KeyPackage has been used before, and to nobody else.",
    section: "protocol §5.5, reading R-066",
    parts: () => withChecks({ welcomeIsExpected: () => false }),
    caughtBy: [],
  },
  {
    name: "hub-is-the-path",
    fault: "The hub of a room is thought to be whoever first sent an event of it.",
    section: "protocol §5.5, reading R-093",
    parts() {
      const hubs = new Map<string, string>();
      return withChecks({
        notifyFromHub(caller, roomUri) {
          const hub = hubs.get(roomUri) ?? caller;
          hubs.set(roomUri, hub);
          return hub === caller || standardChecks.notifyFromHub(caller, roomUri);
        },
      });
    },
    caughtBy: [],
  },
];

/** How many octets whole events take. */
function goodPart(body: Uint8Array): number {
  let good = 0;
  try {
    while (good < body.length) good = decodePrefix(FanoutMessage, body, {}, good).end;
  } catch (error) {
    if (!(error instanceof TlsError)) throw error;
  }
  return good;
}
