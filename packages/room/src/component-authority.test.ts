import {
  BaseRoomPolicy,
  FrankingAgentData,
  JoinLinksUpdate,
  MimiComponentId,
  PreAuthData,
  providerCredential,
  type Role,
  RoomMetaData,
  StatusNotificationPolicy,
} from "@openmimi/protocol";
import { encode } from "@openmimi/tls";
import { describe, expect, it } from "vitest";
import {
  by,
  commit,
  expectAllowed,
  expectDenied,
  member,
  preauthorize,
  proposals,
  provider,
  ROOM,
  role,
  roles,
  room,
  update,
  uri,
} from "../test/kit.ts";
import { authorizeCommit, authorizeProposal } from "./authorize.ts";
import type { CapabilityName } from "./capabilities.ts";
import type { ChangeBody } from "./facts.ts";
import { defaultBasePolicy, type RoomParts } from "./state.ts";

const id = MimiComponentId;
const plain = role(2, []);
const alice = member("alice");
const members = { alice: 1, bob: 1 };
const holder = (...capabilities: CapabilityName[]): Role => role(5, capabilities, { 0: [2], 2: [0] });
const withAlice = (
  capabilities: readonly CapabilityName[],
  parts: Partial<RoomParts> = {},
  more: readonly Role[] = [],
) => room({ participants: { alice: 5, bob: 2 }, roles: [plain, holder(...capabilities), ...more], parts });
const decide = (
  capabilities: readonly CapabilityName[],
  change: ChangeBody,
  parts: Partial<RoomParts> = {},
) => authorizeCommit(withAlice(capabilities, parts), commit(alice, members, by(alice, change)));

const metadata: RoomMetaData = {
  roomUri: ROOM,
  roomName: "Den",
  roomDescriptions: [],
  roomAvatar: "",
  roomSubject: "",
  roomMood: "",
};
const described = [
  { mediaType: "", languageTag: "en", descriptionContent: new TextEncoder().encode("a den") },
];
const meta = (change: Partial<RoomMetaData>) =>
  update(id.roomMetadata, encode(RoomMetaData, { ...metadata, ...change }));

describe("metadata (policy §8.2, reading R-135)", () => {
  it.each<[CapabilityName, Partial<RoomMetaData>]>([
    ["canChangeRoomName", { roomName: "Cave" }],
    ["canChangeRoomDescription", { roomDescriptions: described }],
    ["canChangeRoomAvatar", { roomAvatar: "https://a.example/x.png" }],
    ["canChangeRoomSubject", { roomSubject: "bears" }],
    ["canChangeRoomMood", { roomMood: "sleepy" }],
  ])("%s changes its field and no other", (capability, change) => {
    expectAllowed(decide([capability], meta(change)), capability);
    expectDenied(decide([], meta(change)), "missing-capability", capability);
    const others = (
      [
        "canChangeRoomName",
        "canChangeRoomDescription",
        "canChangeRoomAvatar",
        "canChangeRoomSubject",
        "canChangeRoomMood",
      ] as const
    ).filter((name) => name !== capability);
    expectDenied(decide(others, meta(change)), "missing-capability", capability);
  });

  it("asks nothing for what stays, and empties need the capability, too", () => {
    expectAllowed(decide([], meta({})));
    expectDenied(decide([], meta({ roomName: "" })), "missing-capability", "canChangeRoomName");
    const before = { metadata: { ...metadata, roomDescriptions: described } };
    expectAllowed(decide([], meta({ roomDescriptions: structuredClone(described) }), before));
    const other = [{ ...described[0]!, languageTag: "de" }];
    expectDenied(
      decide([], meta({ roomDescriptions: other }), before),
      "missing-capability",
      "canChangeRoomDescription",
    );
  });

  it("never lets the room's URI change, and takes one update per commit (protocol §7.6)", () => {
    const moved = meta({ roomUri: "mimi://hub.example/r/cave" });
    expectDenied(decide(["canChangeRoomName"], moved), "room-uri-changed");
    const twice = by(alice, meta({ roomName: "A" }), meta({ roomName: "B" }));
    expectDenied(
      authorizeCommit(withAlice(["canChangeRoomName"]), commit(alice, members, twice)),
      "repeated-update",
    );
  });

  it("come into being with all capabilities and the right URI", () => {
    const { metadata: _, ...bare } = withAlice([
      "canChangeRoomName",
      "canChangeRoomDescription",
      "canChangeRoomAvatar",
      "canChangeRoomSubject",
      "canChangeRoomMood",
    ]);
    const facts = (change: ChangeBody) => commit(alice, members, by(alice, change), { roomUri: ROOM });
    expectAllowed(authorizeCommit(bare, facts(meta({}))));
    expectDenied(authorizeCommit(bare, facts(meta({ roomUri: "mimi://x.example/r/y" }))), "room-uri-changed");
  });
});

const policy = (change: Partial<BaseRoomPolicy>) =>
  update(id.baseRoomPolicy, encode(BaseRoomPolicy, { ...defaultBasePolicy, ...change }));
const status = update(
  id.statusNotificationPolicy,
  encode(StatusNotificationPolicy, { deliveryNotifications: "optional", readReceipts: "forbidden" }),
);
const preauth = (...preauthorizedEntries: PreAuthData["preauthorizedEntries"]) =>
  update(id.preauthList, encode(PreAuthData, { preauthorizedEntries }));

