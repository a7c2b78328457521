/**
 * Language-neutral test vectors for MIMI: what makes them, and what checks them.
 * @module
 */

export { coveredByVectors } from "./coverage.ts";
export type { Expected, GeneratedFile, Json, Vector, VectorFile, VectorKind } from "./generate/envelope.ts";
export { generateVectors, VECTORS_FOLDER, writeVectors } from "./generate.ts";
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
export { evaluateVector, type VectorProblem, type VectorReport, verifyVectors } from "./verify.ts";
