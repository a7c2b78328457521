/**
 * Handshakes of other providers that a hub refuses although they are right. Protocol §5.3, §7.
 * @module
 */

import type { MLSMessage, Proposal } from "@openmimi/mls";
import {
  MimiComponentId,
  ParticipantListUpdate,
  UpdateRequest,
  UpdateRoomResponse,
} from "@openmimi/protocol";
import { decode, encode, TlsError } from "@openmimi/tls";
import type { Mutant, Parts } from "../mutant.ts";
import { answer, handling } from "../tools/http.ts";

/** The handshake of a request, or nothing where it cannot be read. */
function requestIn(body: Uint8Array): UpdateRequest | undefined {
  try {
    return decode(UpdateRequest, body);
  } catch (error) {
    if (error instanceof TlsError) return undefined;
    throw error;
  }
}

/** The provider with a rule too many. Its own clients are not asked, so that they can prepare what cases need. */
function alsoRefusing(isRefused: (request: UpdateRequest) => boolean): Parts {
  return handling(async (open, next) => {
    const request = open.endpoint === "update" ? requestIn(open.body) : undefined;
    if (request === undefined || !isRefused(request)) return next(open);
    const errorDescription = "a rule of this provider's own";
    return answer(encode(UpdateRoomResponse, { responseCode: "notAllowed", errorDescription }));
  });
}

/** What stands in a commit by value. */
function proposalsOf(message: MLSMessage): Proposal[] {
  if (message.wireFormat !== "publicMessage") return [];
  const { content } = message.publicMessage;
  if (content.contentType !== "commit") return [];
  return content.commit.proposals.flatMap((item) => (item.type === "proposal" ? [item.proposal] : []));
}

/** What a commit says by value about the participant list. */
function listUpdatesOf(proposals: readonly Proposal[]): ParticipantListUpdate[] {
  return proposals.flatMap((one) =>
    one.proposalType === "appDataUpdate" &&
    one.appDataUpdate.op === "update" &&
    one.appDataUpdate.componentId === MimiComponentId.participantList
      ? [decode(ParticipantListUpdate, one.appDataUpdate.update)]
      : [],
  );
}

const isExternal = ({ proposalOrCommit: message }: UpdateRequest): boolean =>
  message.wireFormat === "publicMessage" &&
  message.publicMessage.content.sender.senderType === "newMemberCommit";

export const strictnessFaults: readonly Mutant[] = [
  {
    name: "full-group-info-refused",
    fault: "Only a PartialGroupInfo is understood.",
    section: "protocol §5.3, reading R-051",
    parts: () => alsoRefusing(({ groupInfoOption }) => groupInfoOption?.representation === "full"),
    caughtBy: ["hub/update/full-group-info"],
  },
  {
    name: "participants-need-clients",
    fault: "A user can be added to the participant list only together with a client.",
    section: "protocol §7.5, reading R-134",
    parts: () =>
      alsoRefusing(({ proposalOrCommit }) => {
        const proposals = proposalsOf(proposalOrCommit);
        const adds = proposals.filter(({ proposalType }) => proposalType === "add").length;
        const added = listUpdatesOf(proposals).flatMap((one) => one.addedParticipants);
        return added.length > adds;
      }),
    caughtBy: ["hub/update/add-user-without-clients"],
  },
  {
    name: "removals-refused",
    fault: "Users can leave, but nobody can remove another one.",
    section: "policy §8.1, POLICY-CAP-13",
    parts: () =>
      alsoRefusing(({ proposalOrCommit }) =>
        proposalsOf(proposalOrCommit).some(({ proposalType }) => proposalType === "remove"),
      ),
    caughtBy: ["hub/update/remove-user", "hub/roles/kick"],
  },
  {
    name: "roles-fixed",
    fault: "The role that a user was added with never changes.",
    section: "policy §8.1.3, POLICY-CAP-21",
    parts: () =>
      alsoRefusing(({ proposalOrCommit }) =>
        listUpdatesOf(proposalsOf(proposalOrCommit)).some(
          ({ changedRoleParticipants }) => changedRoleParticipants.length > 0,
        ),
      ),
    caughtBy: ["hub/update/malformed-list-update", "hub/roles/change", "hub/roles/ban"],
  },
  {
    name: "list-updates-only",
    fault: "No component but the participant list can be changed.",
    section: "protocol §7.6, extensions §4.7",
    parts: () =>
      alsoRefusing(({ proposalOrCommit }) =>
        proposalsOf(proposalOrCommit).some(
          (one) =>
            one.proposalType === "appDataUpdate" &&
            one.appDataUpdate.componentId !== MimiComponentId.participantList,
        ),
      ),
    caughtBy: ["hub/update/room-name", "hub/roles/definitions"],
  },
  {
    name: "proposals-refused",
    fault: "Proposals count only inside of commits.",
    section: "protocol §3.5, §5.3",
    parts: () => alsoRefusing(({ moreProposals }) => moreProposals !== undefined),
    caughtBy: ["hub/proposals/update"],
  },
  {
    name: "external-commits-refused",
    fault: "Nobody joins by external commit, not even with a further device.",
    section: "protocol §3.6",
    parts: () => alsoRefusing(isExternal),
    caughtBy: ["hub/external/own-device"],
  },
];
