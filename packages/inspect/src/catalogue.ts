/**
 * Everything that octets can be, by name: where it is defined, and how likely somebody is to have it at hand.
 * @module
 */

import { ContentError, decode as decodeContent, decodeStatusReport } from "@openmimi/content";
import * as mls from "@openmimi/mls";
import * as protocol from "@openmimi/protocol";
import { decode, opaque, type Schema, struct, TlsError } from "@openmimi/tls";
import { contentReader } from "./content.ts";
import { directoryFailsAt, readDirectory } from "./directory.ts";
import { mimiUriFailsAt, readMimiUri } from "./mimi-uri.ts";
import { structReader } from "./struct.ts";
import type { Reader } from "./walk.ts";

/**
 * How an object comes to people: sent by itself; carried or stored as octets of its own; only as a field of others;
 * only to be signed, hashed or encrypted.
 */
export type Standing = "sent" | "carried" | "field" | "input";

/** One thing that octets can be. */
export interface KnownObject {
  readonly name: string;
  readonly section: string;
  readonly standing: Standing;
  readonly read: Reader;
  /** Where octets are wrong if they are to be this; undefined if they are right. */
  failsAt(octets: Uint8Array): number | undefined;
}

function structs(
  section: string,
  standing: Standing,
  schemas: Readonly<Record<string, unknown>>,
): KnownObject[] {
  return (Object.entries(schemas) as [string, Schema<unknown>][]).map(([name, schema]) => ({
    ...{ name, section, standing, read: structReader(name, schema) },
    failsAt: (octets) => structFailsAt(schema, octets),
  }));
}

function structFailsAt(schema: Schema<unknown>, octets: Uint8Array): number | undefined {
  try {
    decode(schema, octets);
    return undefined;
  } catch (error) {
    if (!(error instanceof TlsError)) throw error;
    return error.offset;
  }
}

function contentFailsAt(decoder: (octets: Uint8Array) => unknown, octets: Uint8Array): number | undefined {
  try {
    decoder(octets);
    return undefined;
  } catch (error) {
    if (!(error instanceof ContentError)) throw error;
    return error.offset;
  }
}

const CONTENT: readonly KnownObject[] = [
  {
    ...{ name: "MimiContent", section: "content §4.1", standing: "sent" },
    read: contentReader("MimiContent", "mimi-content"),
    failsAt: (octets) => contentFailsAt(decodeContent, octets),
  },
  {
    ...{ name: "MessageStatusReport", section: "status §4", standing: "sent" },
    read: contentReader("MessageStatusReport", "mimi-message-status"),
    failsAt: (octets) => contentFailsAt(decodeStatusReport, octets),
  },
  {
    ...{ name: "MimiUri", section: "protocol §3", standing: "sent", read: readMimiUri },
    failsAt: mimiUriFailsAt,
  },
  {
    ...{ name: "Directory", section: "protocol §5.1", standing: "sent", read: readDirectory },
    failsAt: directoryFailsAt,
  },
];

function mlsStructs(): KnownObject[] {
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

function extensionStructs(): KnownObject[] {
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
    ...structs("semi-private §3", "carried", { SemiPrivateMessage, ExternalReceivers, ExternalReceiver }),
    ...structs("semi-private §3.1", "field", { KeyForExternalReceiver }),
    ...structs("semi-private §3.1", "input", {
      PerMessageKeyAndNonces: mls.PerMessageKeyAndNonces,
      SemiPrivateContentAAD: mls.SemiPrivateContentAAD,
      SemiPrivateMessageContext: mls.SemiPrivateMessageContext,
    }),
  ];
}

function bodyStructs(): KnownObject[] {
  const { KeyMaterialRequest, KeyMaterialResponse, ClientKeyMaterial } = protocol;
  const { UpdateRequest, UpdateRoomResponse, HandshakeBundle, GroupInfoOption } = protocol;
  const { SubmitMessageRequest, SubmitMessageResponse, FanoutMessages, FanoutMessage } = protocol;
  const { GroupInfoRequest, GroupInfoResponse, PendingProposal, ConsentEntry, ConsentScope } = protocol;
  const { IdentifierRequest, IdentifierResponse, AbuseReport, AbusiveMessage, Frank } = protocol;
  const { QueryElement, UserProfile, ProfileField, FrankAAD, PseudonymousCredential } = protocol;
  return [
    ...structs("protocol §5.2", "sent", { KeyMaterialRequest, KeyMaterialResponse }),
    ...structs("protocol §5.2", "sent", {
      IncompatibleProtocolResponse: protocol.IncompatibleProtocolResponse,
    }),
    ...structs("protocol §5.3", "sent", { UpdateRequest, UpdateRoomResponse }),
    ...structs("protocol §5.4", "sent", { SubmitMessageRequest, SubmitMessageResponse }),
    ...structs("protocol §5.5", "sent", { FanoutMessages }),
    ...structs("protocol §5.6", "sent", { GroupInfoRequest, GroupInfoResponse }),
    ...structs("protocol §5.7", "sent", { ConsentEntry }),
    ...structs("protocol §5.8", "sent", { IdentifierRequest, IdentifierResponse }),
    ...structs("protocol §5.9", "sent", { AbuseReport }),
    ...structs("protocol §5.2", "field", { ClientKeyMaterial }),
    ...structs("protocol §5.3", "field", { HandshakeBundle, GroupInfoOption }),
    ...structs("protocol §5.4", "field", { Frank }),
    ...structs("protocol §5.4.1", "field", { FrankAAD }),
    ...structs("protocol §5.5", "field", { FanoutMessage }),
    ...structs("protocol §5.6", "carried", { GroupInfoRatchetTreeTBE: protocol.GroupInfoRatchetTreeTBE }),
    ...structs("protocol §5.6", "field", { PendingProposal }),
    ...structs("protocol §5.7", "field", { ConsentScope }),
    ...structs("protocol §5.8", "field", { QueryElement, UserProfile, ProfileField }),
    ...structs("protocol §5.9", "field", { AbusiveMessage }),
    ...structs("protocol §6.1", "carried", {
      PseudonymousCredential,
      IdentityLinkTBE: protocol.IdentityLinkTBE,
    }),
    ...structs("protocol §5.2", "input", { KeyMaterialRequestTBS: protocol.KeyMaterialRequestTBS }),
    ...structs("protocol §5.4.1.2", "input", {
      FrankingIntegrityTBS: protocol.FrankingIntegrityTBS,
      ServerFrankingContext: protocol.ServerFrankingContext,
    }),
    ...structs("protocol §5.6", "input", {
      GroupInfoRequestTBS: protocol.GroupInfoRequestTBS,
      GroupInfoResponseTBS: protocol.GroupInfoResponseTBS,
    }),
    ...structs("protocol §6.1", "input", { PseudonymousCredentialTBS: protocol.PseudonymousCredentialTBS }),
  ];
}

