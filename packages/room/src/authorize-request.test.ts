import { describe, it } from "vitest";
import { expectAllowed, expectDenied, joiner, preauthorize, role, room, uri } from "../test/kit.ts";
import {
  authorizeGroupInfo,
  authorizeKeyMaterial,
  authorizeMessage,
  authorizeReceive,
} from "./authorize-request.ts";
import type { CapabilityName } from "./capabilities.ts";

const den = (capabilities: readonly CapabilityName[], changes = {}, policy = {}) =>
  room({
    participants: { alice: 5, bob: 2, cathy: 1 },
    roles: [role(1, []), role(2, []), role(5, capabilities, changes)],
    policy,
  });

describe("messages (policy §8.3)", () => {
  it.each([
    ["canSendMessage", authorizeMessage],
    ["canReceiveMessage", authorizeReceive],
  ] as const)("%s is needed, and being a participant", (capability, decide) => {
    expectAllowed(decide(den([capability]), uri("alice")), capability);
    expectDenied(decide(den(["canCopyMessage"]), uri("alice")), "missing-capability", capability);
    expectDenied(decide(den([capability]), uri("bob")), "missing-capability", capability);
    expectDenied(decide(den([capability]), uri("dora")), "not-a-participant");
    expectDenied(decide(den([capability]), uri("cathy")), "banned");
    const undefinedRole = room({ participants: { alice: 7 }, roles: [] });
    expectDenied(decide(undefinedRole, uri("alice")), "missing-capability", capability);
  });
});

describe("group information (protocol §5.6)", () => {
  it("is for participants who may add clients", () => {
    expectAllowed(authorizeGroupInfo(den(["canAddOwnClient"]), uri("alice")), "canAddOwnClient");
    expectDenied(
      authorizeGroupInfo(den(["canSendMessage"]), uri("alice")),
      "missing-capability",
      "canAddOwnClient",
    );
    expectDenied(authorizeGroupInfo(den([]), uri("dora")), "not-a-participant");
    const silent = room({
      participants: { alice: 5 },
      roles: [role(5, ["canAddOwnClient"], {}, { maximumActiveParticipantsConstraint: 0 })],
    });
    expectDenied(authorizeGroupInfo(silent, uri("alice")), "maximum-active-participants");
  });

  const code = Uint8Array.of(7, 7);
  const door = (zero: readonly CapabilityName[], changes = {}, parts = {}, policy = {}) =>
    room({
      participants: { alice: 2, cathy: 1 },
      roles: [role(0, zero, changes), role(1, []), role(2, []), role(3, ["canJoinIfPreauthorized"])],
      parts: { joinLinks: [{ joinLink: Uint8Array.of(1) }, { joinLink: code }], ...parts },
      policy,
    });

  it("is for everybody in an open room", () => {
    expectAllowed(authorizeGroupInfo(door(["canOpenJoin"], { 0: [2] }), uri("dora")), "canOpenJoin");
    for (const changes of [{}, { 0: [1] }, { 2: [3] }]) {
      expectDenied(authorizeGroupInfo(door(["canOpenJoin"], changes), uri("dora")), "not-a-participant");
    }
    expectDenied(
      authorizeGroupInfo(door(["canOpenJoin"], { 0: [2] }, {}, { fixedMembership: true }), uri("dora")),
      "fixed-membership",
    );
    expectDenied(
      authorizeGroupInfo(door(["canOpenJoin"], { 0: [2] }), "mimi://d.example/p/x"),
      "pseudonym-not-allowed",
    );
  });

  it("is for the preauthorized whose first role lets them in", () => {
    const { claims } = joiner("dora");
    const state = (roleIndex: number) =>
      door(
        [],
        {},
        { preauthorized: { preauthorizedEntries: [preauthorize(uri("dora"), role(roleIndex, []))] } },
      );
    expectAllowed(authorizeGroupInfo(state(3), uri("dora"), undefined, { claims }), "canJoinIfPreauthorized");
    expectDenied(authorizeGroupInfo(state(2), uri("dora"), undefined, { claims }), "not-a-participant");
    expectDenied(authorizeGroupInfo(state(3), uri("dora")), "not-a-participant");
  });

  it("is for who has a code of the room (readings R-105, R-185)", () => {
    const state = door(["canUseJoinCode"], { 0: [2] });
    expectAllowed(authorizeGroupInfo(state, uri("dora"), code), "canUseJoinCode");
    expectAllowed(authorizeGroupInfo(state, uri("dora"), code, { codeRoleIndex: 2 }));
    expectDenied(authorizeGroupInfo(state, uri("dora"), code, { codeRoleIndex: 3 }), "invalid-join-code");
    expectDenied(
      authorizeGroupInfo(state, uri("dora"), Uint8Array.of(7)),
      "invalid-join-code",
      "canUseJoinCode",
    );
    expectDenied(authorizeGroupInfo(state, uri("dora"), new Uint8Array()), "not-a-participant");
    expectDenied(
      authorizeGroupInfo(door([], { 0: [2] }), uri("dora"), code),
      "missing-capability",
      "canUseJoinCode",
    );
    expectDenied(authorizeGroupInfo(door(["canUseJoinCode"]), uri("dora"), code), "invalid-join-code");
  });

  it("is not for the banned, whatever they have (reading R-106)", () => {
    const state = door(["canOpenJoin", "canUseJoinCode"], { 0: [2] });
    expectDenied(authorizeGroupInfo(state, uri("cathy"), code), "banned");
  });
});

describe("key material (protocol §5.2, policy §8.1.1)", () => {
  it("is for who could add the target", () => {
    const state = den(["canAddParticipant"], { 0: [2] });
    expectAllowed(authorizeKeyMaterial(state, uri("alice"), uri("dora")), "canAddParticipant");
    expectDenied(
      authorizeKeyMaterial(state, uri("bob"), uri("dora")),
      "missing-capability",
      "canAddParticipant",
    );
    expectDenied(authorizeKeyMaterial(state, uri("erik"), uri("dora")), "not-a-participant");
    expectDenied(authorizeKeyMaterial(state, uri("cathy"), uri("dora")), "banned");
    expectDenied(authorizeKeyMaterial(state, uri("alice"), uri("cathy")), "banned");
    expectDenied(authorizeKeyMaterial(state, uri("alice"), uri("bob")), "not-permitted");
    for (const changes of [{}, { 0: [1] }]) {
      expectDenied(
        authorizeKeyMaterial(den(["canAddParticipant"], changes), uri("alice"), uri("dora")),
        "transition-not-authorized",
      );
    }
    const fixed = den(["canAddParticipant"], { 0: [2] }, { fixedMembership: true });
    expectDenied(authorizeKeyMaterial(fixed, uri("alice"), uri("dora")), "fixed-membership");
  });

  it("is for own clients", () => {
    expectAllowed(
      authorizeKeyMaterial(den(["canAddOwnClient"]), uri("alice"), uri("alice")),
      "canAddOwnClient",
    );
    expectDenied(
      authorizeKeyMaterial(den(["canAddParticipant"], { 0: [2] }), uri("alice"), uri("alice")),
      "missing-capability",
      "canAddOwnClient",
    );
  });
});
