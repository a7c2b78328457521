import { expect, it } from "vitest";
import { vectorsOf } from "../test/vectors.ts";
import { inspect } from "./index.ts";

const utf8 = new TextEncoder();
const documents = vectorsOf("endpoint-bodies/directory").flatMap((vector) => {
  const { document } = vector.input;
  return document === undefined ? [] : [[vector.id, document, vector.expected.valid] as const];
});

it.each(documents)("%s", (_, document, valid) => {
  const octets = utf8.encode(document);
  const seen = inspect(octets, { as: "Directory" });
  expect(seen.error === undefined).toBe(valid);
  if (!valid) return expect(seen.error?.code).toBe("invalid-directory");
  const { name, root } = inspect(octets);
  expect([name, root.start, root.end]).toEqual(["Directory", 0, octets.length]);
  expect(root.children.map(({ name: key }) => key)).toEqual(Object.keys(JSON.parse(document)));
});

it("has members where they stand, in octets and not in characters", () => {
  const document = '{ "é": [1, "}"],\n "update" : "https://a.example/{roomId}" }';
  const octets = utf8.encode(document);
  const { root, error } = inspect(octets);
  expect(error).toBeUndefined();
  const text = (start: number, end: number) => new TextDecoder().decode(octets.subarray(start, end));
  expect(root.children.map(({ start, end }) => text(start, end))).toEqual([
    '"é": [1, "}"]',
    '"update" : "https://a.example/{roomId}"',
  ]);
  expect(root.children.map(({ value, meaning }) => [value, meaning])).toEqual([
    ['[1,"}"]', "an unknown key, ignored"],
    ["https://a.example/{roomId}", undefined],
  ]);
});

it.each([
  ['{"update": "http://a.example/{roomId}"}', 11, "update is no https URL"],
  ['{"update" "https://a.example/"}', 10, "expected :"],
  ['{"update": tru}', 11, "this is no JSON value"],
  ['{"update": "https://a.example/', 11, "the string does not end"],
  ['{"update": "https://a.example/"} x', 33, "something follows the object"],
  ["[]", 0, "expected {"],
])("points at what is wrong in %s", (document, offset, message) => {
  expect(inspect(utf8.encode(document), { as: "directory" }).error).toMatchObject({ offset, message });
});
