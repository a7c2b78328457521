import { readFileSync } from "node:fs";
import { join } from "node:path";
import { explain } from "@openmimi/room";
import { describe, expect, it } from "vitest";
import { VECTORS_FOLDER, type VectorFile } from "./index.ts";
import { askPolicy } from "./policy-question.ts";

const file = (name: string) =>
  (JSON.parse(readFileSync(join(VECTORS_FOLDER, "policy-decisions", name), "utf8")) as VectorFile).vectors;

describe("a question of policy", () => {
  it("is answered as the vectors have it, with its derivation", () => {
    for (const { input, expected } of [
      ...file("adding.json"),
      ...file("requests.json"),
      ...file("new-rooms.json"),
    ]) {
      const decision = askPolicy(input);
      expect(decision.allowed).toBe(expected.valid);
      expect(explain(decision)).toMatch(/^(allowed|denied: [a-z-]+)\n/);
    }
  });

  const [good] = file("adding.json");
  const input = good!.input;
  it.each([
    ["nothing", undefined, "question: expected one of commit,"],
    ["an unknown question", { ...input, question: "why" }, "question: expected one of commit,"],
    ["a question without a room", { ...input, components: undefined }, "components"],
    ["a member that does not exist", { ...input, more: 1 }, "more"],
    ["a change of no kind", { ...input, changes: [{ kind: "teapot" }] }, "/changes/0"],
    ["a room that cannot be read", { ...input, components: { "0x0025": "ff" } }, "§"],
  ])("is refused where it is %s", (_, question, why) => {
    const asked: unknown = JSON.parse(JSON.stringify(question ?? null));
    expect(() => askPolicy(asked)).toThrow(
      expect.objectContaining({ name: "PolicyQuestionError", message: expect.stringContaining(why) }),
    );
  });
});
