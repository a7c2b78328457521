/**
 * What the clients of the target show of a room of the suite's hub, beside what they have to show.
 * @module
 */

import type { FanoutMessage } from "@openmimi/protocol";
import type { CaseContext } from "../context.ts";
import type { SuiteClient } from "./suite-client.ts";
import type { SuiteRoom } from "./suite-room.ts";
import { ofSuite } from "./target-room.ts";

/** How often and how long a client is asked to read its inbox until what was delivered is there. */
const SYNC_ATTEMPTS = 4;

/**
 * Has a client of the target read its inbox until it is in the epoch of a member of the suite, and observes both under
 * `label`; the judge compares them with `sameRoom` of hub-builders.ts.
 */
export async function observeRoom(
  context: CaseContext,
  label: string,
  room: SuiteRoom,
  clientUri: string,
  member: SuiteClient = room.alice,
): Promise<void> {
  const { roomUri } = room;
  for (let attempt = 0; attempt < SYNC_ATTEMPTS; attempt++) {
    const waitMs = attempt === 0 ? 0 : Math.round(context.patienceMs / SYNC_ATTEMPTS);
    await context.adapter.call("sync", { clientUri, waitMs });
    const view = await context.adapter.attempt("roomView", { clientUri, roomUri }, `${label}: view`);
    if (view === undefined) continue;
    const { epoch, epochAuthenticator, treeHash } = view;
    const participants = view.participants.map(({ userUri, roleIndex }) => ({ userUri, roleIndex }));
    context.observe(label, { epoch, epochAuthenticator, treeHash, participants });
    if (BigInt(epoch) >= member.group.epoch) break;
  }
  context.observe(ofSuite(label), { ...room.state(member) });
}

/**
 * Has a client of the target read its inbox until it shows as many messages as it has to, and observes what it shows
 * and what it has to show, in order.
 */
export async function observeMessages(
  context: CaseContext,
  label: string,
  room: SuiteRoom,
  clientUri: string,
  expected: readonly FanoutMessage[],
): Promise<void> {
  const { roomUri } = room;
  for (let attempt = 0; attempt < SYNC_ATTEMPTS; attempt++) {
    const waitMs = attempt === 0 ? 0 : Math.round(context.patienceMs / SYNC_ATTEMPTS);
    await context.adapter.call("sync", { clientUri, waitMs });
    const { messages } = await context.adapter.call("messages", { clientUri, roomUri });
    const shown = messages.map(({ senderUri, text, acceptedTimestampMs }) => ({
      senderUri,
      text: text ?? null,
      acceptedTimestampMs,
    }));
    context.observe(label, shown);
    if (shown.length >= expected.length) break;
  }
  context.observe(
    ofSuite(label),
    expected.flatMap((fanout) => room.said(fanout) ?? []).map((said) => ({ ...said })),
  );
}
