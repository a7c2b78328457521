/**
 * The order of the house as data, and which imports break it.
 * @module
 */

import { isBuiltin } from "node:module";
import { dirname, join } from "node:path/posix";
import { type Import, importsOf } from "./imports.ts";

/** From the top down: a package imports only what stands below it. */
const ORDER = [
  "cli",
  "conformance",
  "provider",
  "client",
  "inspect",
  "room",
  "protocol",
  "content",
  "mls",
  "tls",
] as const;

/** Beside the order: what each of them may import. */
const BESIDE: Readonly<Record<string, readonly string[]>> = {
  inspector: ["inspect", "room", "protocol", "content", "mls", "tls"],
  pki: [],
  spec: [],
  vectors: ["room", "protocol", "content", "mls", "tls"],
};

/** Who alone may import each of these (pki is also there for everybody's tests). */
const USERS: Readonly<Record<string, readonly string[]>> = {
  inspect: ["cli", "inspector"],
  pki: ["cli", "conformance"],
  spec: ["cli", "conformance", "vectors"],
  vectors: ["cli"],
};

/** These run unchanged in a browser; of the client everything but `src/node/`, and of the inspector `src/`. */
const PORTABLE = ["inspect", "room", "protocol", "content", "mls", "tls", "client"];

/** The parts that are folders beside `packages`. */
const TOP_FOLDERS = ["conformance", "inspector", "spec", "vectors"];

/** One broken rule. */
export interface Finding {
  readonly file: string;
  /** 0 where the whole file is meant. */
  readonly line: number;
  readonly message: string;
}

/** The part of the house a path belongs to: the folder's name, or undefined for `scripts` and the root. */
function partOf(path: string): string | undefined {
  const [first, second] = path.split("/");
  if (first === "packages") return second;
  return first !== undefined && TOP_FOLDERS.includes(first) ? first : undefined;
}

/** Whether a file is only ever run by developers: tests, their fixtures and peers, generators for tests, benchmarks. */
function isForTests(path: string): boolean {
  return /\.test\.ts$|\/(test|interop|bench)\/|\/src\/(testing|arbitrary)\.ts$/.test(path);
}

/**
 * Where the path of an import leads.
 *
 * @param entryPoints the files that package names stand for, for example `@openmimi/tls` -> `packages/tls/src/index.ts`
 * @returns a path of this repository, or undefined for a builtin or a package of others
 */
export function resolveImport(
  from: string,
  specifier: string,
  entryPoints: ReadonlyMap<string, string>,
): string | undefined {
  if (specifier.startsWith(".")) return join(dirname(from), specifier);
  return entryPoints.get(specifier);
}

/**
 * Checks one file against the order of the house and the ban on builtins.
 *
 * @param path relative to the repository, with `/`
 * @example
 * findings("packages/tls/src/x.ts", 'import { a } from "@openmimi/mls";', new Map())[0]?.message;
 * // "tls may not import mls: arrows point down only (cli > ... > mls > tls)"
 */
export function findings(path: string, source: string, entryPoints: ReadonlyMap<string, string>): Finding[] {
  const part = partOf(path);
  if (part === undefined) return [];
  return importsOf(source).flatMap((entry) => {
    const message = judge(path, part, entry, entryPoints);
    return message === undefined ? [] : [{ file: path, line: entry.line, message }];
  });
}

function judge(
  path: string,
  part: string,
  { specifier }: Import,
  entryPoints: ReadonlyMap<string, string>,
): string | undefined {
  if (isBuiltin(specifier)) return judgeBuiltin(path, part, specifier);
  const target = resolveImport(path, specifier, entryPoints);
  const named = /^@openmimi\/([^/]+)/.exec(specifier)?.[1];
  const wanted = target === undefined ? named : partOf(target);
  if (specifier.startsWith(".") && wanted !== part)
    return `${specifier} leaves ${part}: import another part of the house by its package name`;
  if (wanted === undefined || wanted === part) return undefined;
  return judgeArrow(path, part, wanted);
}

function judgeBuiltin(path: string, part: string, specifier: string): string | undefined {
  const isPortable = PORTABLE.includes(part) || path.startsWith("inspector/src/");
  const allowed = !isPortable || isForTests(path) || path.startsWith("packages/client/src/node/");
  return allowed ? undefined : `${part} runs in browsers too: ${specifier} may not be imported here`;
}

function judgeArrow(path: string, part: string, wanted: string): string | undefined {
  if (USERS[wanted] !== undefined) {
    if (USERS[wanted].includes(part) || (wanted === "pki" && isForTests(path))) return undefined;
    return `${part} may not import ${wanted}, which is for ${USERS[wanted].join(", ")}`;
  }
  if (BESIDE[part] !== undefined) {
    if (BESIDE[part].includes(wanted)) return undefined;
    return `${part} may not import ${wanted}: it stands beside the house and may import ${BESIDE[part].join(", ") || "nothing of ours"}`;
  }
  if (part === "conformance" && wanted === "provider") {
    if (path.startsWith("conformance/mutants/")) return undefined;
    return "conformance may not import provider, which it judges; only conformance/mutants may, to break it";
  }
  const order: readonly string[] = ORDER;
  if (!order.includes(part) || !order.includes(wanted))
    return `${order.includes(part) ? wanted : part} has no place in the house: give it one in scripts/house/rules.ts`;
  if (order.indexOf(part) < order.indexOf(wanted)) return undefined;
  return `${part} may not import ${wanted}: arrows point down only (${ORDER.join(" > ")})`;
}
