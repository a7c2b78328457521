/**
 * PrivateMessage: encrypting content and its sender. RFC 9420 §6.3.
 * @module
 */

import { decode, encode, TlsError } from "@openmimi/tls";
import {
  type AuthenticatedContent,
  type ContentType,
  type FramedContent,
  type MLSMessage,
  PrivateContentAAD,
  type PrivateMessage,
  type PrivateMessageContent,
  privateMessageContent,
  SenderData,
  SenderDataAAD,
} from "../codec/index.ts";
import { expandWithLabel } from "../crypto/labels.ts";
import type { CipherSuite } from "../crypto/provider.ts";
import { MlsError } from "../errors.ts";
import type { RatchetType, SecretTree } from "../secret-tree.ts";

/** The secrets of an epoch that messages are encrypted with. */
export interface MessageSecrets {
  readonly senderDataSecret: Uint8Array;
  readonly secretTree: SecretTree;
}

/** RFC 9420 §9.1: which ratchet a content type uses. */
const ratchetOf = (contentType: ContentType): RatchetType =>
  contentType === "application" ? "application" : "handshake";

/** RFC 9420 §6.3.1. @param padding octets of zeros behind the content */
export function protectPrivate(
  suite: CipherSuite,
  secrets: MessageSecrets,
  authenticated: AuthenticatedContent,
  padding = 0,
): MLSMessage {
  const { content } = authenticated;
  if (content.sender.senderType !== "member") {
    throw new MlsError("usage", "only members send PrivateMessages", "RFC 9420 §6.3");
  }
  const { groupId, epoch, contentType, authenticatedData } = content;
  const { leafIndex } = content.sender;
  const plaintext = encode(privateMessageContent(contentType), innerContent(authenticated, padding));
  const aad = encode(PrivateContentAAD, { groupId, epoch, contentType, authenticatedData });
  // Not before all that can be refused has been encoded: a key is used once.
  const { key, nonce, generation } = secrets.secretTree.next(leafIndex, ratchetOf(contentType));
  const reuseGuard = suite.random(4);
  const ciphertext = suite.seal(key, guarded(nonce, reuseGuard), aad, plaintext);
  key.fill(0);
  nonce.fill(0);
  const encryptedSenderData = sealSenderData(
    suite,
    secrets.senderDataSecret,
    { groupId, epoch, contentType, ciphertext },
    { leafIndex, generation, reuseGuard },
  );
  return {
    version: "mls10",
    wireFormat: "privateMessage",
    privateMessage: { groupId, epoch, contentType, authenticatedData, encryptedSenderData, ciphertext },
  };
}

/** What the sender data of a message are bound to. */
type SenderDataHeader = Pick<PrivateMessage, "groupId" | "epoch" | "contentType" | "ciphertext">;

/** RFC 9420 §6.3.2. */
export function sealSenderData(
  suite: CipherSuite,
  senderDataSecret: Uint8Array,
  { groupId, epoch, contentType, ciphertext }: SenderDataHeader,
  senderData: SenderData,
): Uint8Array {
  const { key, nonce } = senderDataKeys(suite, senderDataSecret, ciphertext);
  const aad = encode(SenderDataAAD, { groupId, epoch, contentType });
  const sealed = suite.seal(key, nonce, aad, encode(SenderData, senderData));
  key.fill(0);
  nonce.fill(0);
  return sealed;
}

/** A PrivateMessage whose plaintext was read. Check it, then call `consume`. */
export interface OpenedMessage {
  readonly authenticated: AuthenticatedContent;
  readonly leafIndex: number;
  readonly generation: number;
  /** Deletes the keys. Not before everything is checked: a forged message takes nothing away from the real one. */
  consume(): void;
}

/**
 * Opens a PrivateMessage. The signature is the caller's to check; nothing changes until `consume` is called.
 *
 * @param ownLeaf the reader's leaf: the keys of its own messages are gone
 * @throws {MlsError} `decryption-failed`, `generation-consumed`, `generation-too-far` or `own-message`
 */
