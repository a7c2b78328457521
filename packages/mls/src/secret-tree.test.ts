import { describe, expect, it } from "vitest";
import { suite } from "../test/actors.ts";
import { coded } from "../test/forge.ts";
import { SecretTree } from "./secret-tree.ts";

const treeOf = (window = {}) => SecretTree.ofEpoch(suite, 4, new Uint8Array(32).fill(1), window);
const keyOf = (generation: number) => treeOf().find(2, "application", generation).key;

describe("RFC 9420 §9.1, §9.2", () => {
  it("sender and receiver have the same keys", () => {
    const sender = treeOf();
    const receiver = treeOf();
    for (let generation = 0; generation < 3; generation++) {
      const sent = sender.next(2, "application");
      const found = receiver.find(2, "application", generation);
      expect(found.key).toEqual(sent.key);
      expect(found.nonce).toEqual(sent.nonce);
      expect(sent.generation).toBe(generation);
      found.consume();
    }
    expect(sender.next(2, "handshake").key).not.toEqual(keyOf(0));
  });

  it("keeps the keys of skipped messages, each for one use", () => {
    const tree = treeOf();
    tree.find(2, "application", 3).consume();
    for (const generation of [1, 0, 2]) {
      const found = tree.find(2, "application", generation);
      expect(found.key).toEqual(keyOf(generation));
      found.consume();
      expect(() => tree.find(2, "application", generation)).toThrow(coded("generation-consumed"));
    }
    expect(() => tree.find(2, "application", 3)).toThrow(coded("generation-consumed"));
    expect(tree.find(2, "application", 4).key).toEqual(keyOf(4));
  });

  it("changes nothing before consume", () => {
    const tree = treeOf();
    const before = tree.serialize();
    tree.find(2, "application", 5);
    tree.find(0, "handshake", 0);
    expect(tree.serialize()).toEqual(before);
  });

  it("overwrites a key once it is consumed", () => {
    const found = treeOf().find(2, "application", 0);
    found.consume();
    expect(found.key).toEqual(new Uint8Array(16));
    expect(found.nonce).toEqual(new Uint8Array(12));
  });

  it("does not follow further than its window, nor keep more than it", () => {
    const tree = treeOf({ forward: 10, outOfOrder: 3 });
    expect(() => tree.find(2, "application", 11)).toThrow(coded("generation-too-far"));
    tree.find(2, "application", 10).consume();
    for (const generation of [0, 6]) {
      expect(() => tree.find(2, "application", generation)).toThrow(coded("generation-consumed"));
    }
    expect(tree.find(2, "application", 7).key).toEqual(keyOf(7));
    expect(() => treeOf().find(2, "application", 0xffff_ffff)).toThrow(coded("generation-too-far"));
  });

  it("knows no leaf outside the tree", () => {
    expect(() => treeOf().find(4, "application", 0)).toThrow(coded("unknown-sender"));
  });

  it("stores what is left", () => {
    const tree = treeOf();
    tree.find(2, "application", 2).consume();
    tree.next(0, "handshake");
    const restored = SecretTree.restore(suite, tree.serialize());
    expect(restored.serialize()).toEqual(tree.serialize());
    expect(restored.find(2, "application", 1).key).toEqual(keyOf(1));
    expect(() => restored.find(2, "application", 2)).toThrow(coded("generation-consumed"));
    expect(restored.next(0, "handshake").generation).toBe(1);
  });
});
