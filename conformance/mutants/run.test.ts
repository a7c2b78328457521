import { expect, it } from "vitest";
import { runMutants } from "./run.ts";

it("plays a mutant as a process of its own, with the cases that are named for it", async () => {
  const outcome = await runMutants({ names: ["ignores-host"], cases: "named" });
  expect(outcome.findings).toEqual([]);
  expect([outcome.passed, outcome.failed]).toEqual([1, 0]);
  const [run] = outcome.runs;
  expect(run?.exitCode).toBe(1);
  expect(run?.results).toEqual({
    "key-material/unknown-user": "pass",
    "transport/host/other-provider": "fail",
    "transport/host/two-fields": "fail",
  });
});

it("asks of chosen cases only what is named", async () => {
  const outcome = await runMutants({ names: ["ignores-host"], cases: ["directory/published"] });
  expect(outcome.findings).toEqual([]);
  expect(outcome.runs[0]?.results).toEqual({ "directory/published": "pass" });
});

it("knows its mutants", async () => {
  await expect(runMutants({ names: ["nobody"], cases: "named" })).rejects.toThrow(
    "no mutant is called nobody",
  );
});
