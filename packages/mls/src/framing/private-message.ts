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

const ratchetOf = (contentType: ContentType): RatchetType => (contentType === "application" ? "application" : "handshake");

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
  const { key, nonce, generation } = secrets.secretTree.next(leafIndex, ratchetOf(contentType));
  const reuseGuard = suite.random(4);
  const plaintext = encode(privateMessageContent(contentType), innerContent(authenticated, padding));
  const aad = encode(PrivateContentAAD, { groupId, epoch, contentType, authenticatedData });
  const ciphertext = suite.seal(key, guarded(nonce, reuseGuard), aad, plaintext);
  key.fill(0);
  const sender = senderDataKeys(suite, secrets.senderDataSecret, ciphertext);
  const encryptedSenderData = suite.seal(
    sender.key,
    sender.nonce,
    encode(SenderDataAAD, { groupId, epoch, contentType }),
    encode(SenderData, { leafIndex, generation, reuseGuard }),
  );
  return {
    version: "mls10",
    wireFormat: "privateMessage",
    privateMessage: { groupId, epoch, contentType, authenticatedData, encryptedSenderData, ciphertext },
  };
}

/**
 * Opens a PrivateMessage. The key is used up only after `verify` has accepted the content, so that a forged or
 * damaged message takes nothing away from the real one.
 *
 * @param verify checks the signature; throws to refuse
 * @throws {MlsError} `decryption-failed`, `generation-consumed`, `generation-too-far`, or what `verify` throws
 */
export function unprotectPrivate(
  suite: CipherSuite,
  secrets: MessageSecrets,
  message: PrivateMessage,
  verify: (authenticated: AuthenticatedContent) => void,
): AuthenticatedContent {
  const { groupId, epoch, contentType, authenticatedData, encryptedSenderData, ciphertext } = message;
  const sender = senderDataKeys(suite, secrets.senderDataSecret, ciphertext);
  const opened = suite.open(
    sender.key,
    sender.nonce,
    encode(SenderDataAAD, { groupId, epoch, contentType }),
    encryptedSenderData,
  );
  const { leafIndex, generation, reuseGuard } = inside(() => decode(SenderData, opened));
  const found = secrets.secretTree.find(leafIndex, ratchetOf(contentType), generation);
  const aad = encode(PrivateContentAAD, { groupId, epoch, contentType, authenticatedData });
  const plaintext = suite.open(found.key, guarded(found.nonce, reuseGuard), aad, ciphertext);
  const inner = inside(() => decode(privateMessageContent(contentType), plaintext));
  const authenticated: AuthenticatedContent = {
    wireFormat: "privateMessage",
    content: {
      groupId,
      epoch,
      sender: { senderType: "member", leafIndex },
      authenticatedData,
      contentType,
      ...contentOf(inner),
    } as FramedContent,
    auth: inner.auth,
  };
  verify(authenticated);
  found.consume();
  return authenticated;
}

function innerContent({ content, auth }: AuthenticatedContent, padding: number): PrivateMessageContent {
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
function inside<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (!(cause instanceof TlsError)) throw cause;
    throw new MlsError("decryption-failed", `the plaintext is malformed: ${cause.message}`, "RFC 9420 §6.3", { cause });
  }
}

/** RFC 9420 §6.3.1: the reuse guard is mixed into the first four octets. */
function guarded(nonce: Uint8Array, reuseGuard: Uint8Array): Uint8Array {
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
