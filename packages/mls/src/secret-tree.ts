/**
 * The secret tree and the ratchets of its leaves, derived when they are needed. RFC 9420 §9.
 * @module
 */

import { enumeration, type Infer, opaque, struct, uint32, vector } from "@openmimi/tls";
import { deriveTreeSecret, expandWithLabel } from "./crypto/labels.ts";
import type { CipherSuite } from "./crypto/provider.ts";
import { MlsError } from "./errors.ts";
import { NodeSecrets, StoredNodeSecrets } from "./node-secrets.ts";

/** Which of a leaf's two ratchets. RFC 9420 §9.1. */
export type RatchetType = "handshake" | "application";

/** The key and nonce of one message, used once. */
export interface MessageKeys {
  readonly key: Uint8Array;
  readonly nonce: Uint8Array;
}

/** How far a receiver follows. It is read whenever it is needed: a getter follows a policy that changes. */
export interface RatchetWindow {
  /** How many generations a message may run ahead. Default 1000. */
  readonly forward?: number | undefined;
  /** How many skipped keys are kept per ratchet for messages out of order. Default 64. */
  readonly outOfOrder?: number;
}

const KeptKey = struct("KeptKey", { generation: uint32, key: opaque(), nonce: opaque() });
const Kind = enumeration("RatchetType", { handshake: 1, application: 2 });
const StoredRatchet = struct("StoredRatchet", {
  leafIndex: uint32,
  kind: Kind,
  generation: uint32,
  secret: opaque(),
  kept: vector(KeptKey),
});
/** What is left of the tree, as stored octets. */
export const StoredSecretTree = struct("StoredSecretTree", {
  nodes: StoredNodeSecrets,
  ratchets: vector(StoredRatchet),
});

interface Ratchet {
  /** The generation that `secret` will give next. */
  generation: number;
  secret: Uint8Array;
  readonly kept: Map<number, MessageKeys>;
}

/** A key that was found but is not used up yet: `consume` deletes it. */
export interface FoundKeys extends MessageKeys {
  consume(): void;
}

/** A ratchet, and how to begin it if it is new. */
interface RatchetAccess {
  readonly ratchet: Ratchet;
  adopt(): void;
}

const emptyContext = new Uint8Array();

/**
 * The ratchets of all leaves: a message costs O(log n) the first time that its sender speaks.
 * A secret is overwritten as soon as what comes of it is used (RFC 9420 §9.2).
 */
export class SecretTree {
  readonly #suite: CipherSuite;
  readonly #nodes: NodeSecrets;
  readonly #ratchets = new Map<string, Ratchet>();
  readonly #window: RatchetWindow;

  private constructor(suite: CipherSuite, nodes: NodeSecrets, window: RatchetWindow) {
    this.#suite = suite;
    this.#nodes = nodes;
    this.#window = window;
  }

  /** The tree of an epoch. It owns `encryptionSecret` from now on and overwrites it. */
  static ofEpoch(
    suite: CipherSuite,
    leafCount: number,
    encryptionSecret: Uint8Array,
    window: RatchetWindow = {},
  ): SecretTree {
    return new SecretTree(suite, new NodeSecrets(suite, leafCount, encryptionSecret), window);
  }

