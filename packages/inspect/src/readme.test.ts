import { readFileSync } from "node:fs";
import { inspect, parseOctets, rows } from "@openmimi/inspect";
import { expect, it } from "vitest";
import { vectorsOf } from "../test/vectors.ts";

it("the README's example works", () => {
  const said: unknown[][] = [];
  const console = { log: (...line: unknown[]) => said.push(line) };
  const text = vectorsOf("endpoint-bodies/submit-message")[0]?.input.octets ?? "";
  const octets = parseOctets(text) ?? new Uint8Array();
  const seen = inspect(octets, { roomUri: "mimi://a.example/r/clubhouse" });

  console.log(`${seen.name} (${seen.section}), ${seen.octets} octets`);
  for (const { depth, node } of rows(seen)) {
    const said = node.meaning ?? node.value ?? node.embedded ?? node.type ?? "";
    console.log(`${node.start}..${node.end}  ${"  ".repeat(depth)}${node.name}  ${said}`);
  }
  for (const { name, value, note = "" } of seen.facts) console.log(name, value, note);
  if (seen.error !== undefined) console.log(seen.error.offset, seen.error.path, seen.error.message);

  const lines = said.map((line) => line.join(" "));
  expect(lines[0]).toBe(`SubmitMessageRequest (protocol §5.4), ${text.length / 2} octets`);
  expect(lines).toContain("3..5      wireFormat  privateMessage");
  expect(lines.at(-1)).toMatch(/^SHA-256 [0-9a-f]{64} $/);
});

it("the example above is the README's", () => {
  const source = readFileSync(new URL(import.meta.url), "utf8");
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  const [, example = ""] = /```ts\n(.*?)```/s.exec(readme) ?? [];
  const lines = example.split("\n").filter((line) => line !== "" && !line.startsWith("const octets"));
  expect(lines.length).toBeGreaterThan(8);
  for (const line of lines) expect(source).toContain(line);
});
