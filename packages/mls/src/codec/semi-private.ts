/**
 * SemiPrivateMessage: handshakes that a list of receivers outside the group can read. draft-mahy-mls-semiprivatemessage-07 §3.
 * @module
 */

import { enumeration, fixed, type Infer, opaque, struct, uint32, uint64 } from "@openmimi/tls";
import { Credential, HPKECiphertext, list } from "./basic.ts";

/** §3: who may read the handshakes of a group from outside. */
export const ExternalReceiver = struct("ExternalReceiver", {
  externalReceiverPublicKey: opaque(),
  credential: Credential,
});
export type ExternalReceiver = Infer<typeof ExternalReceiver>;

/** §3: the content of the external_receivers extension, a vector as external_senders is (reading R-208). */
export const ExternalReceivers = list(ExternalReceiver);

/** §3.1: what opens the message, for one receiver. The nonce is the one before the guard (reading R-215). */
export const PerMessageKeyAndNonces = struct("PerMessageKeyAndNonces", {
  key: opaque(),
  nonce: opaque(),
  reuseGuard: fixed(4),
  senderLeafIndex: uint32,
});
export type PerMessageKeyAndNonces = Infer<typeof PerMessageKeyAndNonces>;

/** §3.1: the context that a receiver's entry is encrypted in. */
export const SemiPrivateMessageContext = struct("SemiPrivateMessageContext", {
  groupId: opaque(),
  epoch: uint64,
  partialContextHash: opaque(),
});

/** §3.1: the entry of one receiver; the reference is a hash of the ExternalReceiver (reading R-209). */
export const KeyForExternalReceiver = struct("KeyForExternalReceiver", {
  externalReceiverRef: opaque(),
  encryptedKeysAndNonces: HPKECiphertext,
});

/** §3: proposals and commits only. */
const HandshakeType = enumeration("ContentType", { proposal: 2, commit: 3 });

const header = {
  groupId: opaque(),
  epoch: uint64,
  contentType: HandshakeType,
  authenticatedData: opaque(),
  partialContextHash: opaque(),
  keysForExternalReceivers: list(KeyForExternalReceiver),
  framedContentTbsHash: opaque(),
};

/** §3.1: everything of a SemiPrivateMessage before its encrypted parts. */
export const SemiPrivateContentAAD = struct("SemiPrivateContentAAD", header);

/** §3.1. */
export const SemiPrivateMessage = struct("SemiPrivateMessage", {
  ...header,
  encryptedSenderData: opaque(),
  ciphertext: opaque(),
});
export type SemiPrivateMessage = Infer<typeof SemiPrivateMessage>;
