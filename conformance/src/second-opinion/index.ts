/**
 * The second opinion of another MLS engine; see opinion.ts.
 * @module
 */

export { groupInfoOpinions, welcomeOpinions } from "./group.ts";
export { keyPackageOpinions, keyPackagesValid } from "./key-package.ts";
export { opinionsToJson } from "./opinion.ts";
