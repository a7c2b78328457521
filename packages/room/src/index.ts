/**
 * The rules of a MIMI room: state, changes, decisions. Pure functions over plain data.
 * Protocol §7, draft-ietf-mimi-room-policy-03.
 * @module
 */

export { authorizeCommit, authorizeProposal } from "./authorize.ts";
export {
  type AbuseReporter,
  authorizeAbuseReport,
  authorizeCapability,
  authorizeHistory,
  type HistorySharing,
} from "./authorize-action.ts";
export { authorizeContent } from "./authorize-content.ts";
export {
  authorizeGroupInfo,
  authorizeKeyMaterial,
  authorizeMessage,
  authorizeReceive,
  type GroupInfoCircumstances,
} from "./authorize-request.ts";
export { Capability, type CapabilityName, capabilityName, FIRST_PRIVATE_CAPABILITY } from "./capabilities.ts";
export { roomComponents } from "./components.ts";
export type { AssetFacts, ContentFacts, EarlierMessage } from "./content-facts.ts";
export {
  type ClaimsSource,
  type ClaimTypes,
  credentialClaims,
  type ExaminedClaims,
  examinedClaims,
} from "./credential-claims.ts";
export type { Allowance, Decision, Denial, DenialReason, Ground, Rule } from "./decision.ts";
export { RoomError, type RoomErrorCode } from "./errors.ts";
export { explain } from "./explain.ts";
export type {
  Actor,
  Change,
  ChangeBody,
  Circumstances,
  Clients,
  CommitFacts,
  ProposalFacts,
} from "./facts.ts";
export { type ContentCircumstances, factsOfContent, type KnownMessage } from "./facts-of-content.ts";
export {
  clientsOf,
  type FactOptions,
  factsOfCommit,
  factsOfProposal,
  factsOfProposals,
  type StagedChanges,
} from "./from-mls.ts";
export { authorizeHandshakeFormat, type HandshakeFormat } from "./handshake-format.ts";
export type { GroupBefore, Presented } from "./members.ts";
export { checkNewRoom } from "./new-room.ts";
export { applyParticipantListUpdates } from "./participants.ts";
export { missingProposals, withPending } from "./pending.ts";
export { downloadTypes, isLogged } from "./policies.ts";
export { basicClaims, preauthorizedRole } from "./preauthorization.ts";
export { type PresentingGroup, presentedCredentials } from "./presented-credentials.ts";
export {
  cooperativeRoom,
  moderatedRoom,
  multiOrganizationRoom,
  type NewRoom,
  type PresetName,
  presetComponents,
  presetNames,
  strictlyAdministeredRoom,
} from "./presets/index.ts";
export { BANNED_ROLE, type RoleRules } from "./roles.ts";
export {
  defaultBasePolicy,
  type PendingChanges,
  type RoomParts,
  type RoomState,
  roleIndexOf,
  roomState,
  roomStateOf,
} from "./state.ts";
export type { ClaimsOf, SentProposal } from "./translate.ts";
