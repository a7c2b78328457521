/**
 * POST /notify: a hub's events for our own clients. Protocol §5.5; readings.
 * @module
 */

import type { CryptoProvider } from "@openmimi/mls";
import { decodeFanoutMessages, FanoutMessage } from "@openmimi/protocol";
import { encode } from "@openmimi/tls";
import { ProviderError } from "../errors.ts";
import type { MimiAnswer, MimiCall } from "../http/mimi-app.ts";
import type { Logger } from "../logging.ts";
import type { AcceptedNotification, FollowedRoom, NotifiedEvent } from "../store/store.ts";
import { RosterKeeper } from "./roster-keeper.ts";
import { findWelcomed, type Welcomed, type WelcomeParts } from "./welcome.ts";

/** What {@link notifyEndpoint} needs. */
export interface NotifyParts extends WelcomeParts {
  readonly crypto: CryptoProvider;
  readonly nowMs: () => number;
  readonly logger: Logger;
}

/** Answers /notify: 201 without a body, also for what was received before (protocol §5.5). */
export async function notifyEndpoint(
  parts: NotifyParts,
  { caller, uri, body }: MimiCall,
): Promise<MimiAnswer> {
  const { store, checks, logger } = parts;
  if (!checks.notifyFromHub(caller, uri)) {
    throw new ProviderError("forbidden", `${caller} is not the hub of ${uri}`, "protocol §5.5");
  }
  const bodyHash = checks.notificationKey(body);
  const notification = { hub: caller, roomUri: uri, bodyHash, nowMs: parts.nowMs() };
  if (await store.followedRooms.isRepeated(notification)) return { status: 201 };
  // Reading R-086: nothing is processed before the whole body is read.
  const fanouts = decodeFanoutMessages(body);
  const welcomed = await findWelcomed(parts, caller, uri, fanouts);
  const { outcome } = await store.followedRooms.acceptNotification(notification, (room) =>
    distribute(parts, room, fanouts, welcomed),
  );
  logger.debug("notified", { room: uri, hub: caller, messages: fanouts.length, outcome });
  return { status: 201 };
}

/** Decides, inside the store's transaction, which of our clients get what. @throws {ProviderError} `not-found` */
function distribute(
  { checks, crypto }: NotifyParts,
  room: FollowedRoom,
  fanouts: readonly FanoutMessage[],
  welcomed: ReadonlyMap<FanoutMessage, Welcomed>,
): AcceptedNotification {
  const members = new Set(room.clients);
  const joined = new Set<string>();
  const left = new Set<string>();
  const served: Uint8Array[] = [];
  const events: NotifiedEvent[] = [];
  const keeper = new RosterKeeper(crypto, room.roster);
  for (const fanout of fanouts) {
    const welcome = welcomed.get(fanout);
    for (const client of welcome?.clients ?? []) {
      members.add(client);
      joined.add(client);
      left.delete(client);
    }
    served.push(...(welcome?.references ?? []));
    events.push({
      fanout: encode(FanoutMessage, fanout),
      contentHash: checks.messageKey(fanout.message),
      acceptedTimestampMs: fanout.timestamp,
      // Protocol §5.5: a Welcome goes to those it is for, everything else to every member client.
      clients: welcome === undefined ? [...members] : welcome.clients,
    });
    // A removed client gets the commit that removes it, and nothing after it.
    for (const client of keeper.follow(fanout)) {
      if (!members.delete(client)) continue;
      joined.delete(client);
      left.add(client);
    }
  }
  if (!checks.roomIsFollowed(room, [...joined])) {
    throw new ProviderError("not-found", "the room is not known here", "reading R-096");
  }
  const roster = keeper.encoded();
  return { events, joined: [...joined], left: [...left], welcomedKeyPackages: served, roster };
}