function componentStructs(): KnownObject[] {
  const { ParticipantListData, ParticipantListUpdate, RoomMetaData, RoleData, PreAuthData } = protocol;
  const { JoinLinksData, JoinLinksUpdate, JoinLink, JoinLinkPolicy, BotPolicy, Bot, Role } = protocol;
  const { UserRolePair, UserindexRolePair, RichDescription, Claim, ClaimId, PreAuthRoleEntry } = protocol;
  const { SingleSourceRoleChangeTargets, DomainName, DownloadPrivacy, AppMessagePolicy } = protocol;
  const { ExtendedCapabilities, MinDefaultMaxTime, PendingProposalPolicy } = protocol;
  return [
    ...structs("protocol §5.4.1", "carried", { FrankingAgentData: protocol.FrankingAgentData }),
    ...structs("protocol §7.5", "carried", { ParticipantListData, ParticipantListUpdate }),
    ...structs("protocol §7.6", "carried", { RoomMetaData }),
    ...structs("policy §3", "carried", { RoleData }),
    ...structs("policy §4", "carried", { PreAuthData }),
    ...structs("policy §5", "carried", { BaseRoomPolicy: protocol.BaseRoomPolicy }),
    ...structs("policy §6.1", "carried", { StatusNotificationPolicy: protocol.StatusNotificationPolicy }),
    ...structs("policy §6.2", "carried", { JoinLinkPolicy, JoinLinksData, JoinLinksUpdate }),
    ...structs("policy §6.3", "carried", { LinkPreviewPolicy: protocol.LinkPreviewPolicy }),
    ...structs("policy §6.4", "carried", { AssetPolicy: protocol.AssetPolicy }),
    ...structs("policy §6.5", "carried", { LoggingPolicy: protocol.LoggingPolicy }),
    ...structs("policy §6.6", "carried", { HistoryPolicy: protocol.HistoryPolicy }),
    ...structs("policy §6.7", "carried", { BotPolicy }),
    ...structs("policy §6.8", "carried", { MessageExpiration: protocol.MessageExpiration }),
    ...structs("policy §7", "carried", { OperationalParameters: protocol.OperationalParameters }),
    ...structs("protocol §7.5", "field", { UserRolePair, UserindexRolePair }),
    ...structs("protocol §7.6", "field", { RichDescription }),
    ...structs("policy §3", "field", { Role, SingleSourceRoleChangeTargets }),
    ...structs("policy §4", "field", { PreAuthRoleEntry, Claim, ClaimId }),
    ...structs("policy §6.2", "field", { JoinLink }),
    ...structs("policy §6.4", "field", {
      ...{ DomainName, DownloadPrivacy },
      ProviderAssetUploadDomains: protocol.ProviderAssetUploadDomains,
    }),
    ...structs("policy §6.7", "field", { Bot }),
    ...structs("policy §7", "field", { ExtendedCapabilities, PendingProposalPolicy }),
    ...structs("policy §7", "field", { MinDefaultMaxTime, AppMessagePolicy }),
  ];
}

/** Whether an object is more than a part of others. */
export function standsAlone({ standing }: KnownObject): boolean {
  return standing === "sent" || standing === "carried";
}

/** Everything. */
export const CATALOGUE: ReadonlyMap<string, KnownObject> = new Map(
  [...CONTENT, ...mlsStructs(), ...extensionStructs(), ...bodyStructs(), ...componentStructs()].map(
    (object) => [object.name, object],
  ),
);

/** How each is read. */
export const READERS: ReadonlyMap<string, Reader> = new Map(
  [...CATALOGUE].map(([name, { read }]) => [name, read]),
);

/** What {@link InspectOptions.as} can be. */
export const objectNames: readonly string[] = [...CATALOGUE.keys()].sort();
