/**
 * What an acceptance sends out, and to whom. Protocol §5.5; readings.
 * @module
 */

import type { MLSMessage, RatchetTreeNodes, Welcome } from "@openmimi/mls";
import { FanoutMessage, type Frank } from "@openmimi/protocol";
import { encode } from "@openmimi/tls";
import type { RoomEvent } from "../store/store.ts";
import type { Member } from "./rooms.ts";

/** Those who get an event: other providers by their domains, own clients by their URIs. */
export interface Audience {
  readonly destinations: readonly string[];
  readonly clients: readonly string[];
}

/**
 * Other providers with a client among the members, and our own clients among them. The sender is no exception
 * (reading R-089): its provider may have further clients.
 *
 * @param own our domain
 */
export function audienceOf(members: readonly Member[], own: string): Audience {
  const destinations = new Set<string>();
  const clients = new Set<string>();
  for (const { domain, clientUri } of members) {
    if (domain !== own) destinations.add(domain);
    else if (clientUri !== undefined) clients.add(clientUri);
  }
  return { destinations: [...destinations], clients: [...clients] };
}

/** An application message with its frank, if any. */
export function messageEvent(
  timestamp: bigint,
  message: MLSMessage,
  frank: Frank | undefined,
  audience: Audience,
): RoomEvent {
  return { fanout: encode(FanoutMessage, { timestamp, message, frank } as FanoutMessage), ...audience };
}

/** Proposals, with the same `moreProposals` as they came in (protocol §5.5). */
export function proposalEvent(
  timestamp: bigint,
  message: MLSMessage,
  moreProposals: readonly MLSMessage[],
  audience: Audience,
): RoomEvent {
  const fanout = { timestamp, message, moreProposals: [...moreProposals] } as FanoutMessage;
  return { fanout: encode(FanoutMessage, fanout), ...audience };
}

/** A commit; behind an external one the proposals that replace what it voided (reading R-092). */
export function commitEvent(
  timestamp: bigint,
  message: MLSMessage,
  externalProposals: readonly MLSMessage[],
  audience: Audience,
): RoomEvent {
  const fanout = { timestamp, message, externalProposals: [...externalProposals] } as FanoutMessage;
  return { fanout: encode(FanoutMessage, fanout), ...audience };
}

/** A Welcome as it came in, wrapped (reading R-040), with the whole tree (reading R-056) and the commit's time. */
export function welcomeEvent(
  timestamp: bigint,
  welcome: Welcome,
  ratchetTree: RatchetTreeNodes,
  audience: Audience,
): RoomEvent {
  const fanout = {
    timestamp,
    message: { version: "mls10", wireFormat: "welcome", welcome },
    ratchetTreeOption: { representation: "full", ratchetTree },
  } as FanoutMessage;
  return { fanout: encode(FanoutMessage, fanout), ...audience };
}
