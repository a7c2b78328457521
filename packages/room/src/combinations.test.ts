import {
  BaseRoomPolicy,
  BotPolicy,
  HistoryPolicy,
  MimiComponentId,
  PreAuthData,
  type Role,
} from "@openmimi/protocol";
import { encode } from "@openmimi/tls";
import { describe, it } from "vitest";
import {
  by,
  commit,
  expectAllowed,
  expectDenied,
  list,
  member,
  preauthorize,
  role,
  roles,
  room,
  update,
  uri,
} from "../test/kit.ts";
import { authorizeCommit } from "./authorize.ts";
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

const policy = (change: Partial<BaseRoomPolicy>) =>
  update(id.baseRoomPolicy, encode(BaseRoomPolicy, { ...defaultBasePolicy, ...change }));
const preauth = (...preauthorizedEntries: PreAuthData["preauthorizedEntries"]) =>
  update(id.preauthList, encode(PreAuthData, { preauthorizedEntries }));

describe("combinations (policy §3, §4)", () => {
  const capabilities: CapabilityName[] = [
    "canChangeRoleDefinitions",
    "canChangePreauthorizedUserList",
    "canAddParticipant",
    "canRemoveParticipant",
  ];
  const together = (...changes: ChangeBody[]) =>
    authorizeCommit(withAlice(capabilities), commit(alice, { alice: 1 }, by(alice, ...changes)));
  const definitions = roles(plain, holder(...capabilities));
  const preauthorization = preauth(preauthorize(uri("dora"), plain));

  it("role definitions stand alone beside the participant list", () => {
    expectAllowed(together(definitions));
    expectAllowed(together(definitions, list({})));
    expectDenied(together(definitions, list({ add: { dora: 2 } })), "forbidden-combination");
    expectDenied(together(list({ remove: [1] }), definitions), "forbidden-combination");
  });

  it("preauthorization stands beside removals only", () => {
    expectAllowed(together(preauthorization, list({ remove: [1] })));
    expectDenied(together(preauthorization, list({ add: { dora: 2 } })), "forbidden-combination");
    expectDenied(
      together({ kind: "componentRemoval", componentId: id.preauthList }, list({ add: { dora: 2 } })),
      "forbidden-combination",
    );
  });

  it("a component is not removed and changed, nor removed twice (extensions §4.7)", () => {
    const removal: ChangeBody = { kind: "componentRemoval", componentId: id.preauthList };
    expectDenied(together(removal, preauthorization), "forbidden-combination");
    expectDenied(together(removal, removal), "forbidden-combination");
  });

  it("is judged by the roles of the epoch, not by those that it brings (reading R-196)", () => {
    const grantsKick = roles(plain, holder("canChangeRoleDefinitions", "canKick"));
    expectDenied(
      together(grantsKick, { kind: "clientRemoved", user: uri("bob"), selfRemove: false, replaced: false }),
      "missing-capability",
      "canKick",
    );
  });
});

