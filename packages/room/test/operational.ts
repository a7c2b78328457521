/**
 * Operational parameters for tests.
 * @module
 */

import type { ExtendedCapabilities, OperationalParameters } from "@openmimi/protocol";

const nothing: ExtendedCapabilities = {
  versions: [],
  cipherSuites: [],
  extensions: [],
  proposals: [],
  credentials: [],
  wireFormats: [],
  componentIds: [],
  safeAadTypes: [],
  mediaTypes: [],
  contentTypes: [],
};
const noTime = { minimumTime: 0n, defaultTime: 0n, maximumTime: 0n };

/** Operational parameters that forbid nothing. */
export function operational(more: Partial<OperationalParameters> = {}): OperationalParameters {
  return {
    mandatoryCapabilities: nothing,
    defaultCapabilities: nothing,
    forbiddenCapabilities: nothing,
    handshakeFormats: [],
    externalProposalAllowed: true,
    externalCommitAllowed: true,
    pendingProposalPolicy: { pendingProposalStrategy: "unspecified" },
    leafNodeUpdateTime: noTime,
    appMessagePolicy: { epochTolerance: 0, padToSize: 0, maxGenerationsSkipahead: 0 },
    maxKpLifetime: 0n,
    maxCredentialLifetime: 0n,
    resumptionPskLifetime: 0n,
    senderNonceKeypairLifetime: noTime,
    maxKeypairs: 0,
    bufferIncomingMessageTime: noTime,
    maxBufferedMessages: 0,
    ...more,
  };
}
