/**
 * POST /keyMaterial/{targetUser}. Protocol §5.2.
 * @module
 */

import { Capabilities, Credential, KeyPackage, RequiredCapabilities } from "@openmimi/mls";
import {
  enumeration,
  type Infer,
  opaque,
  optional,
  refined,
  select,
  struct,
  uint8,
  uint16,
  vector,
} from "@openmimi/tls";
import { MAX_CIPHER_SUITES, MAX_CLIENTS, MAX_PUBLIC_KEY_OCTETS, MAX_SIGNATURE_OCTETS } from "../limits.ts";
import { IdentifierUri, IdentifierUriOrEmpty, Protocol } from "./common.ts";

/** The fields that a request has whatever its protocol; for an answer to an unknown one (reading R-037). */
export const KeyMaterialRequestHead = struct("KeyMaterialRequest", {
  protocol: uint8,
  requestingUser: IdentifierUri,
  targetUser: IdentifierUri,
  /** Empty where the request is for no particular room (reading R-034). */
  roomId: IdentifierUriOrEmpty,
});
export type KeyMaterialRequestHead = Infer<typeof KeyMaterialRequestHead>;

const requestBody = {
  protocol: Protocol,
  requestingUser: IdentifierUri,
  targetUser: IdentifierUri,
  /** Empty where the request is for no particular room (reading R-034). */
  roomId: IdentifierUriOrEmpty,
  /** In the requester's order of preference; the first one names the signature scheme (reading R-032). */
  acceptableCiphersuites: refined(
    vector(uint16, { maxElements: MAX_CIPHER_SUITES }),
    (suites) => (suites.length === 0 ? "the list is empty" : undefined),
    "CipherSuite<V>",
  ),
  requiredCapabilities: RequiredCapabilities,
  requesterSignatureKey: opaque(MAX_PUBLIC_KEY_OCTETS),
  requesterCredential: Credential,
};

/** Protocol §5.2: what `keyMaterialRequestSignature` covers. */
export const KeyMaterialRequestTBS = struct("KeyMaterialRequestTBS", requestBody);
export type KeyMaterialRequestTBS = Infer<typeof KeyMaterialRequestTBS>;

/** Protocol §5.2. Protocol has one value, so that the draft's select over it is written out. */
export const KeyMaterialRequest = struct("KeyMaterialRequest", {
  ...requestBody,
  keyMaterialRequestSignature: opaque(MAX_SIGNATURE_OCTETS),
});
export type KeyMaterialRequest = Infer<typeof KeyMaterialRequest>;

/** Protocol §5.2: what became of the request as a whole. */
export const KeyMaterialUserCode = enumeration("KeyMaterialUserCode", {
  success: 0,
  partialSuccess: 1,
  incompatibleProtocol: 2,
  noCompatibleMaterial: 3,
  userUnknown: 4,
  noConsent: 5,
  noConsentForThisRoom: 6,
  userDeleted: 7,
});
export type KeyMaterialUserCode = Infer<typeof KeyMaterialUserCode>;

/** Protocol §5.2: what became of one client. */
export const KeyMaterialClientCode = enumeration("KeyMaterialClientCode", {
  success: 0,
  keyMaterialExhausted: 1,
  nothingCompatible: 2,
});
export type KeyMaterialClientCode = Infer<typeof KeyMaterialClientCode>;

/** Protocol §5.2. The protocol is the response's, not a field of this struct (reading R-039). */
export const ClientKeyMaterial = select("ClientKeyMaterial", {
  on: ["clientStatus", KeyMaterialClientCode],
  cases: {
    success: { clientUri: IdentifierUri, keyPackage: KeyPackage },
    keyMaterialExhausted: { clientUri: IdentifierUri },
    nothingCompatible: { clientUri: IdentifierUri, clientCapabilities: optional(Capabilities) },
  },
});
export type ClientKeyMaterial = Infer<typeof ClientKeyMaterial>;

/** Protocol §5.2. `clients` is always there, and empty in most failures (reading R-038). */
export const KeyMaterialResponse = struct("KeyMaterialResponse", {
  protocol: Protocol,
  userStatus: KeyMaterialUserCode,
  /** The targetUser of the request (reading R-038). */
  userUri: IdentifierUri,
  clients: vector(ClientKeyMaterial, { maxElements: MAX_CLIENTS }),
});
export type KeyMaterialResponse = Infer<typeof KeyMaterialResponse>;

/** The answer to a request of another protocol: its octet, and no clients (reading R-037). */
export const IncompatibleProtocolResponse = struct("KeyMaterialResponse", {
  protocol: uint8,
  userStatus: enumeration("KeyMaterialUserCode", { incompatibleProtocol: 2 }),
  userUri: IdentifierUri,
  clients: vector(ClientKeyMaterial, { maxElements: 0 }),
});
export type IncompatibleProtocolResponse = Infer<typeof IncompatibleProtocolResponse>;
