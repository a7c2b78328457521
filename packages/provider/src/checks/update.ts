/**
 * What a hub asks of proposals and commits. Protocol §5.3, §7; readings.
 * @module
 */

import {
  ExtensionType,
  type GroupInfo,
  type MLSMessage,
  type PendingProposal,
  type PublicGroup,
  RatchetTreeNodes,
  type StagedCommit,
  type Welcome,
} from "@openmimi/mls";
import type { GroupInfoOption, Identity, UpdateRequest } from "@openmimi/protocol";
import {
  authorizeCommit,
  authorizeHandshakeFormat,
  authorizeProposal,
  type CommitFacts,
  type Decision,
  type HandshakeFormat,
  missingProposals,
  type ProposalFacts,
  type RoomState,
} from "@openmimi/room";
import { encode } from "@openmimi/tls";
import type { JoinRequest } from "../hub/join-requests.ts";
import { sameOctets, toHex } from "../octets.ts";
import { type Source, speaksFor } from "../source.ts";

/** The handshake belongs to the group of the room in the path (reading R-029). */
export function handshakeIsForRoom(group: PublicGroup, groupId: Uint8Array): boolean {
  return sameOctets(group.groupId, groupId);
}

/** Protocol §5.3: wrongEpoch for any other epoch than the hub's (reading R-060). */
export function epochMatches(group: PublicGroup, epoch: bigint): boolean {
  return epoch === group.epoch;
}

/** A provider posts the handshakes of its own users only (reading R-068). */
export function senderDomain(source: Source, sender: Identity): boolean {
  return speaksFor(source, sender);
}

/** Policy §7: the room takes handshakes in this wire format (reading R-063). */
export function handshakeFormatAllowed(state: RoomState, handshake: HandshakeFormat): Decision {
  return authorizeHandshakeFormat(state, handshake);
}

/** Protocol §7.3: only clients commit. */
export function senderMayCommit(
  senderType: "member" | "external" | "newMemberProposal" | "newMemberCommit",
): boolean {
  return senderType === "member" || senderType === "newMemberCommit";
}

/** All that MLS says of a commit and a server can verify (reading R-065). @throws {MlsError} */
export function stageCommit(group: PublicGroup, message: MLSMessage): StagedCommit {
  return group.stage(message);
}

/** All that MLS says of a proposal and a server can verify. @throws {MlsError} */
export function stageProposal(group: PublicGroup, message: MLSMessage): PendingProposal {
  return group.stageProposal(message);
}

/** The next commit must be able to hold all that is pending. @throws {MlsError} */
export function proposalsFitTogether(group: PublicGroup, additional: readonly PendingProposal[]): void {
  group.provisional(additional);
}

/**
 * Protocol §3.5, §7.3: a commit holds every pending proposal. Excepted are Updates that cannot stand in it: of the
 * committer itself, and of a leaf that the commit removes (RFC 9420 §12.2).
 *
 * @returns the references that are missing
 */
export function pendingProposalsMissing(group: PublicGroup, staged: StagedCommit): Uint8Array[] {
  const included = staged.proposals.flatMap(({ reference }) => (reference === undefined ? [] : [reference]));
  const excused = new Set([staged.committer, ...staged.removed.map(({ leafIndex }) => leafIndex)]);
  return missingProposals(group.pending, included, staged.external)
    .filter(
      ({ proposal, sender }) =>
        proposal.proposalType !== "update" ||
        sender.senderType !== "member" ||
        !excused.has(sender.leafIndex),
    )
    .map(({ reference }) => reference);
}

/** Protocol §5.3, §7.5, policy §8: the actor may do this. */
export function policyAllowsCommit(state: RoomState, facts: CommitFacts): Decision {
  return authorizeCommit(state, facts);
}

/** Protocol §5.3, §7.5, policy §8: the sender may propose this. */
export function policyAllowsProposals(state: RoomState, facts: ProposalFacts): Decision {
  return authorizeProposal(state, facts);
}

/** No GroupInfo embeds the tree (reading R-052). */
export function groupInfoOmitsTree(option: GroupInfoOption): boolean {
  if (option.representation === "partial") {
    const { ratchetTreePresence, groupInfoExtensions } = option.partialGroupInfo;
    const omits = ratchetTreePresence === "noRatchetTree" || ratchetTreePresence === "removed";
    return (
      omits && !groupInfoExtensions.some(({ extensionType }) => extensionType === ExtensionType.ratchetTree)
    );
  }
  return !option.groupInfo.extensions.some(
    ({ extensionType }) => extensionType === ExtensionType.ratchetTree,
  );
}

/**
 * The GroupInfo of the new epoch, signed by the committer over the staged context: what stands in for the checks that
 * only members can make (readings ).
 *
 * @throws {MlsError} `invalid-group-info`
 */
export function groupInfoOfCommit(
  group: PublicGroup,
  staged: StagedCommit,
  option: GroupInfoOption,
): GroupInfo {
  if (option.representation === "partial") return group.rebuildGroupInfo(staged, option.partialGroupInfo);
  group.verifyGroupInfo(staged, option.groupInfo);
  return option.groupInfo;
}

/** The hub makes the tree itself, or is given the very same one (reading R-056). */
export function ratchetTreeMatches(
  staged: StagedCommit,
  option: UpdateRequest["ratchetTreeOption"],
): boolean {
  if (option?.representation === "distributionService") return true;
  if (option?.representation !== "full") return false;
  return sameOctets(
    encode(RatchetTreeNodes, option.ratchetTree),
    encode(RatchetTreeNodes, staged.tree.toNodes()),
  );
}

/** Every added client finds itself in the Welcome, and nobody else does (reading R-066). */
export function welcomeMatchesAdds(
  { suite }: PublicGroup,
  added: ReadonlySet<string>,
  welcome: Welcome | undefined,
): boolean {
  if (welcome === undefined) return added.size === 0;
  const references = welcome.secrets.map(({ newMember }) => toHex(newMember));
  return (
    welcome.cipherSuite === suite.id &&
    references.length > 0 &&
    references.length === added.size &&
    new Set(references).size === references.length &&
    references.every((reference) => added.has(reference))
  );
}

/** Who joins by external commit has asked for the GroupInfo with the same identity and key (reading R-106). */
export function externalCommitCorrelated(request: JoinRequest | undefined): boolean {
  return request !== undefined;
}
