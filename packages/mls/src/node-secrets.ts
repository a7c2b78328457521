/**
 * A binary tree of secrets that are split when they are needed and forgotten once used: the secret tree and the
 * exporter tree. RFC 9420 §9, §9.2, extensions §4.4.
 * @module
 */

import { type Infer, opaque, struct, uint32, vector } from "@openmimi/tls";
import { expandWithLabel } from "./crypto/labels.ts";
import type { CipherSuite } from "./crypto/provider.ts";
import { MlsError } from "./errors.ts";
import { leftChild, rightChild, rootOf } from "./tree/math.ts";

const StoredNode = struct("StoredNode", { node: uint32, secret: opaque() });
/** What is left of a tree of secrets, as stored octets. */
export const StoredNodeSecrets = struct("StoredNodeSecrets", {
  leafCount: uint32,
  nodes: vector(StoredNode),
});
type StoredNodeSecrets = Infer<typeof StoredNodeSecrets>;

const left = Uint8Array.from("left", (letter) => letter.charCodeAt(0));
const right = Uint8Array.from("right", (letter) => letter.charCodeAt(0));

/** The secret of one leaf, found but not used up: `consume` deletes everything that it was derived from. */
export interface FoundSecret {
  readonly secret: Uint8Array;
  consume(): void;
}

/** Node secrets by node index. A leaf costs O(log n) the first time; afterwards it is gone. */
export class NodeSecrets {
  readonly #suite: CipherSuite;
  readonly #leafCount: number;
  readonly #nodes = new Map<number, Uint8Array>();

  /** @param root the secret at the root, owned by this tree from now on; it is overwritten when it is split */
  constructor(suite: CipherSuite, leafCount: number, root?: Uint8Array) {
    this.#suite = suite;
    this.#leafCount = leafCount;
    if (root !== undefined) this.#nodes.set(rootOf(leafCount), root);
  }

  /**
   * Derives the secret of a leaf. The tree stays as it is until `consume` is called.
   *
   * @throws {MlsError} `unknown-sender` outside the tree, `secret-consumed` if it was taken before
   */
  find(leafIndex: number): FoundSecret {
    if (leafIndex >= this.#leafCount) {
      throw new MlsError("unknown-sender", `leaf ${leafIndex} is outside the tree`, "RFC 9420 §9");
    }
    const leaf = 2 * leafIndex;
    const start = this.#nearestKnown(leaf);
    const fresh = new Map<number, Uint8Array>();
    let secret: Uint8Array = this.#nodes.get(start)!.slice();
    for (let node = start; node !== leaf; ) {
      const towards = leaf < node ? leftChild(node) : rightChild(node);
      const children = [
        [leftChild(node), this.#child(secret, left)],
        [rightChild(node), this.#child(secret, right)],
      ] as const;
      secret.fill(0);
      for (const [child, childSecret] of children) {
        if (child === towards) secret = childSecret;
        else fresh.set(child, childSecret);
      }
      node = towards;
    }
    return {
      secret,
      consume: () => {
        this.#nodes.get(start)?.fill(0);
        this.#nodes.delete(start);
        for (const [node, value] of fresh) this.#nodes.set(node, value);
      },
    };
  }

  /** RFC 9420 §9: `tree_node_[N]_secret` of a child. */
  #child(secret: Uint8Array, side: Uint8Array): Uint8Array {
    return expandWithLabel(this.#suite, secret, "tree", side, this.#suite.hashLength);
  }

  /** The one node at or above a leaf whose secret is still there. */
  #nearestKnown(leaf: number): number {
    for (let node = rootOf(this.#leafCount); ; node = leaf < node ? leftChild(node) : rightChild(node)) {
      if (this.#nodes.has(node)) return node;
      if (node === leaf) break;
    }
    throw new MlsError("secret-consumed", `the secret of leaf ${leaf / 2} is gone`, "RFC 9420 §9.2");
  }

  /** Overwrites and forgets everything. */
  erase(): void {
    for (const secret of this.#nodes.values()) secret.fill(0);
    this.#nodes.clear();
  }

  /** What is left, for storing, in the order of the nodes. */
  serialize(): StoredNodeSecrets {
    const nodes = [...this.#nodes].sort(([a], [b]) => a - b);
    return {
      leafCount: this.#leafCount,
      nodes: nodes.map(([node, secret]) => ({ node, secret: secret.slice() })),
    };
  }

  /** A tree that knows exactly what {@link serialize} kept: what was consumed stays consumed. */
  static restore(suite: CipherSuite, stored: StoredNodeSecrets): NodeSecrets {
    const tree = new NodeSecrets(suite, stored.leafCount);
    for (const { node, secret } of stored.nodes) tree.#nodes.set(node, secret.slice());
    return tree;
  }
}
