/**
 * POST /requestConsent/{targetDomain} and POST /updateConsent/{requesterDomain}. Protocol §5.7; reading R-107.
 * @module
 */

import { AppDataDictionary, KeyPackage } from "@openmimi/mls";
import {
  enumeration,
  given,
  type Infer,
  nothing,
  optional,
  type Schema,
  struct,
  vector,
} from "@openmimi/tls";
import { MAX_CLIENTS } from "../limits.ts";
import { IdentifierUri } from "./common.ts";

/** Protocol §5.7: cancel and request go to requestConsent, grant and revoke to updateConsent. */
export const ConsentOperation = enumeration("ConsentOperation", {
  cancel: 0,
  request: 1,
  grant: 2,
  revoke: 3,
});
export type ConsentOperation = Infer<typeof ConsentOperation>;

const scope = {
  requesterUri: IdentifierUri,
  targetUri: IdentifierUri,
  /** Absent for any room. */
  roomId: optional(IdentifierUri),
};

const keyPackages = vector(KeyPackage, { maxElements: MAX_CLIENTS });

/** Protocol §5.7, one body for both endpoints. */
export const ConsentEntry = struct("ConsentEntry", {
  consentOperation: ConsentOperation,
  ...scope,
  clientKeyPackages: given(
    "KeyPackage<V>",
    (entry: { consentOperation: ConsentOperation }): Schema<KeyPackage[] | undefined> =>
      entry.consentOperation === "grant" ? (keyPackages as Schema<KeyPackage[] | undefined>) : nothing,
  ),
  consentExtensions: AppDataDictionary,
});
export type ConsentEntry = Infer<typeof ConsentEntry>;

/** Protocol §5.7: what a consent is about. Never sent; its encoding is a key. */
export const ConsentScope = struct("ConsentScope", scope);
export type ConsentScope = Infer<typeof ConsentScope>;
