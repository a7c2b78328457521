/**
 * The oracle for others: vectors are confirmed by it, and soak runs it for longer than a test can.
 * @module
 */

export { type Comparison, compare, compareContent } from "./agreement.ts";
export { judgeContent } from "./content.ts";
export { judge } from "./judge.ts";
export type { Complaint } from "./question.ts";
export { judgeNewRoom, judgeRequest, type Request } from "./requests.ts";
