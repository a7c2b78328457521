import { type GroupInfo, GroupInfoTBS, verifyWithLabel } from "@openmimi/mls";
import { decodeFanoutMessages, encodeFanoutMessages, UpdateRequest, verifyFrank } from "@openmimi/protocol";
import { authorizeCommit, factsOfCommit, roomStateOf } from "@openmimi/room";
import { decode, encode } from "@openmimi/tls";
import { describe, expect, it } from "vitest";
import type { CaseContext, Peer, PeerName } from "../context.ts";
import { seededRandom } from "../random.ts";
import { carelessCopy } from "./careless.ts";
import { additionOf, commitRequest, indexOf, leaveRequest, listUpdate, participantsOf } from "./handshake.ts";
import { contentOf, textMessage, textOf } from "./message.ts";
import { SUITE, SuiteClient } from "./suite-client.ts";
import { SuiteRoom } from "./suite-room.ts";

const peer = (name: PeerName): Peer =>
  ({ name, domain: `${name}.suite.example`, handle: () => undefined }) as unknown as Peer;

function context(): CaseContext {
  let names = 0;
  return {
    peers: { hub: peer("hub"), follower1: peer("follower1"), follower2: peer("follower2") },
    random: seededRandom("play", "play"),
    name: (base: string) => `${base}-${names++}`,
  } as unknown as CaseContext;
}

/** A room of three: alice at the hub adds bob, bob adds carl. */
function roomOfThree() {
  const surroundings = context();
  const room = new SuiteRoom(surroundings);
  const bob = SuiteClient.of(surroundings, "follower1", "bob");
  const carl = SuiteClient.of(surroundings, "follower2", "carl");
  const add = (by: SuiteClient, who: SuiteClient) => {
    const before = by.group.public;
    const made = by.group.commit({ proposals: additionOf(before, room.alice.userUri, [who]) });
    const state = roomStateOf((id) => before.component(id));
    const decision = authorizeCommit(state, factsOfCommit(made.staged, before));
    const tree = made.staged.tree.toNodes();
    by.group.mergePendingCommit();
    if (made.welcome === undefined) throw new Error("no Welcome");
    who.join(made.welcome, tree);
    return { made, decision };
  };
  const first = add(room.alice, bob);
  return { room, bob, carl, add, first };
}

/** Whether a GroupInfo is signed with the key of that member. */
function verifiesAsMember({ signatureKeys }: SuiteClient, { signature, ...body }: GroupInfo): boolean {
  const tbs = encode(GroupInfoTBS, body);
  return verifyWithLabel(SUITE, signatureKeys.publicKey, "GroupInfoTBS", tbs, signature);
}

describe("members that the suite plays", () => {
  it("make rooms in which the policy allows what they do, and agree", () => {
    const { room, bob, carl, add, first } = roomOfThree();
    expect(first.decision).toMatchObject({ allowed: true });
    const { made } = add(room.alice, carl);
    const processed = bob.group.process(made.commit);
    if (processed.kind !== "commit") throw new Error(processed.kind);
    processed.merge();
    expect(bob.group.epochAuthenticator).toEqual(carl.group.epochAuthenticator);
    expect(participantsOf(bob.group.public).map(({ user }) => user)).toEqual([
      room.alice.userUri,
      bob.userUri,
      carl.userUri,
    ]);
  });

  it("send requests that decode to what they were", () => {
    const { room, bob, first } = roomOfThree();
    const request = commitRequest(first.made);
    const octets = encode(UpdateRequest, request);
    expect(encode(UpdateRequest, decode(UpdateRequest, octets))).toEqual(octets);
    const leave = leaveRequest(bob);
    expect(leave.moreProposals).toHaveLength(1);
    const fanout = [room.says("one"), { ...room.says("two") }];
    expect(decodeFanoutMessages(encodeFanoutMessages(fanout))).toHaveLength(2);
  });

  it("can forge a commit of which nothing is wrong but the signature", () => {
    const { room, bob } = roomOfThree();
    const change = { leaf: { signatureKeyPair: bob.signatureKeys } };
    const forged = bob.forger().commit(change);
    expect(() => room.alice.group.process(forged.commit)).toThrow(/signature does not verify/);
    expect(verifiesAsMember(bob, forged.groupInfo)).toBe(true);
    const processed = room.alice.group.process(bob.copy().commit(change).commit);
    expect(processed.kind).toBe("commit");
  });

  it("can be careless about list updates, which others are not", () => {
    const { room, bob } = roomOfThree();
    const { commit, groupInfo } = carelessCopy(bob).commit({
      proposals: [listUpdate({ removedIndices: [7] })],
      path: true,
    });
    expect(verifiesAsMember(bob, groupInfo)).toBe(true);
    expect(() => room.alice.group.process(commit)).toThrow(/index 7 is outside/);
  });

  it("read each other's messages", () => {
    const { room, bob } = roomOfThree();
    const processed = bob.group.process(textMessage(room.alice, room.roomUri, "hello"));
    if (processed.kind !== "application") throw new Error(processed.kind);
    expect(textOf(contentOf(bob.group.public, processed))).toBe("hello");
  });
});

describe("a room of the suite's hub", () => {
  it("goes on in agreement when users come, leave, and are proposed for removal by the hub", () => {
    const room = new SuiteRoom(context());
    const { clients } = room.bring("bob", 2);
    const [phone, tablet] = clients as [SuiteClient, SuiteClient];
    const leaving = room.leaves(phone, [tablet.group.ownLeafIndex]);
    expect(leaving.moreProposals).toHaveLength(2);
    room.commit();
    expect(room.members).toEqual([room.alice]);
    const carl = room.bring("carl").clients[0] as SuiteClient;
    room.hubProposes({ proposalType: "remove", removed: carl.group.ownLeafIndex });
    room.hubProposes(listUpdate({ removedIndices: [indexOf(room.alice.group.public, carl.userUri)] }));
    room.commit();
    expect(room.state().participants.map(({ userUri }) => userUri)).toEqual([room.alice.userUri]);
    expect(room.members).toEqual([room.alice]);
  });

  it("franks what is said in it, and knows what that was", () => {
    const room = new SuiteRoom(context());
    const fanout = room.says("hello");
    const { timestamp, frank, message } = fanout;
    if (frank === undefined) throw new Error("no frank");
    expect(room.said(fanout)).toEqual({
      senderUri: room.alice.userUri,
      text: "hello",
      acceptedTimestampMs: timestamp.toString(),
    });
    const verified = verifyFrank({
      suite: SUITE,
      frankingAgent: {
        frankingSignatureKey: room.hubKeys.publicKey,
        credential: room.hubSender.credential,
      },
      frank,
      context: { senderUri: room.alice.userUri, roomUri: room.roomUri, acceptedTimestamp: timestamp },
    });
    expect(verified).toBe(true);
    expect(room.says("bare", room.alice, false).frank).toBeUndefined();
    expect(room.said({ timestamp, message })).toBeUndefined();
  });
});
