import { readFileSync } from "node:fs";
import { ExitCode, runOpenmimi } from "@openmimi/cli";
import { expect, it } from "vitest";

it("the README's example works", async () => {
  const said: string[] = [];
  const code = await runOpenmimi(["conformance", "list", "--json"], {
    stdout: { write: (text) => said.push(text) },
    stderr: process.stderr,
    readStdin: async () => new Uint8Array(),
    stopped: () => new Promise((resolve) => process.once("SIGTERM", () => resolve())),
  });
  const cases: { id: string }[] = JSON.parse(said.join(""));
  expect(code).toBe(ExitCode.ok);
  expect(cases.length).toBeGreaterThanOrEqual(60);
});

it("the example above is the README's", () => {
  const source = readFileSync(new URL(import.meta.url), "utf8").replaceAll(/^ +/gm, "");
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  const example = /```ts\n(.*?)```/s.exec(readme)?.[1] ?? "";
  const body = example
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("import") && !line.startsWith("console"));
  expect(source).toContain(body.join("\n"));
});
