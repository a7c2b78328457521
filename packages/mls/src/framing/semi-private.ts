/**
 * SemiPrivateMessage: encrypting a handshake for the members and for receivers outside.
 * draft-mahy-mls-semiprivatemessage-07 §3.
 * @module
 */

import { decode, encode } from "@openmimi/tls";
import {
  type AuthenticatedContent,
  ExternalReceiver,
  type GroupContext,
  type MLSMessage,
  PerMessageKeyAndNonces,
  privateMessageContent,
  SemiPrivateContentAAD,
  type SemiPrivateMessage,
  SemiPrivateMessageContext,
} from "../codec/index.ts";
import { decryptWithLabel, encryptWithLabel } from "../crypto/labels.ts";
import type { CipherSuite } from "../crypto/provider.ts";
import { MlsError } from "../errors.ts";
import { sameOctets } from "../octets.ts";
import { framedContentTbsHash } from "./content.ts";
import {
  guarded,
  innerContent,
  inside,
  type MessageSecrets,
  type OpenedMessage,
  openSenderData,
  readInner,
  sealSenderData,
} from "./private-message.ts";

const LABEL = "SemiPrivateMessageReceiver";
const SECTION = "semi-private §3.1";

/** A receiver outside the group with its private key. */
export interface ReceiverKeys {
  readonly receiver: ExternalReceiver;
  readonly privateKey: Uint8Array;
}

/** §3.1: the hash of a receiver, by which it finds its entry (reading R-209). */
export function externalReceiverReference(suite: CipherSuite, receiver: ExternalReceiver): Uint8Array {
  return suite.hash(encode(ExternalReceiver, receiver));
}

/** §3.1: leaf index in four octets, then the nonce as it is (reading R-210). */
function partialContextHash(suite: CipherSuite, leafIndex: number, nonce: Uint8Array): Uint8Array {
  const input = new Uint8Array(4 + nonce.length);
  new DataView(input.buffer).setUint32(0, leafIndex);
  input.set(nonce, 4);
  return suite.hash(input);
}

/**
 * Encrypts a handshake of a member. §3.1.
 *
 * @param receivers those of the group's external_receivers extension
 * @throws {MlsError} `usage` for senders that are no members and for application messages (reading R-213)
 */
export function protectSemiPrivate(
  suite: CipherSuite,
  secrets: MessageSecrets,
  authenticated: AuthenticatedContent,
  context: GroupContext,
  receivers: readonly ExternalReceiver[],
  padding = 0,
): MLSMessage {
  const { content } = authenticated;
  if (content.sender.senderType !== "member" || content.contentType === "application") {
    throw new MlsError("usage", "only handshakes of members are sent as SemiPrivateMessage", SECTION);
  }
  const { groupId, epoch, contentType, authenticatedData } = content;
  const { leafIndex } = content.sender;
  const plaintext = encode(privateMessageContent(contentType), innerContent(authenticated, padding));
  const { key, nonce, generation } = secrets.secretTree.next(leafIndex, "handshake");
  const reuseGuard = suite.random(4);
  const partial = partialContextHash(suite, leafIndex, nonce);
  const entryContext = encode(SemiPrivateMessageContext, { groupId, epoch, partialContextHash: partial });
  const entry = encode(PerMessageKeyAndNonces, { key, nonce, reuseGuard, senderLeafIndex: leafIndex });
  const header = {
    groupId,
    epoch,
    contentType,
    authenticatedData,
    partialContextHash: partial,
    keysForExternalReceivers: receivers.map((receiver) => ({
      externalReceiverRef: externalReceiverReference(suite, receiver),
      encryptedKeysAndNonces: encryptWithLabel(
        suite,
        receiver.externalReceiverPublicKey,
        LABEL,
        entryContext,
        entry,
      ),
    })),
    framedContentTbsHash: framedContentTbsHash(suite, authenticated.wireFormat, content, context),
  };
  const aad = encode(SemiPrivateContentAAD, header);
  const ciphertext = suite.seal(key, guarded(nonce, reuseGuard), aad, plaintext);
  key.fill(0);
  nonce.fill(0);
  entry.fill(0);
  const encryptedSenderData = sealSenderData(
    suite,
    secrets.senderDataSecret,
    { groupId, epoch, contentType, ciphertext },
    { leafIndex, generation, reuseGuard },
  );
  return {
    version: "mls10",
    wireFormat: "semiPrivateMessage",
    semiPrivateMessage: { ...header, encryptedSenderData, ciphertext },
  };
}

