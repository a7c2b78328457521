/**
 * Whether a room may begin like this. Protocol §7, policy §3-§5; readings.
 * @module
 */

import {
  domainOf,
  IdentifierError,
  MimiComponentId,
  ProtocolError,
  providerOf,
  providerUri,
} from "@openmimi/protocol";
import { decode, struct, TlsError, uint16, vector } from "@openmimi/tls";
import { checkFixedMembership, checkPreauthorization } from "./combinations.ts";
import { checkNewComponents } from "./component-fit.ts";
import { type Decision, decide, deny } from "./decision.ts";
import { RoomError } from "./errors.ts";
import type { Clients } from "./facts.ts";
import { activeHolders } from "./limits.ts";
import { checkNewParent, type NewRoomCircumstances } from "./parent-room.ts";
import { admitsNoClients, BANNED_ROLE, NO_ROLE } from "./roles.ts";
import { type RoomState, roleAt, roleIndexOf, roomStateOf } from "./state.ts";
import { isPseudonym, mayParticipate } from "./user-kind.ts";

/** Extensions §5: the component that says which components may stand in authenticated_data. */
const SAFE_AAD = 0x0002;
const ComponentsList = struct("ComponentsList", { componentIds: vector(uint16) });

/** Readings: what no room can be without. */
const required = [MimiComponentId.participantList, MimiComponentId.rolesList, MimiComponentId.baseRoomPolicy];

/**
 * Decides about the state with which somebody creates a room. A role may have fewer participants than its minimum:
 * a room has to begin somewhere (reading R-186); every other rule holds from the start.
 *
 * @param component the data of one component of the new group
 * @param clients the members of the new group (see `clientsOf`)
 * @param roomUri what the room shall be called; its domain is the hub
 */
export function checkNewRoom(
  component: (id: number) => Uint8Array | undefined,
  clients: Clients,
  roomUri: string,
  circumstances: NewRoomCircumstances = {},
): Decision {
  return decide({ rule: "a room in order", section: "protocol §7.1" }, () => {
    for (const id of required) {
      if (component(id) === undefined) {
        deny("invalid-component", `component 0x${id.toString(16).padStart(4, "0")} is missing`, {
          section: "protocol §7.2",
        });
      }
    }
    const state = readState(component);
    if (state.metadata !== undefined && state.metadata.roomUri !== roomUri) {
      deny("room-uri-changed", `the metadata name ${state.metadata.roomUri}, not ${roomUri}`, {
        section: "protocol §7.6",
      });
    }
    checkUsers(state);
    checkClients(state, clients);
    checkRoles(state, clients);
    checkFixedMembership(state.basePolicy, state.roles);
    checkPreauthorization(state.preauthorized, state.roles);
    checkNewComponents(state);
    checkNewParent(state, roomUri, circumstances);
    checkFranking(state, component(SAFE_AAD), roomUri);
  });
}

function readState(component: (id: number) => Uint8Array | undefined): RoomState {
  try {
    return roomStateOf(component);
  } catch (error) {
    if (!(error instanceof RoomError)) throw error;
    return deny("invalid-component", error.message, { section: error.section });
  }
}

function checkUsers({ participants, basePolicy }: RoomState): void {
  for (const { user } of participants) {
    if (!mayParticipate(user))
      deny("malformed-update", `${user} is not a user`, { section: "protocol §7.5", user });
    if (!basePolicy.pseudonymsAllowed && isPseudonym(user)) {
      deny("pseudonym-not-allowed", `${user} is a pseudonym`, { section: "policy §5", user });
    }
  }
}

function checkRoles(state: RoomState, clients: Clients): void {
  const active = activeHolders(state, clients);
  for (const [index, count] of state.holders) {
    if (!state.roles.has(index)) {
      deny("unknown-role", `role ${index} is not defined`, { section: "protocol §7.5" });
    }
    const { maximumParticipantsConstraint: most, maximumActiveParticipantsConstraint: mostActive } = roleAt(
      state,
      index,
    ).role;
    if (most !== undefined && count > most) {
      deny("maximum-participants", `role ${index} has ${count} participants, at most ${most} are allowed`, {
        section: "policy §3",
        roleIndex: index,
      });
    }
    const activeCount = active.get(index) ?? 0;
    if (mostActive !== undefined && activeCount > mostActive) {
      deny("maximum-active-participants", `role ${index} has ${activeCount} active, at most ${mostActive}`, {
        section: "policy §3",
        roleIndex: index,
      });
    }
  }
}

function checkClients(state: RoomState, clients: Clients): void {
  const { maxClients, maxUsers, multiDevice } = state.basePolicy;
  const section = "policy §5";
  const users = state.participants.length - (state.holders.get(BANNED_ROLE) ?? 0);
  if (maxUsers !== undefined && users > maxUsers) {
    deny("maximum-users", `the room has ${users} users, at most ${maxUsers} are allowed`, { section });
  }
  if (maxClients !== undefined && clients.total > maxClients) {
    deny("maximum-clients", `the room has ${clients.total} clients, at most ${maxClients} are allowed`, {
      section,
    });
  }
  for (const [user, count] of clients.byUser) {
    const role = roleIndexOf(state, user);
    if (role === NO_ROLE) {
      deny("client-without-participant", `${user} is not in the participant list`, {
        section: "protocol §7.5",
        user,
      });
    }
    if (admitsNoClients(roleAt(state, role))) {
      deny("clients-left", `role ${role} of ${user} admits no clients`, { section: "policy §3", user });
    }
    if (!multiDevice && count > 1) deny("single-device", `${user} has ${count} clients`, { section, user });
  }
}

/** Protocol §5.4.1: the agent is the hub; reading R-077: the tag needs its place in the Safe AAD. */
function checkFranking(state: RoomState, safeAad: Uint8Array | undefined, roomUri: string): void {
  if (state.frankingAgent === undefined) return;
  const section = "protocol §5.4.1";
  try {
    const agent = providerUri(providerOf(state.frankingAgent.credential));
    if (agent !== providerUri(domainOf(roomUri))) {
      deny("not-the-hub", `${agent} is the franking agent of a room of another hub`, { section });
    }
    const listed = safeAad === undefined ? [] : decode(ComponentsList, safeAad).componentIds;
    if (!listed.includes(MimiComponentId.frankAad)) {
      deny("invalid-component", "a room with a franking agent needs frank_aad in safe_aad", { section });
    }
  } catch (error) {
    if (!(error instanceof ProtocolError || error instanceof IdentifierError || error instanceof TlsError)) {
      throw error;
    }
    deny("invalid-component", error.message, { section });
  }
}
