/**
 * Vectors of the kind `extension-proposals`: the proposals of the extensions draft in PublicMessages, with signatures,
 * membership tags and references. RFC 9420 §5.2, §6.1, §6.2; extensions §4.7, §4.8, §6.3.
 * @module
 */

import {
  AuthenticatedContent,
  AuthenticatedContentTBM,
  ExtensionType,
  ExternalSenders,
  equalOctets,
  type FramedContent,
  FramedContentTBS,
  GroupContext,
  MLSMessage,
  nobleCrypto,
  type Proposal,
  proposalReference,
  type Sender,
  signWithLabel,
  verifyWithLabel,
} from "@openmimi/mls";
import { frankedAuthenticatedData } from "@openmimi/protocol";
import { decode, encode, TlsError } from "@openmimi/tls";
import {
  type Case,
  Draft,
  type Expected,
  type GeneratedFile,
  hex,
  makeVectors,
  textOf,
  toJson,
  unhex,
  type Vector,
  vectorFile,
} from "./envelope.ts";
import { HUB, makeClient } from "./room.ts";
import { seededOctets } from "./seeded.ts";

type Message = Extract<MLSMessage, { wireFormat: "publicMessage" }>;
type Content = Extract<FramedContent, { contentType: "proposal" }>;

const suite = nobleCrypto.suite(1);
const bob = makeClient("mimi://b.example/d/bob/B1");
const membershipKey = seededOctets("membership_key")(32);
const context: GroupContext = {
  version: "mls10",
  cipherSuite: 1,
  groupId: seededOctets("group of the public messages")(32),
  epoch: 7n,
  treeHash: seededOctets("tree_hash")(32),
  confirmedTranscriptHash: seededOctets("confirmed_transcript_hash")(32),
  extensions: [
    { extensionType: ExtensionType.externalSenders, extensionData: encode(ExternalSenders, [HUB.sender]) },
  ],
};

/** What the signature covers: a member's includes the GroupContext, an external sender's does not. */
function tbsOf(content: FramedContent, groupContext: GroupContext) {
  const member = content.sender.senderType === "member";
  const head = { version: "mls10" as const, wireFormat: "publicMessage" as const, content };
  return member ? { ...head, context: groupContext } : head;
}

function tagOf(message: Message["publicMessage"], groupContext: GroupContext, key: Uint8Array): Uint8Array {
  const { content, auth } = message;
  return suite.mac(key, encode(AuthenticatedContentTBM, { contentTbs: tbsOf(content, groupContext), auth }));
}

function messageOf(
  sender: Sender,
  proposal: Proposal,
  privateKey: Uint8Array,
  authenticatedData?: Uint8Array,
): Message {
  const content: Content = {
    groupId: context.groupId,
    epoch: context.epoch,
    sender,
    authenticatedData: authenticatedData ?? new Uint8Array(),
    contentType: "proposal",
    proposal,
  };
  const tbs = encode(FramedContentTBS, tbsOf(content, context));
  const auth = { signature: signWithLabel(suite, privateKey, "FramedContentTBS", tbs) };
  const untagged = { content, auth };
  const publicMessage =
    sender.senderType === "member"
      ? { ...untagged, membershipTag: tagOf(untagged, context, membershipKey) }
      : untagged;
  return { version: "mls10", wireFormat: "publicMessage", publicMessage };
}

function verified(message: Message["publicMessage"], input: Vector["input"]): Expected {
  const groupContext = decode(GroupContext, unhex(textOf(input, "groupContext")));
  const { content, auth, membershipTag } = message;
  const tbs = encode(FramedContentTBS, tbsOf(content, groupContext));
  const key = unhex(textOf(input, "signatureKey"));
  const authenticated = { wireFormat: "publicMessage" as const, content, auth };
  const tag = tagOf(message, groupContext, unhex(textOf(input, "membershipKey")));
  return {
    valid: true,
    value: toJson(message),
    signatureVerifies: verifyWithLabel(suite, key, "FramedContentTBS", tbs, auth.signature),
    membershipTagVerifies: membershipTag === undefined ? null : equalOctets(tag, membershipTag),
    authenticatedContent: hex(encode(AuthenticatedContent, authenticated)),
    reference: hex(proposalReference(suite, authenticated)),
  };
}

/** What the implementation makes of a PublicMessage. */
export function evaluatePublicMessage(input: Vector["input"]): Expected {
  try {
    const message = decode(MLSMessage, unhex(textOf(input, "octets")));
    if (message.wireFormat !== "publicMessage") return { valid: false, reason: "wrong-wire-format" };
    return verified(message.publicMessage, input);
  } catch (error) {
    if (!(error instanceof TlsError)) throw error;
    return { valid: false, reason: error.code, path: error.path, offset: error.offset };
  }
}

