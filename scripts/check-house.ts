/**
 * The lint rule of the house: who may import whom, what runs in a browser, no circles. Prints nothing when all is well.
 * @module
 */

import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { circles } from "./house/cycles.ts";
import { importsOf } from "./house/imports.ts";
import { type Finding, findings, resolveImport } from "./house/rules.ts";

const PLACES = ["packages/*/**/*.ts", "{conformance,inspector,spec,vectors,scripts}/**/*.ts"];

/** The files that the package names of this workspace stand for. */
function entryPoints(root: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const manifest of globSync(
    ["packages/*/package.json", "{conformance,inspector,spec,vectors}/package.json"],
    {
      cwd: root,
    },
  )) {
    const { name, exports = {} } = JSON.parse(readFileSync(join(root, manifest), "utf8")) as {
      name: string;
      exports?: Record<string, string>;
    };
    for (const [key, file] of Object.entries(exports))
      found.set(name + key.slice(1), join(manifest, "..", file).replaceAll("\\", "/"));
  }
  return found;
}

/**
 * Checks every source file under `root`.
 *
 * @returns what is wrong, in the order of the files; empty when the house stands
 */
export function checkHouse(root: string): Finding[] {
  const files = globSync(PLACES, {
    cwd: root,
    exclude: (name) => name.includes("node_modules") || name.includes(".types"),
  })
    .map((file) => file.replaceAll("\\", "/"))
    .filter((file) => !file.endsWith(".d.ts"))
    .sort();
  const names = entryPoints(root);
  const sources = new Map(files.map((file) => [file, readFileSync(join(root, file), "utf8")]));
  const graph = new Map<string, string[]>();
  for (const [file, source] of sources) {
    const targets = importsOf(source).map(({ specifier }) => resolveImport(file, specifier, names));
    graph.set(file, targets.filter((target) => target !== undefined && sources.has(target)) as string[]);
  }
  return [
    ...[...sources].flatMap(([file, source]) => findings(file, source, names)),
    ...circles(graph).map((circle) => ({
      file: circle[0] as string,
      line: 0,
      message: `circular import: ${[...circle, circle[0]].join(" -> ")}`,
    })),
  ];
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const root = join(import.meta.dirname, "..");
  const wrong = checkHouse(root);
  for (const { file, line, message } of wrong)
    process.stderr.write(`${file}${line === 0 ? "" : `:${line}`}: ${message}\n`);
  process.exitCode = wrong.length === 0 ? 0 : 1;
}
