/**
 * Commits that the room's policy forbids. Policy §8; protocol §5.3, §7.6; readings.
 * @module
 */

import type { Proposal } from "@openmimi/mls";
import { BaseRoomPolicy, MimiComponentId, PreAuthData, RoleData } from "@openmimi/protocol";
import { decode, encode, type Schema } from "@openmimi/tls";
import type { ConformanceCase } from "../src/case.ts";
import { carelessCopy } from "../src/play/careless.ts";
import {
  additionOf,
  commitRequest,
  componentUpdate,
  indexOf,
  listUpdate,
  metadataUpdate,
  participantsOf,
  removalOf,
} from "../src/play/handshake.ts";
import { SuiteClient } from "../src/play/suite-client.ts";
import type { TargetRoom } from "../src/play/target-room.ts";
import {
  NOT_ALLOWED,
  REFUSED,
  type RefusedHandshake,
  refusedHandshake,
  UNACCEPTABLE,
} from "./hub-builders.ts";

/** A commit by bob, an ordinary participant of a follower, that bob's role does not allow. */
function forbidden(
  one: Pick<RefusedHandshake, "id" | "title" | "requirements"> &
    Partial<Pick<RefusedHandshake, "twin" | "room" | "prepare" | "readings" | "expected" | "operations">>,
  proposals: (here: TargetRoom, stranger: SuiteClient) => readonly Proposal[],
): ConformanceCase {
  return refusedHandshake({
    twin: "hub/update/add-user-of-unknown-key-package",
    expected: NOT_ALLOWED,
    ...one,
    level: "MUST",
    request(here, context) {
      const stranger = SuiteClient.of(context, "follower2", "dave");
      const made = carelessCopy(here.bob).commit({ proposals: proposals(here, stranger), path: true });
      here.demand(REFUSED, made, false);
      return { body: commitRequest(made) };
    },
  });
}

const strict = { room: { preset: "strictly-administered" } } as const;
const LIST = "hub/update/add-user-without-clients";
const REMOVE = "hub/update/remove-user";
const NAME = "hub/update/room-name";

const creatorIndex = ({ bob, creator }: TargetRoom): number => indexOf(bob.group.public, creator.userUri);
const ownIndex = ({ bob }: TargetRoom): number => indexOf(bob.group.public, bob.userUri);
const roleAt = ({ bob }: TargetRoom, index: number): number =>
  participantsOf(bob.group.public)[index]?.roleIndex ?? 0;
const creatorLeaf = ({ bob }: TargetRoom): number => {
  const other = bob.group.public.members().find(({ leafIndex }) => leafIndex !== bob.group.ownLeafIndex);
  return other?.leafIndex ?? 0;
};

/** An update of a policy component with something changed. */
function policyUpdate<T>(
  { bob }: TargetRoom,
  id: number,
  schema: Schema<T>,
  change: (data: T) => T,
): Proposal {
  const data = bob.group.public.component(id);
  if (data === undefined) throw new Error(`the room has no component ${id}`);
  return componentUpdate(id, encode(schema, change(decode(schema, data))));
}

