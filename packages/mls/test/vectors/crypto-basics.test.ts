import { expect, it } from "vitest";
import {
  decryptWithLabel,
  deriveSecret,
  deriveTreeSecret,
  encryptWithLabel,
  expandWithLabel,
  refHash,
  signWithLabel,
  verifyWithLabel,
} from "../../src/crypto/labels.ts";
import { hex, published, runCases, toHex } from "./published.ts";

interface CryptoBasicsCase {
  cipher_suite: number;
  ref_hash: { label: string; value: string; out: string };
  expand_with_label: { secret: string; label: string; context: string; length: number; out: string };
  derive_secret: { secret: string; label: string; out: string };
  derive_tree_secret: { secret: string; label: string; generation: number; length: number; out: string };
  sign_with_label: { priv: string; pub: string; content: string; label: string; signature: string };
  encrypt_with_label: {
    priv: string;
    pub: string;
    label: string;
    context: string;
    plaintext: string;
    kem_output: string;
    ciphertext: string;
  };
}

it("crypto-basics.json", (context) => {
  const cases = published<CryptoBasicsCase>(context, "crypto-basics.json");
  const count = runCases(cases, (item, { suiteOf }) => {
    const suite = suiteOf(item);
    const { ref_hash, expand_with_label, derive_secret, derive_tree_secret, sign_with_label } = item;
    expect(toHex(refHash(suite, ref_hash.label, hex(ref_hash.value)))).toBe(ref_hash.out);
    {
      const { secret, label, context: info, length, out } = expand_with_label;
      expect(toHex(expandWithLabel(suite, hex(secret), label, hex(info), length))).toBe(out);
    }
    expect(toHex(deriveSecret(suite, hex(derive_secret.secret), derive_secret.label))).toBe(
      derive_secret.out,
    );
    {
      const { secret, label, generation, length, out } = derive_tree_secret;
      expect(toHex(deriveTreeSecret(suite, hex(secret), label, generation, length))).toBe(out);
    }
    {
      const { priv, pub, content, label, signature } = sign_with_label;
      expect(verifyWithLabel(suite, hex(pub), label, hex(content), hex(signature))).toBe(true);
      const ours = signWithLabel(suite, hex(priv), label, hex(content));
      expect(verifyWithLabel(suite, hex(pub), label, hex(content), ours)).toBe(true);
      expect(verifyWithLabel(suite, hex(pub), `${label}x`, hex(content), ours)).toBe(false);
    }
    {
      const { priv, pub, label, context: info, plaintext, kem_output, ciphertext } = item.encrypt_with_label;
      const theirs = { kemOutput: hex(kem_output), ciphertext: hex(ciphertext) };
      expect(toHex(decryptWithLabel(suite, hex(priv), label, hex(info), theirs))).toBe(plaintext);
      const ours = encryptWithLabel(suite, hex(pub), label, hex(info), hex(plaintext));
      expect(toHex(decryptWithLabel(suite, hex(priv), label, hex(info), ours))).toBe(plaintext);
    }
  });
  expect(count).toBe(7);
});
