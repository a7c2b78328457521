import type { InspectedNode, Inspection } from "@openmimi/inspect";
import fc from "fast-check";
import { expect, it } from "vitest";
import { addressOf, childrenOf, fieldAt, NO_FIELD, outlineOf, pathTo } from "./outline.ts";

function node(name: string, start: number, end: number, ...children: InspectedNode[]): InspectedNode {
  return { name, start, end, children };
}

function inspection(root: InspectedNode, octets: number, rest: Partial<Inspection> = {}): Inspection {
  return { name: root.name, section: "", octets, root, facts: [], whole: true, others: [], ...rest };
}

const TREE = node(
  "Root",
  0,
  8,
  node("a", 0, 2),
  node("b", 2, 7, node("[0]", 3, 4), node("[1]", 4, 6)),
  node("empty", 7, 7),
);

it("numbers fields in the order of the tree", () => {
  const outline = outlineOf(inspection(TREE, 8));
  expect(outline.fields.map(({ name }) => name)).toEqual(["Root", "a", "b", "[0]", "[1]", "empty"]);
  expect([...outline.parent]).toEqual([NO_FIELD, 0, 0, 2, 2, 0]);
  expect([...outline.depth]).toEqual([0, 1, 1, 2, 2, 1]);
  expect([...outline.next]).toEqual([6, 2, 5, 4, 5, 6]);
  expect(childrenOf(outline, 0)).toEqual([1, 2, 5]);
  expect(childrenOf(outline, 2)).toEqual([3, 4]);
  expect(pathTo(outline, 4)).toEqual([0, 2, 4]);
});

it("finds the deepest field of an octet, and none behind an error", () => {
  const outline = outlineOf(inspection(TREE, 10));
  expect([...outline.fieldOf]).toEqual([1, 1, 2, 3, 4, 4, 2, 0, NO_FIELD, NO_FIELD]);
});

it("gathers errors: that of the whole first, then those inside", () => {
  const inside = { message: "inside", path: "b", offset: 4, code: "truncated" };
  const whole = { message: "whole", path: "Root", offset: 8, code: "trailing-bytes" };
  const root = { ...TREE, children: [{ ...(TREE.children[1] as InspectedNode), error: inside }] };
  expect(outlineOf(inspection(root, 9, { error: whole })).errors).toEqual([
    { error: whole, field: NO_FIELD },
    { error: inside, field: 1 },
  ]);
});

it("an address leads back to its field", () => {
  const tree: fc.Memo<InspectedNode> = fc.memo((levels) =>
    fc
      .record({
        ...{ start: fc.nat(40), length: fc.nat(10) },
        children: levels <= 1 ? fc.constant([]) : fc.array(tree(levels - 1), { maxLength: 4 }),
      })
      .map(({ start, length, children }) => node("x", start, start + length, ...children)),
  );
  fc.assert(
    fc.property(tree(5), (root) => {
      const outline = outlineOf(inspection(root, 64));
      for (const number of outline.fields.keys())
        expect(fieldAt(outline, addressOf(outline, number))).toBe(number);
      expect(outline.next[0]).toBe(outline.fields.length);
    }),
  );
});

it.each(["", "1", "0.9", "0.0.0", "0..1", "0.-1", "0.1e9", "0.99999999", "<img>"])(
  "%j is no address",
  (address) => {
    expect(fieldAt(outlineOf(inspection(TREE, 8)), address)).toBeUndefined();
  },
);

it("takes a million fields", () => {
  const children = Array.from({ length: 1_000_000 }, (_, index) => node("", index, index + 1));
  const root = { name: "Root", start: 0, end: 1_000_000, children };
  const outline = outlineOf(inspection(root, 1_000_000));
  expect(outline.fields.length).toBe(1_000_001);
  expect(outline.fieldOf[999_999]).toBe(1_000_000);
});
