/**
 * Faults in what a follower gives to its clients of what it has taken from a hub, and passes on from them. Protocol §5.5.
 * @module
 */

import { MLSMessage } from "@openmimi/mls";
import {
  FanoutMessage,
  kindOf,
  type MessageKind,
  SubmitMessageRequest,
  UpdateRequest,
} from "@openmimi/protocol";
import type {
  AcceptedNotification,
  FollowedRoom,
  NotifiedEvent,
  OutgoingRequest,
  ProviderConfig,
} from "@openmimi/provider";
import { decode, encode } from "@openmimi/tls";
import type { Mutant, Parts } from "../mutant.ts";
import { refusing } from "../tools/notify.ts";
import { withStore } from "../tools/store.ts";

/** The provider that leaves something else behind of a notification. */
function accepting(
  config: ProviderConfig,
  change: (accepted: AcceptedNotification, room: FollowedRoom) => Partial<AcceptedNotification>,
): Parts {
  return withStore(config, ({ followedRooms }) => ({
    followedRooms: {
      ...followedRooms,
      acceptNotification: (notification, accept) =>
        followedRooms.acceptNotification(notification, (room) => {
          const accepted = accept(room);
          return { ...accepted, ...change(accepted, room) };
        }),
    },
  }));
}

/** The provider that gives its clients other events, or to others. */
function distributing(
  config: ProviderConfig,
  change: (event: NotifiedEvent, fanout: FanoutMessage, room: FollowedRoom) => NotifiedEvent | undefined,
): Parts {
  return accepting(config, ({ events }, room) => ({
    events: events.flatMap((event) => change(event, decode(FanoutMessage, event.fanout), room) ?? []),
  }));
}

const dropping = (config: ProviderConfig, kind: MessageKind): Parts =>
  distributing(config, (event, { message }) => (kindOf(message) === kind ? undefined : event));

/** The provider that passes the requests of its clients on in another way. */
function forwarding(
  service: "update" | "submitMessage",
  change: (request: OutgoingRequest & { readonly body: Uint8Array }) => OutgoingRequest | undefined,
): Parts {
  return {
    wrapOutgoing: (send) => async (request) => {
      const { body } = request;
      if (body === undefined || !request.url.pathname.includes(`/${service}/`)) return send(request);
      const changed = change({ ...request, body });
      return changed === undefined ? { status: 404, headers: {}, body: new Uint8Array() } : send(changed);
    },
  };
}

/** Remembers what its users have sent, and takes it for a forgery when it comes back. */
function refusingEchoes(): Parts {
  const sent = new Set<string>();
  const keyOf = (message: MLSMessage) => Buffer.from(encode(MLSMessage, message)).toString("base64");
  return {
    ...forwarding("submitMessage", (request) => {
      sent.add(keyOf(decode(SubmitMessageRequest, request.body).appMessage));
      return request;
    }),
    ...refusing((fanouts) => fanouts.some(({ message }) => sent.has(keyOf(message)))),
  };
}