/** What opens the content, whoever found it. */
interface ContentKeys {
  readonly leafIndex: number;
  readonly key: Uint8Array;
  readonly nonce: Uint8Array;
  readonly reuseGuard: Uint8Array;
}

/** §3.2, §3.3: the checks that members and receivers have in common. */
function openContent(
  suite: CipherSuite,
  message: SemiPrivateMessage,
  { leafIndex, key, nonce, reuseGuard }: ContentKeys,
  context: GroupContext,
): AuthenticatedContent {
  if (!sameOctets(partialContextHash(suite, leafIndex, nonce), message.partialContextHash)) {
    throw new MlsError("decryption-failed", "partial_context_hash is of another sender or nonce", SECTION);
  }
  const aad = encode(SemiPrivateContentAAD, message);
  const plaintext = suite.open(key, guarded(nonce, reuseGuard), aad, message.ciphertext);
  const authenticated = readInner("semiPrivateMessage", message, leafIndex, plaintext);
  const hash = framedContentTbsHash(suite, "semiPrivateMessage", authenticated.content, context);
  if (!sameOctets(hash, message.framedContentTbsHash)) {
    throw new MlsError("decryption-failed", "framed_content_tbs_hash is of another content", SECTION);
  }
  return authenticated;
}

/**
 * Opens a SemiPrivateMessage as a member. The signature is the caller's to check; nothing changes until `consume` is
 * called. §3.2.
 *
 * @throws {MlsError} `decryption-failed`, `generation-consumed`, `generation-too-far` or `own-message`
 */
export function unprotectSemiPrivate(
  suite: CipherSuite,
  secrets: MessageSecrets,
  message: SemiPrivateMessage,
  context: GroupContext,
  ownLeaf?: number,
): OpenedMessage {
  const sender = openSenderData(suite, secrets.senderDataSecret, message);
  const { leafIndex, generation, reuseGuard } = sender;
  if (leafIndex === ownLeaf) {
    throw new MlsError("own-message", "an own message comes back", "RFC 9420 §9.2");
  }
  const { key, nonce, consume } = secrets.secretTree.find(leafIndex, "handshake", generation);
  const authenticated = openContent(suite, message, { leafIndex, key, nonce, reuseGuard }, context);
  return { authenticated, leafIndex, generation, consume };
}

/**
 * Opens a SemiPrivateMessage as a receiver outside the group. The signature is the caller's to check. §3.3.
 *
 * @throws {MlsError} `decryption-failed`, also where no entry is for this receiver
 */
export function openSemiPrivate(
  suite: CipherSuite,
  { receiver, privateKey }: ReceiverKeys,
  message: SemiPrivateMessage,
  context: GroupContext,
): AuthenticatedContent {
  const reference = externalReceiverReference(suite, receiver);
  const found = message.keysForExternalReceivers.find((entry) =>
    sameOctets(entry.externalReceiverRef, reference),
  );
  if (found === undefined) {
    throw new MlsError("decryption-failed", "the message is not for this receiver", "semi-private §3.3");
  }
  const { groupId, epoch, partialContextHash: partial } = message;
  const entryContext = encode(SemiPrivateMessageContext, { groupId, epoch, partialContextHash: partial });
  const opened = decryptWithLabel(suite, privateKey, LABEL, entryContext, found.encryptedKeysAndNonces);
  const { senderLeafIndex, ...keys } = inside(() => decode(PerMessageKeyAndNonces, opened));
  if (keys.key.length !== suite.keyLength || keys.nonce.length !== suite.nonceLength) {
    throw new MlsError("decryption-failed", "key or nonce are of another cipher suite", "semi-private §3.3");
  }
  return openContent(suite, message, { ...keys, leafIndex: senderLeafIndex }, context);
}
