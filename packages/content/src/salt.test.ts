import { createHmac } from "node:crypto";
import { deriveSalt, SALT_SECRET_LABEL, text } from "@openmimi/content";
import { expect, it } from "vitest";
import { refusal } from "../test/fixtures.ts";

const secret = Uint8Array.from({ length: 32 }, (_, index) => index);
const nonce = Uint8Array.from({ length: 32 }, (_, index) => 255 - index);

it("a salt is the beginning of an HMAC (content §9.2)", () => {
  const expected = new Uint8Array(createHmac("sha256", secret).update(nonce).digest().subarray(0, 16));
  const salt = deriveSalt(secret, nonce);
  expect(salt).toEqual(expected);
  expect(text("x", { salt }).salt).toEqual(expected);
  expect(SALT_SECRET_LABEL).toBe("salt_base_secret");
});

it("another secret or nonce gives another salt", () => {
  const salt = deriveSalt(secret, nonce);
  expect(deriveSalt(nonce, nonce)).not.toEqual(salt);
  expect(deriveSalt(secret, secret)).not.toEqual(salt);
});

it("short secrets and nonces are refused", () => {
  expect(refusal(() => deriveSalt(secret.subarray(0, 15), nonce))).toMatchObject({
    code: "invalid-argument",
    path: "saltBaseSecret",
  });
  expect(refusal(() => deriveSalt(secret, nonce.subarray(0, 15))).path).toBe("nonce");
  expect(refusal(() => deriveSalt("secret" as never, nonce)).code).toBe("invalid-argument");
});
