import { expect, it } from "vitest";
import { add, addMembers, crypto, keysOf, newGroup, options, suite } from "../../test/actors.ts";
import { coded, expectRefused } from "../../test/forge.ts";
import type { CipherSuite } from "../crypto/provider.ts";
import { MemberGroup } from "../member/group.ts";
import { PublicGroup } from "../public-group.ts";

it("a tree of 2^20 leaves that somebody announces is refused before anything of it is hashed", () => {
  const alice = newGroup();
  const nodes = Array.from({ length: 2 ** 21 - 1 }, () => undefined);
  const large = [...nodes.slice(1), alice.public.ratchetTree()[0]];
  let hashes = 0;
  const counting: CipherSuite = {
    ...suite,
    hash: (data) => {
      hashes++;
      return suite.hash(data);
    },
  };
  const provider = { ...crypto, suite: () => counting };
  expect(() => PublicGroup.fromGroupInfo(provider, alice.groupInfo(), [...large, large.at(-1)])).toThrow(
    coded("invalid-tree"),
  );
  expect(hashes).toBe(0);
});

it("no commit makes a tree larger than the group's limit, and no tree larger than that is joined", () => {
  const alice = newGroup();
  addMembers(alice, [], ["bob"]);
  const small = MemberGroup.deserialize(crypto, alice.serialize(), { ...options, maxLeaves: 2 });
  expectRefused(small, "invalid-proposal-list", () => small.commit({ proposals: [add(keysOf("carol"))] }));
  const other = newGroup();
  const info = other.groupInfo();
  const join = () =>
    MemberGroup.joinExternally(
      crypto,
      { groupInfo: info, ratchetTree: other.public.ratchetTree(), own: keysOf("carol") },
      { ...options, maxLeaves: 1 },
    );
  expect(join).toThrow(coded("invalid-proposal-list"));
  addMembers(alice, [], ["carol"]);
  const tree = alice.public.ratchetTree();
  const follow = (maxLeaves: number) =>
    PublicGroup.fromGroupInfo(crypto, alice.groupInfo(), tree, { ...options, maxLeaves });
  expect(() => follow(2)).toThrow(coded("invalid-tree"));
  expect(follow(4).members()).toHaveLength(3);
});
