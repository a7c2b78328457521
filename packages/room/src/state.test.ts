import { BaseRoomPolicy, MimiComponentId, ParticipantListData, RoleData } from "@openmimi/protocol";
import { encode } from "@openmimi/tls";
import { describe, expect, it } from "vitest";
import { role, uri } from "../test/kit.ts";
import { Capability, capabilityName, FIRST_PRIVATE_CAPABILITY } from "./capabilities.ts";
import { RoomError } from "./errors.ts";
import { defaultBasePolicy, roleIndexOf, roomState, roomStateOf } from "./state.ts";

const id = MimiComponentId;
const from = (components: Readonly<Record<number, Uint8Array>>) =>
  roomStateOf((component) => components[component]);
const list = (...participants: ParticipantListData["participants"]) =>
  encode(ParticipantListData, { participants });

describe("roomStateOf", () => {
  it("reads what is there; what is absent is empty or the default", () => {
    const empty = from({});
    expect(empty.participants).toEqual([]);
    expect(empty.basePolicy).toEqual(defaultBasePolicy);
    const state = from({
      [id.participantList]: list({ user: uri("alice"), roleIndex: 2 }, { user: uri("bob"), roleIndex: 3 }),
      [id.rolesList]: encode(RoleData, { roles: [role(2, ["canKick"], { 0: [2] })] }),
      [id.baseRoomPolicy]: encode(BaseRoomPolicy, { ...defaultBasePolicy, maxUsers: 7 }),
    });
    expect(state.basePolicy.maxUsers).toBe(7);
    expect(state.roles.get(2)?.capabilities.has(Capability.canKick)).toBe(true);
    expect(roleIndexOf(state, uri("bob"))).toBe(3);
    expect(roleIndexOf(state, uri("cathy"))).toBe(0);
    expect([...state.holders]).toEqual([
      [2, 1],
      [3, 1],
    ]);
  });

  it("refuses what cannot be read or contradicts itself, with its own error", () => {
    const code = (components: Readonly<Record<number, Uint8Array>>) => {
      try {
        from(components);
        return "read";
      } catch (error) {
        if (!(error instanceof RoomError)) throw error;
        return error.code;
      }
    };
    expect(code({ [id.participantList]: Uint8Array.of(1) })).toBe("invalid-component");
    const alice = { user: uri("alice"), roleIndex: 2 };
    expect(code({ [id.participantList]: list(alice, { ...alice, roleIndex: 3 }) })).toBe("invalid-state");
    expect(code({ [id.participantList]: list({ ...alice, roleIndex: 0 }) })).toBe("invalid-state");
    expect(code({ [id.rolesList]: encode(RoleData, { roles: [role(2, []), role(2, [])] }) })).toBe(
      "invalid-state",
    );
  });

  it("joins the entries of authorized_role_changes for one role", () => {
    const twice = role(2, [], { 0: [2] });
    twice.authorizedRoleChanges.push({ fromRoleIndex: 0, targetRoleIndexes: [3] });
    const state = roomState({ participants: [], roles: { roles: [twice] } });
    expect([...(state.roles.get(2)?.transitions.get(0) ?? [])]).toEqual([2, 3]);
  });
});

describe("capabilities (policy §10.2)", () => {
  it("have unique numbers below private use, and names", () => {
    const numbers = Object.values(Capability);
    expect(new Set(numbers).size).toBe(numbers.length);
    expect(numbers.length).toBe(77);
    expect(Math.max(...numbers)).toBeLessThan(FIRST_PRIVATE_CAPABILITY);
    expect(capabilityName(0x000b)).toBe("canUnban");
    expect(capabilityName(0xf000)).toBeUndefined();
  });
});
