import {
  ExtensionType,
  type KeyPackage,
  MemberGroup,
  nobleCrypto,
  type Proposal,
  type PublicGroup,
} from "@openmimi/mls";
import { describe, expect, it } from "vitest";
import { expectAllowed, expectDenied, HUB, ROOM, uri } from "../test/kit.ts";
import { adding, createRoom, deliver, follow, keyPackage, listProposal, options } from "../test/mls-room.ts";
import { authorizeCommit, authorizeProposal } from "./authorize.ts";
import { RoomError } from "./errors.ts";
import { clientsOf, factsOfCommit, factsOfProposal, factsOfProposals } from "./from-mls.ts";
import { withPending } from "./pending.ts";
import { roomStateOf } from "./state.ts";

const stateOf = (group: PublicGroup) => roomStateOf((id) => group.component(id));
const judge = (hub: PublicGroup, commit: Parameters<PublicGroup["stage"]>[0]) =>
  authorizeCommit(stateOf(hub), factsOfCommit(hub.stage(commit), hub, { roomUri: ROOM }));

/** Alice, bob with two clients, and the hub. */
function roomWithBob() {
  const alice = createRoom();
  const hub = follow(alice);
  const packages = [keyPackage("bob", "1"), keyPackage("bob", "2")];
  const { commit, welcome } = alice.commit({ proposals: adding("bob", packages) });
  const decision = judge(hub, commit);
  deliver(hub, alice, commit, []);
  const [bob, bob2] = packages.map((own) =>
    MemberGroup.join(
      nobleCrypto,
      { welcome: welcome!, keyPackages: [own], ratchetTree: hub.ratchetTree() },
      options,
    ),
  );
  return { alice, hub, bob: bob!, bob2: bob2!, decision };
}

describe("the flow of protocol §3", () => {
  it("adds users with their clients", () => {
    const { hub, decision } = roomWithBob();
    expectAllowed(decision, "canAddParticipant");
    expect(clientsOf(hub)).toEqual({
      byUser: new Map([
        [uri("alice"), 1],
        [uri("bob"), 2],
      ]),
      total: 3,
    });
    expect(stateOf(hub).participants.map(({ user }) => user)).toEqual([uri("alice"), uri("bob")]);
  });

  it("takes a leave from the leaver and commits it by another", () => {
    const { alice, hub, bob, bob2 } = roomWithBob();
    const bodies: Proposal[] = [
      { proposalType: "selfRemove" },
      { proposalType: "remove", removed: bob2.ownLeafIndex },
      listProposal({ remove: [1] }),
    ];
    const sent = bodies.map((body) => bob.propose(body).message);
    const staged = sent.map((message) => hub.stageProposal(message));
    expectAllowed(authorizeProposal(stateOf(hub), factsOfProposals(staged, hub)), "canRemoveSelf");
    expectDenied(authorizeProposal(stateOf(hub), factsOfProposal(staged[2]!, hub)), "clients-left");
    for (const proposal of staged) hub.addProposal(proposal);
    for (const message of sent) alice.process(message);
    const { commit } = alice.commit();
    const facts = factsOfCommit(hub.stage(commit), hub);
    expect(facts.committer).toMatchObject({ kind: "member", user: uri("alice") });
    expect(facts.changes.map(({ by, byReference }) => [by.user, byReference])).toEqual([
      [uri("bob"), true],
      [uri("bob"), true],
      [uri("bob"), true],
      [uri("alice"), false],
    ]);
    expect(facts.changes[0]).toMatchObject({ kind: "clientRemoved", selfRemove: true, replaced: false });
    const state = withPending(stateOf(hub), factsOfProposals(hub.pending, hub).changes);
    expectAllowed(authorizeCommit(state, facts), "canRemoveSelf");
    deliver(hub, alice, commit, []);
    expect(clientsOf(hub).byUser.has(uri("bob"))).toBe(false);
  });

  it("lets a new device of a participant in, and a stranger not", () => {
    const { alice, hub, bob } = roomWithBob();
    const join = (name: string, device: string, proposals: Proposal[] = []) =>
      MemberGroup.joinExternally(
        nobleCrypto,
        {
          groupInfo: bob.groupInfo(),
          ratchetTree: hub.ratchetTree(),
          own: keyPackage(name, device),
          proposals,
        },
        options,
      );
    const device = join("bob", "3");
    const facts = factsOfCommit(hub.stage(device.commit), hub);
    expect(facts.committer).toMatchObject({ kind: "joiner", user: uri("bob") });
    expect(facts.changes.map(({ kind }) => kind)).toEqual(["clientJoined"]);
    expectAllowed(judge(hub, device.commit), "canAddOwnClient");
    expectDenied(judge(hub, join("dora", "1").commit), "not-a-participant");
    const stranger = join("dora", "1", [listProposal({ add: { dora: 2 } })]);
    expectDenied(judge(hub, stranger.commit), "missing-capability", "canOpenJoin");
    const again = join("bob", "1", [{ proposalType: "remove", removed: bob.ownLeafIndex }]);
    expect(factsOfCommit(hub.stage(again.commit), hub).changes[0]).toMatchObject({ replaced: true });
    expectAllowed(judge(hub, again.commit), "replaces its own former leaf");
    const other = join("bob", "3", [{ proposalType: "remove", removed: alice.ownLeafIndex }]);
    expectDenied(judge(hub, other.commit), "missing-capability", "canKick");
  });

  it("denies what the role of the author does not allow", () => {
    const { hub, bob } = roomWithBob();
    const alone = bob.commit({ proposals: [{ proposalType: "remove", removed: 0 }] });
    expectDenied(judge(hub, alone.commit), "missing-capability", "canKick");
    bob.clearPendingCommit();
    const removal = bob.commit({
      proposals: [listProposal({ remove: [0] }), { proposalType: "remove", removed: 0 }],
    });
    expectDenied(judge(hub, removal.commit), "transition-not-authorized", "canRemoveParticipant");
  });
});

