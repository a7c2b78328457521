import { expect, it } from "vitest";
import { senderDataKeys } from "../../src/framing/private-message.ts";
import { SecretTree } from "../../src/secret-tree.ts";
import { hex, published, runCases, toHex } from "./published.ts";

interface Generation {
  generation: number;
  handshake_key: string;
  handshake_nonce: string;
  application_key: string;
  application_nonce: string;
}

interface SecretTreeCase {
  cipher_suite: number;
  sender_data: { sender_data_secret: string; ciphertext: string; key: string; nonce: string };
  encryption_secret: string;
  leaves: Generation[][];
}

it("secret-tree.json", (context) => {
  const cases = published<SecretTreeCase>(context, "secret-tree.json");
  const count = runCases(cases, (item, { suiteOf }) => {
    const suite = suiteOf(item);
    const { sender_data_secret, ciphertext, key, nonce } = item.sender_data;
    const sender = senderDataKeys(suite, hex(sender_data_secret), hex(ciphertext));
    expect([toHex(sender.key), toHex(sender.nonce)]).toEqual([key, nonce]);
    const tree = SecretTree.ofEpoch(suite, item.leaves.length, hex(item.encryption_secret));
    item.leaves.forEach((generations, leafIndex) => {
      for (const expected of generations) {
        for (const type of ["handshake", "application"] as const) {
          const found = tree.find(leafIndex, type, expected.generation);
          expect(toHex(found.key)).toBe(expected[`${type}_key`]);
          expect(toHex(found.nonce)).toBe(expected[`${type}_nonce`]);
          found.consume();
        }
      }
    });
  });
  expect(count).toBe(21);
});
