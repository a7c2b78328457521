import { expect, it } from "vitest";
import { followScenario, type PassiveClientCase } from "./passive-client.ts";
import { published, runCases } from "./published.ts";

it("passive-client-random.json", { timeout: 120_000 }, (context) => {
  const cases = published<PassiveClientCase>(context, "passive-client-random.json");
  expect(runCases(cases, followScenario)).toBe(cases.length);
});
