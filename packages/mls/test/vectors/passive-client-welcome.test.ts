import { expect, it } from "vitest";
import { followScenario, type PassiveClientCase } from "./passive-client.ts";
import { published, runCases } from "./published.ts";

it("passive-client-welcome.json", { timeout: 120_000 }, (context) => {
  const cases = published<PassiveClientCase>(context, "passive-client-welcome.json");
  expect(runCases(cases, followScenario)).toBe(cases.length);
});
