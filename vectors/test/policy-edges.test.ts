/** Every constraint of a room is asked about at its edge: the same question with a limit that is one less or one more. */

import { Capability } from "@openmimi/room";
import type { Json, Vector } from "@openmimi/vectors";
import { describe, expect, it } from "vitest";
import { vectorsOfKinds } from "./vector-files.ts";

const vectors = vectorsOfKinds("policy-decisions");

type Fields = Record<string, Json>;
interface Room {
  "0x0025"?: { roles: Fields[] };
  "0x0027"?: Fields;
}

/** A question without octets, which say the same as `room`. */
function question({ input }: Vector): Fields & { room: Room } {
  const { components: _, ...rest } = structuredClone(input) as Fields;
  return rest as Fields & { room: Room };
}

const asked = new Set(
  vectors.filter(({ expected }) => expected.valid).map((one) => JSON.stringify(question(one))),
);

/** What a denial is about, where the limit stands, and how far the nearest one is that would allow it. */
const limits: readonly (readonly [reason: string, field: string, step: number])[] = [
  ["maximum-participants", "maximumParticipantsConstraint", 1],
  ["minimum-participants", "minimumParticipantsConstraint", -1],
  ["maximum-active-participants", "maximumActiveParticipantsConstraint", 1],
  ["minimum-active-participants", "minimumActiveParticipantsConstraint", -1],
  ["maximum-users", "maxUsers", 1],
  ["maximum-clients", "maxClients", 1],
];

/** The same question where one such limit of the room is that much wider. */
function widened(one: Vector, field: string, step: number): string[] {
  const places = (room: Room) => [...(room["0x0025"]?.roles ?? []), room["0x0027"] ?? {}];
  const { room } = question(one);
  return places(room).flatMap((place, index) => {
    if (typeof place[field] !== "number") return [];
    const other = question(one);
    const wider = places(other.room)[index] as Fields;
    wider[field] = (wider[field] as number) + step;
    return [JSON.stringify(other)];
  });
}

describe("policy decisions", () => {
  it.each(limits)("ask about %s at its edge", (reason, field, step) => {
    const denied = vectors.filter(({ expected }) => !expected.valid && expected.reason === reason);
    const atTheEdge = denied.filter((one) => widened(one, field, step).some((other) => asked.has(other)));
    expect(denied.length).toBeGreaterThan(1);
    expect(atTheEdge.length).toBeGreaterThan(0);
  });

  it("ask about one and about two clients of a user where there may be one", () => {
    const single = vectors.filter((one) => question(one).room?.["0x0027"]?.multiDevice === false);
    const reasons = new Set(single.map(({ expected }) => (expected.valid ? "allowed" : expected.reason)));
    expect(reasons).toContain("allowed");
    expect(reasons).toContain("single-device");
  });

  it("have for each capability something that it allows and something that fails for want of it, asked in one way", () => {
    const missing: string[] = [];
    for (const name of Object.keys(Capability)) {
      const questions = (valid: boolean) =>
        vectors.flatMap(({ input, expected }) => {
          const of = expected.valid ? (expected.rules as string[]) : [(expected.capability as Fields)?.name];
          const fits = expected.valid === valid && of.includes(name);
          return fits && (valid || expected.reason === "missing-capability") ? [String(input.question)] : [];
        });
      const [held, lacked] = [questions(true), questions(false)];
      if (!held.some((one) => lacked.includes(one))) missing.push(name);
    }
    expect(missing).toEqual([]);
  });
});
