import {
  BaseRoomPolicy,
  FrankingAgentData,
  MimiComponentId,
  ParticipantListData,
  PreAuthData,
  providerCredential,
  type Role,
  RoleData,
} from "@openmimi/protocol";
import { encode } from "@openmimi/tls";
import { describe, it } from "vitest";
import { clients, expectAllowed, expectDenied, preauthorize, ROOM, role, uri } from "../test/kit.ts";
import { checkNewRoom } from "./new-room.ts";
import { cooperativeRoom } from "./presets/index.ts";
import { defaultBasePolicy } from "./state.ts";

const id = MimiComponentId;
const base = cooperativeRoom({ roomUri: ROOM, creator: uri("alice") });
const check = (
  changes: Readonly<Record<number, Uint8Array | undefined>>,
  members = clients({ alice: 1 }),
  roomUri = ROOM,
  parentParticipants?: ReadonlySet<string>,
) =>
  checkNewRoom(
    (component) => (component in changes ? changes[component] : base.get(component)),
    members,
    roomUri,
    { parentParticipants },
  );
const list = (participants: Readonly<Record<string, number>>) =>
  encode(ParticipantListData, {
    participants: Object.entries(participants).map(([name, roleIndex]) => ({ user: uri(name), roleIndex })),
  });
const policy = (change: Partial<BaseRoomPolicy>) =>
  encode(BaseRoomPolicy, { ...defaultBasePolicy, ...change });
const roles = (...definitions: Role[]) => encode(RoleData, { roles: definitions });

describe("checkNewRoom", () => {
  it("takes a preset with its creator, and with several clients and users", () => {
    expectAllowed(check({}));
    expectAllowed(
      check({ [id.participantList]: list({ alice: 4, bob: 2, cathy: 1 }) }, clients({ alice: 3, bob: 1 })),
    );
  });

  it("needs list, roles and base policy, in order (readings R-137, R-200)", () => {
    for (const component of [id.participantList, id.rolesList, id.baseRoomPolicy]) {
      expectDenied(check({ [component]: undefined }), "invalid-component");
      expectDenied(check({ [component]: Uint8Array.of(7) }), "invalid-component");
    }
    expectAllowed(check({ [id.roomMetadata]: undefined, [id.preauthList]: undefined }));
  });

  it("is about the room that its metadata name", () => {
    expectDenied(check({}, undefined, "mimi://hub.example/r/cave"), "room-uri-changed");
  });

  it("has roles for everybody, within their maxima", () => {
    expectDenied(check({ [id.participantList]: list({ alice: 9 }) }), "unknown-role");
    const one = role(4, [], {}, { maximumParticipantsConstraint: 1, maximumActiveParticipantsConstraint: 1 });
    const components = (more: Partial<Role>) => ({
      [id.preauthList]: undefined,
      [id.participantList]: list({ alice: 4, bob: 4 }),
      [id.rolesList]: roles({ ...one, ...more }),
    });
    expectDenied(check(components({})), "maximum-participants");
    expectAllowed(check(components({ maximumParticipantsConstraint: 2 })));
    expectDenied(
      check(components({ maximumParticipantsConstraint: 2 }), clients({ alice: 1, bob: 1 })),
      "maximum-active-participants",
    );
  });

  it("has clients of participants only, who may have them", () => {
    expectDenied(check({}, clients({ bob: 1 })), "client-without-participant");
    expectDenied(
      check({ [id.participantList]: list({ alice: 4, bob: 1 }) }, clients({ bob: 1 })),
      "clients-left",
    );
  });

  it("has users, not rooms or clients, and no pseudonyms unless they are allowed", () => {
    const listed = (user: string) =>
      encode(ParticipantListData, {
        participants: [
          { user: uri("alice"), roleIndex: 4 },
          { user, roleIndex: 2 },
        ],
      });
    expectDenied(check({ [id.participantList]: listed("mimi://b.example/r/x") }), "malformed-update");
    const pseudonym = listed("mimi://b.example/p/x");
    expectDenied(check({ [id.participantList]: pseudonym }), "pseudonym-not-allowed");
    expectAllowed(
      check({ [id.participantList]: pseudonym, [id.baseRoomPolicy]: policy({ pseudonymsAllowed: true }) }),
    );
  });

  it("keeps the base policy (policy §5)", () => {
    const two = list({ alice: 4, bob: 2 });
    expectDenied(
      check({ [id.participantList]: two, [id.baseRoomPolicy]: policy({ maxUsers: 1 }) }),
      "maximum-users",
    );
    expectDenied(
      check({ [id.baseRoomPolicy]: policy({ maxClients: 1 }) }, clients({ alice: 2 })),
      "maximum-clients",
    );
    expectDenied(
      check({ [id.baseRoomPolicy]: policy({ multiDevice: false }) }, clients({ alice: 2 })),
      "single-device",
    );
    expectDenied(check({ [id.baseRoomPolicy]: policy({ fixedMembership: true }) }), "fixed-membership");
  });

  it("has participants of its parent only, and not all of them (policy §5, reading R-192)", () => {
    const dependent = policy({ parentDependant: true, parentRoom: ["mimi://hub.example/r/parent"] });
    const inParent = (...names: string[]) =>
      check({ [id.baseRoomPolicy]: dependent }, clients({ alice: 1 }), ROOM, new Set(names.map(uri)));
    expectAllowed(inParent("alice", "bob"));
    expectDenied(inParent("bob", "cathy"), "parent-dependent");
    expectDenied(inParent("alice"), "parent-dependent");
    expectDenied(inParent(), "parent-dependent");
    expectAllowed(check({ [id.baseRoomPolicy]: dependent }));
  });

  it("preauthorizes for roles that exist (reading R-174)", () => {
    const preauth = encode(PreAuthData, { preauthorizedEntries: [preauthorize(uri("bob"), role(9, []))] });
    expectDenied(check({ [id.preauthList]: preauth }), "unknown-role");
  });

  it("has the hub as franking agent, and a place for the tag (reading R-077)", () => {
    const agent = (domain: string) =>
      encode(FrankingAgentData, {
        frankingSignatureKey: Uint8Array.of(1),
        credential: providerCredential(domain),
      });
    const safeAad = Uint8Array.of(2, 0x00, 0x20);
    expectAllowed(check({ [id.frankingAgent]: agent("hub.example"), 2: safeAad }));
    expectDenied(check({ [id.frankingAgent]: agent("hub.example") }), "invalid-component");
    expectDenied(
      check({ [id.frankingAgent]: agent("hub.example"), 2: Uint8Array.of(2, 0, 0x21) }),
      "invalid-component",
    );
    expectDenied(
      check({ [id.frankingAgent]: agent("hub.example"), 2: Uint8Array.of(9) }),
      "invalid-component",
    );
    expectDenied(check({ [id.frankingAgent]: agent("b.example"), 2: safeAad }), "not-the-hub");
    const nobody = encode(FrankingAgentData, {
      frankingSignatureKey: Uint8Array.of(1),
      credential: { credentialType: "basic", identity: Uint8Array.of(1) },
    });
    expectDenied(check({ [id.frankingAgent]: nobody, 2: safeAad }), "invalid-component");
  });
});
