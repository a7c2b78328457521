/**
 * Delivery and read reports: draft-mahy-mimi-message-status-01, with the encoding rules of MIMI content.
 * @module
 */

import { encodeChecked, openCursor } from "./codec.ts";
import { invalidArgument, STATUS } from "./errors.ts";
import { type ContentLimits, MESSAGE_ID_OCTETS, type MessageId } from "./model.ts";
import { namesOf } from "./names.ts";
import type { Cursor } from "./read/cursor.ts";
import { byteString, unsigned } from "./read/fields.ts";
import { Major } from "./read/major.ts";
import { checkRecord, writeBytes, writeInteger } from "./write/fields.ts";
import type { Writer } from "./write/writer.ts";

/** The media type of a report. Status §7.1. */
export const STATUS_MEDIA_TYPE = "application/mimi-message-status";

/** The name that paths begin with. */
export const STATUS_ROOT = "MessageStatusReport";

const SECTION = `${STATUS} §4`;

/** The statuses that have a name; others up to 255 are unknown yet valid. Status §3. */
export const MessageStatus = {
  unread: 0,
  delivered: 1,
  read: 2,
  expired: 3,
  deleted: 4,
  hidden: 5,
  error: 6,
} as const;

/** Names a status; undefined for one that is not in the draft. */
export const messageStatusName: (value: number) => keyof typeof MessageStatus | undefined =
  namesOf(MessageStatus);

/** `PerMessageStatus`. Status §4. */
export interface PerMessageStatus {
  readonly messageId: MessageId;
  /** 0 to 255; see {@link MessageStatus}. */
  readonly status: number;
}

/** `MessageStatusReport`. It may be empty, and name a message twice: the last pair counts. */
export type MessageStatusReport = readonly PerMessageStatus[];

/**
 * Decodes one report (status §4), with the encoding rules of MIMI content (reading R-218).
 *
 * @returns its pairs in order: of a message that is named twice the last one counts (reading R-219)
 * @throws {ContentError} for anything but its one deterministic encoding
 * @example
 * ```ts
 * for (const { messageId, status } of decodeStatusReport(part.content)) show(messageId, messageStatusName(status));
 * ```
 */
export function decodeStatusReport(bytes: Uint8Array, limits?: ContentLimits): MessageStatusReport {
  return readStatusReport(openCursor(bytes, STATUS_ROOT, limits));
}

/**
 * Encodes one report (status §4). A message that carries it is made by `statusMessage`.
 *
 * @throws {ContentError} with offset -1 if a message ID has not 32 octets or a status is not 0 to 255
 * @example
 * ```ts
 * const octets = encodeStatusReport([{ messageId, status: MessageStatus.delivered }]);
 * ```
 */
export function encodeStatusReport(report: MessageStatusReport, limits?: ContentLimits): Uint8Array {
  return encodeChecked(STATUS_ROOT, (writer) => writeReport(writer, report), readStatusReport, limits);
}

/** @internal Reads a whole report and nothing after it. */
export function readStatusReport(cursor: Cursor): MessageStatusReport {
  cursor.section = SECTION;
  cursor.head();
  cursor.expect(Major.array);
  const report = cursor.open();
  const count = cursor.count();
  const pairs: PerMessageStatus[] = [];
  for (let index = 0; index < count; index++) {
    cursor.enter(index);
    cursor.head();
    cursor.expect(Major.array);
    const pair = cursor.open();
    if (cursor.argument !== 2) cursor.fail("wrong-length", `expected 2 elements, got ${cursor.argument}`);
    const messageId = byteString(cursor, "messageId", MESSAGE_ID_OCTETS);
    pairs.push({ messageId, status: unsigned(cursor, "status", 1, messageStatusName) });
    cursor.close(pair);
    cursor.leave();
  }
  cursor.close(report);
  cursor.finish();
  return pairs;
}

function writeReport(writer: Writer, report: MessageStatusReport): void {
  if (!Array.isArray(report)) throw invalidArgument(STATUS_ROOT, "expected an array", SECTION);
  writer.head(Major.array, report.length);
  for (const [index, pair] of report.entries()) {
    writer.enter(index);
    const { messageId, status } = checkRecord<PerMessageStatus>(writer, pair);
    writer.head(Major.array, 2);
    writeBytes(writer, "messageId", messageId);
    writeInteger(writer, "status", status);
    writer.leave();
  }
}
