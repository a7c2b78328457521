/**
 * The second opinion of another MLS engine; see opinion.ts.
 * @module
 */

export {
  groupInfoOpinions,
  type SecondJoin,
  type SecondMember,
  type WelcomeToJudge,
  welcomeOpinions,
} from "./group.ts";
export { keyPackageOpinions, keyPackagesValid } from "./key-package.ts";
export { type Opinion, type Opinions, opinionsCheck, opinionsFromJson, opinionsToJson } from "./opinion.ts";
