/**
 * The demo, for the command that plays it.
 * @module
 */

export { type DemoOptions, type DemoResult, playDemo } from "./play.ts";
export { jsonReport, type Report, type TraceItem, textReport } from "./trace.ts";
