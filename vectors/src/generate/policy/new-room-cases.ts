/**
 * How a room may begin. Policy §3 to §6; reading R-137.
 * @module
 */

import { BotPolicy, MimiComponentId as Id, ParticipantListData } from "@openmimi/protocol";
import { type NewRoom, type PresetName, presetComponents, presetNames } from "@openmimi/room";
import { encode } from "@openmimi/tls";
import type { Case } from "../envelope.ts";
import { allows, denies } from "./cases.ts";
import { newRoom } from "./question.ts";
import { type Components, component, ROOM, uri } from "./sketch.ts";

const founded = (preset: PresetName, more: Partial<NewRoom> = {}) =>
  presetComponents(preset, { roomUri: ROOM, creator: uri("alice"), name: "Den", ...more });
const one = { alice: 1 };
const without = (components: Components, id: number) =>
  new Map([...components].filter(([key]) => key !== id));
const START = { readings: ["R-137"] };
const DEPENDENT = { readings: ["R-137", "R-192"] };
/** Alice founds a room; its parent has these participants. */
const dependent = (...parentParticipants: string[]) =>
  newRoom(
    founded("cooperative", { basePolicy: { parentDependant: true, parentRoom: ["mimi://hub.example/r/p"] } }),
    one,
    ROOM,
    { parentParticipants },
  );
const beginnings: readonly Case[] = [
  ...presetNames.map((name) =>
    allows(`new-${name}`, "5", newRoom(founded(name), one, ROOM), {
      ...START,
      notes: "An example room of policy appendix A.",
    }),
  ),
  ...([Id.participantList, Id.rolesList, Id.baseRoomPolicy] as const).map((id) =>
    denies(
      `new-without-${id.toString(16)}`,
      "5",
      "invalid-component",
      newRoom(without(founded("cooperative"), id), one, ROOM),
      START,
    ),
  ),
  denies(
    "new-with-another-uri",
    "5",
    "room-uri-changed",
    newRoom(founded("cooperative"), one, "mimi://hub.example/r/other"),
    START,
  ),
  denies(
    "new-with-a-stranger",
    "5",
    "client-without-participant",
    newRoom(founded("cooperative"), { alice: 1, eve: 1 }, ROOM),
    START,
  ),
  denies(
    "new-with-an-undefined-role",
    "3",
    "unknown-role",
    newRoom(founded("cooperative", { creatorRoleIndex: 99 }), one, ROOM),
    START,
  ),
  denies(
    "new-with-the-banned-inside",
    "3",
    "clients-left",
    newRoom(founded("cooperative", { creatorRoleIndex: 1 }), one, ROOM),
    START,
  ),
  denies(
    "new-with-two-devices",
    "5",
    "single-device",
    newRoom(founded("cooperative", { basePolicy: { multiDevice: false } }), { alice: 2 }, ROOM),
    START,
  ),
  denies(
    "new-over-max-clients",
    "5",
    "maximum-clients",
    newRoom(founded("cooperative", { basePolicy: { maxClients: 1 } }), { alice: 2 }, ROOM),
    START,
  ),
  denies(
    "new-over-max-users",
    "5",
    "maximum-users",
    newRoom(founded("cooperative", { basePolicy: { maxUsers: 0 } }), one, ROOM),
    START,
  ),
  denies(
    "new-fixed-where-users-can-be-added",
    "5",
    "fixed-membership",
    newRoom(founded("cooperative", { basePolicy: { fixedMembership: true } }), one, ROOM),
    START,
  ),
  denies(
    "new-with-a-parent-elsewhere",
    "5",
    "parent-dependent",
    newRoom(
      founded("cooperative", { basePolicy: { parentDependant: true, parentRoom: ["mimi://b.example/r/p"] } }),
      one,
      ROOM,
    ),
    START,
  ),
  allows("new-in-a-parent", "5", dependent("alice", "bob"), DEPENDENT),
  denies("new-not-of-the-parent", "5", "parent-dependent", dependent("bob", "cathy"), DEPENDENT),
  denies("new-with-all-of-the-parent", "5", "parent-dependent", dependent("alice"), DEPENDENT),
  denies(
    "new-with-a-bot-without-role",
    "6.7",
    "unknown-role",
    newRoom(
      new Map([
        ...founded("cooperative"),
        component(Id.botPolicy, BotPolicy, {
          allowedBots: [
            {
              name: "b",
              description: "",
              homepage: "",
              localClientBot: false,
              botRoleIndex: 99,
              canTargetMessageInGroup: false,
              perUserContent: false,
            },
          ],
        }),
      ]),
      one,
      ROOM,
    ),
    START,
  ),
  denies(
    "new-with-a-user-twice",
    "5",
    "invalid-component",
    newRoom(
      new Map([
        ...founded("cooperative"),
        [
          Id.participantList,
          encode(ParticipantListData, {
            participants: [
              { user: uri("alice"), roleIndex: 4 },
              { user: uri("alice"), roleIndex: 2 },
            ],
          }),
        ],
      ]),
      one,
      ROOM,
    ),
    START,
  ),
];

export const newRoomCases: readonly Case[] = beginnings;
