import {
  Commit,
  GroupInfo,
  MemberGroup,
  MLSMessage,
  MlsError,
  type Proposal,
  PublicGroup,
  RatchetTreeNodes,
  Welcome,
} from "@openmimi/mls";
import { decode, encode, type Schema, TlsError } from "@openmimi/tls";
import { mutate } from "@openmimi/tls/testing";
import { describe, expect, it } from "vitest";
import { add, addMembers, crypto, keysOf, newGroup, options, text } from "./actors.ts";
import { expectRefused, forgeCommit, forgeProposal } from "./forge.ts";
import { Choices } from "./random.ts";

const alice = newGroup();
const [bob] = addMembers(alice, [], ["bob"]) as [MemberGroup];
const hub = PublicGroup.fromGroupInfo(crypto, alice.groupInfo(), alice.public.ratchetTree(), options);
const carolKeys = keysOf("carol");
const carolJoins = alice.commit({ proposals: [add(carolKeys)], path: true, treeInWelcome: true });
const joiner = MemberGroup.joinExternally(
  crypto,
  { groupInfo: alice.groupInfo(), ratchetTree: alice.public.ratchetTree(), own: keysOf("erin") },
  options,
);

/** What `action` throws is ours, or nothing at all. */
function onlyOurErrors(action: () => unknown): "done" | "refused" {
  try {
    action();
    return "done";
  } catch (error) {
    if (error instanceof MlsError || error instanceof TlsError) return "refused";
    throw error;
  }
}

/** Mutated copies of these octets, some of them twice. */
function* mutants(octets: Uint8Array, count: number, choices: Choices): Generator<Uint8Array> {
  for (let index = 0; index < count; index++) {
    let mutant = octets;
    for (let times = 1 + choices.below(2); times > 0; times--) {
      mutant = mutate(mutant, {
        at: choices.below(1 << 30),
        kind: choices.below(5),
        octet: choices.below(256),
      });
    }
    yield mutant;
  }
}

const messages: [string, MLSMessage][] = [
  ["a commit with a path", carolJoins.commit],
  ["an external commit", joiner.commit],
  ["a proposal", newProposal()],
  ["a private commit", privateCommit()],
  ["an application message", alice.protect(text("hello"))],
];

function newProposal(): MLSMessage {
  const copy = MemberGroup.deserialize(crypto, alice.serialize(), options);
  return copy.propose({ proposalType: "add", keyPackage: keysOf("dave").keyPackage }).message;
}
function privateCommit(): MLSMessage {
  const copy = MemberGroup.deserialize(crypto, alice.serialize(), options);
  copy.clearPendingCommit();
  return copy.commit({ wireFormat: "privateMessage" }).commit;
}

describe("mutated messages give our own errors and change nothing", () => {
  it.each(messages)("%s", (_name, message) => {
    const before = [bob, hub].map((group) => group.serialize());
    let refused = 0;
    for (const mutant of mutants(encode(MLSMessage, message), 400, new Choices(9420))) {
      const result = onlyOurErrors(() => {
        const decoded = decode(MLSMessage, mutant);
        onlyOurErrors(() => hub.stage(decoded));
        onlyOurErrors(() => hub.stageProposal(decoded));
        const processed = MemberGroup.deserialize(crypto, before[0]!, options).process(decoded);
        if (processed.kind === "commit") processed.merge();
      });
      if (result === "refused") refused++;
    }
    expect([bob, hub].map((group) => group.serialize())).toEqual(before);
    expect(refused).toBeGreaterThan(390);
  });
});

it("a mutated Welcome, GroupInfo or tree lets nobody in", () => {
  const welcome = encode(MLSMessage, {
    version: "mls10",
    wireFormat: "welcome",
    welcome: carolJoins.welcome!,
  });
  const choices = new Choices(9421);
  for (const mutant of mutants(welcome, 300, choices)) {
    onlyOurErrors(() => {
      const message = decode(MLSMessage, mutant);
      if (message.wireFormat !== "welcome") return;
      MemberGroup.join(crypto, { welcome: message.welcome, keyPackages: [carolKeys] }, options);
    });
  }
  const info = encode(GroupInfo, alice.groupInfo());
  const tree = encode(RatchetTreeNodes, alice.public.ratchetTree());
  let followed = 0;
  for (const mutant of mutants(info, 300, choices)) {
    const start = () =>
      PublicGroup.fromGroupInfo(crypto, decode(GroupInfo, mutant), decode(RatchetTreeNodes, tree), options);
    if (onlyOurErrors(start) === "done") followed++;
  }
  for (const mutant of mutants(tree, 300, choices)) {
    const start = () =>
      PublicGroup.fromGroupInfo(crypto, alice.groupInfo(), decode(RatchetTreeNodes, mutant), options);
    if (onlyOurErrors(start) === "done") followed++;
  }
  expect(followed).toBe(0);
});

