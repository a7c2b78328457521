/**
 * What the drafts require, as data: documents, requirements, readings, and the ledger over them.
 * @module
 */

export { type Draft, loadDrafts, parseDrafts } from "./drafts.ts";
export { SpecError, type SpecErrorCode, type SpecLocation } from "./errors.ts";
export { assertLedger, type Ledger, ledger } from "./ledger.ts";
export {
  CODE_FOLDERS,
  loadReadings,
  parseReading,
  READING_KINDS,
  READING_STATUSES,
  type Reading,
} from "./readings.ts";
export {
  ACTORS,
  type Actor,
  type Coverage,
  LEVELS,
  type Level,
  loadRequirements,
  parseRequirements,
  type Requirement,
} from "./requirements.ts";
