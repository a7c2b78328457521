/**
 * Signing, tagging and naming framed content. RFC 9420 §5.2, §6.1, §6.2, §8.1.
 * @module
 */

import { encode } from "@openmimi/tls";
import {
  AuthenticatedContent,
  AuthenticatedContentTBM,
  type FramedContent,
  FramedContentTBS,
  type GroupContext,
  type MLSMessage,
  type PublicMessage,
  type WireFormat,
} from "../codec/index.ts";
import { equalOctets, refHash, signWithLabel, verifyWithLabel } from "../crypto/labels.ts";
import type { CipherSuite } from "../crypto/provider.ts";
import { MlsError } from "../errors.ts";

function toBeSigned(wireFormat: WireFormat, content: FramedContent, context: GroupContext | undefined) {
  return { version: "mls10" as const, wireFormat, content, ...(context === undefined ? {} : { context }) };
}

/** RFC 9420 §6.1. `context` is covered for members and for external commits. */
export function signFramedContent(
  suite: CipherSuite,
  signaturePrivateKey: Uint8Array,
  wireFormat: WireFormat,
  content: FramedContent,
  context: GroupContext | undefined,
): Uint8Array {
  return signWithLabel(
    suite,
    signaturePrivateKey,
    "FramedContentTBS",
    encode(FramedContentTBS, toBeSigned(wireFormat, content, context)),
  );
}

/** Semi-private §3.1: the hash of what the signature covers. */
export function framedContentTbsHash(
  suite: CipherSuite,
  wireFormat: WireFormat,
  content: FramedContent,
  context: GroupContext | undefined,
): Uint8Array {
  return suite.hash(encode(FramedContentTBS, toBeSigned(wireFormat, content, context)));
}

/** RFC 9420 §6.1. */
export function verifyFramedContent(
  suite: CipherSuite,
  signatureKey: Uint8Array,
  authenticated: AuthenticatedContent,
  context: GroupContext | undefined,
): boolean {
  const { wireFormat, content, auth } = authenticated;
  const tbs = encode(FramedContentTBS, toBeSigned(wireFormat, content, context));
  return verifyWithLabel(suite, signatureKey, "FramedContentTBS", tbs, auth.signature);
}

/** RFC 9420 §6.2: proves membership of the sender of a PublicMessage. */
function membershipTag(
  suite: CipherSuite,
  membershipKey: Uint8Array,
  authenticated: AuthenticatedContent,
  context: GroupContext,
): Uint8Array {
  const contentTbs = toBeSigned(authenticated.wireFormat, authenticated.content, context);
  return suite.mac(membershipKey, encode(AuthenticatedContentTBM, { contentTbs, auth: authenticated.auth }));
}

/** RFC 9420 §8.1: the tag that confirms a commit. */
export function confirmationTag(
  suite: CipherSuite,
  confirmationKey: Uint8Array,
  confirmedTranscriptHash: Uint8Array,
): Uint8Array {
  return suite.mac(confirmationKey, confirmedTranscriptHash);
}

/** RFC 9420 §5.2: the ProposalRef of a proposal that was sent on its own. */
export function proposalReference(suite: CipherSuite, authenticated: AuthenticatedContent): Uint8Array {
  return refHash(suite, "MLS 1.0 Proposal Reference", encode(AuthenticatedContent, authenticated));
}

/** RFC 9420 §6.2: a PublicMessage; members add the membership tag. @throws {MlsError} `wrong-wire-format` */
export function protectPublic(
  suite: CipherSuite,
  authenticated: AuthenticatedContent,
  context: GroupContext,
  membershipKey: Uint8Array | undefined,
): MLSMessage {
  const { content, auth } = authenticated;
  if (content.contentType === "application") {
    throw new MlsError("wrong-wire-format", "application data in a PublicMessage", "RFC 9420 §6.2");
  }
  const tagged =
    content.sender.senderType === "member" && membershipKey !== undefined
      ? { membershipTag: membershipTag(suite, membershipKey, authenticated, context) }
      : {};
  return { version: "mls10", wireFormat: "publicMessage", publicMessage: { content, auth, ...tagged } };
}

/**
 * RFC 9420 §6.2: checks the membership tag of a member's PublicMessage. The signature is checked elsewhere.
 *
 * @throws {MlsError} `invalid-membership-tag` or `wrong-wire-format`
 */
export function unprotectPublic(
  suite: CipherSuite,
  message: PublicMessage,
  context: GroupContext,
  membershipKey: Uint8Array,
): AuthenticatedContent {
  const { content, auth } = message;
  const authenticated: AuthenticatedContent = { wireFormat: "publicMessage", content, auth };
  if (content.contentType === "application") {
    throw new MlsError("wrong-wire-format", "application data in a PublicMessage", "RFC 9420 §6.2");
  }
  if (content.sender.senderType === "member") {
    const expected = membershipTag(suite, membershipKey, authenticated, context);
    if (message.membershipTag === undefined || !equalOctets(expected, message.membershipTag)) {
      throw new MlsError("invalid-membership-tag", "the membership tag does not verify", "RFC 9420 §6.2");
    }
  }
  return authenticated;
}