export const hubUpdatePolicy: readonly ConformanceCase[] = [
  forbidden(
    {
      id: "hub/policy/add-without-capability",
      title: "An ordinary participant of a strictly administered room cannot add others",
      requirements: ["POLICY-CAP-02", "PROTO-UPD-15"],
      ...strict,
    },
    ({ bob }, dave) => additionOf(bob.group.public, bob.userUri, [dave]),
  ),
  forbidden(
    {
      id: "hub/policy/add-with-role-not-listed",
      title: "An ordinary participant cannot add others with the role of the room's creator",
      requirements: ["POLICY-CAP-03", "POLICY-ROLE-08"],
    },
    ({ bob, creator }, dave) => additionOf(bob.group.public, creator.userUri, [dave]),
  ),
  forbidden(
    {
      id: "hub/policy/remove-without-capability",
      title: "An ordinary participant of a strictly administered room cannot remove others",
      requirements: ["POLICY-CAP-13"],
      ...strict,
      twin: REMOVE,
    },
    (here) => removalOf(here.bob.group.public, here.creator.userUri, [creatorLeaf(here)]),
  ),
  forbidden(
    {
      id: "hub/policy/remove-creator",
      title: "An ordinary participant cannot remove somebody whose role its own does not list",
      requirements: ["POLICY-CAP-15", "POLICY-ROLE-08"],
      twin: REMOVE,
    },
    (here) => removalOf(here.bob.group.public, here.creator.userUri, [creatorLeaf(here)]),
  ),
  forbidden(
    {
      id: "hub/policy/promote-oneself",
      title: "An ordinary participant cannot take the role of the room's creator",
      requirements: ["POLICY-CAP-21", "POLICY-CAP-23"],
      twin: LIST,
    },
    (here) => [
      listUpdate({
        changedRoleParticipants: [{ userIndex: ownIndex(here), roleIndex: roleAt(here, creatorIndex(here)) }],
      }),
    ],
  ),
  forbidden(
    {
      id: "hub/policy/demote-creator",
      title: "An ordinary participant cannot change the role of others",
      requirements: ["POLICY-CAP-21"],
      twin: LIST,
    },
    (here) => [
      listUpdate({
        changedRoleParticipants: [{ userIndex: creatorIndex(here), roleIndex: roleAt(here, ownIndex(here)) }],
      }),
    ],
  ),
  forbidden(
    {
      id: "hub/policy/ban-without-capability",
      title: "An ordinary participant cannot ban others",
      requirements: ["POLICY-CAP-24"],
      readings: ["R-187"],
      twin: REMOVE,
    },
    (here) => [
      listUpdate({ changedRoleParticipants: [{ userIndex: creatorIndex(here), roleIndex: 1 }] }),
      { proposalType: "remove", removed: creatorLeaf(here) },
    ],
  ),
  forbidden(
    {
      id: "hub/policy/description-without-capability",
      title: "A participant who may change the name but not the description cannot change both",
      requirements: ["POLICY-CAP-29"],
      readings: ["R-135"],
      twin: NAME,
    },
    ({ bob }) => [
      metadataUpdate(bob.group.public, {
        roomName: "Another name",
        roomDescriptions: [
          { mediaType: "", languageTag: "en", descriptionContent: new TextEncoder().encode("described") },
        ],
      }),
    ],
  ),
  forbidden(
    {
      id: "hub/policy/name-without-capability",
      title: "An ordinary participant of a strictly administered room cannot rename it",
      requirements: ["POLICY-CAP-28"],
      ...strict,
      twin: NAME,
    },
    ({ bob }) => [metadataUpdate(bob.group.public, { roomName: "Another name" })],
  ),
  forbidden(
    {
      id: "hub/policy/room-uri-changed",
      title: "Nobody can change the room's URI",
      requirements: ["PROTO-META-02"],
      readings: ["R-135"],
      twin: NAME,
      expected: UNACCEPTABLE,
    },
    ({ bob, roomUri }) => [metadataUpdate(bob.group.public, { roomUri: `${roomUri}-2` })],
  ),
  forbidden(
    {
      id: "hub/policy/metadata-twice",
      title: "Two updates of the metadata in one commit are refused",
      requirements: ["PROTO-META-03"],
      twin: NAME,
      expected: UNACCEPTABLE,
    },
    ({ bob }) => [
      metadataUpdate(bob.group.public, { roomName: "One name" }),
      metadataUpdate(bob.group.public, { roomName: "Another name" }),
    ],
  ),
  forbidden(
    {
      id: "hub/policy/roles-without-capability",
      title: "An ordinary participant cannot change the role definitions",
      requirements: ["POLICY-CAP-44"],
      readings: ["R-188"],
      twin: NAME,
    },
    (here) => [
      policyUpdate(here, MimiComponentId.rolesList, RoleData, ({ roles }) => ({
        roles: roles.map((role) =>
          role.roleIndex === roleAt(here, ownIndex(here)) ? { ...role, roleDescription: "may do all" } : role,
        ),
      })),
    ],
  ),
  forbidden(
    {
      id: "hub/policy/base-policy-without-capability",
      title: "An ordinary participant cannot change the base policy",
      requirements: ["POLICY-CAP-43"],
      readings: ["R-188", "R-189"],
      twin: NAME,
    },
    (here) => [
      policyUpdate(here, MimiComponentId.baseRoomPolicy, BaseRoomPolicy, (policy) => ({
        ...policy,
        persistentRoom: !policy.persistentRoom,
      })),
    ],
  ),
  forbidden(
    {
      id: "hub/policy/preauthorization-without-capability",
      title: "An ordinary participant cannot change who is preauthorized",
      requirements: ["POLICY-CAP-45"],
      readings: ["R-188"],
      twin: NAME,
    },
    () => [componentUpdate(MimiComponentId.preauthList, encode(PreAuthData, { preauthorizedEntries: [] }))],
  ),
];
