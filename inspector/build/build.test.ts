import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, it } from "vitest";
import { builtExamples } from "./examples.ts";
import { contained } from "./self-contained.ts";

const PAGE = `<html><head><meta charset="utf-8" />
<script type="module" crossorigin src="./a.js"></script>
<link rel="stylesheet" crossorigin href="./a.css"></head><body><p>x</p></body></html>`;

it("puts script and style into the page, and nothing else may be in it", () => {
  const page = contained(PAGE, ["const a = 1;"], ["p{}"]);
  expect(page).not.toMatch(/src=|href=/);
  expect(page).toContain("<style>p{}</style>");
  expect(page).toMatch(/<p>x<\/p><script type="module">const a = 1;<\/script>\s*<\/body>/);
  expect(page).toContain("default-src 'none'");
  const policyAt = page.indexOf("Content-Security-Policy");
  expect(policyAt).toBeLessThan(page.indexOf("<style>"));
});

it("what would end the script does not; what stands for something in a replacement does not either", () => {
  const page = contained(PAGE, ['const a = "</script><!--$&$`";'], ["p{}"]);
  expect(page.match(/<\/script>/g)).toHaveLength(1);
  expect(page).toContain('const a = "\\x3C/script>\\x3C!--$&$`";');
});

it("refuses what it cannot keep in order", () => {
  expect(() => contained(PAGE, ["a", "b"], [])).toThrow("2 scripts");
  expect(() => contained(PAGE, [], [])).toThrow("0 scripts");
  expect(() => contained(PAGE, ["a"], ["</STYLE>"])).toThrow("style");
});

it("the gallery has every example once, with what it is, of many kinds", () => {
  const examples = builtExamples();
  expect(new Set(examples.map(({ id }) => id)).size).toBe(examples.length);
  expect(examples.length).toBeGreaterThanOrEqual(30);
  expect(examples.filter(({ valid }) => !valid).length).toBeGreaterThanOrEqual(10);
  expect(new Set(examples.map(({ id }) => id.split("/")[0])).size).toBeGreaterThanOrEqual(7);
  for (const { section, title } of examples) {
    expect(section).toMatch(/^[a-z-]+ §[\dA-Z.]+$/);
    expect(title).not.toBe("");
  }
});

it.each([
  ["--help", 0, "Usage: npm run inspector"],
  ["--port=x", 2, "x is no port"],
  ["--prot=1", 2, "Usage: npm run inspector"],
])("the command: %s", (argument, status, said) => {
  const program = join(import.meta.dirname, "..", "serve-or-build.ts");
  const ended = spawnSync(process.execPath, [program, argument], { encoding: "utf8" });
  expect(ended.stdout + ended.stderr).toContain(said);
  expect(ended.status).toBe(status);
});
