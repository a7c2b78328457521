/**
 * Messages that no honest member sends: made honestly, then changed and signed again. RFC 9420 §6.1; semi-private §3.1.
 * @module
 */

import {
  type AuthenticatedContent,
  type Commit,
  decryptWithLabel,
  type ExternalReceiver,
  externalReceiverReference,
  type FramedContent,
  FramedContentTBS,
  type MLSMessage,
  PerMessageKeyAndNonces,
  type PrivateMessageContent,
  type Proposal,
  privateMessageContent,
  SemiPrivateContentAAD,
  type SemiPrivateMessage,
  SemiPrivateMessageContext,
  type Sender,
  signWithLabel,
} from "@openmimi/mls";
import { decode, encode } from "@openmimi/tls";
import type { Stage } from "./scene.ts";

type Content<T extends FramedContent["contentType"]> = Extract<FramedContent, { contentType: T }>;

/** Octets whose last bit is another one. */
export const flipped = (octets: Uint8Array): Uint8Array =>
  octets.map((octet, index) => (index === octets.length - 1 ? octet ^ 1 : octet));

/** The PublicMessage inside. */
export function publicMessageOf(message: MLSMessage) {
  if (message.wireFormat !== "publicMessage") throw new Error(`a ${message.wireFormat}`);
  return message.publicMessage;
}

function sign(
  stage: Stage,
  wireFormat: AuthenticatedContent["wireFormat"],
  content: FramedContent,
  key: Uint8Array,
) {
  const { senderType } = content.sender;
  const covers = senderType === "member" || senderType === "newMemberCommit";
  const head = { version: "mls10" as const, wireFormat, content };
  const tbs = covers ? { ...head, context: stage.alice.public.groupContext } : head;
  return signWithLabel(stage.suite, key, "FramedContentTBS", encode(FramedContentTBS, tbs));
}

/** The same commit with another body, signed by whoever signs with `key`. Its tags stay as they were. */
export function changedCommit(
  stage: Stage,
  message: MLSMessage,
  key: Uint8Array,
  change: (commit: Commit) => Commit,
  header: Partial<Pick<Content<"commit">, "authenticatedData">> = {},
): MLSMessage {
  const publicMessage = publicMessageOf(message);
  const before = publicMessage.content as Content<"commit">;
  const content: FramedContent = { ...before, ...header, commit: change(before.commit) };
  const signature = sign(stage, "publicMessage", content, key);
  return {
    version: "mls10",
    wireFormat: "publicMessage",
    publicMessage: { ...publicMessage, content, auth: { ...publicMessage.auth, signature } },
  };
}

/** A proposal that was checked by nobody; the membership tag of a member is no tag. */
export function anyProposal(stage: Stage, sender: Sender, proposal: Proposal, key: Uint8Array): MLSMessage {
  const { groupId, epoch } = stage.alice.public;
  const head = { groupId, epoch, sender, authenticatedData: new Uint8Array() };
  const content: FramedContent = { ...head, contentType: "proposal", proposal };
  const tag = sender.senderType === "member" ? { membershipTag: new Uint8Array(stage.suite.hashLength) } : {};
  return {
    version: "mls10",
    wireFormat: "publicMessage",
    publicMessage: { content, auth: { signature: sign(stage, "publicMessage", content, key) }, ...tag },
  };
}

/** Proposals by value, behind those that are there. */
export const withValues =
  (...proposals: readonly Proposal[]) =>
  (commit: Commit): Commit => ({
    ...commit,
    proposals: [
      ...commit.proposals,
      ...proposals.map((proposal) => ({ type: "proposal" as const, proposal })),
    ],
  });

/** No path. */
export const withoutPath = ({ proposals }: Commit): Commit => ({ proposals });

/** A receiver outside the group, with its private key. */
export interface Receiver {
  readonly receiver: ExternalReceiver;
  readonly privateKey: Uint8Array;
}

/** What a SemiPrivateMessage consists of, once it is opened. */
export interface Opened {
  readonly header: Omit<SemiPrivateMessage, "ciphertext" | "encryptedSenderData">;
  readonly inner: PrivateMessageContent;
  /** Octets behind the content. Default: none. */
  readonly padding?: Uint8Array;
}

/**
 * Opens a SemiPrivateMessage as a receiver does, changes it, and seals it with the same key, so that whoever has the key
 * can open it. The sender data are sealed with the first 32 octets of the ciphertext, so members can open it only where
 * those stay as they are.
 */
export function changedSemiPrivate(
  stage: Stage,
  message: MLSMessage,
  { receiver, privateKey }: Receiver,
  change: (opened: Opened) => Opened,
): MLSMessage {
  if (message.wireFormat !== "semiPrivateMessage") throw new Error(`a ${message.wireFormat}`);
  const { ciphertext, encryptedSenderData, ...header } = message.semiPrivateMessage;
  const { suite } = stage;
  const reference = externalReceiverReference(suite, receiver);
  const entry = header.keysForExternalReceivers.find(({ externalReceiverRef: own }) =>
    own.every((octet, index) => octet === reference[index]),
  );
  const { groupId, epoch, partialContextHash } = header;
  const context = encode(SemiPrivateMessageContext, { groupId, epoch, partialContextHash });
  const label = "SemiPrivateMessageReceiver";
  const opened = decryptWithLabel(suite, privateKey, label, context, entry!.encryptedKeysAndNonces);
  const { key, nonce, reuseGuard } = decode(PerMessageKeyAndNonces, opened);
  const guarded = nonce.map((octet, index) => octet ^ (reuseGuard[index] ?? 0));
  const schema = privateMessageContent(header.contentType);
  const inner = decode(schema, suite.open(key, guarded, encode(SemiPrivateContentAAD, header), ciphertext));
  const after = change({ header, inner });
  const plaintext = Uint8Array.from([
    ...encode(schema, { ...after.inner, padding: 0 }),
    ...(after.padding ?? []),
  ]);
  const sealed = suite.seal(key, guarded, encode(SemiPrivateContentAAD, after.header), plaintext);
  return {
    version: "mls10",
    wireFormat: "semiPrivateMessage",
    semiPrivateMessage: { ...after.header, encryptedSenderData, ciphertext: sealed },
  };
}

/** Signs the proposal of a SemiPrivateMessage again. */
export function signedInside(
  stage: Stage,
  { header, inner }: Opened,
  leafIndex: number,
  key: Uint8Array,
): Opened {
  const { groupId, epoch, authenticatedData } = header;
  const sender: Sender = { senderType: "member", leafIndex };
  const content: FramedContent = {
    ...{ groupId, epoch, sender, authenticatedData },
    contentType: "proposal",
    proposal: inner.proposal!,
  };
  const signature = sign(stage, "semiPrivateMessage", content, key);
  const context = stage.alice.public.groupContext;
  const head = { version: "mls10" as const, wireFormat: "semiPrivateMessage" as const, content, context };
  return {
    header: { ...header, framedContentTbsHash: stage.suite.hash(encode(FramedContentTBS, head)) },
    inner: { ...inner, auth: { signature } },
  };
}
