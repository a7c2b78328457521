import { KeyPackage, type MemberGroup, nobleCrypto } from "@openmimi/mls";
import {
  GroupInfoRequest,
  GroupInfoResponse,
  providerCredential,
  sealGroupInfoResponse,
  UpdateRequest,
} from "@openmimi/protocol";
import { decode, encode } from "@openmimi/tls";
import { beforeEach, describe, expect, it } from "vitest";
import { makeKeyPackage } from "../src/identity.ts";
import { joinExternally } from "../src/joining.ts";
import { forgetExpired } from "../src/own-leaf.ts";
import type { Session } from "../src/session.ts";
import type { ClientStore } from "../src/store.ts";
import { pull } from "../src/sync.ts";
import type { TransportRequest, TransportResponse } from "../src/transport.ts";
import { aliceAndBob, arriving, commit, hubKeys, newClient, open, provider, ROOM } from "./actors.ts";
import { answering, Inbox, lost, updated } from "./answers.ts";

const success = { responseCode: "success", errorDescription: "", acceptedTimestamp: 1n } as const;

let group: MemberGroup;
let store: ClientStore;
beforeEach(async () => {
  group = (await aliceAndBob()).group;
  store = (await newClient("b.example", "bob", "Client2")).store;
});

/** What the hub answers to a GroupInfoRequest. */
function groupInfo(as = provider.hubSender, key = hubKeys.privateKey) {
  return ({ body }: TransportRequest): TransportResponse => {
    const answer = sealGroupInfoResponse(nobleCrypto, {
      request: decode(GroupInfoRequest, body ?? new Uint8Array()),
      roomId: ROOM,
      hubSender: as,
      hubPrivateKey: key,
      contents: {
        groupInfo: group.groupInfo(),
        ratchetTreeOption: { representation: "full", ratchetTree: group.public.ratchetTree() },
        pendingProposals: [],
      },
    });
    return { status: 200, headers: {}, body: encode(GroupInfoResponse, answer) };
  };
}

/** The commit that was sent, as the hub fans it out. */
function sentCommit(requests: readonly TransportRequest[]) {
  const request = requests.find(({ path }) => path.startsWith("/client/v1/update"));
  return decode(UpdateRequest, request?.body ?? new Uint8Array()).proposalOrCommit;
}

function statusOf(session: Session): string | undefined {
  return session.rooms.get(ROOM)?.status;
}

