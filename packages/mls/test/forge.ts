/**
 * Messages that no honest member makes, signed and tagged as if one did.
 * @module
 */

import { createHash } from "node:crypto";
import type {
  Commit,
  FramedContent,
  GroupInfo,
  MemberGroup,
  MLSMessage,
  Proposal,
  PublicMessage,
  Sender,
} from "@openmimi/mls";
import { expect } from "vitest";
import { protectPublic, signFramedContent } from "../src/framing/content.ts";
import { signGroupInfo } from "../src/group-info.ts";
import { decodeMember, type MemberState } from "../src/member/store.ts";
import { crypto, suite } from "./actors.ts";

/** All that a member knows. */
export function insideOf(member: MemberGroup): MemberState {
  return decodeMember(crypto, member.serialize(), member.options);
}

/** How a forgery differs. */
export interface Forgery {
  readonly sender?: Sender;
  readonly groupId?: Uint8Array;
  readonly epoch?: bigint;
  readonly authenticatedData?: Uint8Array;
  readonly signaturePrivateKey?: Uint8Array;
}

type Body = { contentType: "commit"; commit: Commit } | { contentType: "proposal"; proposal: Proposal };

function forge(member: MemberGroup, body: Body, forgery: Forgery): MLSMessage {
  const { epoch, public: group } = insideOf(member);
  const content: FramedContent = {
    groupId: forgery.groupId ?? group.groupId,
    epoch: forgery.epoch ?? group.epoch,
    sender: forgery.sender ?? { senderType: "member", leafIndex: member.ownLeafIndex },
    authenticatedData: forgery.authenticatedData ?? new Uint8Array(),
    ...body,
  };
  const { senderType } = content.sender;
  const context =
    senderType === "member" || senderType === "newMemberCommit" ? group.groupContext : undefined;
  const key = forgery.signaturePrivateKey ?? epoch.signaturePrivateKey;
  const signature = signFramedContent(suite, key, "publicMessage", content, context);
  const auth =
    body.contentType === "commit"
      ? { signature, confirmationTag: new Uint8Array(suite.hashLength) }
      : { signature };
  const authenticated = { wireFormat: "publicMessage" as const, content, auth };
  return protectPublic(suite, authenticated, group.groupContext, epoch.secrets.membershipKey);
}

/** A commit of these proposals, by value, without a path. Its confirmation tag is wrong. */
export function forgeCommit(
  member: MemberGroup,
  proposals: readonly Proposal[],
  forgery: Forgery = {},
): MLSMessage {
  const commit: Commit = { proposals: proposals.map((proposal) => ({ type: "proposal", proposal })) };
  return forge(member, { contentType: "commit", commit }, forgery);
}

/** A commit with this content. Its confirmation tag is wrong. */
export function forgeCommitOf(member: MemberGroup, commit: Commit, forgery: Forgery = {}): MLSMessage {
  return forge(member, { contentType: "commit", commit }, forgery);
}

/** A proposal that was checked by nobody. */
export function forgeProposal(member: MemberGroup, proposal: Proposal, forgery: Forgery = {}): MLSMessage {
  return forge(member, { contentType: "proposal", proposal }, forgery);
}

/** The PublicMessage inside. */
export function publicMessageOf(message: MLSMessage): PublicMessage {
  if (message.wireFormat !== "publicMessage") throw new Error(`a ${message.wireFormat}`);
  return message.publicMessage;
}

/** The Commit inside a PublicMessage. */
export function commitOf(message: MLSMessage): Commit {
  const { content } = publicMessageOf(message);
  if (content.contentType !== "commit") throw new Error(`a ${content.contentType}`);
  return content.commit;
}

/** A GroupInfo with changes, signed by `member`. */
export function forgeGroupInfo(
  member: MemberGroup,
  groupInfo: GroupInfo,
  changes: Partial<GroupInfo>,
): GroupInfo {
  const { signature: _, ...body } = { ...groupInfo, ...changes };
  return signGroupInfo(suite, body, insideOf(member).epoch.signaturePrivateKey);
}

/** The octets with one bit changed. */
export function flipped(octets: Uint8Array, at = 0): Uint8Array {
  return octets.map((octet, index) => (index === at % octets.length ? octet ^ 1 : octet));
}

/** An MlsError with this code. */
export const coded = (code: string) => expect.objectContaining({ name: "MlsError", code });

/** Whatever has a state that a refusal must not change. */
interface Stored {
  serialize(): Uint8Array;
}

const digest = (group: Stored): string => createHash("sha256").update(group.serialize()).digest("hex");

/** Asserts that `action` is refused for this reason and that the group stays as it was, to the octet. */
export function expectRefused(group: Stored, code: string, action: () => unknown): void {
  const before = digest(group);
  expect(action).toThrow(coded(code));
  expect(digest(group)).toBe(before);
}
