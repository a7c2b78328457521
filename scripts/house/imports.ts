/**
 * Reads what a source file imports.
 * @module
 */

/** One import, re-export or dynamic import. */
export interface Import {
  /** What stands between the quotes. */
  readonly specifier: string;
  /** The line it begins on; 1 is the first. */
  readonly line: number;
}

const STATIC = /^(?:import|export)\b[^"';]*?\bfrom\s*["']([^"'\n]+)["']/gm;
const BARE = /^import\s*["']([^"'\n]+)["']/gm;
const DYNAMIC = /\bimport\s*\(\s*["']([^"'\n]+)["']/g;

/**
 * The imports of a file, types included, in the order of the text. The formatter puts every import statement at the
 * beginning of a line, which tells it from a text that looks like one.
 *
 * @example
 * importsOf('import { a } from "./a.ts";'); // [{ specifier: "./a.ts", line: 1 }]
 */
export function importsOf(source: string): Import[] {
  const code = source.replace(/^\s*(?:\*|\/\/|\/\*).*$/gm, "");
  const found = [STATIC, BARE, DYNAMIC].flatMap((pattern) => [...code.matchAll(pattern)]);
  return found
    .sort((a, b) => a.index - b.index)
    .map((match) => ({
      specifier: match[1] as string,
      line: code.slice(0, match.index).split("\n").length,
    }));
}
