/**
 * Language-neutral test vectors for MIMI: what makes them, and what checks them.
 * @module
 */

export { coveredByVectors } from "./coverage.ts";
export {
  type Expected,
  type GeneratedFile,
  type Json,
  VECTOR_KINDS,
  type Vector,
  type VectorFile,
  type VectorKind,
} from "./generate/envelope.ts";
export { type GenerateOptions, generateVectors, writeVectors } from "./generate.ts";
export { type VectorCounts, type VectorIndex, vectorsVersion } from "./index-file.ts";
export { VECTORS_FOLDER } from "./place.ts";
export { askPolicy, PolicyQuestionError } from "./policy-question.ts";
export {
  type FetchPublishedOptions,
  fetchPublished,
  PublishedError,
  type PublishedErrorCode,
  type PublishedFile,
  type PublishedReport,
  publishedFiles,
  publishedUrl,
  verifyPublished,
} from "./published.ts";
export {
  evaluateVector,
  type VectorProblem,
  type VectorReport,
  type VerifyOptions,
  verifyVectors,
} from "./verify.ts";
