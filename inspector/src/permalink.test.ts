import fc from "fast-check";
import { expect, it } from "vitest";
import { exampleFragment, fragmentOf, MAX_LINKED_OCTETS, readFragment } from "./permalink.ts";

const text = fc
  .string({ minLength: 1, maxLength: 200, unit: "binary" })
  .filter((value) => value.isWellFormed());

it("reads back what it writes", () => {
  const view = fc.record(
    {
      octets: fc.uint8Array({ minLength: 1, maxLength: 300 }).map((octets) => Uint8Array.from(octets)),
      as: text,
      senderUri: text,
      roomUri: text,
      at: text,
    },
    { requiredKeys: ["octets"] },
  );
  fc.assert(
    fc.property(view, (given) => {
      const fragment = fragmentOf(given) as string;
      expect(fragment).toMatch(/^#o=[A-Za-z0-9_-]+(&|$)/);
      expect(readFragment(fragment)).toEqual({ kind: "view", view: given });
    }),
  );
});

it("throws at no fragment", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (fragment) => void readFragment(`#o=${fragment}`)));
  expect(readFragment("")).toEqual({ kind: "none" });
  expect(readFragment("#tree")).toEqual({ kind: "none" });
  expect(readFragment("#o=AAA")).toMatchObject({ kind: "view" });
  expect(readFragment("#o=AAAAA")).toEqual({ kind: "unreadable" });
});

it("has an end", () => {
  expect(fragmentOf({ octets: new Uint8Array(MAX_LINKED_OCTETS) })).toBeDefined();
  expect(fragmentOf({ octets: new Uint8Array(MAX_LINKED_OCTETS + 1) })).toBeUndefined();
  expect(fragmentOf({ octets: new Uint8Array(1), roomUri: "ä".repeat(10_000) })).toBeUndefined();
  expect(readFragment(`#o=${"A".repeat(40_000)}`)).toEqual({ kind: "unreadable" });
});

it("names examples", () => {
  expect(readFragment(exampleFragment("content/examples/reply"))).toEqual({
    kind: "example",
    id: "content/examples/reply",
  });
});
