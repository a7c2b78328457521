/**
 * POST /groupInfo/{roomId}. Protocol §5.6.
 * @module
 */

import { Credential, ExternalSender, GroupInfo, HPKECiphertext, RatchetTreeOption } from "@openmimi/mls";
import {
  enumeration,
  type Infer,
  opaque,
  optional,
  select,
  struct,
  uint16,
  uint64,
  vector,
} from "@openmimi/tls";
import {
  MAX_JOINING_CODE_OCTETS,
  MAX_PROPOSALS,
  MAX_PUBLIC_KEY_OCTETS,
  MAX_SIGNATURE_OCTETS,
} from "../limits.ts";
import { IdentifierUri, ProposalMessage, Protocol } from "./common.ts";

const requestHead = {
  protocol: Protocol,
  cipherSuite: uint16,
  requestingSignatureKey: opaque(MAX_PUBLIC_KEY_OCTETS),
  requestingCredential: Credential,
  groupInfoPublicKey: opaque(MAX_PUBLIC_KEY_OCTETS),
};

/** Empty where there is no code. */
const joiningCode = opaque(MAX_JOINING_CODE_OCTETS);

/** Protocol §5.6: what the signature covers, in the form that is signed here: the message without it (reading R-097). */
export const GroupInfoRequestTBS = struct("GroupInfoRequestTBS", { ...requestHead, joiningCode });
export type GroupInfoRequestTBS = Infer<typeof GroupInfoRequestTBS>;

/** Protocol §5.6: the other form, with a presence octet in front of the code, accepted in signatures (reading R-097). */
export const GroupInfoRequestTBSWithPresence = struct("GroupInfoRequestTBS", {
  ...requestHead,
  joiningCode: optional(joiningCode),
});

/** Protocol §5.6. */
export const GroupInfoRequest = struct("GroupInfoRequest", {
  ...requestHead,
  joiningCode,
  signature: opaque(MAX_SIGNATURE_OCTETS),
});
export type GroupInfoRequest = Infer<typeof GroupInfoRequest>;

/** Protocol §5.6. */
export const GroupInfoCode = enumeration("GroupInfoCode", { success: 1, notAuthorized: 2, noSuchRoom: 3 });
export type GroupInfoCode = Infer<typeof GroupInfoCode>;

/** Protocol §5.6. The time is in milliseconds since the UNIX epoch. */
export const PendingProposal = struct("PendingProposal", {
  proposal: ProposalMessage,
  hubAcceptedTime: uint64,
});
export type PendingProposal = Infer<typeof PendingProposal>;

/** Protocol §5.6: what is encrypted to the requester. The GroupInfo embeds no ratchet tree. */
export const GroupInfoRatchetTreeTBE = struct("GroupInfoRatchetTreeTBE", {
  groupInfo: GroupInfo,
  ratchetTreeOption: RatchetTreeOption,
  /** Everything accepted in the epoch, in the order of acceptance (reading R-104). */
  pendingProposals: vector(PendingProposal, { maxElements: MAX_PROPOSALS }),
});
export type GroupInfoRatchetTreeTBE = Infer<typeof GroupInfoRatchetTreeTBE>;

const sealed = { cipherSuite: uint16, hubSender: ExternalSender, encryptedGroupinfoAndTree: HPKECiphertext };

/** Protocol §5.6: what the hub signs; only successes are signed (reading R-100). */
export const GroupInfoResponseTBS = struct("GroupInfoResponseTBS", {
  version: Protocol,
  roomId: IdentifierUri,
  status: GroupInfoCode,
  ...sealed,
});
export type GroupInfoResponseTBS = Infer<typeof GroupInfoResponseTBS>;

/** Protocol §5.6. `version` is the protocol of the selects (reading R-099); a failure ends with the status. */
export const GroupInfoResponse = select("GroupInfoResponse", {
  before: { version: Protocol, roomId: IdentifierUri },
  on: ["status", GroupInfoCode],
  cases: {
    success: { ...sealed, signature: opaque(MAX_SIGNATURE_OCTETS) },
    notAuthorized: {},
    noSuchRoom: {},
  },
});
export type GroupInfoResponse = Infer<typeof GroupInfoResponse>;
