/**
 * Replaces operations of the store, and what it is given to fan out.
 * @module
 */

import { FanoutMessage } from "@openmimi/protocol";
import {
  type Accept,
  type Acceptance,
  type AcceptedMessage,
  openSqliteStore,
  type ProviderConfig,
  type ProviderParts,
  type RoomEvent,
  type RoomStore,
  type Store,
} from "@openmimi/provider";
import { decode, encode } from "@openmimi/tls";

/** The provider with a store in which some operations are others. */
export function withStore(
  { database }: ProviderConfig,
  change: (store: Store) => Partial<Store>,
): Pick<ProviderParts, "store"> {
  const store = openSqliteStore(database);
  return { store: { ...store, ...change(store) } };
}

/** The provider with other operations on the rooms that it hosts. */
export function withRooms(
  config: ProviderConfig,
  change: (rooms: RoomStore, store: Store) => Partial<RoomStore>,
): Pick<ProviderParts, "store"> {
  return withStore(config, (store) => ({ rooms: { ...store.rooms, ...change(store.rooms, store) } }));
}

/** Turns what is about to be accepted into something else. */
type Change = <T extends AcceptedMessage>(accepted: T, acceptance: Acceptance) => T;

/** Rooms in which something else is accepted than was judged. */
function acceptingOther(
  rooms: RoomStore,
  change: Change,
): Pick<RoomStore, "acceptHandshake" | "acceptMessage"> {
  const changed =
    <T extends AcceptedMessage>(acceptance: Acceptance, accept: Accept<T>): Accept<T> =>
    (acceptedTimestampMs) =>
      change(accept(acceptedTimestampMs), acceptance);
  return {
    acceptHandshake: (acceptance, accept) => rooms.acceptHandshake(acceptance, changed(acceptance, accept)),
    acceptMessage: (acceptance, accept) => rooms.acceptMessage(acceptance, changed(acceptance, accept)),
  };
}

/** An event with its FanoutMessage decoded. */
export interface OpenEvent extends Omit<RoomEvent, "fanout"> {
  readonly fanout: FanoutMessage;
}

/** What is fanned out in the place of an event. */
type Replace = (event: OpenEvent, acceptance: Acceptance) => readonly OpenEvent[];

/** Rooms of which something else is fanned out than was accepted, or to others. */
export function fanningOut(
  rooms: RoomStore,
  replace: Replace,
): Pick<RoomStore, "acceptHandshake" | "acceptMessage"> {
  return acceptingOther(rooms, (accepted, acceptance) => ({
    ...accepted,
    events: accepted.events.flatMap((event) =>
      replace({ ...event, fanout: decode(FanoutMessage, event.fanout) }, acceptance).map((changed) => ({
        ...changed,
        fanout: encode(FanoutMessage, changed.fanout),
      })),
    ),
  }));
}

/** The provider that fans out something else than it has accepted, or to others. */
export function fanningOutOther(config: ProviderConfig, replace: Replace): Pick<ProviderParts, "store"> {
  return withRooms(config, (rooms) => fanningOut(rooms, replace));
}

/** Whether an event is a Welcome. */
export function isWelcome({ fanout }: OpenEvent): boolean {
  return fanout.message.wireFormat === "welcome";
}