describe("joining by external commit", () => {
  it("makes the client a member in the epoch that it begins", async () => {
    const { transport, requests } = answering({ groupInfo: groupInfo(), update: [updated(success)] });
    const bob = await open(store, transport);
    expect(await joinExternally(bob, ROOM)).toBe(2n);
    const processed = group.process(sentCommit(requests));
    if (processed.kind !== "commit") throw new TypeError("not a commit");
    processed.merge();
    expect(bob.rooms.get(ROOM)?.group.epochAuthenticator).toEqual(group.epochAuthenticator);
    expect(statusOf(await open(store))).toBe("member");
    await expect(joinExternally(bob, ROOM)).rejects.toMatchObject({ code: "usage" });
  });

  it("asks again when the room has moved on", async () => {
    const wrongEpoch = updated({ responseCode: "wrongEpoch", errorDescription: "", currentEpoch: 2n });
    const answer = groupInfo();
    const answers = {
      groupInfo: (request: TransportRequest) => answer(request),
      update: [wrongEpoch, updated(success)],
    };
    const bob = await open(store, answering(answers).transport);
    commit(group, [], true);
    expect(await joinExternally(bob, ROOM)).toBe(3n);
    expect(bob.outgoing.size).toBe(0);
  });

  it("without an answer is found out when the hub repeats it (reading R-067)", async () => {
    const first = answering({ groupInfo: groupInfo(), update: [lost()] });
    const bob = await open(store, first.transport);
    await expect(joinExternally(bob, ROOM)).rejects.toMatchObject({ code: "connection" });
    expect(statusOf(bob)).toBe("joining");
    const second = answering({ update: [updated(success)] });
    const restarted = await open(store, second.transport);
    expect(await joinExternally(restarted, ROOM)).toBe(2n);
    expect(statusOf(restarted)).toBe("member");
    expect(restarted.outgoing.size).toBe(0);
  });

  it("without an answer is found out when the commit comes back (reading R-089)", async () => {
    const first = answering({ groupInfo: groupInfo(), update: [lost()] });
    await expect(joinExternally(await open(store, first.transport), ROOM)).rejects.toThrow();
    const forgotten = updated({ responseCode: "wrongEpoch", errorDescription: "", currentEpoch: 2n });
    const inbox = new Inbox([arriving(sentCommit(first.requests))]);
    const bob = await open(store, answering({ update: [forgotten] }, inbox).transport);
    await pull(bob);
    expect(statusOf(bob)).toBe("member");
    expect(bob.news).toEqual([{ kind: "joined", roomUri: ROOM, epoch: 2n }]);
    expect(bob.outgoing.size).toBe(0);
  });

  it("without an answer can be tried again", async () => {
    const first = answering({ groupInfo: groupInfo(), update: [lost()] });
    await expect(joinExternally(await open(store, first.transport), ROOM)).rejects.toThrow();
    // Nobody answers the repetition either; the new attempt takes the place of the old one.
    const second = answering({ groupInfo: groupInfo(), update: [lost(), updated(success)] });
    const bob = await open(store, second.transport);
    expect(await joinExternally(bob, ROOM)).toBe(2n);
    expect(bob.outgoing.size).toBe(0);
  });

  it.each([
    ["notAuthorized", "not-allowed"],
    ["noSuchRoom", "not-found"],
  ] as const)("fails for %s", async (status, code) => {
    const body = encode(GroupInfoResponse, { version: "mls10", roomId: ROOM, status });
    const bob = await open(store, answering({ groupInfo: [{ status: 200, headers: {}, body }] }).transport);
    await expect(joinExternally(bob, ROOM)).rejects.toMatchObject({ code });
    expect(statusOf(bob)).toBeUndefined();
  });

  it("does not take a failure for another room for its answer", async () => {
    const body = encode(GroupInfoResponse, {
      version: "mls10",
      roomId: `${ROOM}-2`,
      status: "noSuchRoom",
    });
    const bob = await open(store, answering({ groupInfo: [{ status: 200, headers: {}, body }] }).transport);
    await expect(joinExternally(bob, ROOM)).rejects.toMatchObject({ code: "malformed-answer" });
  });

  it("trusts nobody but the hub of the room (reading R-103)", async () => {
    const { publicKey, privateKey } = nobleCrypto.suite(1).generateSignatureKeyPair();
    const impostors = [
      groupInfo({ signatureKey: publicKey, credential: providerCredential("m.example") }, privateKey),
      groupInfo({ signatureKey: publicKey, credential: provider.hubSender.credential }, privateKey),
      groupInfo(provider.hubSender, privateKey),
    ];
    for (const impostor of impostors) {
      const bob = await open(store, answering({ groupInfo: impostor }).transport);
      await expect(joinExternally(bob, ROOM)).rejects.toMatchObject({ code: "malformed-answer" });
    }
  });

  it("needs a room that lets newcomers in", async () => {
    const { store: strange } = await newClient("c.example", "cathy");
    const cathy = await open(strange, answering({ groupInfo: groupInfo() }).transport);
    await expect(joinExternally(cathy, ROOM)).rejects.toMatchObject({ code: "not-allowed" });
  });
});

it("private keys of KeyPackages that nobody may use any more are forgotten", async () => {
  const { session } = await newClient("b.example", "bob", "Client3");
  const now = Date.now();
  const made = [-60, -10, 10].map((days) => {
    const notAfterMs = now + days * 86_400_000;
    const { keyPackage } = makeKeyPackage(nobleCrypto, session.identity, { notBeforeMs: 0, notAfterMs });
    return {
      reference: `${days}`,
      keyPackage: encode(KeyPackage, keyPackage),
      initPrivateKey: new Uint8Array(),
      encryptionPrivateKey: new Uint8Array(),
    };
  });
  expect(forgetExpired(made, now)).toEqual([{ change: "delete-key-package", reference: "-60" }]);
});
