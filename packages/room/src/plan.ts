/**
 * What a set of changes makes of a room, before anybody asks whether it is allowed. Protocol §7.5, policy §3, §4.
 * @module
 */

import {
  type JoinLink,
  JoinLinksUpdate,
  MAX_PARTICIPANTS,
  MimiComponentId,
  ParticipantListUpdate,
} from "@openmimi/protocol";
import { decodeReplacement, isRoomComponent, updateJoinLinks } from "./components.ts";
import { deny } from "./decision.ts";
import { RoomError } from "./errors.ts";
import type { ChangeBody } from "./facts.ts";
import { type ListOperation, listOperations } from "./participants.ts";
import { BANNED_ROLE } from "./roles.ts";
import type { Entry, Scope } from "./scope.ts";
import { decodeComponent, type RoomState, roleIndexOf } from "./state.ts";

/** An entry whose change is of one kind. */
export type EntryOf<K extends ChangeBody["kind"]> = Entry & Extract<ChangeBody, { readonly kind: K }>;

/** A change of the participant list and who asks for it. */
export interface PlannedOperation extends ListOperation {
  readonly entry: Entry;
}

/** New data of a component that replaces what it held. */
interface Replacement {
  readonly entry: EntryOf<"componentUpdate">;
  readonly value: unknown;
}

/** The changes of one commit, put in order. */
export interface Plan {
  readonly entries: readonly Entry[];
  readonly operations: readonly PlannedOperation[];
  /** What becomes of each user whose standing changes. */
  readonly operationOn: ReadonlyMap<string, PlannedOperation>;
  readonly replacements: readonly Replacement[];
  readonly linkUpdates: readonly { readonly entry: Entry; readonly update: JoinLinksUpdate }[];
  readonly removedComponents: ReadonlySet<number>;
  /** How many clients every user has afterwards whose clients change. */
  readonly clientsAfter: ReadonlyMap<string, number>;
}

/**
 * Decodes and orders changes.
 *
 * @throws {Denied} `malformed-update`, `invalid-component`, `repeated-update`, `forbidden-combination`
 */
export function planChanges(
  { state, clients }: Pick<Scope, "state" | "clients">,
  entries: readonly Entry[],
): Plan {
  const listEntries: Entry[] = [];
  const listUpdates: ParticipantListUpdate[] = [];
  const replacements: Replacement[] = [];
  const linkUpdates: { entry: Entry; update: JoinLinksUpdate }[] = [];
  const removedComponents = new Set<number>();
  const updatedComponents = new Set<number>();
  const clientsAfter = new Map<string, number>();
  const count = (user: string, by: number) =>
    clientsAfter.set(user, (clientsAfter.get(user) ?? clients.byUser.get(user) ?? 0) + by);
  for (const entry of entries) {
    switch (entry.kind) {
      case "componentUpdate": {
        const { componentId, update } = entry;
        if (componentId === MimiComponentId.roomMetadata && updatedComponents.has(componentId)) {
          deny("repeated-update", "the metadata are updated twice", { section: "protocol §7.6" });
        }
        updatedComponents.add(componentId);
        if (componentId === MimiComponentId.participantList) {
          listEntries.push(entry);
          listUpdates.push(read(() => decodeComponent(componentId, ParticipantListUpdate, update)));
        } else if (componentId === MimiComponentId.joinLinks) {
          linkUpdates.push({
            entry,
            update: read(() => decodeComponent(componentId, JoinLinksUpdate, update)),
          });
        } else if (isRoomComponent(componentId)) {
          replacements.push({ entry, value: read(() => decodeReplacement(componentId, update)) });
        }
        break;
      }
      case "componentRemoval":
        if (removedComponents.has(entry.componentId)) conflict(entry.componentId);
        removedComponents.add(entry.componentId);
        break;
      case "clientAdded":
      case "clientJoined":
        count(entry.user, 1);
        break;
      case "clientRemoved":
        count(entry.user, -1);
        break;
    }
  }
  for (const componentId of removedComponents) if (updatedComponents.has(componentId)) conflict(componentId);
  const operations = read(() =>
    listOperations(state.participants, listUpdates, (user) => state.places.has(user)),
  ).map((operation): PlannedOperation => ({ ...operation, entry: listEntries[operation.update]! }));
  const operationOn = new Map(operations.map((operation) => [operation.user, operation]));
  return { entries, operations, operationOn, replacements, linkUpdates, removedComponents, clientsAfter };
}

function conflict(componentId: number): never {
  // Extensions §4.7: one removal, or updates.
  return deny("forbidden-combination", `component ${componentId} is removed and changed in one commit`, {
    section: "extensions §4.7",
  });
}

/** Malformed input is a denial here, not an error: it comes from whoever made the proposal. */
function read<T>(decode: () => T): T {
  try {
    return decode();
  } catch (error) {
    if (!(error instanceof RoomError)) throw error;
    const reason = error.code === "invalid-update" ? "malformed-update" : "invalid-component";
    return deny(reason, error.message, { section: error.section });
  }
}

/** The last value that a plan gives a component. */
export function lastValue<T>({ replacements }: Plan, componentId: number): T | undefined {
  return replacements.findLast(({ entry }) => entry.componentId === componentId)?.value as T | undefined;
}

/** The role of a user once the plan is carried out; 0 for who is not in the list. */
export function roleAfter(state: RoomState, plan: Plan, user: string): number {
  return plan.operationOn.get(user)?.to ?? roleIndexOf(state, user);
}

/** How many clients a user has once the plan is carried out. */
export function clientsAfter(scope: Pick<Scope, "clients">, plan: Plan, user: string): number {
  return plan.clientsAfter.get(user) ?? scope.clients.byUser.get(user) ?? 0;
}

/** How many participants there are once the plan is carried out. */
export function participantsAfter(state: RoomState, plan: Plan): number {
  const added = plan.operations.filter(({ from }) => from === 0).length;
  const removed = plan.operations.filter(({ to }) => to === 0).length;
  return state.participants.length + added - removed;
}

/** How many banned users are listed once the plan is carried out. */
export function bannedAfter(state: RoomState, { operations }: Plan): number {
  const before = state.holders.get(BANNED_ROLE) ?? 0;
  return operations.reduce(
    (count, { from, to }) => count + Number(to === BANNED_ROLE) - Number(from === BANNED_ROLE),
    before,
  );
}

/** The join links once the plan is carried out. @throws {Denied} `malformed-update` */
export function linksAfter(state: RoomState, plan: Plan): readonly JoinLink[] {
  return read(() =>
    updateJoinLinks(
      [...state.joinLinks],
      plan.linkUpdates.map(({ update }) => update),
    ),
  );
}

/** No list may outgrow its schema. */
export function checkSize(state: RoomState, plan: Plan): void {
  if (participantsAfter(state, plan) > MAX_PARTICIPANTS) {
    deny("malformed-update", `more than ${MAX_PARTICIPANTS} participants`, { section: "protocol §7.5" });
  }
  linksAfter(state, plan);
}
