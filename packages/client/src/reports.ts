/**
 * Delivery notifications and read receipts: sent where the room requires them, never where it forbids them, and
 * otherwise as the user wants it. Policy §6.1; status §3.
 * @module
 */

import {
  decode as decodeContent,
  MessageStatus,
  type PerMessageStatus,
  STATUS_MEDIA_TYPE,
  sameMediaType,
  statusMessage,
} from "@openmimi/content";
import { MimiComponentId, StatusNotificationPolicy } from "@openmimi/protocol";
import { decode } from "@openmimi/tls";
import { ClientError } from "./errors.ts";
import type { ClientEvent } from "./events.ts";
import { fromHex } from "./octets.ts";
import { sendContent } from "./sending.ts";
import type { Session } from "./session.ts";
import type { StoredMessage } from "./store.ts";

const fields = { delivery: "deliveryNotifications", read: "readReceipts" } as const;

/** Whether this client reports such a status in a room. A room without the component takes no position. */
function reports(session: Session, roomUri: string, kind: keyof typeof fields): boolean {
  const room = session.rooms.get(roomUri);
  if (room?.status !== "member") return false;
  const data = room.group.public.component(MimiComponentId.statusNotificationPolicy);
  const setting = data === undefined ? "optional" : decode(StatusNotificationPolicy, data)[fields[kind]];
  return setting === "required" || (setting === "optional" && session.reports[kind] === true);
}

/** What is reported on: messages of others that are no reports themselves. */
function isReportable({ own, content }: StoredMessage): boolean {
  if (own) return false;
  const { nestedPart: part } = decodeContent(content);
  // Reading R-165: a report it is in whatever letters.
  return part.cardinality !== "single" || !sameMediaType(part.contentType, STATUS_MEDIA_TYPE);
}

/** Tells the rooms of messages that have arrived, one report for each room. */
export async function reportDeliveries(session: Session, events: readonly ClientEvent[]): Promise<void> {
  const arrived = new Map<string, string[]>();
  for (const event of events) {
    if (event.kind !== "message" || !reports(session, event.roomUri, "delivery")) continue;
    if (!isReportable(event.message)) continue;
    arrived.set(event.roomUri, [...(arrived.get(event.roomUri) ?? []), event.message.messageId]);
  }
  for (const [roomUri, messageIds] of arrived) await report(session, roomUri, messageIds, "delivered");
}

/** Tells a room that messages were read, unless it or the user does not want that. @returns whether it was told */
export async function reportRead(
  session: Session,
  roomUri: string,
  messageIds: readonly string[],
): Promise<boolean> {
  if (messageIds.length === 0 || !reports(session, roomUri, "read")) return false;
  return report(session, roomUri, messageIds, "read");
}

async function report(
  session: Session,
  roomUri: string,
  messageIds: readonly string[],
  status: "delivered" | "read",
): Promise<boolean> {
  const pairs = messageIds.map(
    (messageId): PerMessageStatus => ({ messageId: fromHex(messageId), status: MessageStatus[status] }),
  );
  try {
    await sendContent(session, roomUri, statusMessage(pairs));
    return true;
  } catch (error) {
    // Who may not send messages cannot report either; and what has no answer is kept, and sent again.
    if (error instanceof ClientError) return false;
    throw error;
  }
}