export function unprotectPrivate(
  suite: CipherSuite,
  secrets: MessageSecrets,
  message: PrivateMessage,
  ownLeaf?: number,
): OpenedMessage {
  const { groupId, epoch, contentType, authenticatedData, ciphertext } = message;
  const { leafIndex, generation, reuseGuard } = openSenderData(suite, secrets.senderDataSecret, message);
  if (leafIndex === ownLeaf) {
    throw new MlsError("own-message", "an own message comes back", "RFC 9420 §9.2");
  }
  const { key, nonce, consume } = secrets.secretTree.find(leafIndex, ratchetOf(contentType), generation);
  const aad = encode(PrivateContentAAD, { groupId, epoch, contentType, authenticatedData });
  const plaintext = suite.open(key, guarded(nonce, reuseGuard), aad, ciphertext);
  const authenticated = readInner("privateMessage", message, leafIndex, plaintext);
  return { authenticated, leafIndex, generation, consume };
}

/** RFC 9420 §6.3.1: the plaintext of a message and its header make the content. @throws {MlsError} `decryption-failed` */
export function readInner(
  wireFormat: AuthenticatedContent["wireFormat"],
  header: Pick<PrivateMessage, "groupId" | "epoch" | "contentType" | "authenticatedData">,
  leafIndex: number,
  plaintext: Uint8Array,
): AuthenticatedContent {
  const { groupId, epoch, contentType, authenticatedData } = header;
  const inner = inside(() => decode(privateMessageContent(contentType), plaintext));
  const sender = { senderType: "member" as const, leafIndex };
  const content = { groupId, epoch, sender, authenticatedData, contentType, ...contentOf(inner) };
  return { wireFormat, content: content as FramedContent, auth: inner.auth };
}

/** RFC 9420 §6.3.2: who sent a PrivateMessage, and with which of its keys. @throws {MlsError} `decryption-failed` */
export function openSenderData(
  suite: CipherSuite,
  senderDataSecret: Uint8Array,
  {
    groupId,
    epoch,
    contentType,
    encryptedSenderData,
    ciphertext,
  }: SenderDataHeader & Pick<PrivateMessage, "encryptedSenderData">,
): SenderData {
  const { key, nonce } = senderDataKeys(suite, senderDataSecret, ciphertext);
  const aad = encode(SenderDataAAD, { groupId, epoch, contentType });
  const opened = suite.open(key, nonce, aad, encryptedSenderData);
  key.fill(0);
  nonce.fill(0);
  return inside(() => decode(SenderData, opened));
}

/** RFC 9420 §6.3.1: what is encrypted. */
export function innerContent(
  { content, auth }: AuthenticatedContent,
  padding: number,
): PrivateMessageContent {
  switch (content.contentType) {
    case "application":
      return { applicationData: content.applicationData, auth, padding };
    case "proposal":
      return { proposal: content.proposal, auth, padding };
    case "commit":
      return { commit: content.commit, auth, padding };
  }
}

function contentOf({ applicationData, proposal, commit }: PrivateMessageContent): object {
  if (applicationData !== undefined) return { applicationData };
  return proposal !== undefined ? { proposal } : { commit };
}

/** What a key holder encrypted can still be malformed: that is the sender's fault, not the codec's user's. */
export function inside<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (!(cause instanceof TlsError)) throw cause;
    throw new MlsError("decryption-failed", `the plaintext is malformed: ${cause.message}`, "RFC 9420 §6.3", {
      cause,
    });
  }
}

/** RFC 9420 §6.3.1: the reuse guard is mixed into the first four octets. */
export function guarded(nonce: Uint8Array, reuseGuard: Uint8Array): Uint8Array {
  const mixed = nonce.slice();
  for (let index = 0; index < 4; index++) mixed[index] = mixed[index]! ^ reuseGuard[index]!;
  return mixed;
}

/** RFC 9420 §6.3.2: keys from a sample of the ciphertext. */
export function senderDataKeys(
  suite: CipherSuite,
  senderDataSecret: Uint8Array,
  ciphertext: Uint8Array,
): { key: Uint8Array; nonce: Uint8Array } {
  const sample = ciphertext.subarray(0, suite.hashLength);
  return {
    key: expandWithLabel(suite, senderDataSecret, "key", sample, suite.keyLength),
    nonce: expandWithLabel(suite, senderDataSecret, "nonce", sample, suite.nonceLength),
  };
}
