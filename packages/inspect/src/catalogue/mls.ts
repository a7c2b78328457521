/**
 * The structs of MLS: RFC 9420, the extensions, tree-options and SemiPrivateMessage drafts.
 * @module
 */

import * as mls from "@openmimi/mls";
import { opaque, struct } from "@openmimi/tls";
import { type KnownObject, structs } from "./known.ts";

/** Of the RFC. */
export function mlsStructs(): KnownObject[] {
  const { MLSMessage, KeyPackage, Welcome, GroupInfo, PublicMessage, PrivateMessage } = mls;
  const { RatchetTreeNodes, Commit, Proposal, LeafNode, GroupContext, GroupSecrets, ReInit } = mls;
  const { Extension, Capabilities, Credential, Certificate, HPKECiphertext, Lifetime, Sender } = mls;
  const { FramedContent, AuthenticatedContent, PreSharedKeyID, PSKLabel, ParentNode, Node } = mls;
  const { UpdatePath, UpdatePathNode, EncryptedGroupSecrets, ProposalOrRef } = mls;
  const ApplicationId = struct("ApplicationId", { applicationId: opaque() });
  return [
    ...structs("RFC 9420 §6", "sent", { MLSMessage }),
    ...structs("RFC 9420 §10", "sent", { KeyPackage }),
    ...structs("RFC 9420 §12.4.3.1", "carried", { Welcome, GroupSecrets }),
    ...structs("RFC 9420 §12.4.3", "carried", { GroupInfo }),
    ...structs("RFC 9420 §12.4.3.3", "carried", { RatchetTreeNodes }),
    ...structs("RFC 9420 §6.2", "carried", { PublicMessage }),
    ...structs("RFC 9420 §6.3", "carried", { PrivateMessage }),
    ...structs("RFC 9420 §6.3.1", "input", {
      "PrivateMessageContent(application)": mls.privateMessageContent("application"),
      "PrivateMessageContent(proposal)": mls.privateMessageContent("proposal"),
      "PrivateMessageContent(commit)": mls.privateMessageContent("commit"),
    }),
    ...structs("RFC 9420 §12.1", "carried", { Proposal }),
    ...structs("RFC 9420 §12.4", "carried", { Commit }),
    ...structs("RFC 9420 §7.2", "carried", { LeafNode }),
    ...structs("RFC 9420 §8.1", "carried", { GroupContext }),
    ...structs("RFC 9420 §5.3", "carried", { Credential }),
    ...structs("RFC 9420 §5.3.3", "field", { ApplicationId }),
    ...structs("RFC 9420 §11.1", "carried", { RequiredCapabilities: mls.RequiredCapabilities }),
    ...structs("RFC 9420 §12.1.8.1", "carried", { ExternalSenders: mls.ExternalSenders }),
    ...structs("RFC 9420 §12.4.3.2", "field", { ExternalPub: mls.ExternalPub }),
    ...structs("RFC 9420 §6", "field", { FramedContent, Sender }),
    ...structs("RFC 9420 §7.2", "field", { Extension, Capabilities, Lifetime }),
    ...structs("RFC 9420 §5.3", "field", { Certificate }),
    ...structs("RFC 9420 §5.1.3", "field", { HPKECiphertext }),
    ...structs("RFC 9420 §7.1", "field", { ParentNode }),
    ...structs("RFC 9420 §7.8", "field", { Node }),
    ...structs("RFC 9420 §7.6", "field", { UpdatePath, UpdatePathNode }),
    ...structs("RFC 9420 §8.4", "carried", { PreSharedKeyID }),
    ...structs("RFC 9420 §12.1.5", "field", { ReInit }),
    ...structs("RFC 9420 §12.1.8.1", "field", { ExternalSender: mls.ExternalSender }),
    ...structs("RFC 9420 §12.4", "field", { ProposalOrRef }),
    ...structs("RFC 9420 §12.4.3.1", "field", { EncryptedGroupSecrets }),
    ...structs("RFC 9420 §6.1", "input", { AuthenticatedContent, FramedContentTBS: mls.FramedContentTBS }),
    ...structs("RFC 9420 §6.2", "input", { AuthenticatedContentTBM: mls.AuthenticatedContentTBM }),
    ...structs("RFC 9420 §6.3.1", "input", { PrivateContentAAD: mls.PrivateContentAAD }),
    ...structs("RFC 9420 §6.3.2", "input", { SenderData: mls.SenderData, SenderDataAAD: mls.SenderDataAAD }),
    ...structs("RFC 9420 §7.2", "input", { LeafNodeTBS: mls.LeafNodeTBS }),
    ...structs("RFC 9420 §8.4", "input", { PSKLabel }),
    ...structs("RFC 9420 §10", "input", { KeyPackageTBS: mls.KeyPackageTBS }),
    ...structs("RFC 9420 §12.4.3", "input", { GroupInfoTBS: mls.GroupInfoTBS }),
  ];
}

/** Of the drafts that extend it. */
export function extensionStructs(): KnownObject[] {
  const { AppDataDictionary, ComponentData, AppDataUpdate, AppEphemeral, SafeAAD, SafeAADItem } = mls;
  const { ComponentsList, WireFormats, MediaTypeList, ApplicationFraming, AppAck, MessageRange } = mls;
  const { CredentialBinding, CredentialBindingTBS, MediaType, Parameter } = mls;
  const { ExternalReceiver, ExternalReceivers, KeyForExternalReceiver, SemiPrivateMessage } = mls;
  return [
    ...structs("extensions §4.1", "input", { ComponentOperationLabel: mls.ComponentOperationLabel }),
    ...structs("extensions §4.6", "carried", { AppDataDictionary }),
    ...structs("extensions §4.6", "field", { ComponentData }),
    ...structs("extensions §4.7", "field", { AppDataUpdate }),
    ...structs("extensions §4.8", "field", { AppEphemeral }),
    ...structs("extensions §4.9", "carried", { SafeAAD }),
    ...structs("extensions §4.9", "field", { SafeAADItem }),
    ...structs("extensions §5", "carried", { ComponentsList, WireFormats }),
    ...structs("extensions §6.1", "carried", { AppAck }),
    ...structs("extensions §6.1", "field", { MessageRange }),
    ...structs("extensions §6.2", "carried", { MediaTypeList }),
    ...structs("extensions §6.2", "field", { MediaType, Parameter }),
    ...structs("extensions §6.2.4", "sent", { ApplicationFraming }),
    ...structs("extensions §6.5", "carried", { CredentialBinding }),
    ...structs("extensions §6.5.1", "input", { CredentialBindingTBS }),
    ...structs("tree options §3", "carried", { RatchetTreeOption: mls.RatchetTreeOption }),
    ...structs("tree options §4", "carried", { PartialGroupInfo: mls.PartialGroupInfo }),
    ...structs("semi-private §3", "carried", { SemiPrivateMessage, ExternalReceivers }),
    ...structs("semi-private §3", "field", { ExternalReceiver }),
    ...structs("semi-private §3.1", "field", { KeyForExternalReceiver }),
    ...structs("semi-private §3.1", "input", {
      PerMessageKeyAndNonces: mls.PerMessageKeyAndNonces,
      SemiPrivateContentAAD: mls.SemiPrivateContentAAD,
      SemiPrivateMessageContext: mls.SemiPrivateMessageContext,
    }),
  ];
}
