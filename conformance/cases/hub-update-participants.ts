/**
 * Commits whose changes of the participant list and of the clients do not fit. Protocol §5.3, §7.5; policy §3, §8.1; readings
 *
 * @module
 */

import type { Proposal } from "@openmimi/mls";
import { MimiComponentId, type ParticipantListUpdate } from "@openmimi/protocol";
import type { ConformanceCase } from "../src/case.ts";
import { carelessCopy } from "../src/play/careless.ts";
import {
  additionOf,
  commitRequest,
  componentUpdate,
  indexOf,
  listUpdate,
  participantsOf,
} from "../src/play/handshake.ts";
import { SuiteClient } from "../src/play/suite-client.ts";
import type { TargetRoom } from "../src/play/target-room.ts";
import { NOT_ALLOWED, type RefusedHandshake, refusedHandshake, UNACCEPTABLE } from "./hub-builders.ts";

const level = "MUST";
const ADD = "hub/update/add-user-of-unknown-key-package";
const LIST = "hub/update/add-user-without-clients";
const REMOVE = "hub/update/remove-user";

const roleOf = ({ bob }: TargetRoom): number =>
  participantsOf(bob.group.public)[indexOf(bob.group.public, bob.userUri)]?.roleIndex ?? 0;

/** bob's commit over these proposals, made without looking at what they say. */
const carelessly = ({ bob }: TargetRoom, proposals: readonly Proposal[]) => ({
  body: commitRequest(carelessCopy(bob).commit({ proposals, path: true })),
});

/** Case of one or more list updates that are wrong. */
function badList(
  one: Pick<RefusedHandshake, "id" | "title" | "requirements" | "prepare">,
  updates: (here: TargetRoom, stranger: string) => readonly Partial<ParticipantListUpdate>[],
): ConformanceCase {
  return refusedHandshake({
    ...one,
    readings: ["R-132", "R-133"],
    level,
    twin: LIST,
    request: (here, context) =>
      carelessly(here, updates(here, SuiteClient.of(context, "follower2", "carl").userUri).map(listUpdate)),
    expected: UNACCEPTABLE,
  });
}

/** Adds carl with two clients, as the second of {@link TargetRoom.everybody}. */
const bringCarl = (here: TargetRoom) => here.bring({ devices: 2 });
const carlOf = (here: TargetRoom) => {
  const [, phone, tablet] = here.everybody as [SuiteClient, SuiteClient, SuiteClient];
  const index = indexOf(here.bob.group.public, phone.userUri);
  return { index, leaves: [phone.group.ownLeafIndex, tablet.group.ownLeafIndex] as const };
};
const remove = (removed: number): Proposal => ({ proposalType: "remove", removed });