describe("new policy must fit the room (readings R-174, R-184)", () => {
  const define = (...definitions: Role[]) => decide(["canChangeRoleDefinitions"], roles(...definitions));

  it("roles in use stay, with limits that hold", () => {
    expectDenied(define(holder()), "unknown-role");
    expectDenied(define(plain, { ...holder(), maximumParticipantsConstraint: 0 }), "maximum-participants");
    expectAllowed(define(plain, { ...holder(), maximumParticipantsConstraint: 1 }));
    expectDenied(
      define(plain, { ...holder(), maximumActiveParticipantsConstraint: 0 }),
      "maximum-active-participants",
    );
    expectDenied(define({ ...plain, minimumParticipantsConstraint: 2 }, holder()), "minimum-participants");
    expectAllowed(define({ ...plain, minimumParticipantsConstraint: 1 }, holder()));
    expectDenied(
      define({ ...plain, minimumActiveParticipantsConstraint: 2 }, holder()),
      "minimum-active-participants",
    );
    expectDenied(define(plain, plain), "malformed-update");
  });

  it("limits that were broken before do not block an update that leaves them", () => {
    const lonely = role(6, [], {}, { minimumParticipantsConstraint: 1 });
    const state = withAlice(["canChangeRoleDefinitions"], {}, [lonely]);
    const facts = (...definitions: Role[]) => commit(alice, members, by(alice, roles(...definitions)));
    expectAllowed(authorizeCommit(state, facts(plain, holder("canKick"), lonely)));
    expectDenied(
      authorizeCommit(state, facts(plain, holder(), { ...lonely, minimumParticipantsConstraint: 2 })),
      "minimum-participants",
    );
  });

  it("preauthorization, bots and history name roles that exist", () => {
    const ghost = role(7, []);
    expectDenied(
      decide(["canChangePreauthorizedUserList"], preauth(preauthorize(uri("dora"), ghost))),
      "unknown-role",
    );
    const parts = { preauthorized: { preauthorizedEntries: [preauthorize(uri("dora"), ghost)] } };
    const state = withAlice(["canChangeRoleDefinitions"], parts, [ghost]);
    expectDenied(
      authorizeCommit(state, commit(alice, members, by(alice, roles(plain, holder())))),
      "unknown-role",
    );
    const bot = (botRoleIndex: number) =>
      update(
        id.botPolicy,
        encode(BotPolicy, {
          allowedBots: [
            {
              name: "b",
              description: "",
              homepage: "",
              localClientBot: false,
              botRoleIndex,
              canTargetMessageInGroup: false,
              perUserContent: false,
            },
          ],
        }),
      );
    expectAllowed(decide(["canChangeOtherPolicyAttribute"], bot(2)));
    expectAllowed(decide(["canChangeOtherPolicyAttribute"], bot(0)));
    expectDenied(decide(["canChangeOtherPolicyAttribute"], bot(7)), "unknown-role");
    const history = (index: number) =>
      update(
        id.chatHistoryPolicy,
        encode(HistoryPolicy, {
          historySharing: "optional",
          rolesThatCanShare: [index],
          automaticallyShare: false,
          maxTimePeriod: 60,
        }),
      );
    expectAllowed(decide(["canChangeOtherPolicyAttribute"], history(2)));
    expectDenied(decide(["canChangeOtherPolicyAttribute"], history(7)), "unknown-role");
  });

  it("the base policy's limits hold at once", () => {
    const change = (values: Partial<BaseRoomPolicy>) =>
      decide(["canChangeRoomMembershipStyle"], policy(values));
    expectAllowed(change({ maxUsers: 2, maxClients: 2, multiDevice: false }));
    expectDenied(change({ maxUsers: 1 }), "maximum-users");
    expectDenied(change({ maxClients: 1 }), "maximum-clients");
    const twice = commit(alice, { alice: 2, bob: 1 }, by(alice, policy({ multiDevice: false })));
    expectDenied(authorizeCommit(withAlice(["canChangeRoomMembershipStyle"]), twice), "single-device");
  });

  it("a fixed-membership room has no role that adds participants (policy §5)", () => {
    expectAllowed(decide(["canChangeRoomMembershipStyle"], policy({ fixedMembership: true })));
    expectDenied(
      decide(["canChangeRoomMembershipStyle", "canAddParticipant"], policy({ fixedMembership: true })),
      "fixed-membership",
      "canAddParticipant",
    );
    const fixed = room({
      participants: { alice: 5 },
      roles: [holder("canChangeRoleDefinitions")],
      policy: { fixedMembership: true },
    });
    const adds = commit(
      alice,
      { alice: 1 },
      by(alice, roles(holder("canChangeRoleDefinitions", "canAddParticipant"))),
    );
    expectDenied(authorizeCommit(fixed, adds), "fixed-membership");
  });
});
