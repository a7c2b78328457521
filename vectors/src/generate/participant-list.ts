/**
 * Vectors of the kind `participant-list-updates`. Protocol §7.5; readings.
 * @module
 */

import { MimiComponentId, ParticipantListData, ParticipantListUpdate } from "@openmimi/protocol";
import { RoomError, roomComponents } from "@openmimi/room";
import { decode, encode } from "@openmimi/tls";
import {
  type Case,
  Draft,
  type Expected,
  type GeneratedFile,
  hex,
  type Json,
  makeVectors,
  textOf,
  toJson,
  unhex,
  type Vector,
  vectorFile,
} from "./envelope.ts";
import { LIST_CASES, type ListCase, MALFORMED_CASES } from "./participant-list-cases.ts";

/** What the implementation makes of an input of this kind. */
export function evaluateListUpdate(input: Vector["input"]): Expected {
  const updates = (input.updateOctets as string[]).map(unhex);
  try {
    const after = roomComponents(
      MimiComponentId.participantList,
      unhex(textOf(input, "listOctets")),
      updates,
    );
    return {
      valid: true,
      list: toJson(decode(ParticipantListData, after).participants),
      listOctets: hex(after),
    };
  } catch (error) {
    if (error instanceof RoomError) return { valid: false, reason: error.code };
    throw error;
  }
}

const pairs = (list: readonly (readonly [user: string, roleIndex: number])[]) =>
  list.map(([user, roleIndex]) => ({ user, roleIndex }));

function caseOf({ id, list, updates, notes, reason, readings }: ListCase): Case {
  const participants = pairs(list);
  const written = updates.map(({ change = [], remove = [], add = [] }) => ({
    changedRoleParticipants: change.map(([userIndex, roleIndex]) => ({ userIndex, roleIndex })),
    removedIndices: [...remove],
    addedParticipants: pairs(add),
  }));
  return {
    id,
    input: {
      list: toJson(participants),
      updates: toJson(written),
      listOctets: hex(encode(ParticipantListData, { participants })),
      updateOctets: written.map((update) => hex(encode(ParticipantListUpdate, update))),
    },
    ...(reason === undefined ? {} : { reason }),
    ...(notes === undefined ? {} : { notes }),
    ...(readings === undefined ? {} : { readings }),
  };
}

/** All files of this kind. */
export function participantListFiles(): GeneratedFile[] {
  const malformed = MALFORMED_CASES.map(
    ([id, listOctets, updateOctets, notes]): Case => ({
      id,
      input: { listOctets, updateOctets: [updateOctets] as Json },
      reason: "invalid-component",
      notes,
      readings: ["R-001", "R-006"],
    }),
  );
  const base = { draft: Draft.protocol, section: "7.5", readings: ["R-132", "R-133", "R-134"] };
  const vectors = makeVectors(
    "participant-list-updates/updates",
    base,
    [...LIST_CASES.map(caseOf), ...malformed],
    evaluateListUpdate,
  );
  const title = "What the AppDataUpdates of one commit do to the participant list";
  return [vectorFile("participant-list-updates", "updates", title, vectors)];
}
