import { expect, it } from "vitest";
import { pskSecret } from "../../src/key-schedule.ts";
import { hex, published, runCases, toHex } from "./published.ts";

interface PskSecretCase {
  cipher_suite: number;
  psks: { psk_id: string; psk: string; psk_nonce: string }[];
  psk_secret: string;
}

it("psk_secret.json", (context) => {
  const cases = published<PskSecretCase>(context, "psk_secret.json");
  const count = runCases(cases, (item, { suiteOf }) => {
    const psks = item.psks.map(({ psk_id, psk, psk_nonce }) => ({
      id: { pskType: "external" as const, pskId: hex(psk_id), pskNonce: hex(psk_nonce) },
      psk: hex(psk),
    }));
    expect(toHex(pskSecret(suiteOf(item), psks))).toBe(item.psk_secret);
  });
  expect(count).toBe(77);
});
