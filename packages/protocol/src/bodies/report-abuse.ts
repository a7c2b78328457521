/**
 * POST /reportAbuse/{roomId}. Protocol §5.9.
 * @module
 */

import { AppDataDictionary } from "@openmimi/mls";
import { type Infer, opaque, struct, text, uint8, uint64, vector } from "@openmimi/tls";
import { MAX_ABUSIVE_MESSAGES, MAX_NOTE_OCTETS } from "../limits.ts";
import { IdentifierUri, IdentifierUriOrEmpty } from "./common.ts";
import { Frank } from "./submit-message.ts";

/** Protocol §5.9. `messageContent` is the application_data as it was received, framing included (reading R-076). */
export const AbusiveMessage = struct("AbusiveMessage", {
  messageContent: opaque(),
  frank: Frank,
  acceptedTimestamp: uint64,
});
export type AbusiveMessage = Infer<typeof AbusiveMessage>;

/** Protocol §5.9. */
export const AbuseReport = struct("AbuseReport", {
  /** Empty for an anonymous report. */
  reportingUser: IdentifierUriOrEmpty,
  allegedAbuserUri: IdentifierUri,
  /** AbuseType: the draft defines no value but reserved(0). Send 0, accept any (reading R-121). */
  reasonCode: uint8,
  note: text(MAX_NOTE_OCTETS),
  messages: vector(AbusiveMessage, { maxElements: MAX_ABUSIVE_MESSAGES }),
  abuseExtensions: AppDataDictionary,
});
export type AbuseReport = Infer<typeof AbuseReport>;
