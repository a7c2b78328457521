/**
 * For the tests of others: the oracle confirms vectors, and soak runs it for longer than a test can.
 * @module
 */

export { operational } from "../operational.ts";
export { type Comparison, compare, compareContent } from "./agreement.ts";
export { Chooser } from "./chooser.ts";
export { judgeContent } from "./content.ts";
export { contentQuestion } from "./content-questions.ts";
export { judge } from "./judge.ts";
export type { Complaint, Question } from "./question.ts";
export { isPossible, question, successiveQuestions } from "./questions.ts";
export { judgeNewRoom, judgeRequest, type Request } from "./requests.ts";
