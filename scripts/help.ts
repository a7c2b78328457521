/**
 * `--help` of the scripts: the comment at the top of each says what it does, so that is what it prints.
 * @module
 */

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/**
 * The text of the comment with which a source begins, without its frame.
 *
 * @example
 * helpText("/**\n * Does it.\n * @module\n *\/"); // "Does it.\n"
 */
export function helpText(source: string): string {
  const comment = /^\/\*\*\n(.*?)\n \*\//s.exec(source)?.[1] ?? "";
  const lines = comment.split("\n").filter((line) => line !== " * @module");
  return `${lines.map((line) => line.replace(/^ \* ?/, "")).join("\n")}\n`;
}

/** Prints the help of a script and ends it, if it was asked for. `url` is the script's `import.meta.url`. */
export function helpIfAsked(url: string, args: readonly string[] = process.argv.slice(2)): void {
  if (!args.includes("--help") && !args.includes("-h")) return;
  process.stdout.write(helpText(readFileSync(fileURLToPath(url), "utf8")));
  process.exit(0);
}
