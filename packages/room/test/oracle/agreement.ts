/**
 * Whether the rules and the oracle agree.
 * @module
 */

import { authorizeCommit, authorizeProposal } from "../../src/authorize.ts";
import { authorizeContent } from "../../src/authorize-content.ts";
import type { Decision } from "../../src/decision.ts";
import { withPending } from "../../src/pending.ts";
import { roomState } from "../../src/state.ts";
import { Chooser } from "./chooser.ts";
import { judgeContent } from "./content.ts";
import { contentQuestion } from "./content-questions.ts";
import { judge } from "./judge.ts";
import type { Complaint, Question } from "./question.ts";
import { isPossible, question, successiveQuestions } from "./questions.ts";

/** What the rules say. */
function answer(asked: Question): Decision {
  const { room, committer, pending = [], ...facts } = asked;
  const state = withPending(roomState(room), pending);
  return committer === undefined
    ? authorizeProposal(state, facts)
    : authorizeCommit(state, { ...facts, committer });
}

/**
 * Compares an answer with the oracle's: both allow, or the oracle has the complaint that the rules make.
 *
 * @returns what differs, in words
 */
function disagreement(complaints: readonly Complaint[], decision: Decision): string | undefined {
  if (decision.allowed) {
    if (complaints.length === 0) return undefined;
    return `allowed by ${decision.rule}, but: ${complaints.map(({ because }) => because).join("; ")}`;
  }
  if (complaints.some(({ reason }) => reason === decision.reason)) return undefined;
  const others = complaints.map(({ reason, because }) => `${reason}: ${because}`).join("; ");
  return `denied, ${decision.reason}: ${decision.message}, but: ${others || "nothing is wrong"}`;
}

/** What came of some octets. */
export interface Comparison {
  readonly decisions: readonly Decision[];
  /** What differs. */
  readonly disagreements: readonly { readonly asked: unknown; readonly what: string }[];
}

/** Makes one question of some octets, or two of which the second follows on the first, and compares the answers. */
export function compare(octets: Uint8Array): Comparison {
  const chooser = new Chooser(octets);
  const decisions: Decision[] = [];
  const disagreements: { asked: Question; what: string }[] = [];
  const ask = (asked: Question): Decision | undefined => {
    if (!isPossible(asked)) return undefined;
    const decision = answer(asked);
    decisions.push(decision);
    const what = disagreement(judge(asked), decision);
    if (what !== undefined) disagreements.push({ asked, what });
    return decision;
  };
  if (!chooser.rarely(3)) ask(question(chooser));
  else {
    const { first, second } = successiveQuestions(chooser);
    if (ask(first)?.allowed) ask(second([...first.changes]));
  }
  return { decisions, disagreements };
}

/** Makes a message of some octets and compares the answers. */
export function compareContent(octets: Uint8Array): Comparison {
  const asked = contentQuestion(new Chooser(octets));
  const decision = authorizeContent(roomState(asked.room), asked.user, asked.content);
  const what = disagreement(judgeContent(asked), decision);
  return { decisions: [decision], disagreements: what === undefined ? [] : [{ asked, what }] };
}
