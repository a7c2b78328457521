/**
 * A whole run: peers up, adapter checked, cases one after the other, everything recorded.
 * @module
 */

import { randomBytes } from "node:crypto";
import { type AdapterReport, checkAdapter } from "./adapter/check.ts";
import { adapterClient } from "./adapter/client.ts";
import type { AdapterLevel, ConformanceCase, Role } from "./case.ts";
import { builtInCatalogue, type Catalogue, levelIndex, select } from "./catalogue.ts";
import { PEERS, type PeerName } from "./context.ts";
import { SuiteError } from "./errors.ts";
import { type FixtureLists, listedFixtures, loadFixtures } from "./fixtures.ts";
import type { CaseRecord } from "./judge.ts";
import { type Address, parseAddress, resolver } from "./peers/address.ts";
import { startSuitePeers } from "./peers/peers.ts";
import { loadSuitePki, PEER_DOMAINS } from "./pki.ts";
import { type RunSurroundings, runScript } from "./run-case.ts";
import { RUN_FORMAT, type Run } from "./run-file.ts";
import { SUITE_VERSION } from "./version.ts";
import { loadWaivers } from "./waivers.ts";

/** What a run needs and may be told. Only `target` and `pki` are required. */
export interface RunOptions {
  /** Where the provider under test listens: `https://host:port`. Host and SNI are its domain all the same. */
  readonly target: string;
  /** The folder that `createSuitePki` made. */
  readonly pki: string;
  /** The provider's domain. Default: the one of the folder. */
  readonly domain?: string;
  /** URL of the adapter (L2). */
  readonly adapter?: string;
  /** A fixtures file (L1). */
  readonly fixtures?: string;
  /** Leaves out cases that need more. Default: what adapter and fixtures allow. */
  readonly level?: AdapterLevel;
  readonly roles?: readonly Role[];
  /** Ids of cases, or beginnings of ids. */
  readonly only?: readonly string[];
  /** Makes the run's choices repeatable. Default: a fresh one, which the report shows. */
  readonly seed?: string;
  /** Where other hosts of the target's URLs are reached: `{ "mimi.a.example": "127.0.0.1:8443" }`. */
  readonly resolve?: Readonly<Record<string, string>>;
  /** Where the suite's providers listen. Default 127.0.0.1, ports 9441 to 9443. */
  readonly listen?: Readonly<Partial<Record<PeerName, string>>>;
  /** How long a case waits for the target to send something. Default 10 s. */
  readonly patienceMs?: number;
  /** Default 60 s. */
  readonly caseTimeoutMs?: number;
  /** A waivers file. */
  readonly waivers?: string;
  readonly onProgress?: (progress: Progress) => void;
  /** Other cases than the suite's own, for its tests. */
  readonly catalogue?: Catalogue;
}

/** What is happening. */
export type Progress =
  | { readonly kind: "adapter"; readonly what: string }
  | { readonly kind: "case"; readonly caseId: string; readonly index: number; readonly count: number };

const DEFAULT_LISTEN: Readonly<Record<PeerName, string>> = {
  hub: "127.0.0.1:9441",
  follower1: "127.0.0.1:9442",
  follower2: "127.0.0.1:9443",
};
const MAX_STRAYS = 200;

/**
 * Runs the selected cases against a provider and brings back the record. Judging is not its business.
 * @throws SuiteError when an option is wrong or a peer cannot listen; never for what the target does
 */
