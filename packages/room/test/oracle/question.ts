/**
 * What the oracle is asked, and how it complains. The oracle is a second evaluator of the rules, written from the
 * sentences of the drafts (and of the readings, where a draft leaves a choice) without a look at `src`: it walks lists
 * over and over, keeps nothing prepared, and notes every sentence that is broken instead of stopping at the first.
 * @module
 */

import type { DenialReason } from "../../src/decision.ts";
import type { Actor, Change, Circumstances, Clients } from "../../src/facts.ts";
import type { RoomParts } from "../../src/state.ts";

/** A room, and what somebody wants to do to it. */
export interface Question extends Circumstances {
  readonly room: RoomParts;
  /** Absent for proposals that come on their own. */
  readonly committer?: Actor;
  readonly changes: readonly Change[];
  /** Proposals that were accepted before in this epoch (protocol §7.1). */
  readonly pending?: readonly Change[];
  readonly clients: Clients;
}

/** One sentence that is broken. */
export interface Complaint {
  readonly reason: DenialReason;
  readonly because: string;
}

/** Collects complaints. */
export class Complaints {
  readonly all: Complaint[] = [];

  add(reason: DenialReason, because: string): void {
    this.all.push({ reason, because });
  }

  unless(condition: boolean, reason: DenialReason, because: string): void {
    if (!condition) this.add(reason, because);
  }
}

/** Table 1 of policy §10.2, as far as a hub can enforce it. */
export const may = {
  addParticipant: 0x0000,
  removeParticipant: 0x0001,
  addOwnClient: 0x0002,
  removeOwnClient: 0x0003,
  openJoin: 0x0004,
  joinIfPreauthorized: 0x0005,
  removeSelf: 0x0006,
  createJoinCode: 0x0007,
  deleteJoinCode: 0x0008,
  useJoinCode: 0x0009,
  ban: 0x000a,
  unban: 0x000b,
  kick: 0x000c,
  changeUserRole: 0x000f,
  changeOwnRole: 0x0010,
  sendMessage: 0x0100,
  receiveMessage: 0x0101,
  reportAbuse: 0x0103,
  changeRoomName: 0x0300,
  changeRoomDescription: 0x0301,
  changeRoomAvatar: 0x0302,
  changeRoomSubject: 0x0303,
  changeRoomMood: 0x0304,
  changeRoomMembershipStyle: 0x0502,
  changeRoleDefinitions: 0x0503,
  changePreauthorizedUserList: 0x0504,
  changeOtherPolicyAttribute: 0x0505,
  changeMlsOperationalPolicies: 0x0600,
  sendMlsReinitProposal: 0x0601,
  sendMlsPskProposal: 0x0603,
} as const;
