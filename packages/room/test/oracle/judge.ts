/**
 * The oracle's verdict on a commit or on proposals. Protocol §5.3, §7.1; readings.
 * @module
 */

import { MimiComponentId } from "@openmimi/protocol";
import type { Actor, Change } from "../../src/facts.ts";
import type { RoomParts } from "../../src/state.ts";
import { judgeClient } from "./clients.ts";
import { judgeCombination, judgeComponent, type Replaced } from "./components.ts";
import { judgeOutcome } from "./outcome.ts";
import { judgeMove, type Move, movesOf } from "./participants.ts";
import { type Complaint, Complaints, type Question } from "./question.ts";
import {
  actingRole,
  definitionOf,
  isBanned,
  isExternalProposal,
  listedRole,
  type Powers,
} from "./standing.ts";

/** Every sentence that a question breaks. None: it is allowed. */
export function judge(question: Question): readonly Complaint[] {
  const complaints = new Complaints();
  const pending = question.pending ?? [];
  const waiting = movesOf(question, pending, new Complaints());
  if (question.committer !== undefined) judgeActor(question, question.committer, true, waiting, complaints);
  if (question.committer?.kind === "externalSender")
    complaints.add("not-permitted", "protocol §7.3: only clients can send commits");
  if (question.committer?.kind === "joiner")
    complaints.unless(
      question.room.operational?.externalCommitAllowed ?? true,
      "external-commit-not-allowed",
      "§7: external_commit_allowed",
    );
  const alone = question.committer === undefined;
  // A commit names the pending proposals that it takes; proposals on their own add to them.
  const all = alone ? [...pending, ...question.changes] : question.changes;
  const moves = movesOf(question, all, complaints);
  const then = roomAfter(question, pending);
  const replaced: Replaced = {};
  for (const change of alone ? pending : [])
    judgeComponent(question, change, { roles: [] }, new Complaints(), replaced);
  for (const change of question.changes) {
    // what a commit takes from the pending proposals was judged when it was accepted.
    const old = change.byReference && !alone;
    const restricted = old ? [] : waiting;
    if (!judgeActor(question, change.by, false, restricted, complaints, change)) continue;
    if (isExternalProposal(change, alone))
      complaints.unless(
        question.room.operational?.externalProposalAllowed ?? true,
        "external-proposal-not-allowed",
        "§7: external_proposal_allowed",
      );
    const powers = powersOf(question, change.by, old ? question.room : then);
    const leaves = waiting.some(({ user, to }) => user === change.by.user && (to === 0 || isBanned(to)));
    const author = ({ by, change }: Move) =>
      powersOf(question, by, change.byReference && !alone ? question.room : then);
    judgeClient(question, change, { moves, powers, powersOf: author, leaves }, complaints);
    judgeComponent(question, change, powers, complaints, replaced);
    for (const move of moves) if (move.change === change) judgeMove(question, move, powers, complaints);
  }
  judgeCombination(all, moves, complaints);
  judgeOutcome(question, moves, replaced, complaints);
  return complaints.all;
}

/** Who acts must be somebody. */
function judgeActor(
  question: Question,
  actor: Actor,
  commits: boolean,
  waiting: readonly Move[],
  complaints: Complaints,
  change?: Change,
): boolean {
  const { room } = question;
  // Protocol §5.3: Remove and SelfRemove of its own clients is all that is left to a removed or banned user.
  if (!commits && change?.kind === "clientRemoved" && change.user === actor.user) return true;
  // §8: what an external party may do comes from the list or from preauthorization; the hub has more.
  if (actor.kind === "externalSender") return true;
  if (actingRole(room, actor) === undefined) {
    complaints.add("not-a-participant", "§8: not in the list");
    return false;
  }
  complaints.unless(
    !isBanned(listedRole(room, actor.user)),
    "banned",
    "protocol §5.3: a banned user sends nothing",
  );
  // who is given the role that it has goes nowhere.
  const goes = waiting.some(
    ({ user, from, to }) => user === actor.user && to !== from && (to === 0 || admitsNobody(room, to)),
  );
  complaints.unless(!goes, "removal-pending", "protocol §5.3: about to be removed or banned");
  return true;
}

/** §3: with a maximum of zero active participants, no participants may have clients. R-187: nor has who is banned. */
function admitsNobody(room: Question["room"], roleIndex: number): boolean {
  return isBanned(roleIndex) || definitionOf(room, roleIndex)?.maximumActiveParticipantsConstraint === 0;
}

/** What an actor may use: R-061, no more than it has both now and once the pending proposals are committed. */
function powersOf({ room }: Question, actor: Actor, then: RoomParts): Powers {
  const roleIn = (view: RoomParts) => {
    const index = actingRole(view, actor);
    return index === undefined ? undefined : definitionOf(view, index);
  };
  // who joins acts in role 0, whatever others propose about it.
  const stranger = actor.kind === "joiner" && listedRole(room, actor.user) === 0;
  return { roles: [roleIn(room), stranger ? definitionOf(then, 0) : roleIn(then)] };
}

/** The room as it will be, as far as it decides what somebody may do. Protocol §7.5: changes, removals, additions. */
export function roomAfter(question: Question, changes: readonly Change[]): RoomParts {
  const moves = movesOf(question, changes, new Complaints());
  const stays = question.room.participants.flatMap(({ user, roleIndex }) => {
    const to = moves.find((move) => move.user === user)?.to ?? roleIndex;
    return to === 0 ? [] : [{ user, roleIndex: to }];
  });
  const comes = moves.filter(({ from }) => from === 0).map(({ user, to }) => ({ user, roleIndex: to }));
  const replaced: Replaced = {};
  for (const change of changes) judgeComponent(question, change, { roles: [] }, new Complaints(), replaced);
  const gone = changes.some(
    (change) => change.kind === "componentRemoval" && change.componentId === MimiComponentId.preauthList,
  );
  return {
    ...question.room,
    participants: [...stays, ...comes],
    roles: replaced.roles ?? question.room.roles,
    preauthorized: gone ? undefined : (replaced.preauthorized ?? question.room.preauthorized),
  };
}