it("mutated stores give our own errors", () => {
  for (const group of [alice, bob]) {
    for (const mutant of mutants(group.serialize(), 300, new Choices(9422))) {
      onlyOurErrors(() => MemberGroup.deserialize(crypto, mutant, options).serialize());
    }
  }
});

it("large numbers are no trouble", () => {
  const huge = 0xffff_ffff;
  const removes: Proposal = { proposalType: "remove", removed: huge };
  expectRefused(bob, "invalid-proposal", () => bob.process(forgeProposal(alice, removes)));
  expectRefused(bob, "invalid-proposal", () => bob.process(forgeCommit(alice, [removes])));
  const sender = { senderType: "member" as const, leafIndex: huge };
  expectRefused(bob, "unknown-sender", () => hub.stage(forgeCommit(alice, [], { sender })));
  const outside = { senderType: "external" as const, senderIndex: huge };
  expectRefused(bob, "unknown-sender", () => bob.process(forgeProposal(alice, removes, { sender: outside })));
  const epoch = 2n ** 64n - 1n;
  expectRefused(bob, "wrong-epoch", () => bob.process(forgeCommit(alice, [], { epoch })));
});

describe("what somebody announces costs nothing", () => {
  /** A vector's length in four octets, whatever comes behind it. */
  const announced = (octets: number, ...behind: number[]) =>
    Uint8Array.of(
      0x80 | (octets >>> 24),
      (octets >>> 16) & 0xff,
      (octets >>> 8) & 0xff,
      octets & 0xff,
      ...behind,
    );
  const read = (schema: Schema<unknown>, octets: Uint8Array) => {
    try {
      decode(schema, octets);
      return "read";
    } catch (error) {
      return error instanceof TlsError ? error.code : error;
    }
  };
  const before = [0, 1, 0, 1, 0, ...new Array<number>(8).fill(0), 0, 0];

  it("a GroupInfo of 64 MiB is not looked at", () => {
    const large = new Uint8Array(2 ** 26);
    let read = 0;
    const counting = { ...GroupInfo, read: () => read++ };
    expect(() => decode(counting as unknown as Schema<unknown>, large)).toThrow(
      expect.objectContaining({ code: "limit-exceeded", offset: 0 }),
    );
    expect(read).toBe(0);
  });

  it("a tree of 2^20 leaves, or extensions of a gigabyte, that are not there are not made room for", () => {
    const schemas = [RatchetTreeNodes, Commit, Welcome, GroupInfo] as Schema<unknown>[];
    const octets = [
      announced(2 ** 21),
      announced(2 ** 29),
      [0, 1, ...announced(2 ** 29)],
      [...before, ...announced(2 ** 29)],
    ];
    schemas.forEach((schema, index) => {
      expect(read(schema, Uint8Array.from(octets[index]!))).toMatch(/^(truncated|limit-exceeded)$/);
    });
  });

  it("lists of very many tiny elements end after 65,536 of them", () => {
    const many = 3 * (2 ** 16 + 1);
    const extensions = Uint8Array.from([...before, ...announced(many), ...new Uint8Array(many)]);
    expect(read(GroupInfo as Schema<unknown>, extensions)).toBe("limit-exceeded");
    const selfRemoves = Uint8Array.from({ length: many }, (_, index) => [1, 0, 10][index % 3]!);
    expect(read(Commit as Schema<unknown>, Uint8Array.from([...announced(many), ...selfRemoves, 0]))).toBe(
      "limit-exceeded",
    );
    const secrets = Uint8Array.from([0, 1, ...announced(many), ...new Uint8Array(many), 0]);
    expect(read(Welcome as Schema<unknown>, secrets)).toBe("limit-exceeded");
  });
});
