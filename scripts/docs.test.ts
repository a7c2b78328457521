/** What the documents point at exists: files, headings of the command, npm scripts. */

import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { runOpenmimi } from "../packages/cli/src/index.ts";
import { ROOT } from "./steps/step.ts";

const tracked = execFileSync("git", ["ls-files", "*.md"], { cwd: ROOT, encoding: "utf8" }).split("\n");
const documents = tracked.filter((file) => file !== "" && !file.startsWith("spec/readings/R-"));
const read = (file: string) => readFileSync(join(ROOT, file), "utf8");

it.each(documents)("%s links to files that are there", (file) => {
  const links = [...read(file).matchAll(/\]\((?!https?:|#)([^)\s#]+)[^)]*\)/g)].map(
    (match) => match[1] ?? "",
  );
  const missing = links.filter((link) => !existsSync(join(ROOT, dirname(file), link)));
  expect(missing).toEqual([]);
});

/** The `openmimi` lines of a document, options and values left out. */
function commandsIn(file: string): string[][] {
  const lines = [...read(file).matchAll(/(?:^|`)(?:\.\/)?openmimi ([^`\n]+)/gm)].map(
    (match) => match[1] ?? "",
  );
  const names = lines
    .filter((line) => !line.startsWith("-"))
    .map((line) => /^[a-z-]+(?: [a-z]+(?=[ ]|$))*/.exec(line)?.[0].split(" ") ?? []);
  return names.filter((words) => words.length > 0);
}

it.each(["README.md", "packages/cli/README.md", "conformance/README.md", "vectors/README.md"])(
  "%s names commands that there are",
  async (file) => {
    for (const words of commandsIn(file)) {
      let said = "";
      const code = await runOpenmimi([...words, "--help"], {
        stdout: { write: (text) => (said += text) },
        stderr: { write: (text) => (said += text) },
        readStdin: async () => new Uint8Array(),
        stopped: async () => {},
      });
      expect(code, words.join(" ")).toBe(0);
      expect(said, words.join(" ")).toContain(`Usage: openmimi ${words[0]}`);
    }
  },
);

it("the documents name npm scripts that there are", () => {
  const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
  const named = documents.flatMap((file) => [...read(file).matchAll(/npm run ([a-z]+)/g)].map((m) => m[1]));
  expect(named.filter((name) => scripts[name ?? ""] === undefined)).toEqual([]);
});