export const hubUpdateParticipants: readonly ConformanceCase[] = [
  refusedHandshake({
    id: "hub/update/client-without-participant",
    title: "Adding a client of somebody who is not in the participant list is refused",
    requirements: ["PROTO-UPD-02", "PROTO-STATE-01"],
    ...{ level, twin: ADD },
    request(here, context) {
      const carl = SuiteClient.of(context, "follower2", "carl");
      const [, add] = additionOf(here.bob.group.public, here.bob.userUri, [carl]) as [Proposal, Proposal];
      return carelessly(here, [add]);
    },
    expected: NOT_ALLOWED,
  }),
  refusedHandshake({
    id: "hub/update/list-entry-of-another-user",
    title: "Adding a client of one user beside the list entry of another is refused",
    requirements: ["PROTO-UPD-02", "PROTO-STATE-01"],
    ...{ level, twin: ADD },
    request(here, context) {
      const carl = SuiteClient.of(context, "follower2", "carl");
      const [, add] = additionOf(here.bob.group.public, here.bob.userUri, [carl]) as [Proposal, Proposal];
      const user = SuiteClient.of(context, "follower2", "dave").userUri;
      const list = listUpdate({ addedParticipants: [{ user, roleIndex: roleOf(here) }] });
      return carelessly(here, [list, add]);
    },
    expected: NOT_ALLOWED,
  }),
  refusedHandshake({
    id: "hub/update/removed-user-keeps-clients",
    title: "Removing a user from the participant list without the user's clients is refused",
    requirements: ["PROTO-UPD-03", "PROTO-STATE-01", "POLICY-CAP-14"],
    ...{ level, twin: REMOVE },
    prepare: bringCarl,
    request: (here) => carelessly(here, [listUpdate({ removedIndices: [carlOf(here).index] })]),
    expected: NOT_ALLOWED,
  }),
  refusedHandshake({
    id: "hub/update/removed-user-keeps-one-client",
    title: "Removing a user with one of two clients is refused",
    requirements: ["PROTO-UPD-03", "POLICY-CAP-14"],
    ...{ level, twin: REMOVE },
    prepare: bringCarl,
    request(here) {
      const { index, leaves } = carlOf(here);
      return carelessly(here, [listUpdate({ removedIndices: [index] }), remove(leaves[0])]);
    },
    expected: NOT_ALLOWED,
  }),
  refusedHandshake({
    id: "hub/update/clients-removed-without-list-entry",
    title: "Removing another user's clients, the list unchanged, is refused without the capability to kick",
    requirements: ["POLICY-CAP-20", "PROTO-UPD-15"],
    ...{ level, twin: REMOVE },
    prepare: bringCarl,
    request: (here) => carelessly(here, carlOf(here).leaves.map(remove)),
    expected: NOT_ALLOWED,
  }),
  badList(
    {
      id: "hub/update/index-out-of-range",
      title: "A list update with an index behind the end of the list is refused",
      requirements: ["PROTO-PL-05"],
    },
    ({ bob }) => [{ removedIndices: [participantsOf(bob.group.public).length] }],
  ),
  badList(
    {
      id: "hub/update/index-repeated",
      title: "A list update that removes the same participant twice is refused",
      requirements: ["PROTO-PL-07"],
      prepare: (here) => here.bring(),
    },
    ({ bob }) => {
      const index = participantsOf(bob.group.public).length - 1;
      return [{ removedIndices: [index, index] }];
    },
  ),
  badList(
    {
      id: "hub/update/user-added-by-two-updates",
      title: "A commit is refused when two of its list updates add the same user",
      requirements: ["PROTO-PL-07", "PROTO-PL-02"],
    },
    (here, user) => {
      const update = { addedParticipants: [{ user, roleIndex: roleOf(here) }] };
      return [update, update];
    },
  ),
  badList(
    {
      id: "hub/update/participant-added-again",
      title: "Adding a user who is in the participant list already is refused",
      requirements: ["PROTO-PL-02"],
    },
    (here) => [{ addedParticipants: [{ user: here.creator.userUri, roleIndex: roleOf(here) }] }],
  ),
  badList(
    {
      id: "hub/update/role-zero",
      title: "A list entry with role 0, which stands for not being listed, is refused",
      requirements: ["POLICY-ROLE-03"],
    },
    (_, user) => [{ addedParticipants: [{ user, roleIndex: 0 }] }],
  ),
  badList(
    {
      id: "hub/update/undefined-role",
      title: "A list entry with a role that the room does not define is refused",
      requirements: ["POLICY-CAP-03"],
    },
    (_, user) => [{ addedParticipants: [{ user, roleIndex: 0x7fff_fff0 }] }],
  ),
  badList(
    {
      id: "hub/update/one-part-forbidden",
      title: "A list update is refused as a whole when one of its parts is not allowed",
      requirements: ["PROTO-PL-06"],
    },
    (here, user) => [
      {
        changedRoleParticipants: [{ userIndex: 0, roleIndex: roleOf(here) }],
        addedParticipants: [{ user, roleIndex: roleOf(here) }],
      },
    ],
  ),
  refusedHandshake({
    id: "hub/update/unknown-component",
    title: "An AppDataUpdate of a component that is not known is refused",
    requirements: ["PROTO-UPD-22", "EXT-ADU-02"],
    ...{ level, twin: LIST },
    request: (here) => carelessly(here, [componentUpdate(0xf123, Uint8Array.of(0))]),
    expected: UNACCEPTABLE,
  }),
  refusedHandshake({
    id: "hub/update/participant-list-removed",
    title: "Taking the participant list away from the room is refused",
    requirements: ["PROTO-UPD-15", "PROTO-STATE-01"],
    readings: ["R-137", "R-200"],
    ...{ level, twin: LIST },
    request: (here) =>
      carelessly(here, [
        {
          proposalType: "appDataUpdate",
          appDataUpdate: { componentId: MimiComponentId.participantList, op: "remove" },
        },
      ]),
    expected: UNACCEPTABLE,
  }),
  refusedHandshake({
    id: "hub/update/malformed-list-update",
    title: "A list update that does not decode is refused",
    requirements: ["EXT-ADU-07", "PROTO-PL-03"],
    ...{ level, twin: LIST },
    request: ({ bob }) => {
      const copy = bob.copy({ components: (_, current) => current ?? new Uint8Array() });
      const proposals = [componentUpdate(MimiComponentId.participantList, Uint8Array.of(1, 2, 3))];
      return { body: commitRequest(copy.commit({ proposals, path: true })) };
    },
    expected: UNACCEPTABLE,
  }),
];
