/**
 * The demo, for the command that plays it.
 * @module
 */

export { playDemo } from "./play.ts";
export { jsonReport, type TraceItem, textReport } from "./trace.ts";
