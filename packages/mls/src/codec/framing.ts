/**
 * Message framing. RFC 9420 §6.
 * @module
 */

import {
  enumeration,
  fixed,
  given,
  type Infer,
  nothing,
  opaque,
  type Schema,
  select,
  struct,
  TlsError,
  uint32,
  uint64,
} from "@openmimi/tls";
import { ProtocolVersion } from "./basic.ts";
import { GroupContext, GroupInfo, Welcome } from "./group.ts";
import { KeyPackage } from "./leaf-node.ts";
import { Commit, Proposal } from "./proposal.ts";
import { SemiPrivateMessage } from "./semi-private.ts";

/** RFC 9420 §6. */
export const ContentType = enumeration("ContentType", { application: 1, proposal: 2, commit: 3 });
export type ContentType = Infer<typeof ContentType>;

/** RFC 9420 §6. */
export const SenderType = enumeration("SenderType", {
  member: 1,
  external: 2,
  newMemberProposal: 3,
  newMemberCommit: 4,
});

/** RFC 9420 §6. */
export const Sender = select("Sender", {
  on: ["senderType", SenderType],
  cases: {
    member: { leafIndex: uint32 },
    external: { senderIndex: uint32 },
    newMemberProposal: {},
    newMemberCommit: {},
  },
});
export type Sender = Infer<typeof Sender>;

/** RFC 9420 §6. */
export const FramedContent = select("FramedContent", {
  before: { groupId: opaque(), epoch: uint64, sender: Sender, authenticatedData: opaque() },
  on: ["contentType", ContentType],
  cases: {
    application: { applicationData: opaque() },
    proposal: { proposal: Proposal },
    commit: { commit: Commit },
  },
});
export type FramedContent = Infer<typeof FramedContent>;

/** RFC 9420 §6.1. `confirmationTag` is there for commits only. */
export interface FramedContentAuthData {
  signature: Uint8Array;
  confirmationTag?: Uint8Array | undefined;
}

const signatureOnly: Schema<FramedContentAuthData> = struct("FramedContentAuthData", { signature: opaque() });
const signatureAndTag: Schema<FramedContentAuthData> = struct("FramedContentAuthData", {
  signature: opaque(),
  confirmationTag: opaque(),
}) as Schema<FramedContentAuthData>;

/** RFC 9420 §6.1: the authentication data of one content type. */
export function framedContentAuthData(contentType: ContentType): Schema<FramedContentAuthData> {
  return contentType === "commit" ? signatureAndTag : signatureOnly;
}

const authGiven = given("FramedContentAuthData", (message: { content: FramedContent }) =>
  framedContentAuthData(message.content.contentType),
);

/** RFC 9420 §6: the numbers, also of formats that have no schema here. */
export const WireFormatId = {
  publicMessage: 1,
  privateMessage: 2,
  welcome: 3,
  groupInfo: 4,
  keyPackage: 5,
  /** Semi-private §5.1 has no number yet: one for private use (reading R-207). */
  semiPrivateMessage: 0xf006,
} as const;
/** RFC 9420 §6: the formats that MLSMessage can carry here. */
export const WireFormat = enumeration("WireFormat", WireFormatId, 2);
export type WireFormat = Infer<typeof WireFormat>;

const bySender = (content: FramedContent): Schema<GroupContext | undefined> =>
  content.sender.senderType === "member" || content.sender.senderType === "newMemberCommit"
    ? (GroupContext as Schema<GroupContext | undefined>)
    : nothing;

/** RFC 9420 §6.1: what the signature covers. */
export const FramedContentTBS = struct("FramedContentTBS", {
  version: ProtocolVersion,
  wireFormat: WireFormat,
  content: FramedContent,
  context: given("GroupContext", (tbs: { content: FramedContent }) => bySender(tbs.content)),
});

/** RFC 9420 §6.2: what the membership tag covers. */
export const AuthenticatedContentTBM = struct("AuthenticatedContentTBM", {
  contentTbs: FramedContentTBS,
  auth: given("FramedContentAuthData", (tbm: { contentTbs: { content: FramedContent } }) =>
    framedContentAuthData(tbm.contentTbs.content.contentType),
  ),
});

