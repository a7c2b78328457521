/**
 * What the example rooms share. Policy appendix A, protocol §7; reading R-137.
 * @module
 */

import {
  BaseRoomPolicy,
  type Claim,
  domainOf,
  FrankingAgentData,
  MimiComponentId,
  ParticipantListData,
  PreAuthData,
  providerCredential,
  type Role,
  RoleData,
  RoomMetaData,
} from "@openmimi/protocol";
import { encode } from "@openmimi/tls";
import { Capability, type CapabilityName } from "../capabilities.ts";
import { basicClaims } from "../preauthorization.ts";
import { defaultBasePolicy } from "../state.ts";

/** What a new room needs beside its preset. */
export interface NewRoom {
  /** `mimi://a.example/r/clubhouse`; its domain is the hub. */
  readonly roomUri: string;
  /** The first participant. */
  readonly creator: string;
  readonly name?: string;
  /** Default: the role of the preset for who is responsible for the room. */
  readonly creatorRoleIndex?: number;
  /** Parts of the base policy that differ from a plain room: several devices, no limits, not persistent. */
  readonly basePolicy?: Partial<BaseRoomPolicy>;
  /** Who else may take a role by virtue of a credential, in this order. Policy §4. */
  readonly preauthorized?: readonly { readonly claimset: readonly Claim[]; readonly roleIndex: number }[];
  /** Protocol §5.4.1: the hub's key for franks. With it the group also needs safe_aad with component 0x0020. */
  readonly frankingAgent?: FrankingAgentData;
}

/** A role as the appendix writes it. */
export interface RoleSketch {
  readonly index: number;
  readonly name: string;
  readonly capabilities: readonly CapabilityName[];
  /** `[least, most]` participants; no most: unlimited. */
  readonly participants?: readonly [number, number?];
  /** `[least, most]` participants with clients. */
  readonly active?: readonly [number, number?];
  readonly changes: readonly (readonly [from: number, to: readonly number[]])[];
}

/** An example room: its roles, and which of them its creator and its hub have. */
export interface Preset {
  readonly roles: readonly RoleSketch[];
  readonly creator: number;
  readonly hub: number;
}

/** The role as the component has it. */
function roleOf({ index, name, capabilities, participants, active, changes }: RoleSketch): Role {
  const [least = 0, most] = participants ?? [];
  const [leastActive = 0, mostActive] = active ?? [];
  return {
    roleIndex: index,
    roleName: name,
    roleDescription: "",
    roleCapabilities: capabilities.map((capability) => Capability[capability]),
    minimumParticipantsConstraint: least,
    ...(most === undefined ? {} : { maximumParticipantsConstraint: most }),
    minimumActiveParticipantsConstraint: leastActive,
    ...(mostActive === undefined ? {} : { maximumActiveParticipantsConstraint: mostActive }),
    authorizedRoleChanges: changes.map(([fromRoleIndex, targets]) => ({
      fromRoleIndex,
      targetRoleIndexes: [...targets],
    })),
  };
}

/**
 * The components of a new room. The hub is preauthorized as policy enforcer (policy §4): so it can remove users whose
 * leave was interrupted by an external commit (reading R-062), and ban, but add nobody.
 *
 * @returns data by component ID
 * @throws {IdentifierError} if the room's URI is none
 */
export function roomOf(preset: Preset, room: NewRoom): Map<number, Uint8Array> {
  const roles = preset.roles.map(roleOf);
  const roleAt = (index: number): Role => {
    const role = roles.find(({ roleIndex }) => roleIndex === index);
    // A role that the preset does not have is refused when the room is made (see `checkNewRoom`).
    return role ?? roleOf({ index, name: "", capabilities: [], changes: [] });
  };
  const hub = basicClaims(providerCredential(domainOf(room.roomUri)));
  const preauthorized = [{ claimset: hub, roleIndex: preset.hub }, ...(room.preauthorized ?? [])];
  const { roomUri, creator, name = "", creatorRoleIndex = preset.creator, frankingAgent } = room;
  const components = new Map<number, Uint8Array>();
  if (frankingAgent !== undefined) {
    components.set(MimiComponentId.frankingAgent, encode(FrankingAgentData, frankingAgent));
  }
  components.set(
    MimiComponentId.participantList,
    encode(ParticipantListData, { participants: [{ user: creator, roleIndex: creatorRoleIndex }] }),
  );
  components.set(
    MimiComponentId.roomMetadata,
    encode(RoomMetaData, {
      roomUri,
      roomName: name,
      roomDescriptions: [],
      roomAvatar: "",
      roomSubject: "",
      roomMood: "",
    }),
  );
  components.set(MimiComponentId.rolesList, encode(RoleData, { roles }));
  components.set(
    MimiComponentId.preauthList,
    encode(PreAuthData, {
      preauthorizedEntries: preauthorized.map(({ claimset, roleIndex }) => ({
        claimset: [...claimset],
        targetRole: roleAt(roleIndex),
      })),
    }),
  );
  components.set(
    MimiComponentId.baseRoomPolicy,
    encode(BaseRoomPolicy, {
      ...defaultBasePolicy,
      policyComponentIds: [MimiComponentId.rolesList, MimiComponentId.preauthList],
      ...room.basePolicy,
    }),
  );
  return components;
}

/** Role 0 of most examples: who is not in the list may do nothing. */
export const noRole: RoleSketch = {
  index: 0,
  name: "no_role",
  capabilities: [],
  active: [0, 0],
  changes: [],
};

/** Role 1. Policy §8.1.3. */
export const banned: RoleSketch = { index: 1, name: "banned", capabilities: [], active: [0, 0], changes: [] };

/** The role of an enforcing system, which has no clients. It can clean up the list but not restore the banned. */
export function policyEnforcer(index: number, changes: RoleSketch["changes"]): RoleSketch {
  return {
    index,
    name: "policy_enforcer",
    capabilities: [
      "canRemoveParticipant",
      "canChangeUserRole",
      "canBan",
      "canUnban",
      "canChangeRoleDefinitions",
      "canChangePreauthorizedUserList",
      "canChangeMlsOperationalPolicies",
      "canDestroyRoom",
      "canSendMLSReinitProposal",
    ],
    participants: [1, 2],
    active: [0, 0],
    changes,
  };
}

/** From every role to every other one, as the examples' highest roles may. */
export function anyTo(last: number): [number, number[]][] {
  const all = Array.from({ length: last + 1 }, (_, index) => index);
  return all.map((from) => [from, all.filter((to) => to !== from)]);
}
