/**
 * Minima of roles, at their edges. Policy §3; reading R-186.
 * @module
 */

import type { Case } from "../envelope.ts";
import { allows, denies } from "./cases.ts";
import { alice, commits, edge, house, least, leastActive, READINGS } from "./limit-tools.ts";
import { commit, proposals } from "./question.ts";
import { by, list, member, proposedBy, removed } from "./sketch.ts";

const bobGoes = proposedBy(member("bob"), list({ remove: [1] }), removed("bob", true));
const minima: readonly Case[] = [
  ...edge(
    "least-remove",
    "8.1.2",
    "minimum-participants",
    (n) => commits(house({ bob: 2, cathy: 2 }, least(n)), {}, list({ remove: [1] })),
    [1, 2],
  ),
  ...edge(
    "least-leave",
    "8.1.2",
    "minimum-participants",
    (n) => commit(house({ bob: 2, cathy: 2 }, least(n)), alice, { alice: 1, bob: 1 }, bobGoes),
    [1, 2],
  ),
  ...edge(
    "least-role-change",
    "8.1.3",
    "minimum-participants",
    (n) => commits(house({ bob: 2, cathy: 2 }, least(n)), {}, list({ change: { 1: 3 } })),
    [1, 2],
  ),
  ...edge(
    "least-ban",
    "8.1.3",
    "minimum-participants",
    (n) => commits(house({ bob: 2, cathy: 2 }, least(n)), {}, list({ change: { 1: 1 } })),
    [1, 2],
  ),
  ...edge(
    "least-active-remove",
    "8.1.2",
    "minimum-active-participants",
    (n) =>
      commits(
        house({ bob: 2, cathy: 2 }, leastActive(n)),
        { bob: 1, cathy: 1 },
        list({ remove: [1] }),
        removed("bob"),
      ),
    [1, 2],
  ),
  ...edge(
    "least-active-own-client",
    "8.1.2",
    "minimum-active-participants",
    (n) =>
      commit(
        house({ bob: 2, cathy: 2 }, leastActive(n)),
        alice,
        { alice: 1, bob: 1, cathy: 1 },
        proposedBy(member("bob"), removed("bob", true)),
      ),
    [1, 2],
  ),
  ...edge(
    "least-active-kick",
    "8.1.2",
    "minimum-active-participants",
    (n) => commits(house({ bob: 2, cathy: 2 }, leastActive(n)), { bob: 1, cathy: 1 }, removed("bob")),
    [1, 2],
  ),
  ...edge(
    "least-active-role-change",
    "8.1.3",
    "minimum-active-participants",
    (n) =>
      commits(house({ bob: 2, cathy: 2 }, leastActive(n)), { bob: 1, cathy: 1 }, list({ change: { 1: 3 } })),
    [1, 2],
  ),
  allows(
    "least-active-other-client",
    "8.1.2",
    commits(house({ bob: 2 }, leastActive(1)), { bob: 2 }, removed("bob")),
  ),
  allows("least-zero", "3", commits(house({ bob: 2 }, least(0)), {}, list({ remove: [1] }))),
  allows(
    "least-replaced-in-one-commit",
    "8.1",
    commits(house({ bob: 2 }, least(1)), {}, list({ remove: [1], add: { cathy: 2 } })),
    READINGS,
  ),
  allows(
    "least-missed-and-not-pressed",
    "8.1",
    commits(house({ bob: 2 }, least(3)), {}, list({ add: { dora: 3 } })),
    READINGS,
  ),
  allows(
    "least-missed-and-relieved",
    "8.1",
    commits(house({ bob: 2 }, least(3)), {}, list({ add: { dora: 2 } })),
    READINGS,
  ),
  denies(
    "least-missed-and-pressed",
    "8.1",
    "minimum-participants",
    commits(house({ bob: 2 }, least(3)), {}, list({ remove: [1] })),
    READINGS,
  ),
  denies(
    "least-by-two-proposals-together",
    "8.1.2",
    "minimum-participants",
    proposals(house({ bob: 2, cathy: 2 }, least(1)), { alice: 1 }, [
      ...by(alice, list({ remove: [1] })),
      ...by(alice, list({ remove: [2] })),
    ]),
    { ...READINGS, notes: "Each alone would be allowed." },
  ),
];

export const minimumCases: readonly Case[] = minima;
