/**
 * The conformance suite of MIMI providers; see README.md.
 * @module
 */

export { type AdapterReport, checkAdapter, type OperationReport } from "./adapter/check.ts";
export type { AdapterLevel, CaseLevel, Role } from "./case.ts";
export { ROLES } from "./case.ts";
export {
  type CaseExplanation,
  type CaseSummary,
  coveredRequirements,
  explainCase,
  type ListOptions,
  listCases,
} from "./describe.ts";
export { SuiteError, type SuiteErrorCode } from "./errors.ts";
export { RESULTS, type Result, type Verdict } from "./judge.ts";
export { type CreateSuitePkiOptions, createSuitePki, PEER_DOMAINS } from "./pki.ts";
export { consoleSummary } from "./report/console.ts";
export { type ExitCode, type Report, type ReportedCase, unlockedBy } from "./report/model.ts";
export type { Progress, RunOptions } from "./run.ts";
export { type ConformanceOptions, type ConformanceResult, rejudge, runConformance } from "./suite.ts";
export { SUITE_VERSION } from "./version.ts";
