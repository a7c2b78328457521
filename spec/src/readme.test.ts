import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { ledger, loadDrafts, loadReadings, loadRequirements } from "./index.ts";

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");

it("the README's example works", () => {
  const requirement = loadRequirements().find(({ id }) => id === "PROTO-KM-15");
  expect(requirement?.level).toBe("MUST NOT");
  const draft = loadDrafts().find(({ shortName }) => shortName === requirement?.draft);
  expect(draft?.document).toBe("draft-ietf-mimi-protocol-06");
  expect(loadReadings().find(({ id }) => id === "R-017")?.accepts).toEqual(["a", "b"]);
  const cases = new Map([["PROTO-KM-15", ["claim-twice"]]]);
  expect(ledger(loadRequirements(), cases).covered.map(({ id }) => id)).toEqual(["PROTO-KM-15"]);
});

it("the README counts what is there", () => {
  expect(readme).toContain(`${loadRequirements().length} requirements`);
  expect(readme).toContain(`${loadReadings().length} readings`);
});
