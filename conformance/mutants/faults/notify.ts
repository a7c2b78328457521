/**
 * Faults in what a follower takes from a hub. Protocol §5.5.
 * @module
 */

import { randomBytes } from "node:crypto";
import { FanoutMessage, kindOf } from "@openmimi/protocol";
import { type ProviderConfig, ProviderError } from "@openmimi/provider";
import { decodePrefix, TlsError } from "@openmimi/tls";
import type { Mutant, Parts } from "../mutant.ts";
import { withChecks, yes } from "../tools/checks.ts";
import { handling } from "../tools/http.ts";
import { refusing } from "../tools/notify.ts";
import { withStore } from "../tools/store.ts";

const unlike = () => new Uint8Array(randomBytes(32));

/** The provider that answers /notify with another status than success. */
function confirming(status: number): Parts {
  return handling(async (open, next) => {
    const response = await next(open);
    return open.endpoint === "notify" && response.status === 201 ? new Response(null, { status }) : response;
  });
}

/** The provider that thinks of a repetition as a fault of the hub. */
function refusingRepetitions(config: ProviderConfig): Parts {
  const refuse = (): never => {
    throw new ProviderError("conflict", "this was here before");
  };
  return withStore(config, ({ followedRooms }) => ({
    followedRooms: {
      ...followedRooms,
      isRepeated: async (notification) => (await followedRooms.isRepeated(notification)) && refuse(),
      async acceptNotification(notification, accept) {
        const outcome = await followedRooms.acceptNotification(notification, accept);
        return outcome.outcome === "repeated" ? refuse() : outcome;
      },
    },
  }));
}

export const notifyFaults: readonly Mutant[] = [
  {
    name: "duplicates-processed",
    fault: "A body that comes again is processed again.",
    section: "protocol §5.5, PROTO-FAN-17",
    parts: () => withChecks({ notificationKey: unlike, messageKey: unlike }),
    caughtBy: ["follower/notify/repeated"],
  },
  {
    name: "duplicates-refused",
    fault: "A body that comes again is refused as a repetition.",
    section: "protocol §5.5, PROTO-FAN-16",
    parts: refusingRepetitions,
    caughtBy: [
      "follower/notify/repeated",
      "follower/notify/repeated-later",
      "follower/notify/repeated-after-the-end",
      "follower/notify/repeated-at-once",
    ],
  },
  {
    name: "notified-by-anybody",
    fault: "Events of a room are accepted of any provider.",
    section: "protocol §5.5, reading R-093",
    parts: () => withChecks({ notifyFromHub: yes }),
    caughtBy: ["follower/welcome/not-from-the-hub", "follower/notify/not-from-the-hub"],
  },
  {
    name: "any-path-notified",
    fault: "Events are accepted at the path of anything, and of rooms that nobody here is in.",
    section: "protocol §5.5, readings R-093, R-096",
    parts: () => withChecks({ notifyFromHub: yes, roomIsFollowed: yes }),
    caughtBy: ["follower/notify/room-of-another-provider", "follower/notify/path-is-no-room"],
  },
  {
    name: "unknown-rooms-accepted",
    fault: "Events of rooms that no client of this provider is in are accepted.",
    section: "protocol §5.5, reading R-096",
    parts: () => withChecks({ roomIsFollowed: yes }),
    caughtBy: ["follower/notify/unknown-room"],
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
    caughtBy: [
      "follower/notify/malformed/trailing-octet",
      "follower/notify/malformed/second-event",
      "follower/notify/malformed/event-behind-a-commit",
    ],
  },
  {
    name: "confirms-with-503",
    fault: "What was accepted is answered 503, so that the hub sends it for ever.",
    section: "protocol §5.5, reading R-017",
    parts: () => confirming(503),
    caughtBy: [
      "follower/welcome/joins",
      "follower/welcome/two-clients",
      "follower/welcome/with-secrets-for-others",
    ],
  },
  {
    name: "confirms-with-a-body",
    fault: "What was accepted is answered with a JSON text.",
    section: "protocol §5.5, reading R-017",
    parts: () =>
      handling(async (open, next) => {
        const response = await next(open);
        if (open.endpoint !== "notify" || response.status !== 201) return response;
        return Response.json({ ok: true }, { status: 201 });
      }),
    caughtBy: ["follower/notify/message"],
  },
  {
    name: "frank-demanded",
    fault: "A message that is not franked is refused.",
    section: "protocol §5.5, reading R-085",
    parts: () =>
      refusing((fanouts) =>
        fanouts.some(({ message, frank }) => kindOf(message) === "application" && frank === undefined),
      ),
    caughtBy: ["follower/notify/message-without-frank"],
  },
  {
    name: "one-event-a-body",
    fault: "A body with several events is refused.",
    section: "protocol §5.5, reading R-086",
    parts: () => refusing((fanouts) => fanouts.length > 1),
    caughtBy: ["follower/notify/many-events", "follower/notify/repeated-in-another-body"],
  },
  {
    name: "external-proposals-refused",
    fault: "Proposals of the hub itself are refused: it is no member.",
    section: "protocol §7.4, reading R-092",
    parts: () =>
      refusing((fanouts) =>
        fanouts.some(
          ({ message, externalProposals = [] }) =>
            externalProposals.length > 0 ||
            (message.wireFormat === "publicMessage" &&
              message.publicMessage.content.sender.senderType === "external"),
        ),
      ),
    caughtBy: ["follower/notify/proposals-of-the-hub"],
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