/** RFC 9420 §6. */
export const AuthenticatedContent = struct("AuthenticatedContent", {
  wireFormat: WireFormat,
  content: FramedContent,
  auth: authGiven,
});
export type AuthenticatedContent = Infer<typeof AuthenticatedContent>;

/** RFC 9420 §6.2: made once, not for every message. */
const MAC = opaque() as Schema<Uint8Array | undefined>;

/** RFC 9420 §6.2. */
export const PublicMessage = struct("PublicMessage", {
  content: FramedContent,
  auth: authGiven,
  membershipTag: given(
    "MAC",
    (message: { content: FramedContent }): Schema<Uint8Array | undefined> =>
      message.content.sender.senderType === "member" ? MAC : nothing,
  ),
});
export type PublicMessage = Infer<typeof PublicMessage>;

/** RFC 9420 §6.3. */
export const PrivateMessage = struct("PrivateMessage", {
  groupId: opaque(),
  epoch: uint64,
  contentType: ContentType,
  authenticatedData: opaque(),
  encryptedSenderData: opaque(),
  ciphertext: opaque(),
});
export type PrivateMessage = Infer<typeof PrivateMessage>;

/** RFC 9420 §6.3.1: everything of a PrivateMessage before its encrypted parts. */
export const PrivateContentAAD = struct("PrivateContentAAD", {
  groupId: opaque(),
  epoch: uint64,
  contentType: ContentType,
  authenticatedData: opaque(),
});

/** RFC 9420 §6.3.2. */
export const SenderData = struct("SenderData", {
  leafIndex: uint32,
  generation: uint32,
  reuseGuard: fixed(4),
});
export type SenderData = Infer<typeof SenderData>;

/** RFC 9420 §6.3.2. */
export const SenderDataAAD = struct("SenderDataAAD", {
  groupId: opaque(),
  epoch: uint64,
  contentType: ContentType,
});

/** RFC 9420 §6. */
export const MLSMessage = select("MLSMessage", {
  before: { version: ProtocolVersion },
  on: ["wireFormat", WireFormat],
  cases: {
    publicMessage: { publicMessage: PublicMessage },
    privateMessage: { privateMessage: PrivateMessage },
    welcome: { welcome: Welcome },
    groupInfo: { groupInfo: GroupInfo },
    keyPackage: { keyPackage: KeyPackage },
    semiPrivateMessage: { semiPrivateMessage: SemiPrivateMessage },
  },
});
export type MLSMessage = Infer<typeof MLSMessage>;

/** RFC 9420 §6.3.1: the plaintext of a PrivateMessage: content, authentication, then zeros to its end. */
export function privateMessageContent(contentType: ContentType): Schema<PrivateMessageContent> {
  return privateContents[contentType];
}

/** RFC 9420 §6.3.1. `padding` counts zero octets. */
export interface PrivateMessageContent {
  applicationData?: Uint8Array | undefined;
  proposal?: Proposal | undefined;
  commit?: Commit | undefined;
  auth: FramedContentAuthData;
  padding: number;
}

/** RFC 9420 §6.3.1: zero octets up to the end, as their number. */
export const zeroPadding: Schema<number> = {
  name: "padding",
  shape: { kind: "opaque" },
  read: (reader) => {
    const start = reader.offset;
    const octets = reader.view(reader.remaining);
    const first = octets.findIndex((octet) => octet !== 0);
    // RFC 9420 §6.3.1: padding that is not all zero is refused
    if (first >= 0) throw new TlsError("invalid-value", "the padding is not all zero", start + first);
    return octets.length;
  },
  annotate: (reader, node) => {
    node.value = zeroPadding.read(reader);
    node.end = reader.offset;
    return node.value as number;
  },
  write: (writer, count) => writer.octets(new Uint8Array(count)),
};

const privateContents = {
  application: struct("PrivateMessageContent", {
    applicationData: opaque(),
    auth: framedContentAuthData("application"),
    padding: zeroPadding,
  }) as Schema<PrivateMessageContent>,
  proposal: struct("PrivateMessageContent", {
    proposal: Proposal,
    auth: framedContentAuthData("proposal"),
    padding: zeroPadding,
  }) as Schema<PrivateMessageContent>,
  commit: struct("PrivateMessageContent", {
    commit: Commit,
    auth: framedContentAuthData("commit"),
    padding: zeroPadding,
  }) as Schema<PrivateMessageContent>,
};