export async function recordRun(options: RunOptions): Promise<Run> {
  const startedAt = new Date().toISOString();
  const pki = loadSuitePki(options.pki);
  const domain = options.domain ?? pki.targetDomain;
  const lists = options.fixtures === undefined ? undefined : loadFixtures(options.fixtures);
  const waivers = options.waivers === undefined ? [] : loadWaivers(options.waivers);
  const selected = select(options.catalogue ?? builtInCatalogue(), options);
  const seed = options.seed ?? randomBytes(4).toString("hex");
  const strays: Run["strays"][number][] = [];
  const peers = await startSuitePeers({
    pki,
    targetDomain: domain,
    listen: addresses(options.listen),
    resolve: resolver({ [domain]: addressOf(options.target), ...options.resolve }),
    onStray: (exchange) => {
      if (strays.length < MAX_STRAYS) strays.push(exchange);
    },
  });
  try {
    const report = await checkedAdapter(options);
    const level = levelOf(options, report, lists);
    let index = 0;
    const surroundings: RunSurroundings = {
      targetDomain: domain,
      peers,
      ...(report === undefined ? {} : { adapter: adapterClient(report.url) }),
      ...(lists === undefined ? {} : { listed: listedFixtures(lists) }),
      seed,
      runTag: Date.now().toString(36),
      patienceMs: options.patienceMs ?? 10_000,
      caseTimeoutMs: options.caseTimeoutMs ?? 60_000,
      nextIndex: () => index++,
    };
    const records: CaseRecord[] = [];
    for (const [at, one] of selected.entries()) {
      options.onProgress?.({ kind: "case", caseId: one.id, index: at, count: selected.length });
      records.push(await recordCase(one, level, report, lists, surroundings));
    }
    return {
      format: RUN_FORMAT,
      suiteVersion: SUITE_VERSION,
      startedAt,
      endedAt: new Date().toISOString(),
      seed,
      target: { url: options.target, domain },
      environment: { node: process.version, platform: `${process.platform} ${process.arch}` },
      peers: Object.fromEntries(
        PEERS.map((name) => {
          const { host, port } = peers.addresses[name];
          return [PEER_DOMAINS[name], `${host}:${port}`];
        }),
      ),
      level,
      ...(report === undefined ? {} : { adapter: report }),
      records,
      strays,
      waivers,
    };
  } finally {
    await peers.close();
  }
}

async function recordCase(
  one: ConformanceCase,
  level: AdapterLevel,
  report: AdapterReport | undefined,
  lists: FixtureLists | undefined,
  surroundings: RunSurroundings,
): Promise<CaseRecord> {
  const skipped = whyNot(one, level, report, lists);
  if (skipped !== undefined) return { caseId: one.id, skipped };
  const { twin } = one;
  const valid = typeof twin === "object" ? await runScript(one, twin, "valid", surroundings) : undefined;
  const transcript = await runScript(one, one, "case", surroundings);
  return { caseId: one.id, transcript, ...(valid === undefined ? {} : { valid }) };
}

/** Why a case cannot run here, or nothing. */
function whyNot(
  { needs }: ConformanceCase,
  level: AdapterLevel,
  report: AdapterReport | undefined,
  lists: FixtureLists | undefined,
): string | undefined {
  if (levelIndex(needs.level) > levelIndex(level))
    return `it needs level ${needs.level}, this run has ${level}`;
  const operations =
    needs.level === "L2"
      ? needs.operations
      : needs.level === "L1" && report !== undefined
        ? FOR_FIXTURES
        : [];
  for (const operation of operations) {
    const found = report?.operations.find((entry) => entry.operation === operation);
    if (found?.status === "missing") return `the adapter does not offer ${operation}`;
    if (found?.status !== "works") return `the adapter's ${operation} does not work (see the adapter check)`;
  }
  if (needs.level !== "L1" || report !== undefined) return undefined;
  const absent = needs.fixtures.find((kind) => (lists?.[kind] ?? []).length === 0);
  return absent === undefined ? undefined : `the fixtures file lists no ${absent}`;
}

/** What the adapter makes fixtures with. */
const FOR_FIXTURES = ["createUser", "createClient", "publishKeyPackages"];

async function checkedAdapter({ adapter, onProgress }: RunOptions): Promise<AdapterReport | undefined> {
  if (adapter === undefined) return undefined;
  return checkAdapter(adapter, (what) => onProgress?.({ kind: "adapter", what }));
}

function levelOf(
  { level }: RunOptions,
  report: AdapterReport | undefined,
  lists: FixtureLists | undefined,
): AdapterLevel {
  const possible = report !== undefined ? "L2" : lists !== undefined ? "L1" : "L0";
  return level === undefined || levelIndex(level) > levelIndex(possible) ? possible : level;
}

function addressOf(target: string): string {
  const url = URL.canParse(target) ? new URL(target) : undefined;
  if (url?.protocol !== "https:") {
    throw new SuiteError("bad-option", `target: ${JSON.stringify(target)} is not an https URL`);
  }
  return `${url.hostname}:${url.port === "" ? 443 : url.port}`;
}

function addresses(listen: RunOptions["listen"]): Record<PeerName, Address> {
  return Object.fromEntries(
    PEERS.map((name) => [name, parseAddress(listen?.[name] ?? DEFAULT_LISTEN[name])]),
  ) as Record<PeerName, Address>;
}
