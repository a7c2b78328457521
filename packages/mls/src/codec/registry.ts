/**
 * Code points: RFC 9420 §17 and the suggested values of draft-ietf-mls-extensions-10 §7.
 * @module
 */

/** RFC 9420 §17.1. */
export const CipherSuiteId = {
  MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519: 0x0001,
  MLS_128_DHKEMP256_AES128GCM_SHA256_P256: 0x0002,
  MLS_128_DHKEMX25519_CHACHA20POLY1305_SHA256_Ed25519: 0x0003,
  MLS_256_DHKEMX448_AES256GCM_SHA512_Ed448: 0x0004,
  MLS_256_DHKEMP521_AES256GCM_SHA512_P521: 0x0005,
  MLS_256_DHKEMX448_CHACHA20POLY1305_SHA512_Ed448: 0x0006,
  MLS_256_DHKEMP384_AES256GCM_SHA384_P384: 0x0007,
} as const;

/** RFC 9420 §17.3, extensions §7.2. */
export const ExtensionType = {
  applicationId: 0x0001,
  ratchetTree: 0x0002,
  requiredCapabilities: 0x0003,
  externalPub: 0x0004,
  externalSenders: 0x0005,
  appDataDictionary: 0x0006,
  supportedWireFormats: 0x0007,
  requiredWireFormats: 0x0008,
  /** Semi-private §5.2 suggests 0x0008, which is taken: a number for private use (reading R-207). */
  externalReceivers: 0xf008,
} as const;

/** RFC 9420 §17.4, extensions §7.3: the numbers of the proposals in `Proposal`. */
export const ProposalTypeId = {
  add: 0x0001,
  update: 0x0002,
  remove: 0x0003,
  psk: 0x0004,
  reinit: 0x0005,
  externalInit: 0x0006,
  groupContextExtensions: 0x0007,
  appDataUpdate: 0x0008,
  appEphemeral: 0x0009,
  selfRemove: 0x000a,
} as const;

/**
 * RFC 9420 §17.5, extensions §7.4. The room-policy draft (§4) counts on credentials that are a JWT or a CWT, which nobody
 * has registered: they have numbers for private use here (reading R-175).
 */
export const CredentialTypeId = {
  basic: 0x0001,
  x509: 0x0002,
  multi: 0x0003,
  weakMulti: 0x0004,
  jwt: 0xf001,
  cwt: 0xf002,
} as const;

/** Extensions §7.5: the components of the extensions draft itself. */
export const ComponentId = {
  appComponents: 0x0001,
  safeAad: 0x0002,
  contentMediaTypes: 0x0003,
  lastResortKeyPackage: 0x0004,
  appAck: 0x0005,
} as const;

/** RFC 9420 §13.5: 0x0A0A, 0x1A1A, ... 0xEAEA stand for nothing and are ignored. */
export function isGrease(value: number): boolean {
  return (value & 0x0f0f) === 0x0a0a && value >>> 12 === ((value >>> 4) & 0xf) && value < 0xf000;
}
