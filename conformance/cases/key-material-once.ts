/**
 * A KeyPackage is handed out once, and not before or after its time. Protocol §5.2; readings.
 * @module
 */

import type { KeyPackage } from "@openmimi/mls";
import type { ConformanceCase } from "../src/case.ts";
import { userWithStock } from "../src/play/key-material.ts";
import { keyPackagesValid } from "../src/second-opinion/index.ts";
import { allDifferent, claim, claimBody, clientCodes, keyPackagesIn } from "./claim.ts";
import { NEEDS_STOCK } from "./key-material-answers.ts";

const shared = { level: "MUST", role: "key-publisher", needs: NEEDS_STOCK } as const;
const NO_MORE = { code: ["noCompatibleMaterial"] };
const SERVED = { code: ["success"] };
const CLAIMS = 8;
const STOCK = 4;
const DAY_MS = 86_400_000;
/** Long enough to publish and to claim something else, short enough to wait for its end. */
const SHORT_LIFE_SECONDS = 2;

export const keyMaterialOnce: readonly ConformanceCase[] = [
  {
    ...shared,
    id: "key-material/once",
    title: "Two claims, of two requesters, get different KeyPackages, and the next one gets none",
    requirements: ["PROTO-KM-15", "PROTO-KM-24", "PROTO-KM-30"],
    readings: ["R-036"],
    async run(context) {
      const { userUri } = await userWithStock(context, [2]);
      for (const label of ["first", "second", "third"]) await claim(context, label, userUri);
    },
    judge: (_, check) => [
      check.answered("first", SERVED),
      check.answered("second", SERVED),
      allDifferent(check, ["first", "second", "third"]),
      check.answered("third", NO_MORE),
      check.equals(
        "what the client is said to be",
        Object.values(clientCodes(check, "third")),
        ["keyMaterialExhausted"],
        check.exchange("third")?.n,
      ),
    ],
  },
  {
    ...shared,
    id: "key-material/once-at-once",
    title: "Claims at the same moment never get the same KeyPackage",
    requirements: ["PROTO-KM-15", "PROTO-KM-30"],
    async run(context) {
      const { userUri } = await userWithStock(context, [STOCK]);
      await context.target.url("keyMaterial", userUri);
      const labels = Array.from({ length: CLAIMS }, (_, at) => `claim ${at + 1}`);
      await Promise.all(labels.map((label) => claim(context, label, userUri)));
    },
    judge(_, check) {
      const labels = Array.from({ length: CLAIMS }, (_, at) => `claim ${at + 1}`);
      const served = labels.filter((label) => check.answered(label, SERVED).holds === "yes").length;
      return [
        ...labels.map((label) => check.answered(label, { code: ["success", "noCompatibleMaterial"] })),
        allDifferent(check, labels),
        check.equals("claims that were served", served, STOCK),
      ];
    },
  },
  {
    ...shared,
    id: "key-material/same-request-twice",
    title: "A claim that comes again gets another KeyPackage, or the same answer",
    requirements: ["PROTO-KM-15"],
    readings: ["R-044"],
    needs: { level: "L1", fixtures: ["user"] },
    async run(context) {
      const { userUri } = await context.fixture("user");
      const body = claimBody(context, userUri);
      for (const label of ["first", "second"]) await claim(context, label, userUri, { body });
    },
    judge(_, check) {
      const [first, second] = [check.octets("first"), check.octets("second")];
      const same = first !== undefined && second !== undefined && Buffer.compare(first, second) === 0;
      const served = check.answered("first", SERVED);
      if (same) return [served, check.reading("R-044", "b", check.answered("second", SERVED))];
      const anew = check.answered("second", { code: ["success", "noCompatibleMaterial"], status: ["4xx"] });
      return [served, anew, check.reading("R-044", "a", allDifferent(check, ["first", "second"]))];
    },
  },
  {
    ...shared,
    id: "key-material/last-resort",
    title: "A KeyPackage of last resort is handed out once like any other",
    requirements: ["PROTO-KM-15", "EXT-LR-02"],
    readings: ["R-041"],
    async run(context) {
      const { userUri, clientUris } = await userWithStock(context, [0]);
      const [clientUri = ""] = clientUris;
      await context.adapter.call("publishKeyPackages", { clientUri, count: 1, lastResort: true });
      for (const label of ["first", "second"]) await claim(context, label, userUri);
    },
    judge: (_, check) => [
      check.answered("first", SERVED),
      allDifferent(check, ["first", "second"]),
      check.answered("second", NO_MORE),
    ],
  },
  {
    ...shared,
    id: "key-material/expired",
    title: "A KeyPackage that expires while it waits is not handed out any more",
    requirements: ["PROTO-KM-16"],
    readings: ["R-042"],
    needs: { level: "L2", operations: [...NEEDS_STOCK.operations, "sync"] },
    twin: "key-material/two-clients",
    async run(context) {
      const { userUri, clientUris } = await userWithStock(context, [0]);
      const [clientUri = ""] = clientUris;
      const endsAt = Math.floor(Date.now() / 1000) + SHORT_LIFE_SECONDS;
      const lifetime = { notBeforeMs: String(Date.now() - DAY_MS), notAfterMs: String(endsAt * 1000) };
      await context.adapter.attempt("publishKeyPackages", { clientUri, count: 1, lifetime }, "short-lived");
      await context.adapter.call("publishKeyPackages", { clientUri, count: 1 });
      await until(endsAt * 1000 + 1000, async (waitMs) => {
        await context.adapter.call("sync", { clientUri, waitMs });
      });
      context.observe("the end of the short-lived one", String(endsAt));
      for (const label of ["first", "second"]) await claim(context, label, userUri);
    },
    judge: async ({ startedAt }, check) => {
      const handedOut = ["first", "second"].flatMap((label) => keyPackagesIn(check, label));
      const end = BigInt(String(check.observation("the end of the short-lived one") ?? 0));
      const expired = handedOut.filter((keyPackage) => notAfter(keyPackage) <= end);
      return [
        check.answered("first", SERVED),
        check.that(
          expired.length === 0,
          "no KeyPackage after its not_after",
          `${expired.length}`,
          check.exchange("second")?.n,
        ),
        check.answered("second", NO_MORE),
        await keyPackagesValid(handedOut, Date.parse(startedAt), check.exchange("first")?.n),
      ];
    },
  },
  {
    ...shared,
    id: "key-material/not-yet-valid",
    title: "A KeyPackage whose lifetime has not begun is kept back, unless only its end counts",
    requirements: ["PROTO-KM-16"],
    readings: ["R-042"],
    async run(context) {
      const { userUri, clientUris } = await userWithStock(context, [0]);
      const [clientUri = ""] = clientUris;
      const now = Date.now();
      const lifetime = { notBeforeMs: String(now + DAY_MS), notAfterMs: String(now + 30 * DAY_MS) };
      await context.adapter.attempt("publishKeyPackages", { clientUri, count: 1, lifetime }, "published");
      await claim(context, "claim", userUri);
    },
    judge: (_, check) => [
      keyPackagesIn(check, "claim").length > 0
        ? check.reading("R-042", "a", check.answered("claim", SERVED))
        : check.reading("R-042", "b", check.answered("claim", NO_MORE)),
    ],
  },
];

function notAfter({ leafNode }: KeyPackage): bigint {
  return leafNode.leafNodeSource === "keyPackage" ? leafNode.lifetime.notAfter : 0n;
}

/** Lets the clock reach a moment, by waits that come back early when something arrives. */
async function until(atMs: number, wait: (ms: number) => Promise<void>): Promise<void> {
  for (let left = atMs - Date.now(); left > 0; left = atMs - Date.now()) await wait(left);
}
