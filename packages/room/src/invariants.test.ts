import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { holders, type Model, mayEver } from "../test/naive-authority.ts";
import { attempts, carryOut, clientsOf, models, possible, powers, stateOf } from "../test/random-runs.ts";
import { authorizeCommit, authorizeProposal } from "./authorize.ts";
import type { Change } from "./facts.ts";
import { withPending } from "./pending.ts";

function checkInvariants(before: Model, after: Model, changes: readonly Change[]): void {
  for (const [user, count] of after.clients) {
    expect(count).toBeGreaterThan(0);
    const standing = after.participants.find((participant) => participant.user === user);
    expect(standing, `${user} has clients and is not listed`).toBeDefined();
    expect(standing?.roleIndex).not.toBe(1);
    const rules = after.roles.find(({ roleIndex }) => roleIndex === standing?.roleIndex);
    expect(rules?.maximumActiveParticipantsConstraint).not.toBe(0);
  }
  for (const rules of after.roles.slice(1)) {
    const was = holders(before, rules.roleIndex);
    const is = holders(after, rules.roleIndex);
    const { maximumParticipantsConstraint: most = Infinity, minimumParticipantsConstraint: least } = rules;
    const { maximumActiveParticipantsConstraint: mostActive = Infinity } = rules;
    const { minimumActiveParticipantsConstraint: leastActive } = rules;
    expect(is.all).toBeLessThanOrEqual(Math.max(most, was.all));
    expect(is.all).toBeGreaterThanOrEqual(Math.min(least, was.all));
    expect(is.active).toBeLessThanOrEqual(Math.max(mostActive, was.active));
    expect(is.active).toBeGreaterThanOrEqual(Math.min(leastActive, was.active));
  }
  const roleIn = (model: Model, user: string) =>
    model.participants.find((each) => each.user === user)?.roleIndex ?? 0;
  for (const user of new Set([...before.participants, ...after.participants].map((each) => each.user))) {
    const [from, to] = [roleIn(before, user), roleIn(after, user)];
    if (from === to) continue;
    const authors = changes.filter(({ kind }) => kind === "componentUpdate").map((change) => change.by);
    expect(
      authors.some((author) => mayEver(before, author, user, from, to)),
      `${user} from ${from} to ${to}`,
    ).toBe(true);
  }
}

describe("whatever is allowed", () => {
  it("keeps list, group and limits in order, and gives nobody a role that no author could give", () => {
    const rules = new Map<string, number>();
    fc.assert(
      fc.property(models, fc.array(attempts, { minLength: 1, maxLength: 8 }), (start, run) => {
        let model = start;
        for (const attempt of run) {
          if (!possible(model, attempt)) continue;
          const state = stateOf(model);
          const decision = authorizeCommit(state, { ...attempt, clients: clientsOf(model) });
          if (!decision.allowed) continue;
          for (const { rule } of decision.grounds) rules.set(rule, (rules.get(rule) ?? 0) + 1);
          const after = carryOut(model, attempt.changes);
          checkInvariants(model, after, attempt.changes);
          model = after;
        }
      }),
      { numRuns: 8000, seed: 21 },
    );
    for (const rule of [...powers, "canOpenJoin"]) expect(rules.get(rule) ?? 0, rule).toBeGreaterThan(5);
  });

  it("is what withPending foresees", () => {
    fc.assert(
      fc.property(models, attempts, (model, attempt) => {
        if (!possible(model, attempt)) return;
        const state = stateOf(model);
        if (!authorizeProposal(state, { ...attempt, clients: clientsOf(model) }).allowed) return;
        const foreseen = withPending(state, attempt.changes).pending?.after;
        const after = carryOut(model, attempt.changes);
        expect(foreseen?.participants ?? state.participants).toEqual(after.participants);
      }),
      { numRuns: 2000, seed: 22 },
    );
  });
});
