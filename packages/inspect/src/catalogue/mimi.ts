/**
 * The structs of MIMI: endpoint bodies and room components.
 * @module
 */

import * as protocol from "@openmimi/protocol";
import { type KnownObject, structs } from "./known.ts";

/** Of requests and answers. */
export function bodyStructs(): KnownObject[] {
  const { KeyMaterialRequest, KeyMaterialResponse, ClientKeyMaterial } = protocol;
  const { UpdateRequest, UpdateRoomResponse, HandshakeBundle, GroupInfoOption } = protocol;
  const { SubmitMessageRequest, SubmitMessageResponse, FanoutMessages, FanoutMessage } = protocol;
  const { GroupInfoRequest, GroupInfoResponse, PendingProposal, ConsentEntry, ConsentScope } = protocol;
  const { IdentifierRequest, IdentifierResponse, AbuseReport, AbusiveMessage, Frank } = protocol;
  const { QueryElement, UserProfile, ProfileField, FrankAAD, PseudonymousCredential } = protocol;
  return [
    ...structs("protocol §5.2", "sent", { KeyMaterialRequest, KeyMaterialResponse }),
    ...structs("protocol §5.2", "sent", {
      "KeyMaterialResponse(incompatibleProtocol)": protocol.IncompatibleProtocolResponse,
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

/** Of the data and updates of components. */
export function componentStructs(): KnownObject[] {
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
