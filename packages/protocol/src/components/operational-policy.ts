/**
 * How the room's MLS group is operated. Policy §7.
 * @module
 */

import { MediaType } from "@openmimi/mls";
import {
  bool,
  enumeration,
  type Infer,
  refined,
  select,
  struct,
  uint8,
  uint16,
  uint32,
  uint64,
  vector,
} from "@openmimi/tls";

/** Code points, not names: unknown values and GREASE must pass. */
const codePoints = vector(uint16, { maxElements: 4096 });

/** What clients must, may or must not support. */
export const ExtendedCapabilities = struct("ExtendedCapabilities", {
  versions: codePoints,
  cipherSuites: codePoints,
  extensions: codePoints,
  proposals: codePoints,
  credentials: codePoints,
  /** Numbers of wire formats, as in the sibling lists (reading R-182). */
  wireFormats: codePoints,
  componentIds: codePoints,
  safeAadTypes: codePoints,
  mediaTypes: vector(MediaType, { maxElements: 1024 }),
  contentTypes: vector(uint8, { maxElements: 256 }),
});
export type ExtendedCapabilities = Infer<typeof ExtendedCapabilities>;

/** The case `extension` of the draft's select is no value of the enumeration and never occurs (reading R-181). */
export const PendingProposalStrategy = enumeration("PendingProposalStrategy", {
  unspecified: 0,
  immediateCommit: 1,
  randomDelay: 2,
});
export type PendingProposalStrategy = Infer<typeof PendingProposalStrategy>;

const pendingFields = select("PendingProposalPolicy", {
  on: ["pendingProposalStrategy", PendingProposalStrategy],
  cases: {
    unspecified: {},
    immediateCommit: {},
    randomDelay: { minimumDelayMs: uint64, maximumDelayMs: uint64 },
  },
});

/** When members commit pending proposals. */
export const PendingProposalPolicy = refined(pendingFields, (policy) =>
  policy.pendingProposalStrategy === "randomDelay" && policy.minimumDelayMs > policy.maximumDelayMs
    ? "the shortest delay is over the longest"
    : undefined,
);
export type PendingProposalPolicy = Infer<typeof PendingProposalPolicy>;

/** In seconds; 0 sets no limit (reading R-183). */
export const MinDefaultMaxTime = struct("MinDefaultMaxTime", {
  minimumTime: uint64,
  defaultTime: uint64,
  maximumTime: uint64,
});
export type MinDefaultMaxTime = Infer<typeof MinDefaultMaxTime>;

export const AppMessagePolicy = struct("AppMessagePolicy", {
  epochTolerance: uint8,
  padToSize: uint16,
  maxGenerationsSkipahead: uint32,
});
export type AppMessagePolicy = Infer<typeof AppMessagePolicy>;

/** The data of component 0x0024, and its update, which replaces them. Lifetimes are in seconds (reading R-183). */
export const OperationalParameters = struct("OperationalParameters", {
  mandatoryCapabilities: ExtendedCapabilities,
  defaultCapabilities: ExtendedCapabilities,
  forbiddenCapabilities: ExtendedCapabilities,
  /** Numbers of wire formats (reading R-182). They do not bind SelfRemoves nor what comes from outside. */
  handshakeFormats: codePoints,
  externalProposalAllowed: bool,
  externalCommitAllowed: bool,
  pendingProposalPolicy: PendingProposalPolicy,
  leafNodeUpdateTime: MinDefaultMaxTime,
  appMessagePolicy: AppMessagePolicy,
  maxKpLifetime: uint64,
  maxCredentialLifetime: uint64,
  resumptionPskLifetime: uint64,
  senderNonceKeypairLifetime: MinDefaultMaxTime,
  maxKeypairs: uint32,
  bufferIncomingMessageTime: MinDefaultMaxTime,
  maxBufferedMessages: uint32,
});
export type OperationalParameters = Infer<typeof OperationalParameters>;
