/**
 * Every decision once more, by the oracle of the room package: a naive evaluator written from the sentences of the draft
 * without a look at the rules. (It reads components with the same codecs as the rules; those have vectors of their own,
 * confirmed below.)
 */

import {
  BaseRoomPolicy,
  type Claim,
  MimiComponentId as Id,
  JoinLinksData,
  ParticipantListData,
  RoleData,
} from "@openmimi/protocol";
import { Capability } from "@openmimi/room";
import {
  type Complaint,
  judge,
  judgeContent,
  judgeNewRoom,
  judgeRequest,
  type Request,
} from "@openmimi/room/testing";
import { decode, type Schema } from "@openmimi/tls";
import type { Json, Vector } from "@openmimi/vectors";
import { describe, expect, it } from "vitest";
import { toJson, unhex } from "../src/generate/envelope.ts";
import { readComponents, readContent, readFacts } from "../src/generate/policy/question.ts";
import { componentSchemas } from "../src/generate/policy/sketch.ts";
import { type Fields, type Read, readAll } from "./second-decoder.ts";
import { applyToList } from "./second-rules.ts";
import { participantListUpdate } from "./second-structs.ts";
import { COMPONENTS, joinLinks, joinLinksUpdate } from "./second-structs-policy.ts";
import { vectorsOfKinds } from "./vector-files.ts";

const vectorsOf = vectorsOfKinds;
const vectors = vectorsOf("policy-decisions");
type Room = Parameters<typeof judge>[0]["room"];

/** The components as the oracle takes them. */
function roomOf(input: Vector["input"]): Room {
  const component = readComponents(input);
  const read = <T>(id: number, schema: Schema<T>): T | undefined => {
    const octets = component(id);
    return octets === undefined ? undefined : decode(schema, octets);
  };
  const other = (id: number) => read(id, componentSchemas.get(id)!) as never;
  return {
    participants: read(Id.participantList, ParticipantListData)?.participants ?? [],
    roles: read(Id.rolesList, RoleData) ?? { roles: [] },
    basePolicy: read(Id.baseRoomPolicy, BaseRoomPolicy),
    joinLinks: read(Id.joinLinks, JoinLinksData),
    metadata: other(Id.roomMetadata),
    preauthorized: other(Id.preauthList),
    operational: other(Id.operationalPolicy),
    joinLinkPolicy: other(Id.joinLinkPolicy),
    statusNotifications: other(Id.statusNotificationPolicy),
    linkPreviews: other(Id.linkPreviewPolicy),
    assets: other(Id.assetPolicy),
    history: other(Id.chatHistoryPolicy),
    bots: other(Id.botPolicy),
    expiration: other(Id.messageExpirationPolicy),
  };
}

const identity = (user: string): Claim[] => [
  {
    claimId: { credentialType: 1, id: new Uint8Array() },
    claimValue: new TextEncoder().encode(user),
  },
];

/** What the oracle has to complain about. */
function complaintsAbout({ input }: Vector): readonly Complaint[] {
  const room = roomOf(input);
  const { question, user, joiningCode, number, selfRemove, ...rest } = input;
  if (question === "commit" || question === "proposals") return judge({ room, ...readFacts(input) });
  if (question === "content") return judgeContent({ room, user: String(user), content: readContent(input) });
  if (question === "newRoom") {
    const clients = new Map(Object.entries(input.clients as Record<string, number>));
    const components = new Set(Object.keys(input.components as object).map(Number));
    const ofParent = input.parentParticipants as readonly string[] | undefined;
    return judgeNewRoom(room, clients, String(input.roomUri), components, ofParent);
  }
  const request = {
    ...rest,
    kind: question,
    room,
    pending: readFacts(input).pending,
    user,
    capability: Number(number),
    selfRemove: selfRemove === true,
    claims: identity(String(user)),
    ...(joiningCode === undefined ? {} : { joiningCode: unhex(String(joiningCode)) }),
  };
  return judgeRequest(request as unknown as Request);
}

/** In which order a denial names what is wrong: who acts, the form, the authority, its details, the outcome. */
const order: readonly (readonly string[])[] = [
  [
    "not-a-participant",
    "banned",
    "removal-pending",
    "external-commit-not-allowed",
    "external-proposal-not-allowed",
  ],
  ["malformed-update", "invalid-component", "repeated-update", "forbidden-combination"],
  [
    ...["missing-capability", "not-permitted", "not-the-hub", "unknown-role", "identity-changed"],
    ...["fixed-membership", "parent-dependent", "pseudonym-not-allowed", "room-uri-changed"],
    ...["component-not-removable", "wire-format-not-allowed"],
  ],
  ["transition-not-authorized", "no-preauthorization", "invalid-join-code"],
];
const rankOf = (reason: string): number => {
  const rank = order.findIndex((reasons) => reasons.includes(reason));
  return rank < 0 ? order.length : rank;
};

