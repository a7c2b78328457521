/**
 * Things the target has to hold before a case can begin. The adapter makes them afresh for each case (L2); without
 * an adapter they are set up once by hand and listed in a fixtures file (L1).
 * @module
 */

import { readFileSync } from "node:fs";
import { parse } from "yaml";
import type { RecordedAdapter } from "./context.ts";
import { CaseStopped, reasonOf, SuiteError } from "./errors.ts";
import { FIXTURE_KINDS, type Fixtures, type FixtureUser } from "./fixture-kinds.ts";

/** What a fixtures file lists: any number of each kind. */
export type FixtureLists = Readonly<Partial<Record<keyof Fixtures, readonly FixtureUser[]>>>;

/** How many KeyPackages the adapter is asked to publish for a `user`. */
const STOCK = 3;

/** Has the adapter make a fixture. */
export async function makeFixture<K extends keyof Fixtures>(
  kind: K,
  adapter: RecordedAdapter,
  name: (base: string) => string,
): Promise<Fixtures[K]> {
  const { userUri } = await adapter.call("createUser", { name: name("user") });
  const { clientUri } = await adapter.call("createClient", { userUri, device: "phone" });
  if (kind === "user") await adapter.call("publishKeyPackages", { clientUri, count: STOCK });
  return { userUri, clientUris: [clientUri] };
}

/** Takes one of the listed fixtures, the next one at each call. @throws CaseStopped when there is none */
export function listedFixtures(lists: FixtureLists): <K extends keyof Fixtures>(kind: K) => Fixtures[K] {
  const taken = new Map<keyof Fixtures, number>();
  return (kind) => {
    const list = lists[kind] ?? [];
    const at = taken.get(kind) ?? 0;
    taken.set(kind, at + 1);
    const fixture = list[at % Math.max(list.length, 1)];
    if (fixture === undefined) throw new CaseStopped("fixture", `the fixtures file lists no ${kind}`);
    return fixture;
  };
}

/**
 * Reads a fixtures file, YAML or JSON: for each kind a list.
 * @throws SuiteError `bad-fixtures`
 */
export function loadFixtures(file: string): FixtureLists {
  try {
    return parseFixtures(readFileSync(file, "utf8"));
  } catch (error) {
    throw new SuiteError("bad-fixtures", `${file}: ${reasonOf(error)}`);
  }
}

function parseFixtures(text: string): FixtureLists {
  const root: unknown = parse(text);
  if (typeof root !== "object" || root === null) throw new TypeError("expected a mapping of lists");
  const lists: Partial<Record<keyof Fixtures, readonly FixtureUser[]>> = {};
  for (const [kind, list] of Object.entries(root)) {
    const known = FIXTURE_KINDS.find((one) => one === kind);
    if (known === undefined) throw new TypeError(`${kind} is not one of ${FIXTURE_KINDS.join(", ")}`);
    if (!Array.isArray(list)) throw new TypeError(`${kind} is not a list`);
    lists[known] = list.map((entry: unknown) => readUser(entry, kind));
  }
  return lists;
}

function readUser(entry: unknown, kind: string): FixtureUser {
  if (typeof entry === "object" && entry !== null && "userUri" in entry && "clientUris" in entry) {
    const { userUri, clientUris } = entry;
    const texts = Array.isArray(clientUris) && clientUris.every((uri) => typeof uri === "string");
    if (typeof userUri === "string" && texts) return { userUri, clientUris };
  }
  throw new TypeError(`${kind}: expected userUri and a list clientUris`);
}