describe("policy components (policy §8.6, §8.7, readings R-188, R-189)", () => {
  it.each<[CapabilityName, ChangeBody]>([
    ["canChangeRoomMembershipStyle", policy({ maxUsers: 9 })],
    ["canChangeRoleDefinitions", roles(plain, holder())],
    ["canChangePreauthorizedUserList", preauth(preauthorize(uri("dora"), plain))],
    ["canChangeOtherPolicyAttribute", status],
    ["canChangePreauthorizedUserList", { kind: "componentRemoval", componentId: id.preauthList }],
    ["canChangeOtherPolicyAttribute", { kind: "componentRemoval", componentId: id.botPolicy }],
    ["canChangeMlsOperationalPolicies", { kind: "componentRemoval", componentId: id.operationalPolicy }],
    ["canDeleteJoinCode", { kind: "componentRemoval", componentId: id.joinLinks }],
    ["canSendMLSReinitProposal", { kind: "reInit" }],
    ["canSendMLSPSKProposal", { kind: "preSharedKey" }],
  ])("%s allows its change, nothing else does", (capability, change) => {
    expectAllowed(decide([capability], change), capability);
    expectDenied(decide(["canDestroyRoom", "canChangeRoomName"], change), "missing-capability", capability);
  });

  it("join links take canCreateJoinCode and canDeleteJoinCode", () => {
    const link = { joinLink: Uint8Array.of(1) };
    const parts = { joinLinks: [link] };
    const change = (removedIndices: number[], addedLinks: (typeof link)[]) =>
      update(id.joinLinks, encode(JoinLinksUpdate, { removedIndices, addedLinks }));
    expectAllowed(decide(["canCreateJoinCode"], change([], [link]), parts), "canCreateJoinCode");
    expectAllowed(decide(["canDeleteJoinCode"], change([0], []), parts), "canDeleteJoinCode");
    expectDenied(
      decide(["canCreateJoinCode"], change([0], [link]), parts),
      "missing-capability",
      "canDeleteJoinCode",
    );
    expectDenied(
      decide(["canDeleteJoinCode"], change([0], [link]), parts),
      "missing-capability",
      "canCreateJoinCode",
    );
    expectDenied(decide(["canDeleteJoinCode"], change([1], []), parts), "malformed-update");
  });

  it("what a room needs cannot be removed (readings R-137, R-200)", () => {
    for (const componentId of [id.participantList, id.roomMetadata, id.rolesList, id.baseRoomPolicy]) {
      const decision = decide(
        ["canChangeRoleDefinitions", "canChangeRoomMembershipStyle", "canChangeOtherPolicyAttribute"],
        { kind: "componentRemoval", componentId },
      );
      expectDenied(decision, "component-not-removable");
    }
  });

  it("what is not of a room is denied", () => {
    const everything: CapabilityName[] = ["canChangeOtherPolicyAttribute", "canChangeMlsOperationalPolicies"];
    expectDenied(decide(everything, update(0x0002, new Uint8Array())), "not-permitted");
    expectDenied(decide(everything, { kind: "componentRemoval", componentId: 0x0003 }), "not-permitted");
    expectDenied(
      decide(everything, { kind: "appEphemeral", componentId: id.participantList }),
      "not-permitted",
    );
    expectDenied(decide(everything, update(id.assetPolicy, Uint8Array.of(9))), "invalid-component");
  });
});

describe("what only the hub may (readings R-131, R-188)", () => {
  const agent = (domain: string) =>
    update(
      id.frankingAgent,
      encode(FrankingAgentData, {
        frankingSignatureKey: Uint8Array.of(1),
        credential: providerCredential(domain),
      }),
    );
  const propose = (by_: ReturnType<typeof provider>, change: ChangeBody) =>
    authorizeProposal(withAlice([]), proposals(members, by(by_, change)));

  it("changes the franking agent, to itself", () => {
    expectAllowed(propose(provider(), agent("hub.example")), "hub");
    expectDenied(propose(provider(), agent("b.example")), "invalid-component");
    expectDenied(propose(provider("mimi://b.example"), agent("b.example")), "not-the-hub");
    expectDenied(decide(["canChangeOtherPolicyAttribute"], agent("hub.example")), "not-the-hub");
    const removal: ChangeBody = { kind: "componentRemoval", componentId: id.frankingAgent };
    expectAllowed(propose(provider(), removal), "hub");
    expectDenied(decide(["canChangeOtherPolicyAttribute"], removal), "not-the-hub");
  });

  it("changes external_senders, and stays in them", () => {
    const senders = (externalSenders: string[], changedTypes = [5]): ChangeBody => ({
      kind: "groupContextExtensions",
      changedTypes,
      externalSenders,
    });
    expectAllowed(propose(provider(), senders(["mimi://hub.example", "mimi://b.example"])), "hub");
    expectDenied(propose(provider(), senders(["mimi://b.example"])), "not-permitted");
    expectDenied(propose(provider(), senders(["mimi://hub.example"], [3, 5])), "not-permitted");
    expectDenied(propose(provider("mimi://b.example"), senders(["mimi://hub.example"])), "not-the-hub");
    expectDenied(decide(["canChangeOtherPolicyAttribute"], senders(["mimi://hub.example"])), "not-the-hub");
  });
});

it("an allowance names every rule and section once", () => {
  const decision = decide(["canChangeRoomName", "canChangeRoomMood"], meta({ roomName: "A", roomMood: "b" }));
  expect(decision).toMatchObject({
    allowed: true,
    rule: "canChangeRoomName, canChangeRoomMood",
    section: "policy §8.2",
  });
});
