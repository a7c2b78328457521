import { expect, it } from "vitest";
import {
  directPath,
  leftChild,
  levelOf,
  nodeWidth,
  parentOf,
  rightChild,
  rootOf,
  siblingOf,
} from "../../src/tree/math.ts";
import { published, runCases } from "./published.ts";

interface TreeMathCase {
  n_leaves: number;
  n_nodes: number;
  root: number;
  left: (number | null)[];
  right: (number | null)[];
  parent: (number | null)[];
  sibling: (number | null)[];
}

it("tree-math.json", (context) => {
  const cases = published<TreeMathCase>(context, "tree-math.json");
  const count = runCases(cases, (item) => {
    expect(nodeWidth(item.n_leaves)).toBe(item.n_nodes);
    const root = rootOf(item.n_leaves);
    expect(root).toBe(item.root);
    for (let node = 0; node < item.n_nodes; node++) {
      const isLeaf = levelOf(node) === 0;
      expect(isLeaf ? null : leftChild(node)).toBe(item.left[node]);
      expect(isLeaf ? null : rightChild(node)).toBe(item.right[node]);
      expect(node === root ? null : parentOf(node)).toBe(item.parent[node]);
      expect(node === root ? null : siblingOf(node)).toBe(item.sibling[node]);
      expect(directPath(node, item.n_leaves).at(0) ?? null).toBe(item.parent[node]);
    }
  });
  expect(count).toBe(10);
});
