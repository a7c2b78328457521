import { expect, it } from "vitest";
import { allSamples, type Sample, unhex } from "../test/vectors.ts";
import { type InspectedNode, type Inspection, inspect } from "./index.ts";

const samples = allSamples().filter(({ expected }) => expected.valid);
const inspected = samples.map((sample): [Sample, Inspection] => [sample, inspect(sample.octets)]);

it("finds every valid object of the vectors, if not as the likeliest then among the others", () => {
  expect(samples.length).toBeGreaterThan(300);
  for (const [{ id, object, octets }, { name, others, error, root }] of inspected) {
    expect([id, error]).toEqual([id, undefined]);
    expect([name, ...others], id).toContain(object);
    expect([id, root.name, root.start, root.end]).toEqual([id, name, 0, octets.length]);
  }
});

/** How many are named as what they are. */
function rate(some: readonly (readonly [Sample, Inspection])[]): number {
  return some.filter(([{ object }, { name }]) => name === object).length / some.length;
}

it("names what is meant first, nearly always", () => {
  expect(rate(inspected)).toBeGreaterThan(0.92);
  // Shorter ones are truly ambiguous: a single 00 is an empty anything.
  expect(rate(inspected.filter(([{ octets }]) => octets.length > 16))).toBeGreaterThan(0.99);
});

it("recognizes bodies that are cut short, and messages with one wrong octet", () => {
  const bodies = samples.filter(({ id, octets }) => id.startsWith("endpoint-bodies/") && octets.length > 200);
  expect(bodies.length).toBeGreaterThan(20);
  expect(rate(bodies.map((body) => [body, inspect(body.octets.subarray(0, -30))]))).toBe(1);
  const contents = samples.filter(({ id, octets }) => id.startsWith("content/") && octets.length > 40);
  expect(rate(contents.map((content) => [content, inspect(content.octets.with(20, 0xff))]))).toBe(1);
});

it("points at the same octet as the decoder, and mostly guesses what was meant", () => {
  const invalid = allSamples().filter(({ expected }) => !expected.valid && expected.offset !== undefined);
  expect(invalid.length).toBeGreaterThan(400);
  for (const { id, object, octets, expected } of invalid) {
    const { error } = inspect(octets, { as: object });
    expect([id, error?.offset, error?.path]).toEqual([id, expected.offset, expected.path]);
  }
  const some = invalid.filter((_, index) => index % 4 === 0);
  expect(rate(some.map((sample) => [sample, inspect(sample.octets)]))).toBeGreaterThan(0.75);
});

it("sees what was meant behind a wrong number", () => {
  const { octets } = samples.find(({ id }) => id === "endpoint-bodies/key-material/request") as Sample;
  expect(inspect(octets.with(0, 0))).toMatchObject({
    name: "KeyMaterialRequest",
    error: { offset: 0, message: "Protocol 0 is not defined", expected: "1 (mls10)" },
  });
});

it("says what is wrong with the likeliest, where nothing fits", () => {
  const { octets } = samples.find(({ id }) => id === "endpoint-bodies/update/commit-full") as Sample;
  const { root } = inspect(octets);
  const { start } = root.children.find(({ name }) => name === "groupInfoOption") as InspectedNode;
  const { name, error, others } = inspect(octets.with(start, 9));
  expect([name, others]).toEqual(["UpdateRequest", []]);
  expect(error).toEqual({
    message: "GroupInfoRepresentation 9 is not defined",
    path: "UpdateRequest.groupInfoOption.representation",
    offset: start,
    code: "unknown-value",
    expected: "1 (full), 2 (partial)",
  });
});

it("names something for octets that are nothing, and for none", () => {
  for (const octets of [new Uint8Array(), new Uint8Array(64).fill(0xff), unhex("c0ffee")]) {
    const { error, root, whole } = inspect(octets);
    expect([error === undefined, root.start, whole]).toEqual([false, 0, true]);
  }
});
