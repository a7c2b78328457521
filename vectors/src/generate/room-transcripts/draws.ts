/**
 * Where the randomness of a transcript comes from: out of a seed when it is made, out of the vector when it is replayed.
 * @module
 */

import * as nodeModule from "node:crypto";
import { type CipherSuite, type CryptoProvider, createNodeCrypto } from "@openmimi/mls";
import { hex, unhex } from "../envelope.ts";
import { HpkeSender, seededOctets } from "../seeded.ts";
import type { Draw, Use } from "./transcript.ts";

/** What transcripts are made and replayed with; tests replay them with the other provider. */
export const nodeCrypto: CryptoProvider = createNodeCrypto(nodeModule);

/** Gives octets for a use. */
export interface Draws {
  draw(use: Use, count: number): Uint8Array;
}

/** Octets of a seed, noted down. */
export class RecordedDraws implements Draws {
  readonly #octets: (count: number) => Uint8Array;
  #noted: Draw[] = [];

  constructor(seed: string) {
    this.#octets = seededOctets(seed);
  }

  draw(use: Use, count: number): Uint8Array {
    const octets = this.#octets(count);
    this.#noted.push({ use, octets: hex(octets) });
    return octets;
  }

  /** What was drawn since the last call. */
  taken(): readonly Draw[] {
    const taken = this.#noted;
    this.#noted = [];
    return taken;
  }
}

/** Octets that a vector gives, which have to be drawn in this order and for these uses. */
export class ScriptedDraws implements Draws {
  #left: Draw[] = [];

  /** @throws {Error} where something of the last step is left */
  begin(draws: readonly Draw[]): void {
    if (this.#left.length > 0) throw new Error(`${this.#left[0]?.use} was not drawn`);
    this.#left = [...draws];
  }

  draw(use: Use, count: number): Uint8Array {
    const next = this.#left.shift();
    if (next === undefined || next.use !== use || next.octets.length !== 2 * count)
      throw new Error(`${use} of ${count} octets was drawn, and the vector has ${next?.use ?? "nothing"}`);
    return unhex(next.octets);
  }
}

/**
 * Cipher suite 0x0001 that draws where others throw dice. RFC 9420 needs: the epoch_secret of a new group (§11), the
 * encryption key of the leaf in an UpdatePath (by DeriveKeyPair) and its first path_secret (§7.4), the reuse_guard of a
 * PrivateMessage (§6.3.1); and HPKE needs its ephemeral keys (RFC 9180 §4.1).
 */
export function drawingCrypto(draws: Draws, base: CryptoProvider = nodeCrypto): CryptoProvider {
  const suite = base.suite(1);
  const uses: Readonly<Record<number, Use>> = { 4: "reuseGuard", 32: "pathSecret" };
  const drawing: CipherSuite = {
    ...suite,
    random: (count) => {
      const use = uses[count];
      if (use === undefined) throw new Error(`nothing in a transcript takes ${count} random octets`);
      return draws.draw(use, count);
    },
    generateHpkeKeyPair: () => suite.deriveHpkeKeyPair(draws.draw("leafKeyMaterial", 32)),
    hpkeSeal: (publicKey, info, aad, plaintext) =>
      new HpkeSender(suite, draws.draw("hpkeEphemeralKey", 32), publicKey, info).seal(aad, plaintext),
    hpkeExportSender: (publicKey, info, context, length) =>
      new HpkeSender(suite, draws.draw("hpkeEphemeralKey", 32), publicKey, info).export(context, length),
  };
  return { ...base, random: drawing.random, suite: (id) => (id === 1 ? drawing : base.suite(id)) };
}

/** The same for the creation of a group: its 32 octets are the epoch_secret. */
export function creatingDraws(draws: Draws): Draws {
  return { draw: (use, count) => draws.draw(use === "pathSecret" ? "epochSecret" : use, count) };
}
