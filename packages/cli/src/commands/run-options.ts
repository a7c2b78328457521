/**
 * The options of `openmimi conformance run`, from texts to what the suite takes.
 * @module
 */

import type { AdapterLevel, ConformanceOptions, Role } from "@openmimi/conformance";
import { ROLES } from "@openmimi/conformance";
import { UsageError } from "../errors.ts";

/** As commander gives them. */
export interface RunFlags {
  readonly target: string;
  readonly pki: string;
  readonly domain?: string;
  readonly adapter?: string;
  readonly fixtures?: string;
  readonly level?: string;
  readonly role?: readonly string[];
  readonly only?: readonly string[];
  readonly seed?: string;
  readonly resolve?: readonly string[];
  readonly listen?: readonly string[];
  readonly patience?: string;
  readonly timeout?: string;
  readonly waivers?: string;
  readonly output: string;
}

/** @throws UsageError naming the option */
export function runOptions(flags: RunFlags): ConformanceOptions {
  const { target, pki, output, domain, adapter, fixtures, seed, waivers, only } = flags;
  return {
    ...{ target, pki, output },
    ...present({ domain, adapter, fixtures, seed, waivers, only }),
    ...present({
      level: flags.level === undefined ? undefined : adapterLevel(flags.level),
      roles: flags.role === undefined ? undefined : roles(flags.role),
      resolve: flags.resolve === undefined ? undefined : pairs("--resolve", flags.resolve),
      listen: flags.listen === undefined ? undefined : pairs("--listen", flags.listen),
      patienceMs: flags.patience === undefined ? undefined : milliseconds("--patience", flags.patience),
      caseTimeoutMs: flags.timeout === undefined ? undefined : milliseconds("--timeout", flags.timeout),
    }),
  };
}

/** @throws UsageError */
export function adapterLevel(text: string): AdapterLevel {
  if (text === "L0" || text === "L1" || text === "L2") return text;
  throw new UsageError(`--level: expected L0, L1 or L2, got ${text}`);
}

/** @throws UsageError */
export function roles(texts: readonly string[]): Role[] {
  return texts.map((text) => {
    const found = ROLES.find((role) => role === text);
    if (found === undefined) throw new UsageError(`--role: expected one of ${ROLES.join(", ")}, got ${text}`);
    return found;
  });
}

function pairs(option: string, texts: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    texts.map((text) => {
      const at = text.indexOf("=");
      if (at <= 0) throw new UsageError(`${option}: expected NAME=HOST:PORT, got ${text}`);
      return [text.slice(0, at), text.slice(at + 1)];
    }),
  );
}

function milliseconds(option: string, text: string): number {
  const seconds = Number(text);
  if (text.trim() === "" || !(seconds > 0) || seconds > 86_400)
    throw new UsageError(`${option}: expected seconds, got ${text}`);
  return Math.round(seconds * 1_000);
}

type Present<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** Without the members that are undefined. */
function present<T extends object>(members: T): Present<T> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as Present<T>;
}
