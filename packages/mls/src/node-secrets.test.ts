import { expect, it } from "vitest";
import { suite } from "../test/actors.ts";
import { coded } from "../test/forge.ts";
import { expandWithLabel } from "./crypto/labels.ts";
import { NodeSecrets } from "./node-secrets.ts";

const root = () => new Uint8Array(32).fill(7);
const side = (name: string) => new TextEncoder().encode(name);

it("derives a leaf step by step from the root", () => {
  const node = (secret: Uint8Array, name: string) => expandWithLabel(suite, secret, "tree", side(name), 32);
  const expected = node(node(root(), "right"), "left");
  expect(new NodeSecrets(suite, 4, root()).find(2).secret).toEqual(expected);
});

it("changes nothing before consume, and forgets the way to a leaf after it", () => {
  const tree = new NodeSecrets(suite, 4, root());
  const before = tree.serialize();
  const found = tree.find(1);
  expect(tree.serialize()).toEqual(before);
  found.consume();
  expect(tree.serialize().nodes.map(({ node }) => node)).toEqual([0, 5]);
  expect(() => tree.find(1)).toThrow(coded("secret-consumed"));
  expect(tree.find(0).secret).toEqual(new NodeSecrets(suite, 4, root()).find(0).secret);
});

it("overwrites the secret that it split", () => {
  const secret = root();
  new NodeSecrets(suite, 2, secret).find(0).consume();
  expect(secret).toEqual(new Uint8Array(32));
});

it("what was consumed stays consumed after storing", () => {
  const tree = new NodeSecrets(suite, 8, root());
  tree.find(5).consume();
  const restored = NodeSecrets.restore(suite, tree.serialize());
  expect(restored.serialize()).toEqual(tree.serialize());
  expect(() => restored.find(5)).toThrow(coded("secret-consumed"));
  expect(() => restored.find(8)).toThrow(coded("unknown-sender"));
});

it("has 65,536 leaves where components export, and stays small", () => {
  const tree = new NodeSecrets(suite, 2 ** 16, root());
  tree.find(0xffff).consume();
  tree.find(0x0022).consume();
  expect(tree.serialize().nodes.length).toBeLessThan(40);
});
