/** Group information by two witnesses; who may have it is confirmed by the oracle of the room package. */

import {
  BaseRoomPolicy,
  MimiComponentId as Id,
  JoinLinksData,
  OperationalParameters,
  ParticipantListData,
  PreAuthData,
  RoleData,
} from "@openmimi/protocol";
import { judgeRequest, type Request } from "@openmimi/room/testing";
import { decode, type Schema } from "@openmimi/tls";
import type { Vector } from "@openmimi/vectors";
import { expect, it } from "vitest";
import { unhex } from "../src/generate/envelope.ts";
import { type Fields, readAll } from "./second-decoder.ts";
import { believed, componentsOf, contentsOf, openedBySender, requesterOf } from "./second-group-info.ts";
import { BODIES } from "./second-structs.ts";
import { groupInfo } from "./second-structs-mls.ts";
import { vectorFiles } from "./vector-files.ts";

const files = vectorFiles("group-info");
const vectorsOf = (path: string): [string, Vector][] =>
  (files.get(path) ?? []).map((vector) => [vector.id, vector]);

/** What the oracle says of a user who asks for the group information of a room in which nothing is pending. */
function complaints(room: Fields, user: string, identity: string, joiningCode: string): readonly string[] {
  const components = componentsOf(readAll(groupInfo, String(room.groupInfo)) as Fields);
  const read = <T>(id: number, schema: Schema<T>): T | undefined => {
    const data = components[`0x${id.toString(16).padStart(4, "0")}`];
    return data === undefined ? undefined : decode(schema, unhex(data));
  };
  const request = {
    kind: "groupInfo",
    user,
    claims: [
      {
        claimId: { credentialType: 1, id: new Uint8Array() },
        claimValue: new TextEncoder().encode(identity),
      },
    ],
    joiningCode: unhex(joiningCode),
    ...(room.parentParticipants === undefined ? {} : { parentParticipants: room.parentParticipants }),
    room: {
      participants: read(Id.participantList, ParticipantListData)?.participants ?? [],
      roles: read(Id.rolesList, RoleData) ?? { roles: [] },
      basePolicy: read(Id.baseRoomPolicy, BaseRoomPolicy),
      joinLinks: read(Id.joinLinks, JoinLinksData),
      preauthorized: read(Id.preauthList, PreAuthData),
      operational: read(Id.operationalPolicy, OperationalParameters),
    },
  };
  return judgeRequest(request as unknown as Request).map(({ reason }) => reason);
}

it.each(vectorsOf("group-info/requests.json"))("%s", (_, { input, expected }) => {
  const fields = input as Fields;
  const requester = requesterOf(fields);
  if (!expected.valid) {
    const unreadable = ["truncated", "trailing-bytes", "unknown-value"];
    const elsewhere = ["invalid-scheme", "invalid-key"];
    if (elsewhere.includes(expected.reason)) return;
    return expect(requester).toBe(unreadable.includes(expected.reason) ? "malformed" : expected.reason);
  }
  const roomUri = decodeURIComponent(String(input.pathSegment));
  const room = (input.rooms as Fields[]).find((known) => known.roomUri === roomUri);
  const failed = (status: string) => {
    const uri = Buffer.from(roomUri).toString("hex");
    const length = (uri.length / 2).toString(16).padStart(2, "0");
    expect(expected.status).toBe(status);
    expect(expected.response).toBe(`01${length}${uri}${status === "noSuchRoom" ? "03" : "02"}`);
  };
  if (typeof requester === "string") {
    expect(expected.why).toBe(requester);
    return failed("notAuthorized");
  }
  if (room === undefined) return failed("noSuchRoom");
  const { joiningCode } = readAll(BODIES.GroupInfoRequest!, String(input.request)) as Record<string, string>;
  // The one room where something is pending is the one that Bob is about to leave.
  const isLeaving = (room.pendingProposals as Fields[]).length > 0 && requester.user.endsWith("/bob");
  const reasons = isLeaving
    ? ["removal-pending"]
    : complaints(room, requester.user, requester.identity, joiningCode ?? "");
  if (reasons.length > 0) {
    expect(reasons).toContain(expected.why);
    return failed("notAuthorized");
  }
  expect(expected.status).toBe("success");
  expect(expected.contents).toBe(contentsOf(room));
  expect(openedBySender(fields, roomUri, String(expected.response))).toBe(expected.contents);
});

it.each(vectorsOf("group-info/responses.json"))("%s", (_, { input, expected }) => {
  const { valid, ...rest } = expected;
  expect(believed(input as Fields)).toEqual(valid ? rest : undefined);
});
