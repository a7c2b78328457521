/**
 * MLS group state: RFC 9420 and draft-ietf-mls-extensions-10, as server (public) and as member.
 * @module
 */

export type { ComponentChange, ComponentLogic, EphemeralLogic } from "./app-data.ts";
export * from "./codec/index.ts";
export {
  appAckProposal,
  isAcknowledged,
  type ReceivedMessage,
  receivedRanges,
} from "./components/app-ack.ts";
export {
  type FramedApplicationContent,
  frameContent,
  mediaTypesOf,
  readContent,
  supportsMediaTypes,
} from "./components/content-media-types.ts";
export { safeExportSecret } from "./components/safe-exporter.ts";
export {
  applicationPsk,
  componentLabel,
  safeDecryptWithLabel,
  safeEncryptWithLabel,
  safeSignWithLabel,
  safeVerifyWithLabel,
} from "./components/safe-labels.ts";
export { certificatePublicKey } from "./credentials/certificate.ts";
export {
  type CredentialLogic,
  type PresentedCredential,
  signCredentialBinding,
  verifyCredentialBinding,
} from "./credentials/validate.ts";
export {
  decryptWithLabel,
  encryptWithLabel,
  equalOctets,
  expandWithLabel,
  refHash,
  signWithLabel,
  verifyWithLabel,
} from "./crypto/labels.ts";
export { nobleCrypto } from "./crypto/noble.ts";
export { createNodeCrypto } from "./crypto/node.ts";
export type { NodeCrypto } from "./crypto/node-module.ts";
export type { CipherSuite, CryptoProvider, HpkeExport, HpkeMessage, KeyPair } from "./crypto/provider.ts";
export { MlsError, type MlsErrorCode, type MlsErrorLayer } from "./errors.ts";
export {
  componentOf,
  dictionaryExtension,
  dictionaryOf,
  externalReceivers,
  externalSenders,
  findExtension,
  readExtension,
  requiredCapabilities,
} from "./extensions.ts";
export {
  type ExternalProposalInit,
  externalProposal,
  type JoinProposalInit,
  joinProposal,
} from "./external-proposal.ts";
export { proposalReference } from "./framing/content.ts";
export { externalReceiverReference, openSemiPrivate, type ReceiverKeys } from "./framing/semi-private.ts";
export { withGrease, withGreaseComponent, withGreaseListed } from "./grease.ts";
export { partialGroupInfo, signGroupInfo } from "./group-info.ts";
export type { GroupOptions, PendingProposal } from "./group-view.ts";
export {
  type ClientDescription,
  createKeyPackage,
  defaultCapabilities,
  keyPackageReference,
  type LeafChanges,
  type OwnKeyPackage,
} from "./key-package.ts";
export type {
  CommitRequest,
  GroupInfoRequest,
  HandshakeFormat,
  MadeGroupCommit,
} from "./member/commit-request.ts";
export type { GroupInit } from "./member/create.ts";
export type { ExternalJoinInit } from "./member/external.ts";
export { MemberGroup, type SentProposal } from "./member/group.ts";
export { ownKeyPackage, type WelcomeInit } from "./member/join.ts";
export type { LinkedGroup } from "./member/linked.ts";
export type { MemberOptions } from "./member/options.ts";
export type {
  Processed,
  ProcessedApplication,
  ProcessedCommit,
  ProcessedProposal,
} from "./member/process.ts";
export type { ApplicationRequest, MessageRequest } from "./member/send.ts";
export type { Standing } from "./member/store.ts";
export type { BranchInit, SuccessorInit } from "./member/successor.ts";
export type { ResolvedProposal } from "./proposals/list.ts";
export { PublicGroup } from "./public-group.ts";
export type { RatchetWindow } from "./secret-tree.ts";
export type { StagedCommit } from "./staged-commit.ts";
export { checkSupport, type Demands, demandsOf, supportsExtension, supportsProposal } from "./support.ts";
export type { RatchetTree } from "./tree/ratchet-tree.ts";
export { validateKeyPackage as checkKeyPackage } from "./tree/validate.ts";
