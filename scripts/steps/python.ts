/**
 * A Python with the packages that vectors/check takes, in a virtual environment of its own.
 * @module
 */

import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT, run } from "./step.ts";

const REQUIREMENTS = join(ROOT, "vectors", "check", "requirements.txt");
const FOLDER = join(ROOT, ".openmimi", "check-venv");
const STAMP = join(FOLDER, "openmimi-stamp");
const INTERPRETER =
  process.platform === "win32" ? join(FOLDER, "Scripts", "python.exe") : join(FOLDER, "bin", "python");
/** What the checker is written for. */
const OLDEST = 9;

/** Where the interpreter is, or why it cannot be had here. */
export type Python =
  | { readonly path: string }
  /** `fault`: the machine has all it needs, and yet. */
  | { readonly path?: undefined; readonly reason: string; readonly fault: boolean; readonly output: string };

/** Whether `pip install` failed for want of a registry that it can reach; anything else is ours to repair. */
export function isUnreachable(output: string): boolean {
  if (/DO NOT MATCH THE HASHES/i.test(output)) return false;
  return /failed to establish a new connection|name ?resolution|max retries exceeded|connection ?(error|refused|broken|reset)|(read|connect) ?time(out|d out)|proxyerror|network is unreachable|could not fetch url|connection to .* timed out/i.test(
    output,
  );
}

/** Whether what `python3 --version` says is new enough: the version, or `undefined`. */
export function usableVersion(output: string): string | undefined {
  const [, version, minor] = /^Python (3\.(\d+)\S*)/m.exec(output) ?? [];
  return version !== undefined && Number(minor) >= OLDEST ? version : undefined;
}

/** Makes the environment where it is not there yet, or was made for other packages or another Python. */
export async function pythonForVectors(): Promise<Python> {
  const missing = (reason: string, output = ""): Python => ({ reason, fault: false, output });
  const said = await run("python3", ["--version"]);
  if (said.status !== 0) return missing("no python3 here");
  const version = usableVersion(said.output);
  if (version === undefined) return missing(`${said.output.trim()} is older than 3.${OLDEST}`);
  const stamp = createHash("sha256").update(version).update(readFileSync(REQUIREMENTS)).digest("hex");
  if (existsSync(STAMP) && readFileSync(STAMP, "utf8") === stamp) return { path: INTERPRETER };
  const made = await run("python3", ["-m", "venv", "--clear", FOLDER]);
  if (made.status !== 0) return missing("python3 makes no virtual environments", made.output);
  const installed = await run(INTERPRETER, [
    ...["-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--quiet"],
    // Where there is no registry, that should not take minutes to find out.
    ...["--retries", "2", "--timeout", "30"],
    ...["--require-hashes", "--only-binary", ":all:", "-r", REQUIREMENTS],
  ]);
  if (installed.status !== 0) {
    if (isUnreachable(installed.output)) return missing("pip reaches no registry", installed.output);
    return { reason: "the packages cannot be installed", fault: true, output: installed.output };
  }
  writeFileSync(STAMP, stamp);
  return { path: INTERPRETER };
}
