/**
 * For the tests of others: the oracle confirms vectors, and soak runs it for longer than a test can.
 * @module
 */

export { operational } from "../operational.ts";
export { type Comparison, compare, compareContent } from "./agreement.ts";
export { judgeContent } from "./content.ts";
export { judge } from "./judge.ts";
export type { Complaint } from "./question.ts";
export { judgeNewRoom, judgeRequest, type Request } from "./requests.ts";
