/**
 * POST /submitMessage/{roomId}, and the Frank that a hub answers with. Protocol §5.4.
 * @module
 */

import {
  enumeration,
  fixed,
  type Infer,
  opaque,
  optional,
  select,
  struct,
  uint16,
  uint64,
} from "@openmimi/tls";
import { MAX_SIGNATURE_OCTETS } from "../limits.ts";
import { ApplicationMessage, IdentifierUri, Protocol } from "./common.ts";

/** Protocol §5.4. */
export const SubmitMessageRequest = struct("SubmitMessageRequest", {
  protocol: Protocol,
  appMessage: ApplicationMessage,
  sendingUri: IdentifierUri,
});
export type SubmitMessageRequest = Infer<typeof SubmitMessageRequest>;

/** Protocol §5.4. `accepted` is what the response's select calls success (reading R-069). */
export const SubmitResponseCode = enumeration("SubmitResponseCode", {
  accepted: 0,
  notAllowed: 1,
  epochTooOld: 2,
});
export type SubmitResponseCode = Infer<typeof SubmitResponseCode>;

/** Protocol §5.4. The server frank is 32 octets without a length (reading R-074). */
export const Frank = struct("Frank", {
  serverFrank: fixed(32),
  frankingSignatureCiphersuite: uint16,
  frankingIntegritySignature: opaque(MAX_SIGNATURE_OCTETS),
});
export type Frank = Infer<typeof Frank>;

const responseCases = {
  /** Milliseconds since the UNIX epoch; the frank is absent where the message had no franking_tag (reading R-002). */
  accepted: { acceptedTimestamp: uint64, frank: optional(Frank) },
  notAllowed: {},
  epochTooOld: { currentEpoch: uint64 },
};

/** Protocol §5.4. */
export const SubmitMessageResponse = select("SubmitMessageResponse", {
  before: { protocol: Protocol },
  on: ["statusCode", SubmitResponseCode],
  cases: responseCases,
});
export type SubmitMessageResponse = Infer<typeof SubmitMessageResponse>;
