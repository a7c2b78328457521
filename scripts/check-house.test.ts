import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { checkHouse } from "./check-house.ts";
import { circles } from "./house/cycles.ts";
import { importsOf } from "./house/imports.ts";
import { findings } from "./house/rules.ts";

const packages = ["tls", "mls", "content", "protocol", "room", "inspect", "client", "provider", "pki", "cli"];
const names = new Map<string, string>([
  ...packages.map((part) => [`@openmimi/${part}`, `packages/${part}/src/index.ts`] as const),
  ["@openmimi/conformance", "conformance/src/index.ts"],
  ["@openmimi/vectors", "vectors/src/index.ts"],
  ["@openmimi/spec", "spec/src/index.ts"],
]);
const judge = (path: string, specifier: string) =>
  findings(path, `import { x } from "${specifier}";\n`, names).map(({ message }) => message);

it.each([
  ["packages/mls/src/a.ts", "@openmimi/tls"],
  ["packages/cli/src/a.ts", "@openmimi/conformance"],
  ["conformance/src/a.ts", "@openmimi/client"],
  ["conformance/src/a.ts", "@openmimi/spec"],
  ["conformance/mutants/a.ts", "@openmimi/provider"],
  ["vectors/src/a.ts", "@openmimi/room"],
  ["packages/inspect/src/a.ts", "@openmimi/room"],
  ["packages/cli/src/a.ts", "@openmimi/inspect"],
  ["inspector/src/a.ts", "@openmimi/inspect"],
  ["inspector/build/a.ts", "node:fs"],
  ["packages/provider/test/a.ts", "@openmimi/pki"],
  ["packages/provider/src/a.ts", "node:fs"],
  ["packages/client/src/node/a.ts", "node:sqlite"],
  ["packages/tls/src/a.test.ts", "node:fs"],
  ["packages/tls/bench/a.ts", "node:fs"],
  ["packages/tls/src/a.ts", "./b.ts"],
  ["packages/tls/src/a.ts", "fast-check"],
  ["scripts/a.ts", "@openmimi/cli"],
])("lets %s import %s", (path, specifier) => {
  expect(judge(path, specifier)).toEqual([]);
});

it.each([
  ["packages/tls/src/a.ts", "@openmimi/mls", "arrows point down only"],
  ["packages/room/src/a.test.ts", "@openmimi/client", "arrows point down only"],
  ["conformance/src/a.ts", "@openmimi/provider", "only conformance/mutants may, to break it"],
  ["conformance/src/a.ts", "@openmimi/cli", "arrows point down only"],
  ["packages/provider/src/a.ts", "@openmimi/conformance", "arrows point down only"],
  ["packages/provider/src/a.ts", "@openmimi/pki", "may not import pki"],
  ["packages/pki/src/a.ts", "@openmimi/tls", "may import nothing of ours"],
  ["spec/src/a.ts", "@openmimi/tls", "may import nothing of ours"],
  ["vectors/src/a.ts", "@openmimi/client", "may import room, protocol, content, mls, tls"],
  ["packages/room/src/a.ts", "@openmimi/vectors", "may not import vectors"],
  ["packages/inspect/src/a.ts", "@openmimi/client", "arrows point down only"],
  ["packages/provider/src/a.ts", "@openmimi/inspect", "may not import inspect, which is for cli, inspector"],
  ["packages/inspect/src/a.ts", "node:fs", "runs in browsers too"],
  ["packages/tls/src/a.ts", "node:fs", "runs in browsers too"],
  ["packages/tls/src/a.ts", "crypto", "runs in browsers too"],
  ["packages/client/src/a.ts", "node:fs", "runs in browsers too"],
  ["inspector/src/a.ts", "node:fs", "runs in browsers too"],
  ["inspector/src/a.ts", "@openmimi/vectors", "may not import vectors"],
  ["packages/mls/src/a.ts", "../../tls/src/b.ts", "by its package name"],
  ["packages/mls/src/a.ts", "../../../conformance/src/b.ts", "by its package name"],
  ["packages/new/src/a.ts", "@openmimi/tls", "new has no place in the house"],
  ["packages/cli/src/a.ts", "@openmimi/new", "new has no place in the house"],
])("refuses that %s imports %s", (path, specifier, why) => {
  expect(judge(path, specifier)).toEqual([expect.stringContaining(why)]);
});

it("sees every form of import, with its line, and no text that looks like one", () => {
  const source = [
    "/**",
    ' * import { no } from "comment";',
    " */",
    'import "bare";',
    "import {",
    "  type A,",
    '} from "long";',
    'import type { B } from "types";',
    'export * from "star";',
    'const text = "import { x } from";',
    '// import("comment")',
    'const late = await import("late");',
    'export const from = "not-an-import";',
  ].join("\n");
  expect(importsOf(source).map(({ specifier, line }) => `${line} ${specifier}`)).toEqual([
    "4 bare",
    "5 long",
    "8 types",
    "9 star",
    "12 late",
  ]);
});

it("finds one circle per knot", () => {
  const graph = new Map([
    ["a.ts", ["b.ts", "d.ts"]],
    ["b.ts", ["c.ts"]],
    ["c.ts", ["a.ts", "b.ts"]],
    ["d.ts", ["e.ts"]],
    ["e.ts", ["d.ts"]],
    ["f.ts", ["a.ts"]],
  ]);
  expect(circles(graph)).toEqual([
    ["a.ts", "b.ts", "c.ts"],
    ["d.ts", "e.ts"],
  ]);
});

it("reads a whole repository", () => {
  const root = mkdtempSync(join(tmpdir(), "house-"));
  onTestFinished(() => rmSync(root, { recursive: true }));
  const write = (file: string, text: string) => {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  };
  write("packages/tls/package.json", '{"name":"@openmimi/tls","exports":{".":"./src/index.ts"}}');
  // The page is nobody's to import.
  write("inspector/package.json", '{"name":"@openmimi/inspector"}');
  write("packages/tls/src/index.ts", 'export * from "./a.ts";\n');
  write("packages/tls/src/a.ts", 'import type { B } from "@openmimi/tls";\nimport "node:fs";\n');
  write("packages/tls/node_modules/other/index.ts", 'import "node:fs";\n');
  expect(checkHouse(root)).toEqual([
    { file: "packages/tls/src/a.ts", line: 2, message: expect.stringContaining("node:fs") },
    {
      file: "packages/tls/src/a.ts",
      line: 0,
      message: "circular import: packages/tls/src/a.ts -> packages/tls/src/index.ts -> packages/tls/src/a.ts",
    },
  ]);
});