  /** The next unused keys of one's own ratchet, and their generation. They count as used at once. */
  next(leafIndex: number, type: RatchetType): MessageKeys & { generation: number } {
    const { ratchet, adopt } = this.#ratchet(leafIndex, type);
    adopt();
    const { generation } = ratchet;
    return { ...this.#advance(ratchet), generation };
  }

  /**
   * The keys of a received message. Nothing changes until `consume` is called.
   *
   * @throws {MlsError} `generation-consumed`, `generation-too-far` or `unknown-sender`
   */
  find(leafIndex: number, type: RatchetType, generation: number): FoundKeys {
    const { ratchet, adopt } = this.#ratchet(leafIndex, type);
    if (generation - ratchet.generation > (this.#window.forward ?? 1000)) {
      throw new MlsError(
        "generation-too-far",
        `generation ${generation} is ${generation - ratchet.generation} ahead`,
        "RFC 9420 §9.1",
      );
    }
    if (generation < ratchet.generation) {
      const kept = ratchet.kept.get(generation);
      if (kept === undefined) {
        throw new MlsError(
          "generation-consumed",
          `generation ${generation} was used before`,
          "RFC 9420 §9.2",
        );
      }
      return { ...kept, consume: () => this.#forget(ratchet, generation) };
    }
    // A trial run on a copy: a message that does not open must not move the ratchet.
    const trial: Ratchet = {
      generation: ratchet.generation,
      secret: ratchet.secret.slice(),
      kept: new Map(),
    };
    const skipped: [number, MessageKeys][] = [];
    while (trial.generation < generation) skipped.push([trial.generation, this.#advance(trial)]);
    const keys = this.#advance(trial);
    return {
      ...keys,
      consume: () => {
        adopt();
        keys.key.fill(0);
        keys.nonce.fill(0);
        ratchet.secret.fill(0);
        ratchet.secret = trial.secret;
        ratchet.generation = trial.generation;
        for (const [at, skippedKeys] of skipped) ratchet.kept.set(at, skippedKeys);
        const most = this.#window.outOfOrder ?? 64;
        for (const at of ratchet.kept.keys()) {
          if (ratchet.kept.size <= most) break;
          this.#forget(ratchet, at);
        }
      },
    };
  }

  #forget(ratchet: Ratchet, generation: number): void {
    const kept = ratchet.kept.get(generation);
    kept?.key.fill(0);
    kept?.nonce.fill(0);
    ratchet.kept.delete(generation);
  }

  /** RFC 9420 §9.1: the keys of this generation, and the secret of the next one. */
  #advance(ratchet: Ratchet): MessageKeys {
    const { secret, generation } = ratchet;
    const key = deriveTreeSecret(this.#suite, secret, "key", generation, this.#suite.keyLength);
    const nonce = deriveTreeSecret(this.#suite, secret, "nonce", generation, this.#suite.nonceLength);
    ratchet.secret = deriveTreeSecret(this.#suite, secret, "secret", generation, this.#suite.hashLength);
    ratchet.generation = generation + 1;
    secret.fill(0);
    return { key, nonce };
  }

  /** RFC 9420 §9: a ratchet that exists, or both ratchets of a leaf from its secret. */
  #ratchet(leafIndex: number, type: RatchetType): RatchetAccess {
    const known = this.#ratchets.get(`${leafIndex}/${type}`);
    if (known !== undefined) return { ratchet: known, adopt: () => {} };
    const found = this.#nodes.find(leafIndex);
    const begin = (kind: RatchetType): Ratchet => ({
      generation: 0,
      secret: expandWithLabel(this.#suite, found.secret, kind, emptyContext, this.#suite.hashLength),
      kept: new Map(),
    });
    const both = { handshake: begin("handshake"), application: begin("application") };
    found.secret.fill(0);
    const adopt = () => {
      found.consume();
      for (const kind of ["handshake", "application"] as const) {
        this.#ratchets.set(`${leafIndex}/${kind}`, both[kind]);
      }
    };
    return { ratchet: both[type], adopt };
  }

  /** Overwrites and forgets everything. */
  erase(): void {
    this.#nodes.erase();
    for (const { secret, kept } of this.#ratchets.values()) {
      secret.fill(0);
      for (const { key, nonce } of kept.values()) {
        key.fill(0);
        nonce.fill(0);
      }
    }
    this.#ratchets.clear();
  }

  /** What is left, for storing. */
  serialize(): Infer<typeof StoredSecretTree> {
    return {
      nodes: this.#nodes.serialize(),
      ratchets: [...this.#ratchets].map(([name, { generation, secret, kept }]) => {
        const [leafIndex, kind] = name.split("/") as [string, RatchetType];
        return {
          leafIndex: Number(leafIndex),
          kind,
          generation,
          secret: secret.slice(),
          kept: [...kept].map(([at, keys]) => ({
            generation: at,
            key: keys.key.slice(),
            nonce: keys.nonce.slice(),
          })),
        };
      }),
    };
  }

  /** A tree that knows exactly what {@link serialize} kept: what was consumed stays consumed. */
  static restore(
    suite: CipherSuite,
    stored: Infer<typeof StoredSecretTree>,
    window: RatchetWindow = {},
  ): SecretTree {
    const tree = new SecretTree(suite, NodeSecrets.restore(suite, stored.nodes), window);
    for (const { leafIndex, kind, generation, secret, kept } of stored.ratchets) {
      const keys = new Map(
        kept.map((item) => [item.generation, { key: item.key.slice(), nonce: item.nonce.slice() }]),
      );
      tree.#ratchets.set(`${leafIndex}/${kind}`, { generation, secret: secret.slice(), kept: keys });
    }
    return tree;
  }
}
