/**
 * Faults with group information for joiners. Protocol §5.6.
 * @module
 */

import { GroupInfoResponse } from "@openmimi/protocol";
import { type RoomStore, standardChecks } from "@openmimi/provider";
import { decode, encode } from "@openmimi/tls";
import type { Mutant } from "../mutant.ts";
import { ALLOWED, withChecks, withoutVerifying, yes } from "../tools/checks.ts";
import { answer, handling, octetsOf } from "../tools/http.ts";
import { withRooms } from "../tools/store.ts";

const { policyAllowsGroupInfo } = standardChecks;

/** The provider that says something else than it means in its GroupInfoResponses. */
function respondingOther(change: (response: GroupInfoResponse) => GroupInfoResponse) {
  return handling(async (open, next) => {
    const response = await next(open);
    if (open.endpoint !== "groupInfo" || response.status !== 200) return response;
    const decoded = decode(GroupInfoResponse, await octetsOf(response));
    return answer(encode(GroupInfoResponse, change(decoded)));
  });
}

/** Has rooms read from the store whenever they are needed: what is said of them is never what is known of them. */
function neverInMemory(rooms: RoomStore): Pick<RoomStore, "head"> {
  return {
    async head(roomUri) {
      const head = await rooms.head(roomUri);
      return head && { ...head, revision: -1 - head.revision };
    },
  };
}

export const groupInfoFaults: readonly Mutant[] = [
  {
    name: "group-info-for-anybody",
    fault: "Whoever asks gets the GroupInfo: what it says is thought to be public.",
    section: "protocol §5.6, reading R-106",
    parts: () => withChecks({ policyAllowsGroupInfo: () => ALLOWED }),
    caughtBy: ["hub/roles/banned-asks-for-group-info", "hub/group-info/stranger"],
  },
  {
    name: "group-info-for-leavers",
    fault: "Users whose leave is pending can come back with another device.",
    section: "protocol §5.6, reading R-061",
    parts: () =>
      withChecks({
        policyAllowsGroupInfo: (view, user, request, claims) =>
          view.members.some(({ userUri }) => userUri === user)
            ? ALLOWED
            : policyAllowsGroupInfo(view, user, request, claims),
      }),
    caughtBy: ["hub/group-info/leave-pending"],
  },
  {
    name: "group-info-by-proxy",
    fault: "The credential in the request need not be of the provider that asks.",
    section: "protocol §5.6, reading R-106",
    parts: () => withChecks({ credentialDomain: yes }),
    caughtBy: ["hub/group-info/credential-of-another-provider"],
  },
  {
    name: "group-info-request-not-verified",
    fault: "The signature of the request is not verified: the answer is encrypted, after all.",
    section: "protocol §5.6, reading R-097",
    parts: () => withoutVerifying("GroupInfoRequestTBS"),
    caughtBy: ["hub/group-info/bad-signature"],
  },
  {
    name: "group-info-unsigned",
    fault: "The answer's signature is empty.",
    section: "protocol §5.6, reading R-100",
    parts: () =>
      respondingOther((response) =>
        response.status === "success" ? { ...response, signature: new Uint8Array() } : response,
      ),
    caughtBy: ["hub/group-info/joinable"],
  },
  {
    name: "group-info-of-the-epoch-before",
    fault: "What is handed out is the GroupInfo that the room had before its last commit.",
    section: "protocol §5.6, PROTO-GI-07",
    parts(config) {
      const before = new Map<string, Uint8Array>();
      return withRooms(config, (rooms) => ({
        ...neverInMemory(rooms),
        acceptHandshake: (acceptance, accept) =>
          rooms.acceptHandshake(acceptance, (time) => {
            const accepted = accept(time);
            const { roomUri } = acceptance;
            const groupInfo = before.get(roomUri) ?? accepted.groupInfo;
            before.set(roomUri, accepted.groupInfo);
            return { ...accepted, groupInfo };
          }),
      }));
    },
    caughtBy: ["hub/group-info/success"],
  },
  {
    name: "group-info-without-pending",
    fault: "Pending proposals are not handed out, so that a joiner cannot refer to them.",
    section: "protocol §5.6, reading R-104",
    parts: (config) =>
      withRooms(config, (rooms) => ({
        async load(roomUri) {
          const room = await rooms.load(roomUri);
          return room && { ...room, pendingProposals: [] };
        },
        ...neverInMemory(rooms),
      })),
    caughtBy: ["hub/group-info/pending-proposals"],
  },
];
