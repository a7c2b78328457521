/** Claims for KeyPackages by two witnesses. */

import type { Vector } from "@openmimi/vectors";
import { expect, it } from "vitest";
import type { Fields } from "./second-decoder.ts";
import { SecondTarget, USER_CODES, usableAnswer } from "./second-key-material.ts";
import { vectorFiles } from "./vector-files.ts";

const files = vectorFiles("key-material");
const vectorsOf = (path: string): [string, Vector][] =>
  (files.get(path) ?? []).map((vector) => [vector.id, vector]);
/** The classes of what is no request at all. */
const MALFORMED = ["truncated", "trailing-bytes", "invalid-value", "invalid-scheme"];

it.each([...vectorsOf("key-material/claims.json"), ...vectorsOf("key-material/refusals.json")])(
  "%s",
  (_, { input, expected }) => {
    const target = new SecondTarget(input as Fields);
    for (const [index, claim] of (input.claims as Fields[]).entries()) {
      const answer = target.answer(claim);
      if (!expected.valid) {
        expect(MALFORMED.includes(expected.reason) ? "malformed" : expected.reason).toBe(answer);
        continue;
      }
      const { alsoAllowed, ...said } = (expected.answers as Fields[])[index] as Fields;
      expect(said).toEqual(answer);
      const hasNoRoom = said.userStatus === "noConsent" && (alsoAllowed as string[]).length > 0;
      const others = USER_CODES[String(said.userStatus)];
      expect(alsoAllowed).toEqual(hasNoRoom ? ["noConsentForThisRoom"] : others);
    }
  },
);

it.each(vectorsOf("key-material/answers.json"))("%s", (_, { input, expected }) => {
  const found = usableAnswer(String(input.request), String(input.response));
  expect(found).toEqual(expected.valid ? expected.keyPackages : undefined);
});

it("no KeyPackage is issued twice, none that is not allowed, and whoever is refused gets none", () => {
  for (const [id, { expected }] of vectorsOf("key-material/claims.json")) {
    if (!expected.valid) continue;
    const issued = (expected.answers as Fields[]).flatMap(({ clients }) =>
      (clients as Fields[]).flatMap(({ client, keyPackage, allowed }) => {
        if (keyPackage === undefined) return [];
        expect(allowed, id).toContain(keyPackage);
        return [`${String(client)} ${String(keyPackage)}`];
      }),
    );
    expect(new Set(issued).size, id).toBe(issued.length);
  }
});
