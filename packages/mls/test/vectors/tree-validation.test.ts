import { expect, it } from "vitest";
import { RatchetTreeNodes } from "../../src/codec/index.ts";
import { RatchetTree } from "../../src/tree/ratchet-tree.ts";
import { validateTree } from "../../src/tree/validate.ts";
import { decodeExactly, hex, published, runCases, toHex } from "./published.ts";

interface TreeValidationCase {
  cipher_suite: number;
  tree: string;
  group_id: string;
  resolutions: number[][];
  tree_hashes: string[];
}

it("tree-validation.json", (context) => {
  const cases = published<TreeValidationCase>(context, "tree-validation.json");
  const count = runCases(cases, (item, { suiteOf }) => {
    const suite = suiteOf(item);
    const tree = RatchetTree.fromNodes(decodeExactly(RatchetTreeNodes, item.tree));
    item.resolutions.forEach((resolution, node) => {
      expect(tree.resolution(node)).toEqual(resolution);
    });
    item.tree_hashes.forEach((hash, node) => {
      expect(toHex(tree.treeHash(suite, node))).toBe(hash);
    });
    validateTree(suite, tree, { groupId: hex(item.group_id) });
  });
  expect(count).toBe(cases.length);
});
