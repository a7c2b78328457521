/**
 * A client that follows a published scenario. mlswg/mls-implementations, test-vectors.md, Passive Client Scenarios.
 * @module
 */

import {
  type CryptoProvider,
  MemberGroup,
  type MemberOptions,
  MLSMessage,
  type OwnKeyPackage,
  ownKeyPackage,
  RatchetTreeNodes,
} from "@openmimi/mls";
import { expect } from "vitest";
import { type CaseTools, decodeExactly, hex, privateKey, toHex } from "./published.ts";

/** One scenario of a passive-client file. */
export interface PassiveClientCase {
  cipher_suite: number;
  external_psks: { psk_id: string; psk: string }[];
  key_package: string;
  signature_priv: string;
  encryption_priv: string;
  init_priv: string;
  welcome: string;
  ratchet_tree: string | null;
  initial_epoch_authenticator: string;
  epochs: { proposals: string[]; commit: string; epoch_authenticator: string }[];
}

function ownOf(crypto: CryptoProvider, item: PassiveClientCase): OwnKeyPackage {
  const message = decodeExactly(MLSMessage, item.key_package);
  if (message.wireFormat !== "keyPackage") throw new Error("not a KeyPackage");
  return ownKeyPackage(crypto, message.keyPackage, {
    initPrivateKey: privateKey(item, item.init_priv),
    encryptionPrivateKey: privateKey(item, item.encryption_priv),
    signaturePrivateKey: privateKey(item, item.signature_priv),
  });
}

/** Joins by the Welcome and follows every commit. */
export function followScenario(item: PassiveClientCase, { crypto }: CaseTools): void {
  const psks = new Map(item.external_psks.map(({ psk_id, psk }) => [psk_id, hex(psk)]));
  const options: MemberOptions = {
    psk: (id) => (id.pskType === "external" ? psks.get(toHex(id.pskId)) : undefined),
    pastEpochs: 1000,
  };
  const message = decodeExactly(MLSMessage, item.welcome);
  if (message.wireFormat !== "welcome") throw new Error("not a Welcome");
  const { welcome } = message;
  const tree =
    item.ratchet_tree === null ? {} : { ratchetTree: decodeExactly(RatchetTreeNodes, item.ratchet_tree) };
  const group = MemberGroup.join(crypto, { welcome, keyPackages: [ownOf(crypto, item)], ...tree }, options);
  expect(toHex(group.epochAuthenticator)).toBe(item.initial_epoch_authenticator);
  item.epochs.forEach((epoch, index) => {
    try {
      for (const proposal of epoch.proposals) {
        expect(group.process(decodeExactly(MLSMessage, proposal)).kind).toBe("proposal");
      }
      const commit = group.process(decodeExactly(MLSMessage, epoch.commit));
      if (commit.kind !== "commit") throw new Error("not a commit");
      commit.merge();
      expect(toHex(group.epochAuthenticator)).toBe(epoch.epoch_authenticator);
    } catch (cause) {
      throw new Error(`epoch ${index} of ${item.epochs.length}`, { cause });
    }
  });
}
