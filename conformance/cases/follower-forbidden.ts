/**
 * Commits that the room's policy forbids and that its hub lets pass: members do not follow. Policy §3, §8.
 * @module
 */

import type { Proposal } from "@openmimi/mls";
import { MimiComponentId, type Role, RoleData } from "@openmimi/protocol";
import { Capability, cooperativeRoom } from "@openmimi/room";
import { decode, encode } from "@openmimi/tls";
import type { ConformanceCase } from "../src/case.ts";
import { listUpdate, rolesUpdate } from "../src/play/handshake.ts";
import { observeMessages } from "../src/play/observe-room.ts";
import type { Components } from "../src/play/room-extensions.ts";
import type { SuiteClient } from "../src/play/suite-client.ts";
import { type SuiteRoom, suiteRoom } from "../src/play/suite-room.ts";
import { needsUser, SHOWN } from "./follower-builders.ts";
import { sameRoom } from "./hub-builders.ts";

const VIEW = "the room as carol's client has it";

/** The roles of a cooperative room, with alice's as one that may change them. */
function redefinable({ roomUri, alice }: Pick<SuiteRoom, "roomUri" | "alice">): Components {
  const usual = cooperativeRoom({ roomUri, creator: alice.userUri }).get(MimiComponentId.rolesList);
  const roles = usual === undefined ? [] : decode(RoleData, usual).roles;
  const more = roles.map((role) =>
    role.roleName === "super_admin"
      ? { ...role, roleCapabilities: [...role.roleCapabilities, Capability.canChangeRoleDefinitions] }
      : role,
  );
  return [[MimiComponentId.rolesList, encode(RoleData, { roles: more })]];
}

const described = (role: Role): Role => ({ ...role, roleDescription: "described anew" });

/**
 * A commit of alice that members have to refuse. A message of the same epoch shows afterwards that carol's client has seen
 * it and is where it was.
 */
function forbidden(
  words: Pick<ConformanceCase, "id" | "title" | "requirements" | "readings">,
  proposals: (alice: SuiteClient) => readonly Proposal[],
): ConformanceCase {
  return {
    ...words,
    ...{ level: "MUST", role: "member-client", needs: needsUser() },
    async run(context) {
      const { room, carol } = await suiteRoom(context, redefinable);
      const { clientUri } = carol;
      const { roomUri, alice } = room;
      const look = async () => {
        const { epoch, treeHash, participants } = await context.adapter.call("roomView", {
          clientUri,
          roomUri,
        });
        const listed = participants.map(({ userUri, roleIndex }) => `${userUri} ${roleIndex}`);
        context.observe(VIEW, { epoch, treeHash, listed });
      };
      await look();
      const said = room.says("still here");
      const { commit: message } = alice.copy().commit({ proposals: proposals(alice), path: true });
      const commit = { timestamp: room.timestamp(), message, externalProposals: [] };
      await room.tell("what is forbidden", [commit]);
      await room.tell("a message", [said]);
      await observeMessages(context, SHOWN, room, clientUri, [said]);
      await look();
    },
    judge: (transcript, check) => [check.unchanged(VIEW), sameRoom(transcript, check, SHOWN)],
  };
}

export const followerForbidden: readonly ConformanceCase[] = [
  forbidden(
    {
      id: "follower/forbidden/roles-with-list-change",
      title:
        "A commit that changes role definitions and the participant list is refused, though the hub let it pass",
      requirements: ["POLICY-ROLE-07"],
    },
    ({ group, userUri }) => [
      rolesUpdate(group.public, described),
      listUpdate({ addedParticipants: [{ user: `${userUri}-2`, roleIndex: 2 }] }),
    ],
  ),
];
