import { encode } from "@openmimi/tls";
import { expect, it } from "vitest";
import { Proposal, RatchetTreeNodes } from "../../src/codec/index.ts";
import { RatchetTree } from "../../src/tree/ratchet-tree.ts";
import { decodeExactly, published, runCases, toHex } from "./published.ts";

interface TreeOperationsCase {
  cipher_suite: number;
  tree_before: string;
  proposal: string;
  proposal_sender: number;
  tree_hash_before: string;
  tree_after: string;
  tree_hash_after: string;
}

function apply(tree: RatchetTree, proposal: Proposal, sender: number): RatchetTree {
  switch (proposal.proposalType) {
    case "add":
      return tree.addLeaf(proposal.keyPackage.leafNode).tree;
    case "update":
      return tree.updateLeaf(sender, proposal.leafNode);
    case "remove":
      return tree.removeLeaf(proposal.removed);
    default:
      throw new Error(`unexpected proposal ${proposal.proposalType}`);
  }
}

it("tree-operations.json", (context) => {
  const cases = published<TreeOperationsCase>(context, "tree-operations.json");
  const count = runCases(cases, (item, { suiteOf }) => {
    const suite = suiteOf(item);
    const before = RatchetTree.fromNodes(decodeExactly(RatchetTreeNodes, item.tree_before));
    // Hashed before the change, so that a hash which is kept wrongly shows afterwards.
    expect(toHex(before.rootHash(suite))).toBe(item.tree_hash_before);
    const after = apply(before, decodeExactly(Proposal, item.proposal), item.proposal_sender);
    expect(toHex(encode(RatchetTreeNodes, after.toNodes()))).toBe(item.tree_after);
    expect(toHex(after.rootHash(suite))).toBe(item.tree_hash_after);
    expect(toHex(before.rootHash(suite))).toBe(item.tree_hash_before);
  });
  expect(count).toBe(cases.length);
});
