/**
 * Acknowledging application messages. Extensions §6.1.
 * @module
 */

import { encode } from "@openmimi/tls";
import { AppAck, ComponentId, type Proposal } from "../codec/index.ts";

/** Where an application message stands: its sender's leaf, and its generation. */
export interface ReceivedMessage {
  readonly sender: number;
  readonly generation: number;
}

/** The messages of the present epoch as ranges without gaps, by sender and generation. Extensions §6.1. */
export function receivedRanges(received: Iterable<ReceivedMessage>): AppAck["receivedRanges"] {
  const sorted = [...received].sort((a, b) => a.sender - b.sender || a.generation - b.generation);
  const ranges: AppAck["receivedRanges"] = [];
  for (const { sender, generation } of sorted) {
    const last = ranges.at(-1);
    if (last?.sender === sender && generation <= last.lastGeneration + 1) last.lastGeneration = generation;
    else ranges.push({ sender, firstGeneration: generation, lastGeneration: generation });
  }
  return ranges;
}

/** The AppEphemeral proposal that acknowledges these messages. Extensions §6.1. */
export function appAckProposal(received: Iterable<ReceivedMessage>): Proposal {
  const data = encode(AppAck, { receivedRanges: receivedRanges(received) });
  return { proposalType: "appEphemeral", appEphemeral: { componentId: ComponentId.appAck, data } };
}

/** Whether an acknowledgement names a message. */
export function isAcknowledged(
  { receivedRanges: ranges }: AppAck,
  { sender, generation }: ReceivedMessage,
): boolean {
  return ranges.some(
    (range) =>
      range.sender === sender && range.firstGeneration <= generation && generation <= range.lastGeneration,
  );
}
