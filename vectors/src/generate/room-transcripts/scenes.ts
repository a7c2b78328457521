/**
 * The rooms that are played. a.example is the hub; b.example and c.example follow.
 * @module
 */

import type { Proposal } from "@openmimi/mls";
import { BaseRoomPolicy, MimiComponentId, ParticipantListUpdate, RoomMetaData } from "@openmimi/protocol";
import { decode, encode, type Schema } from "@openmimi/tls";
import { Play } from "./play.ts";

const A1 = "mimi://a.example/d/alice/A1";
const B1 = "mimi://b.example/d/bob/B1";
const B2 = "mimi://b.example/d/bob/B2";
const C1 = "mimi://c.example/d/cathy/C1";
const C2 = "mimi://c.example/d/cathy/C2";
const BOB = "mimi://b.example/u/bob";
const CATHY = "mimi://c.example/u/cathy";

function update<T>(componentId: number, schema: Schema<T>, value: T): Proposal {
  return {
    proposalType: "appDataUpdate",
    appDataUpdate: { componentId, op: "update", update: encode(schema, value) },
  };
}

const listUpdate = (more: Partial<ParticipantListUpdate>): Proposal =>
  update(MimiComponentId.participantList, ParticipantListUpdate, {
    changedRoleParticipants: [],
    removedIndices: [],
    addedParticipants: [],
    ...more,
  });

/** The data of a component of the room, changed. */
function changed<T extends object>(
  play: Play,
  componentId: number,
  schema: Schema<T>,
  more: Partial<T>,
): Proposal {
  const data = play.hub.group.component(componentId);
  if (data === undefined) throw new Error("the room has no such component");
  return update(componentId, schema, { ...decode(schema, data), ...more });
}

/** Alice's room with Bob (two clients) and Cathy (one). */
function roomOfThree(play: Play): void {
  play.create(A1, "club");
  const bobs = play.claim(A1, BOB);
  play.commit("Alice adds Bob", A1, [
    ...bobs,
    listUpdate({ addedParticipants: [{ user: BOB, roleIndex: 2 }] }),
  ]);
  const cathys = play.claim(B1, CATHY);
  const added = listUpdate({ addedParticipants: [{ user: CATHY, roleIndex: 2 }] });
  play.commit("Bob adds Cathy", B1, [...cathys, added], { representation: "partial" });
}

function addition(): Play {
  const play = new Play("addition", [A1, B1, B2, C1]);
  roomOfThree(play);
  play.send(A1, "Welcome, all of you");
  return play;
}

function messages(): Play {
  const play = new Play("messages", [A1, B1, B2, C1]);
  roomOfThree(play);
  play.send(C1, "Hi");
  play.send(B2, "Hello Cathy");
  play.send(A1, "Who wants tea?");
  play.send(C1, "I do");
  return play;
}

/** Cathy gets a second device, which nobody has to add. */
function joining(): Play {
  const play = new Play("joining", [A1, B1, B2, C1]);
  roomOfThree(play);
  play.newClient(C2);
  play.join("Cathy's second client joins", C2);
  play.send(C2, "From the kitchen");
  play.send(A1, "Heard you");
  play.commit("Cathy's second client refreshes its keys", C2, []);
  play.send(C1, "Both of me are here");
  return play;
}

function removal(): Play {
  const play = new Play("removal", [A1, B1, B2, C1]);
  roomOfThree(play);
  play.send(B1, "Something unkind");
  const removes = [B1, B2].map((uri): Proposal => ({ proposalType: "remove", removed: play.leafOf(uri) }));
  play.commit("Alice removes Bob with both clients", A1, [...removes, listUpdate({ removedIndices: [1] })]);
  play.send(C1, "Peace again");
  return play;
}

function policyChange(): Play {
  const play = new Play("policy", [A1, B1, B2, C1]);
  roomOfThree(play);
  const describe = changed(play, MimiComponentId.roomMetadata, RoomMetaData, {
    roomDescriptions: [
      {
        mediaType: "text/plain",
        languageTag: "en",
        descriptionContent: new TextEncoder().encode("Bob's room"),
      },
    ],
  });
  play.commit("Bob wants to describe the room, which takes an administrator", B1, [describe], {
    wanted: "notAllowed",
  });
  play.commit("Alice makes Bob an administrator", A1, [
    listUpdate({ changedRoleParticipants: [{ userIndex: 1, roleIndex: 3 }] }),
  ]);
  play.commit("Bob describes the room", B1, [describe]);
  play.commit(
    "Bob wants to change the base policy, which takes the owner",
    B1,
    [changed(play, MimiComponentId.baseRoomPolicy, BaseRoomPolicy, { maxUsers: 3 })],
    { wanted: "notAllowed" },
  );
  play.commit(
    "Alice wants every user to come with one client, but Bob has two",
    A1,
    [changed(play, MimiComponentId.baseRoomPolicy, BaseRoomPolicy, { multiDevice: false })],
    { wanted: "notAllowed" },
  );
  play.commit("Alice limits the room to four clients", A1, [
    changed(play, MimiComponentId.baseRoomPolicy, BaseRoomPolicy, { maxClients: 4 }),
  ]);
  play.newClient(C2);
  play.join("Cathy's second client would be one too many", C2, "notAllowed");
  play.commit("Alice refreshes her keys", A1, [], { isLate: true });
  play.commit("Cathy commits before she hears of it", C1, [], { wanted: "wrongEpoch" });
  play.deliver();
  return play;
}

function leaving(): Play {
  const play = new Play("leaving", [A1, B1, B2, C1]);
  roomOfThree(play);
  play.commit("Cathy renames the room", C1, [
    changed(play, MimiComponentId.roomMetadata, RoomMetaData, {
      roomName: "Club of three",
      roomSubject: "winter",
    }),
  ]);
  play.send(B1, "I am off");
  play.propose("Bob leaves: SelfRemove, Remove of the other client, and the list", B1, [
    { proposalType: "selfRemove" },
    { proposalType: "remove", removed: play.leafOf(B2) },
    listUpdate({ removedIndices: [1] }),
  ]);
  play.commit("Cathy commits what is pending", C1, []);
  play.send(A1, "And then there were two");
  return play;
}

/** All of them, by the name of their file. */
export const SCENES: readonly (readonly [name: string, title: string, play: () => Play])[] = [
  ["addition", "A room is created, and users of a second and a third provider are added", addition],
  ["messages", "Messages with franking between three providers", messages],
  ["joining", "A client joins by external commit", joining],
  ["removal", "A user is removed with all clients", removal],
  ["policy", "Roles and policy change, and what they forbid is denied", policyChange],
  ["leaving", "Metadata change, and a user leaves by SelfRemove", leaving],
];