export const distributionFaults: readonly Mutant[] = [
  {
    name: "confirms-and-forgets",
    fault: "Status 201 is answered before anything is stored, and then nothing is.",
    section: "protocol §5.5",
    parts: (config) => distributing(config, () => undefined),
    caughtBy: ["follower/notify/message"],
  },
  {
    name: "commits-not-delivered",
    fault: "Commits do not reach the clients.",
    section: "protocol §5.5, PROTO-FAN-23",
    parts: (config) => dropping(config, "commit"),
    caughtBy: ["follower/notify/commit"],
  },
  {
    name: "proposals-not-delivered",
    fault: "Proposals do not reach the clients.",
    section: "protocol §5.5, PROTO-FAN-23",
    parts: (config) => dropping(config, "proposal"),
    caughtBy: ["follower/notify/leaving-user", "follower/send/commit-pending"],
  },
  {
    name: "stapled-proposals-dropped",
    fault: "Proposals that are stapled to a commit do not reach the clients.",
    section: "protocol §5.5, reading R-092",
    parts: (config) =>
      distributing(config, (event, fanout) => {
        if ((fanout.externalProposals ?? []).length === 0) return event;
        return { ...event, fanout: encode(FanoutMessage, { ...fanout, externalProposals: [] }) };
      }),
    caughtBy: ["follower/notify/stapled-proposals"],
  },
  {
    name: "one-client-served",
    fault: "Of several clients only the first is given what was received.",
    section: "protocol §5.5, PROTO-FAN-23",
    parts: (config) => distributing(config, (event) => ({ ...event, clients: event.clients.slice(0, 1) })),
    caughtBy: ["follower/notify/two-users"],
  },
  {
    name: "order-reversed",
    fault: "Events of one body reach the clients in reverse order.",
    section: "protocol §5.5, reading R-088",
    parts: (config) => accepting(config, ({ events }) => ({ events: events.toReversed() })),
    caughtBy: ["follower/notify/added-and-removed", "follower/notify/several-events"],
  },
  {
    name: "late-events-dropped",
    fault: "An event with an earlier time than the last one is taken for a repetition.",
    section: "protocol §5.5, reading R-088",
    parts(config) {
      const last = new Map<string, bigint>();
      return distributing(config, (event, { timestamp }, { roomUri }) => {
        if (timestamp < (last.get(roomUri) ?? 0n)) return undefined;
        last.set(roomUri, timestamp);
        return event;
      });
    },
    caughtBy: ["follower/notify/earlier-time-later"],
  },
  {
    name: "welcomes-of-new-rooms-only",
    fault: "A Welcome for a room that is known already is not delivered.",
    section: "protocol §5.5, PROTO-FAN-22",
    parts: (config) =>
      distributing(config, (event, { message }, { known }) =>
        known && kindOf(message) === "welcome" ? undefined : event,
      ),
    caughtBy: [
      "follower/welcome/later-user-commit-first",
      "follower/welcome/later-user-welcome-first",
      "follower/notify/two-users",
    ],
  },
  {
    name: "welcomes-to-everybody",
    fault:
      "A Welcome is delivered to clients of other users too, so that they learn of rooms which they are not in.",
    section: "protocol §5.5, PROTO-FAN-22",
    parts(config) {
      const seen = new Set<string>();
      const parts = withStore(config, ({ clients, followedRooms }) => ({
        clients: {
          ...clients,
          async register(client) {
            await clients.register(client);
            seen.add(client.clientUri);
          },
        },
        followedRooms: {
          ...followedRooms,
          acceptNotification: (notification, accept) =>
            followedRooms.acceptNotification(notification, (room) => {
              const accepted = accept(room);
              const events = accepted.events.map((event) => {
                const { message } = decode(FanoutMessage, event.fanout);
                return kindOf(message) === "welcome" ? { ...event, clients: [...seen] } : event;
              });
              return { ...accepted, events };
            }),
        },
      }));
      return parts;
    },
    caughtBy: ["follower/welcome/two-users"],
  },
  {
    name: "room-forgotten-with-one-client",
    fault: "When a client is removed from a room, nobody of this provider is thought to be in it any more.",
    section: "protocol §5.5, PROTO-FAN-23",
    parts: (config) =>
      accepting(config, ({ left, joined, events }, { clients }) => {
        if (left.length === 0) return {};
        // From the event on that removes the client.
        return { left: [...clients, ...joined, ...left], events: events.slice(0, 1) };
      }),
    caughtBy: ["follower/notify/removed-user"],
  },
  {
    name: "messages-not-forwarded",
    fault: "Messages of its users are not passed on to the hub.",
    section: "protocol §5.4",
    parts: () => forwarding("submitMessage", () => undefined),
    caughtBy: ["follower/send/message"],
  },
  {
    name: "one-proposal-forwarded",
    fault: "Of proposals that belong together only the first is passed on to the hub.",
    section: "protocol §5.3, reading R-050",
    parts: () =>
      forwarding("update", (request) => {
        const bundle = decode(UpdateRequest, request.body);
        if (bundle.moreProposals === undefined) return request;
        return { ...request, body: encode(UpdateRequest, { ...bundle, moreProposals: [] }) };
      }),
    caughtBy: ["follower/send/leave"],
  },
  {
    name: "group-info-spoiled-on-the-way",
    fault: "The GroupInfo that comes with a commit of its users has no valid signature.",
    section: "protocol §5.3, reading R-053",
    parts: () =>
      forwarding("update", (request) => {
        const bundle = decode(UpdateRequest, request.body);
        if (bundle.groupInfoOption?.representation !== "partial") return request;
        const { partialGroupInfo } = bundle.groupInfoOption;
        const signature = partialGroupInfo.signature.map((octet) => octet ^ 1);
        const groupInfoOption = {
          representation: "partial" as const,
          partialGroupInfo: { ...partialGroupInfo, signature },
        };
        return { ...request, body: encode(UpdateRequest, { ...bundle, groupInfoOption }) };
      }),
    caughtBy: ["follower/send/update", "follower/join/new-client"],
  },
  {
    name: "echo-refused",
    fault: "A message that one of its own users has sent is refused when the hub delivers it.",
    section: "protocol §5.5, reading R-089",
    parts: refusingEchoes,
    caughtBy: ["follower/notify/own-message"],
  },
];
