import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { uri } from "../test/kit.ts";
import { type Model, mayEver, reachable } from "../test/naive-authority.ts";
import {
  type Attempt,
  attempts,
  carryOut,
  clientsOf,
  models,
  names,
  possible,
  sparseModels,
  stateOf,
} from "../test/random-runs.ts";
import { authorizeCommit } from "./authorize.ts";

const users = names.map(uri);
const roleIn = ({ participants }: Model, user: string) =>
  participants.find((participant) => participant.user === user)?.roleIndex ?? 0;
const capabilitiesIn = (model: Model, indexes: Iterable<number>) =>
  new Set([...indexes].flatMap((index) => model.roles[index]?.roleCapabilities ?? []));

/** Follows what is allowed of a run. */
function follow(
  start: Model,
  run: readonly Attempt[],
  step: (before: Model, attempt: Attempt, after: Model | undefined) => void,
): void {
  let model = start;
  for (const attempt of run) {
    if (!possible(model, attempt)) continue;
    const { allowed } = authorizeCommit(stateOf(model), { ...attempt, clients: clientsOf(model) });
    const after = allowed ? carryOut(model, attempt.changes) : undefined;
    step(model, attempt, after);
    model = after ?? model;
  }
}

const runs = fc.array(attempts, { minLength: 20, maxLength: 40 });

describe("over the graph of authorized role changes", () => {
  it("nobody gains a role or a capability that the graph does not lead to", () => {
    let moves = 0;
    let walls = 0;
    fc.assert(
      fc.property(sparseModels, runs, (start, run) => {
        const reach = reachable(start, users);
        walls += users.filter((user) => (reach.get(user)?.size ?? 0) < start.roles.length).length;
        follow(start, run, (before, _, after) => {
          for (const user of after === undefined ? [] : users) {
            const is = roleIn(after as Model, user);
            if (is === roleIn(before, user)) continue;
            moves += 1;
            const can = reach.get(user) ?? new Set();
            expect(can.has(is), `${user} came to ${is}`).toBe(true);
            const attainable = capabilitiesIn(start, can);
            for (const capability of capabilitiesIn(start, [is]))
              expect(attainable.has(capability)).toBe(true);
          }
        });
      }),
      { numRuns: 2500, seed: 31 },
    );
    expect(moves).toBeGreaterThan(800);
    // The graph says something: there are roles that it does not lead to.
    expect(walls).toBeGreaterThan(1000);
  });

  it("who is banned comes back only by who may unban, change roles or clear the list", () => {
    const ended = { unbanned: 0, cleared: 0, tried: 0 };
    fc.assert(
      fc.property(models, runs, (start, run) => {
        follow(start, run, (before, { committer, changes }, after) => {
          const banned = users.filter((user) => roleIn(before, user) === 1);
          const acting = [committer, ...changes.map((change) => change.by)].map(({ user }) => user);
          if (acting.some((user) => banned.includes(user))) {
            ended.tried += 1;
            expect(after, "a banned user acted").toBeUndefined();
          }
          if (after === undefined) return;
          for (const user of banned) {
            const is = roleIn(after, user);
            if (is === 1) {
              expect(after.clients.get(user) ?? 0).toBe(0);
              continue;
            }
            ended[is === 0 ? "cleared" : "unbanned"] += 1;
            const by = changes.filter(({ kind }) => kind === "componentUpdate").map((change) => change.by);
            expect(by.some((actor) => actor.user !== user && mayEver(before, actor, user, 1, is))).toBe(true);
          }
        });
      }),
      { numRuns: 2500, seed: 32 },
    );
    for (const [what, count] of Object.entries(ended)) expect(count, what).toBeGreaterThan(20);
  });
});
