/**
 * Cases about requests as such, which need nothing of the target: a request that is turned away before anybody looks
 * at what it asks, or one that gets through. See `knock` in claim.ts.
 * @module
 */

import type { ConformanceCase } from "../src/case.ts";
import type { Check, Checks } from "../src/checks.ts";
import type { CaseContext, PeerRequest } from "../src/context.ts";
import { keptOut, knock, REFUSED, UNKNOWN_USER, VALID } from "./claim.ts";

type Parts = Pick<ConformanceCase, "id" | "title" | "requirements" | "readings">;
/** What is different about the request. */
export type Difference = Partial<PeerRequest> & { readonly segment?: string; readonly user?: string };

const shared = { level: "MUST", role: "provider", needs: { level: "L0" } } as const;
const TWIN = "key-material/unknown-user";

/** A request that must not get through; the same request without the difference then does. */
export function turnedDown(
  one: Parts & {
    readonly change: (context: CaseContext) => Difference;
    /** The status that says best what is wrong (reading R-012). Another one of 4xx is a warning. */
    readonly status?: readonly number[];
    /** TLS may refuse too, before there is HTTP. */
    readonly tls?: true;
  },
): ConformanceCase {
  const { change, status, tls, ...parts } = one;
  return {
    ...parts,
    ...shared,
    twin: TWIN,
    async run(context) {
      await knock(context, REFUSED, change(context));
      await knock(context, VALID);
    },
    judge: (_, check) => [
      ...(tls === true ? [check.turnedAway(REFUSED, { status: ["4xx"] })] : [keptOut(check, REFUSED)]),
      ...(status === undefined ? [] : [bestStatus(check, status, tls === true)]),
      check.answered(VALID, UNKNOWN_USER),
    ],
  };
}

function bestStatus(check: Checks, status: readonly number[], tls: boolean): Check {
  return check.should(
    tls ? check.turnedAway(REFUSED, { status }) : check.answered(REFUSED, { status: [...status] }),
  );
}

/** Requests that have to get through although something is unusual about them; by label. */
export function letThrough(
  one: Parts & {
    readonly level?: ConformanceCase["level"];
    readonly changes: (context: CaseContext) => Readonly<Record<string, Difference>>;
    readonly labels: readonly string[];
    /** The reading that is observed when it does. */
    readonly observed?: { readonly id: string; readonly letter: string };
  },
): ConformanceCase {
  const { changes, labels, observed, level, ...parts } = one;
  return {
    ...parts,
    ...shared,
    ...(level === undefined ? {} : { level }),
    async run(context) {
      for (const [label, change] of Object.entries(changes(context))) await knock(context, label, change);
    },
    judge: (_, check) =>
      labels.map((label) => {
        const answered = check.answered(label, UNKNOWN_USER);
        return observed === undefined ? answered : check.reading(observed.id, observed.letter, answered);
      }),
  };
}
