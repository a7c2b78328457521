/**
 * POST /update/{roomId}. Protocol §5.3.
 * @module
 */

import { GroupInfo, type MLSMessage, PartialGroupInfo, RatchetTreeOption, Welcome } from "@openmimi/mls";
import {
  enumeration,
  given,
  type Infer,
  nothing,
  opaque,
  optional,
  type Schema,
  select,
  struct,
  text,
  uint64,
  vector,
} from "@openmimi/tls";
import { MAX_PROPOSALS, MAX_REFERENCE_OCTETS, MAX_TEXT_OCTETS } from "../limits.ts";
import { HandshakeMessage, kindOf, LeadingProtocol, ProposalMessage } from "./common.ts";

/** Protocol §5.3. */
export const GroupInfoRepresentation = enumeration("GroupInfoRepresentation", { full: 1, partial: 2 });
export type GroupInfoRepresentation = Infer<typeof GroupInfoRepresentation>;

/** Protocol §5.3. */
export const GroupInfoOption = select("GroupInfoOption", {
  on: ["representation", GroupInfoRepresentation],
  cases: { full: { groupInfo: GroupInfo }, partial: { partialGroupInfo: PartialGroupInfo } },
});
export type GroupInfoOption = Infer<typeof GroupInfoOption>;

type Handshake = { readonly proposalOrCommit: MLSMessage };
const withCommit =
  <T>(schema: Schema<T>) =>
  (bundle: Handshake): Schema<T | undefined> =>
    kindOf(bundle.proposalOrCommit) === "commit" ? (schema as Schema<T | undefined>) : nothing;
const withProposal =
  <T>(schema: Schema<T>) =>
  (bundle: Handshake): Schema<T | undefined> =>
    kindOf(bundle.proposalOrCommit) === "proposal" ? (schema as Schema<T | undefined>) : nothing;

/**
 * Protocol §5.3: a commit with its Welcome, GroupInfo and tree, or a proposal with further proposals. Which one is
 * found inside the MLSMessage (reading R-049). For a proposal `moreProposals` is always there, possibly empty; for a
 * commit `groupInfoOption` and `ratchetTreeOption` are (readings ). A SemiPrivateMessage says its content
 * type in the clear, so that its bundle can be read without its content (reading R-221).
 */
export const HandshakeBundle = struct("HandshakeBundle", {
  proposalOrCommit: HandshakeMessage,
  welcome: given("optional<Welcome>", withCommit(optional(Welcome))),
  groupInfoOption: given("GroupInfoOption", withCommit(GroupInfoOption)),
  ratchetTreeOption: given("RatchetTreeOption", withCommit(RatchetTreeOption)),
  moreProposals: given(
    "MLSMessage<V>",
    withProposal(vector(ProposalMessage, { maxElements: MAX_PROPOSALS })),
  ),
});
export type HandshakeBundle = Infer<typeof HandshakeBundle>;

/**
 * Protocol §5.3: the body of the request, a HandshakeBundle without a protocol octet in front. One octet 01 in front
 * is accepted and kept as `protocol` (reading R-048); leave it out when sending.
 */
export const UpdateRequest = struct("UpdateRequest", {
  protocol: LeadingProtocol,
  proposalOrCommit: HandshakeMessage,
  welcome: given("optional<Welcome>", withCommit(optional(Welcome))),
  groupInfoOption: given("GroupInfoOption", withCommit(GroupInfoOption)),
  ratchetTreeOption: given("RatchetTreeOption", withCommit(RatchetTreeOption)),
  moreProposals: given(
    "MLSMessage<V>",
    withProposal(vector(ProposalMessage, { maxElements: MAX_PROPOSALS })),
  ),
});
export type UpdateRequest = Infer<typeof UpdateRequest>;

/** Protocol §5.3. */
export const UpdateResponseCode = enumeration("UpdateResponseCode", {
  success: 0,
  wrongEpoch: 1,
  notAllowed: 2,
  invalidProposal: 3,
});
export type UpdateResponseCode = Infer<typeof UpdateResponseCode>;

/** For people; may be empty (reading R-003). */
const errorDescription = text(MAX_TEXT_OCTETS);

/** Protocol §5.3. notAllowed adds nothing behind the description (reading R-007). */
export const UpdateRoomResponse = select("UpdateRoomResponse", {
  on: ["responseCode", UpdateResponseCode],
  cases: {
    success: { errorDescription, acceptedTimestamp: uint64 },
    wrongEpoch: { errorDescription, currentEpoch: uint64 },
    notAllowed: { errorDescription },
    invalidProposal: {
      errorDescription,
      /** ProposalRefs; empty where only proposals by value are at fault (readings ). */
      invalidProposals: vector(opaque(MAX_REFERENCE_OCTETS), { maxElements: MAX_PROPOSALS }),
    },
  },
});
export type UpdateRoomResponse = Infer<typeof UpdateRoomResponse>;
