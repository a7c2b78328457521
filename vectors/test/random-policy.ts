/**
 * Random questions of policy in the form of the vectors: the same for the same seed. Several things may be wrong at once,
 * so that the order of the rules counts.
 */

import {
  AssetPolicy,
  BaseRoomPolicy,
  BotPolicy,
  HistoryPolicy,
  MimiComponentId as Id,
  JoinLinkPolicy,
  JoinLinksData,
  LinkPreviewPolicy,
  MessageExpiration,
  OperationalParameters,
  ParticipantListData,
  PreAuthData,
  RoleData,
  RoomMetaData,
  StatusNotificationPolicy,
} from "@openmimi/protocol";
import type { Actor, Change } from "@openmimi/room";
import {
  Chooser,
  contentQuestion,
  isPossible,
  type Question,
  question,
  successiveQuestions,
} from "@openmimi/room/testing";
import { encode, type Schema } from "@openmimi/tls";
import type { Vector } from "@openmimi/vectors";
import { hex, type Json, toJson } from "../src/generate/envelope.ts";
import { evaluatePolicy } from "../src/generate/policy/question.ts";
import { seededOctets } from "../src/generate/seeded.ts";

const OCTETS = 400;
/** How inputsFrom makes questions: one kind for messages, three for changes, two with changes pending. */
const KINDS = 6;

const number = (id: number) => `0x${id.toString(16).padStart(4, "0")}`;

function componentsOf(room: Question["room"]): Readonly<Record<string, string>> {
  const components: Record<string, string> = {};
  const put = <T>(id: number, schema: Schema<T>, value: T | undefined) => {
    if (value !== undefined) components[number(id)] = hex(encode(schema, value));
  };
  put(Id.participantList, ParticipantListData, { participants: [...room.participants] });
  put(Id.roomMetadata, RoomMetaData, room.metadata);
  put(Id.operationalPolicy, OperationalParameters, room.operational);
  put(Id.rolesList, RoleData, room.roles);
  put(Id.preauthList, PreAuthData, room.preauthorized);
  put(Id.baseRoomPolicy, BaseRoomPolicy, room.basePolicy);
  put(Id.statusNotificationPolicy, StatusNotificationPolicy, room.statusNotifications);
  put(Id.joinLinkPolicy, JoinLinkPolicy, room.joinLinkPolicy);
  put(Id.joinLinks, JoinLinksData, room.joinLinks === undefined ? undefined : [...room.joinLinks]);
  put(Id.linkPreviewPolicy, LinkPreviewPolicy, room.linkPreviews);
  put(Id.assetPolicy, AssetPolicy, room.assets);
  put(Id.chatHistoryPolicy, HistoryPolicy, room.history);
  put(Id.botPolicy, BotPolicy, room.bots);
  put(Id.messageExpirationPolicy, MessageExpiration, room.expiration);
  return components;
}

const actorJson = ({ kind, user, claims }: Actor): Json => ({ kind, user, claims: toJson(claims) });

function changeJson({ by, byReference, ...body }: Change): Json {
  const id = "componentId" in body ? { componentId: number(body.componentId) } : {};
  return { ...(toJson(body) as object), ...id, by: actorJson(by), ...(byReference ? { byReference } : {}) };
}

function aboutChanges(asked: Question): Vector["input"] {
  const { room, committer, changes, pending, clients, joinCode, parentParticipants } = asked;
  return {
    question: committer === undefined ? "proposals" : "commit",
    components: componentsOf(room),
    clients: Object.fromEntries([...clients.byUser].filter(([, count]) => count > 0)),
    changes: changes.map(changeJson),
    ...(pending === undefined ? {} : { pending: pending.map(changeJson) }),
    ...(committer === undefined ? {} : { committer: actorJson(committer) }),
    ...(joinCode === undefined ? {} : { joinCode }),
    ...(parentParticipants === undefined ? {} : { parentParticipants: [...parentParticipants] }),
  };
}

type RandomVector = Pick<Vector, "id" | "input" | "expected">;

/** Makes questions of some octets: about a message, about changes, or about changes and then with these pending. */
function inputsFrom(octets: Uint8Array, kind: number): Vector["input"][] {
  const chooser = new Chooser(octets);
  if (kind === 0) {
    const { room, user, content } = contentQuestion(chooser);
    return [{ question: "content", components: componentsOf(room), user, content: toJson(content) }];
  }
  const asked = kind < 4 ? [question(chooser)] : pendingQuestions(chooser);
  return asked.filter(isPossible).map(aboutChanges);
}

function pendingQuestions(chooser: Chooser): Question[] {
  const { first, second } = successiveQuestions(chooser);
  const allowed = isPossible(first) && evaluatePolicy(aboutChanges(first)).valid;
  return allowed ? [first, second([...first.changes])] : [first];
}

/** So many vectors, with what the implementation answers. */
export function randomPolicyVectors(count: number, seed: string): RandomVector[] {
  const octets = seededOctets(seed);
  const vectors: RandomVector[] = [];
  for (let asked = 0; vectors.length < count; asked++) {
    for (const input of inputsFrom(octets(OCTETS), asked % KINDS)) {
      const id = `policy-decisions/random/${vectors.length}`;
      vectors.push({ id, input, expected: evaluatePolicy(input) });
    }
  }
  return vectors;
}
