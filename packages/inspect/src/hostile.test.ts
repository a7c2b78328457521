import { encode, message, singlePart } from "@openmimi/content";
import { MLSMessage } from "@openmimi/mls";
import { encode as encodeTls } from "@openmimi/tls";
import fc from "fast-check";
import { expect, it } from "vitest";
import { allSamples } from "../test/vectors.ts";
import {
  type InspectedError,
  type InspectedNode,
  type Inspection,
  inspect,
  objectNames,
  rows,
} from "./index.ts";

const samples = allSamples();

/** Ranges lie inside of those around them, one behind the other; errors lie in the octets. */
function checkNode(node: InspectedNode, octets: number): void {
  expect(node.start).toBeLessThanOrEqual(node.end);
  checkError(node.error, octets);
  let before = node.start;
  for (const child of node.children) {
    if (child.start < before || child.end > node.end)
      throw new Error(
        `${child.name} at ${child.start}..${child.end} in ${node.name} at ${node.start}..${node.end}`,
      );
    before = child.end;
    checkNode(child, octets);
  }
}

function checkError(error: InspectedError | undefined, octets: number): void {
  if (error === undefined) return;
  expect(error.offset).toBeGreaterThanOrEqual(0);
  expect(error.offset).toBeLessThanOrEqual(octets);
  expect([error.path, error.code, error.message]).not.toContain("");
}

function check(inspection: Inspection, octets: Uint8Array): void {
  const { root, error } = inspection;
  expect(inspection.octets).toBe(octets.length);
  expect([root.name, root.start]).toEqual([inspection.name, 0]);
  expect(root.end).toBeLessThanOrEqual(octets.length);
  if (error === undefined) expect(root.end).toBe(octets.length);
  checkError(error, octets.length);
  checkNode(root, octets.length);
}

const name = fc.constantFrom(...objectNames);
const sample = fc.constantFrom(...samples);

/** One octet changed, some left out or put in, or the end cut off. */
const mutated = fc
  .record({
    sample,
    at: fc.nat({ max: 1_000_000 }),
    octets: fc.uint8Array({ maxLength: 3 }),
    kind: fc.constantFrom("change", "remove", "insert", "cut"),
  })
  .map(({ sample: { object, octets }, at, octets: other, kind }) => {
    const place = octets.length === 0 ? 0 : at % octets.length;
    const head = [...octets.subarray(0, place)];
    const tail = [...octets.subarray(place)];
    const results = {
      change: [...head, ...other, ...tail.slice(other.length)],
      remove: [...head, ...tail.slice(other.length)],
      insert: [...head, ...other, ...tail],
      cut: head,
    };
    return { object, octets: Uint8Array.from(results[kind as keyof typeof results]) };
  });

it("shows something right of every octets, whatever they are said to be", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), name, (octets, as) => {
      check(inspect(octets, { as }), octets);
    }),
    { numRuns: 600 },
  );
});

it("shows something right of spoiled objects", () => {
  fc.assert(
    fc.property(mutated, ({ object, octets }) => check(inspect(octets, { as: object }), octets)),
    { numRuns: 600 },
  );
  fc.assert(
    fc.property(mutated, ({ octets }) => check(inspect(octets), octets)),
    { numRuns: 100 },
  );
});

it("shows something right of the vectors, valid or not", () => {
  for (const { octets, object } of samples) check(inspect(octets, { as: object }), octets);
  // Nothing gets lost in JSON.
  for (const { octets, object } of samples.slice(0, 40)) {
    const inspection = inspect(octets, { as: object });
    expect(JSON.parse(JSON.stringify(inspection))).toEqual(inspection);
  }
});

it("goes into messages in messages in messages, but not for ever", () => {
  let octets = encode(message(singlePart("text/plain", new Uint8Array([0x41]))));
  for (let level = 0; level < 40; level++)
    octets = encode(message(singlePart("application/mimi-content", octets)));
  const inspection = inspect(octets);
  check(inspection, octets);
  const levels = rows(inspection).filter(({ node }) => node.embedded === "MimiContent");
  expect(levels).toHaveLength(8);
  const deepest = rows(inspection).at(-1)?.node;
  expect(deepest?.meaning).toContain("too deep");
});

it("does not try everything again on every level", () => {
  // Application data can be one of three things; in it there is a message again, in a part of content.
  let octets: Uint8Array = new Uint8Array(50_000);
  for (let level = 0; level < 12; level++) {
    const mls = encodeTls(MLSMessage, {
      version: "mls10",
      wireFormat: "publicMessage",
      publicMessage: {
        content: {
          ...{ groupId: new Uint8Array(32), epoch: 1n, authenticatedData: new Uint8Array() },
          ...{ sender: { senderType: "external", senderIndex: 0 } },
          ...{ contentType: "application", applicationData: octets },
        },
        auth: { signature: new Uint8Array(64) },
      },
    });
    octets = encode(message(singlePart("message/mls", mls)));
  }
  const inspection = inspect(octets);
  check(inspection, octets);
  expect(inspection.name).toBe("MimiContent");
  const levels = rows(inspection).filter(({ node }) => node.embedded !== undefined);
  expect(levels.length).toBeGreaterThan(3);
  expect(levels.length).toBeLessThanOrEqual(8);
});

it("turns no more than some hundred thousand fields into nodes", () => {
  // RFC 9420 §2.1.2: a length in four octets; then blank nodes.
  const octets = new Uint8Array(400_004);
  new DataView(octets.buffer).setUint32(0, 0x8000_0000 + 400_000);
  const inspection = inspect(octets, { as: "RatchetTreeNodes" });
  expect(inspection.error).toBeUndefined();
  expect(inspection.root.meaning).toMatch(/^200\d{3} more that are not shown$/);
  check(
    { ...inspection, root: { ...inspection.root, children: inspection.root.children.slice(0, 9) } },
    octets,
  );
});
