import fc from "fast-check";
import { expect, it } from "vitest";
import { type Decoder, decoders } from "./decoders.ts";
import { soak } from "./soak.ts";

function recording(check: Decoder["check"] = () => "refused"): { decoder: Decoder; seen: string[] } {
  const seen: string[] = [];
  const decoder: Decoder = {
    name: "example",
    valid: fc.uint8Array({ minLength: 4, maxLength: 12 }),
    check(bytes) {
      seen.push(Buffer.from(bytes).toString("hex"));
      return check(bytes);
    },
  };
  return { decoder, seen };
}

it("gives the same inputs for the same seed, and others for another", () => {
  const [first, again, other] = [recording(), recording(), recording()];
  soak([first.decoder], { inputs: 500, seed: 3 });
  soak([again.decoder], { inputs: 500, seed: 3 });
  soak([other.decoder], { inputs: 500, seed: 4 });
  expect(first.seen).toHaveLength(500);
  expect(again.seen).toEqual(first.seen);
  expect(other.seen).not.toEqual(first.seen);
  expect(new Set(first.seen).size).toBeGreaterThan(400);
});

it("reports what a decoder throws, with the input that does it again", () => {
  const { decoder } = recording((bytes) => {
    if (bytes[0] === 0) throw new RangeError("out of bounds");
    return "decoded";
  });
  const { inputs, decoded, refused, findings } = soak([decoder], { inputs: 3_000, seed: 1 });
  expect(findings.length).toBeGreaterThan(0);
  expect(findings[0]).toMatchObject({ decoder: "example", error: "RangeError: out of bounds" });
  expect(findings[0]?.input).toMatch(/^00/);
  expect(decoded + refused).toBeLessThan(inputs);
});

it("covers the schemas of every endpoint, of MLS and of the room, and the content format", () => {
  const names = decoders.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(names).toEqual(
    expect.arrayContaining([
      ...["MLSMessage", "KeyPackage", "GroupInfo", "Welcome", "Commit", "Proposal"],
      ...[
        "KeyMaterialRequest",
        "UpdateRequest",
        "SubmitMessageRequest",
        "FanoutMessages",
        "GroupInfoRequest",
      ],
      ...["ParticipantListData", "RoleData", "BaseRoomPolicy", "content.decode", "protocol.parseMimiUri"],
    ]),
  );
});