const member: Sender = { senderType: "member", leafIndex: 1 };
const external: Sender = { senderType: "external", senderIndex: 0 };
const bobKey = bob.own.keyPackage.leafNode.signatureKey;

function flipped(octets: Uint8Array): Uint8Array {
  const changed = octets.slice();
  changed[0] = (changed[0] ?? 0) ^ 1;
  return changed;
}

function cases(): Case[] {
  const byBob = (proposal: Proposal, data?: Uint8Array) =>
    messageOf(member, proposal, bob.own.signaturePrivateKey, data);
  const update: Proposal = {
    proposalType: "appDataUpdate",
    appDataUpdate: { componentId: 0x22, op: "update", update: unhex("00040000000100") },
  };
  const input = (octets: Uint8Array, signatureKey: Uint8Array, groupContext = context) => ({
    octets: hex(octets),
    groupContext: hex(encode(GroupContext, groupContext)),
    signatureKey: hex(signatureKey),
    membershipKey: hex(membershipKey),
  });
  const made = (
    id: string,
    section: string,
    message: Message,
    notes?: string,
    key = bobKey,
    inContext = context,
  ): Case => ({
    id,
    section,
    input: input(encode(MLSMessage, message), key, inContext),
    ...(notes === undefined ? {} : { notes }),
  });
  const selfRemove = byBob({ proposalType: "selfRemove" });
  const { publicMessage } = selfRemove;
  const selfRemoveOctets = encode(MLSMessage, selfRemove);
  const byHub = messageOf(external, update, HUB.privateKey);
  const hubKey = HUB.sender.signatureKey;
  const broken = (id: string, octets: Uint8Array, reason: string, notes: string): Case => ({
    id,
    section: "6.3",
    input: input(octets, bobKey),
    reason,
    notes,
  });
  return [
    made("self-remove", "6.3", selfRemove),
    made("app-data-update", "4.7", byBob(update)),
    made(
      "app-data-update-remove",
      "4.7",
      byBob({ proposalType: "appDataUpdate", appDataUpdate: { componentId: 0x29, op: "remove" } }),
    ),
    made(
      "app-ephemeral",
      "4.8",
      byBob({ proposalType: "appEphemeral", appEphemeral: { componentId: 5, data: unhex("00") } }),
    ),
    made(
      "with-safe-aad",
      "4.9",
      byBob(update, frankedAuthenticatedData(seededOctets("franking_tag")(32))),
      "authenticated_data is a SafeAAD of one item.",
    ),
    made(
      "app-data-update-of-the-hub",
      "4.7",
      byHub,
      "No membership tag, and no GroupContext under the signature.",
      hubKey,
    ),
    made(
      "app-data-update-of-the-hub-in-another-context",
      "4.7",
      byHub,
      "Verifies in any group context: compare group_id and epoch.",
      hubKey,
      { ...context, treeHash: seededOctets("another tree_hash")(32) },
    ),
    made("self-remove-in-another-context", "6.3", selfRemove, "Signed for another GroupContext.", bobKey, {
      ...context,
      epoch: 8n,
    }),
    made(
      "self-remove-of-somebody-else",
      "6.3",
      selfRemove,
      "Verified with the key of somebody else.",
      hubKey,
    ),
    made(
      "self-remove-signature-changed",
      "6.3",
      {
        ...selfRemove,
        publicMessage: { ...publicMessage, auth: { signature: flipped(publicMessage.auth.signature) } },
      },
      "The tag covers the signature.",
    ),
    made(
      "self-remove-tag-changed",
      "6.3",
      {
        ...selfRemove,
        publicMessage: {
          ...publicMessage,
          membershipTag: flipped(publicMessage.membershipTag ?? new Uint8Array(32)),
        },
      },
      "What a server cannot notice.",
    ),
    broken(
      "self-remove-without-tag",
      selfRemoveOctets.subarray(0, -33),
      "truncated",
      "A member's message ends with its tag.",
    ),
    broken(
      "octet-behind-tag",
      Uint8Array.of(...selfRemoveOctets, 0),
      "trailing-bytes",
      "One octet is left over.",
    ),
    broken(
      "tag-behind-external-message",
      Uint8Array.of(...encode(MLSMessage, byHub), 1, 0),
      "trailing-bytes",
      "An external sender's message has no tag.",
    ),
  ];
}

/** The file of PublicMessages. */
export function publicMessageFile(): GeneratedFile {
  const base = { draft: Draft.extensions, section: "4.7", readings: [] };
  const vectors = makeVectors("extension-proposals/public-messages", base, cases(), evaluatePublicMessage);
  return vectorFile(
    "extension-proposals",
    "public-messages",
    "Proposals of the extensions draft as PublicMessages of cipher suite 0x0001",
    vectors,
  );
}