describe("policy decisions", () => {
  it.each(vectors.map((vector): [string, Vector] => [vector.id, vector]))("%s", (_, vector) => {
    const complaints = complaintsAbout(vector);
    const { expected, input } = vector;
    if (expected.valid) return expect(complaints).toEqual([]);
    // One thing is wrong with what is denied; whatever else is comes of it.
    const groups = [...Map.groupBy(complaints, ({ because }) => because).values()];
    const others = groups.filter((group) => !group.some(({ reason }) => reason === expected.reason));
    expect(others.length).toBeLessThan(groups.length);
    for (const { reason, because } of others.flat())
      expect(rankOf(reason), `${reason}: ${because}`).toBeGreaterThan(rankOf(expected.reason));
    for (const [id, value] of Object.entries(input.room as Record<string, unknown>)) {
      const octets = readComponents(input)(Number(id));
      expect(toJson(decode(componentSchemas.get(Number(id))!, octets!))).toEqual(value);
    }
  });

  it("are about every capability, held and missing", () => {
    const held = new Set(
      vectors.flatMap(({ expected }) => (expected.valid ? (expected.rules as string[]) : [])),
    );
    const missing = new Set(
      vectors.map(({ expected }) => (expected.capability as { name?: string } | undefined)?.name),
    );
    for (const name of Object.keys(Capability)) {
      expect(held.has(name), name).toBe(true);
      expect(missing.has(name), name).toBe(true);
    }
  });

  it("are 400 and more, and have every reason", () => {
    expect(vectors.length).toBeGreaterThanOrEqual(400);
    const reasons = new Set(vectors.map(({ expected }) => (expected.valid ? "" : expected.reason)));
    expect(reasons.size).toBe(1 + 37);
  });
});

describe("policy components, by the second decoder", () => {
  it.each(vectorsOf("policy-components").map((vector): [string, Vector] => [vector.id, vector]))(
    "%s",
    (_, { input, expected }) => {
      const data = readAll(COMPONENTS[String(input.componentId)] as Read, String(input.octets));
      if (input.updateOctets === undefined) {
        expect(data).toEqual(expected.valid ? expected.value : "refused");
        return readOff(data as Fields, expected);
      }
      if (input.componentId === "0x0022") {
        const changes = (input.updateOctets as string[]).map((octets) =>
          readAll(participantListUpdate, octets),
        );
        const after = applyToList((data as Fields).participants as Fields[], changes as Fields[]);
        return expect(after).toEqual(expected.valid ? (expected.value as Fields).participants : undefined);
      }
      if (input.componentId !== "0x002a") {
        const values = (input.updateOctets as string[]).map((octets) =>
          readAll(COMPONENTS[String(input.componentId)] as Read, octets),
        );
        const isRefused = values.includes("refused") || !fitsBefore(data as Fields, values as Fields[]);
        expect(isRefused).toBe(!expected.valid);
        if (!expected.valid) return;
        expect(expected.octets).toBe((input.updateOctets as string[]).at(-1));
        return expect(values.at(-1)).toEqual(expected.value);
      }
      const updates = (input.updateOctets as string[]).map((octets) => readAll(joinLinksUpdate, octets));
      const fields = updates.map((update) => (update === "refused" ? {} : (update as Fields)));
      const removed = fields.flatMap(({ removedIndices = [] }) => removedIndices as number[]);
      const before = data as readonly Json[];
      const fits =
        removed.every((index) => index < before.length) && new Set(removed).size === removed.length;
      if (updates.includes("refused") || !fits) return expect(expected.valid).toBe(false);
      const left = before.filter((_, index) => !removed.includes(index));
      const after = [...left, ...fields.flatMap(({ addedLinks = [] }) => addedLinks as Json[])];
      expect(expected.value).toEqual(after);
      expect(readAll(joinLinks, String(expected.octets))).toEqual(after);
    },
  );
});

/** Protocol §7.6: metadata are updated once in a commit, and keep the URI of their room. */
function fitsBefore({ roomUri }: Fields, values: readonly Fields[]): boolean {
  if (roomUri === undefined) return true;
  return values.length === 1 && values[0]?.roomUri === roomUri;
}

/** Policy §6.4, §6.5. */
function readOff({ logging, loggingClients, downloadPrivacy }: Fields, expected: Vector["expected"]): void {
  if (expected.valid && logging !== undefined) {
    const somebody = logging === "optional" && (loggingClients as Json[]).length > 0;
    expect(expected.logged).toBe(logging === "required" || somebody);
  }
  if (expected.valid && downloadPrivacy !== undefined) {
    const { allowedDownloadTypes, forbiddenDownloadTypes, defaultDownloadType } = downloadPrivacy as Fields;
    const left = (allowedDownloadTypes as Json[]).filter(
      (type) => !(forbiddenDownloadTypes as Json[]).includes(type),
    );
    const first = left.filter((type) => type === defaultDownloadType);
    expect(expected.downloads).toEqual([...first, ...left.filter((type) => type !== defaultDownloadType)]);
  }
}
