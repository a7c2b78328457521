/**
 * A question of policy, from what a person gives: a file of a question or of vectors, or a state, an actor and a change.
 * @module
 */

import { readFileSync } from "node:fs";
import { MimiComponentId, ParticipantListUpdate } from "@openmimi/protocol";
import { BANNED_ROLE, RoomError, type RoomState, roomStateOf } from "@openmimi/room";
import { encode } from "@openmimi/tls";
import { UsageError } from "../errors.ts";

/** How `openmimi room explain` is asked. */
export interface QuestionFlags {
  readonly id?: string;
  readonly state?: string;
  readonly actor?: string;
  readonly kind: string;
  readonly change?: string;
}

type Fields = Readonly<Record<string, unknown>>;

/** @throws {UsageError} for what is no question; what is wrong inside of one is said by whoever answers it */
export function questionOf(file: string | undefined, flags: QuestionFlags): unknown {
  const { id, state, actor, kind, change } = flags;
  if (file !== undefined) {
    if (state !== undefined || actor !== undefined || change !== undefined)
      throw new UsageError(
        "a question has its own state, actor and change: leave out --state, --actor, --change",
      );
    return fromFile(file, id);
  }
  if (state === undefined || actor === undefined || change === undefined)
    throw new UsageError("expected a file with a question, or --state, --actor and --change");
  return fromParts(fieldsIn(state), { kind, user: actor }, readJson(change));
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    if (error instanceof SyntaxError) throw new UsageError(`${file}: is no JSON: ${error.message}`);
    throw error;
  }
}

function fieldsIn(file: string): Fields {
  const found = readJson(file);
  if (typeof found !== "object" || found === null || Array.isArray(found))
    throw new UsageError(`${file}: expected a JSON object`);
  return found as Fields;
}

/** A question, a vector, or one of a file of vectors. */
function fromFile(file: string, id: string | undefined): unknown {
  const found = fieldsIn(file);
  if (!Array.isArray(found.vectors)) {
    if (id !== undefined) throw new UsageError(`--id: ${file} holds no vectors`);
    return "input" in found ? found.input : found;
  }
  const vectors = found.vectors as readonly Fields[];
  const ids = vectors.map((vector) => String(vector.id));
  if (id === undefined)
    throw new UsageError(`${file} holds ${ids.length} vectors: choose one with --id, for example ${ids[0]}`);
  const place = ids.findIndex((one) => one === id || one.endsWith(`/${id}`));
  if (place < 0) throw new UsageError(`--id: ${file} holds no vector ${id}`);
  return vectors[place]?.input;
}

function fromParts(state: Fields, actor: Fields, change: unknown): unknown {
  const { components, clients } = state;
  const changes = (Array.isArray(change) ? change : [change]) as readonly Fields[];
  const room = new Room(components);
  const made = changes.map((one) => ({ by: actor, ...room.change(one) }));
  const common = { components, clients: clients ?? room.clients(), changes: made };
  return actor.kind === "externalSender"
    ? { question: "proposals", ...common }
    : { question: "commit", ...common, committer: actor };
}

/** What has to be known of the room to fill in what was not said. */
class Room {
  readonly #state: RoomState;

  constructor(components: unknown) {
    const octets = (components ?? {}) as Readonly<Record<string, unknown>>;
    const data = new Map(
      Object.entries(octets).map(([id, hex]) => [
        Number(id),
        new Uint8Array(Buffer.from(String(hex), "hex")),
      ]),
    );
    try {
      this.#state = roomStateOf((id) => data.get(id));
    } catch (error) {
      if (error instanceof RoomError) throw new UsageError(`--state: ${error.message} (${error.section})`);
      throw error;
    }
  }

  /** One client for each participant who may have one. */
  clients(): Readonly<Record<string, number>> {
    const active = this.#state.participants.filter(({ roleIndex }) => {
      const most = this.#state.roles.get(roleIndex)?.role.maximumActiveParticipantsConstraint;
      return roleIndex !== BANNED_ROLE && most !== 0;
    });
    return Object.fromEntries(active.map(({ user }) => [user, 1]));
  }

  /** `participants` is short for an update of the participant list, by URIs instead of indexes. */
  change(given: Fields): Fields {
    if (given?.kind !== "participants") return given;
    const { kind: _, add = {}, remove = [], change = {}, ...rest } = given;
    const update = encode(ParticipantListUpdate, {
      changedRoleParticipants: entries(change, "change").map(([user, roleIndex]) => ({
        userIndex: this.#placeOf(user),
        roleIndex,
      })),
      removedIndices: (Array.isArray(remove) ? remove : [remove]).map((user) => this.#placeOf(String(user))),
      addedParticipants: entries(add, "add").map(([user, roleIndex]) => ({ user, roleIndex })),
    });
    const componentId = `0x${MimiComponentId.participantList.toString(16).padStart(4, "0")}`;
    return { kind: "componentUpdate", componentId, update: Buffer.from(update).toString("hex"), ...rest };
  }

  #placeOf(user: string): number {
    const place = this.#state.places.get(user);
    if (place === undefined) throw new UsageError(`--change: ${user} is not in the participant list`);
    return place;
  }
}

function entries(value: unknown, name: string): [string, number][] {
  const pairs = Object.entries((value ?? {}) as Record<string, unknown>);
  return pairs.map(([user, role]) => {
    if (typeof role !== "number" || !Number.isInteger(role) || role < 0 || role > 0xffff_ffff)
      throw new UsageError(`--change: ${name}: ${user}: expected a role index, got ${JSON.stringify(role)}`);
    return [user, role];
  });
}