describe("translation", () => {
  const external = { senderType: "external", senderIndex: 0 } as const;
  const member = { senderType: "member", leafIndex: 0 } as const;

  it("names the hub and new members", () => {
    const { hub } = roomWithBob();
    const [change] = factsOfProposal(
      { proposal: { proposalType: "remove", removed: 1 }, sender: external },
      hub,
    ).changes;
    expect(change).toMatchObject({
      kind: "clientRemoved",
      user: uri("bob"),
      by: { kind: "externalSender", user: HUB },
    });
    const keyPackageOfBob: KeyPackage = keyPackage("bob", "9").keyPackage;
    const own = factsOfProposal(
      {
        proposal: { proposalType: "add", keyPackage: keyPackageOfBob },
        sender: { senderType: "newMemberProposal" },
      },
      hub,
    );
    expect(own.changes[0]).toMatchObject({ kind: "clientAdded", by: { kind: "joiner", user: uri("bob") } });
  });

  it("says which extensions differ, and who the external senders are", () => {
    const { hub } = roomWithBob();
    const { extensions } = hub.groupContext;
    const without = extensions.filter(({ extensionType }) => extensionType !== ExtensionType.externalSenders);
    const change = (next: typeof extensions) =>
      factsOfProposal(
        { proposal: { proposalType: "groupContextExtensions", extensions: next }, sender: external },
        hub,
      ).changes[0];
    expect(change(extensions)).toMatchObject({ changedTypes: [], externalSenders: [HUB] });
    expect(change(without)).toMatchObject({ changedTypes: [5], externalSenders: [] });
    const garbage = [...without, { extensionType: 5, extensionData: Uint8Array.of(9) }];
    expect(change(garbage)).toMatchObject({ changedTypes: [5], externalSenders: [] });
  });

  it("gives one change per other proposal", () => {
    const { hub } = roomWithBob();
    const kinds = (proposal: Proposal) =>
      factsOfProposal({ proposal, sender: member }, hub).changes.map(({ kind }) => kind);
    expect(
      kinds({ proposalType: "appDataUpdate", appDataUpdate: { componentId: 0x26, op: "remove" } }),
    ).toEqual(["componentRemoval"]);
    expect(
      kinds({ proposalType: "appEphemeral", appEphemeral: { componentId: 1, data: Uint8Array.of() } }),
    ).toEqual(["appEphemeral"]);
    const reinit = { groupId: Uint8Array.of(1), version: "mls10", cipherSuite: 1, extensions: [] } as const;
    expect(kinds({ proposalType: "reinit", reinit: { ...reinit, extensions: [] } })).toEqual(["reInit"]);
    const psk = { pskType: "external", pskId: Uint8Array.of(1), pskNonce: Uint8Array.of(2) } as const;
    expect(kinds({ proposalType: "psk", psk })).toEqual(["preSharedKey"]);
    const { leafNode } = hub.members()[0]!;
    expect(kinds({ proposalType: "update", leafNode })).toEqual(["clientUpdated"]);
  });

  it("refuses who is nobody, with its own error (reading R-028)", () => {
    const { hub } = roomWithBob();
    const nameless = keyPackage("x", "1", new TextEncoder().encode("not a uri")).keyPackage;
    const deviceOnly = keyPackage(
      "x",
      "1",
      new TextEncoder().encode("mimi://a.example/d/ClientA1"),
    ).keyPackage;
    const run = (sent: Parameters<typeof factsOfProposal>[0]) => () => factsOfProposal(sent, hub);
    for (const kp of [nameless, deviceOnly]) {
      expect(run({ proposal: { proposalType: "add", keyPackage: kp }, sender: member })).toThrow(RoomError);
    }
    expect(run({ proposal: { proposalType: "remove", removed: 77 }, sender: member })).toThrow(RoomError);
    expect(
      run({
        proposal: { proposalType: "remove", removed: 0 },
        sender: { senderType: "external", senderIndex: 5 },
      }),
    ).toThrow(RoomError);
    expect(run({ proposal: { proposalType: "selfRemove" }, sender: external })).toThrow(RoomError);
    expect(
      run({ proposal: { proposalType: "remove", removed: 0 }, sender: { senderType: "newMemberCommit" } }),
    ).toThrow(RoomError);
  });
});
