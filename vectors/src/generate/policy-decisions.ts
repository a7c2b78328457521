/**
 * Vectors of the kind `policy-decisions`. Policy draft.
 * @module
 */

import { type Case, Draft, type GeneratedFile, makeVectors, type VectorFile } from "./envelope.ts";
import { addingCases } from "./policy/adding-cases.ts";
import { assetCases } from "./policy/asset-cases.ts";
import { baseCases } from "./policy/base-cases.ts";
import { combinationCases } from "./policy/combination-cases.ts";
import { compactJson } from "./policy/compact-json.ts";
import { componentCases, metadataCases } from "./policy/component-cases.ts";
import { joiningCases } from "./policy/joining-cases.ts";
import { leavingCases } from "./policy/leaving-cases.ts";
import { maximumCases } from "./policy/maximum-cases.ts";
import { messageCases } from "./policy/message-cases.ts";
import { minimumCases } from "./policy/minimum-cases.ts";
import { newRoomCases } from "./policy/new-room-cases.ts";
import { pendingCases } from "./policy/pending-cases.ts";
import { pendingRequestCases } from "./policy/pending-request-cases.ts";
import { evaluatePolicy } from "./policy/question.ts";
import { capabilityCases, requestCases } from "./policy/request-cases.ts";
import { roleChangeCases } from "./policy/role-change-cases.ts";

const files: readonly (readonly [name: string, title: string, cases: readonly Case[]])[] = [
  ["adding", "Adding users and clients", addingCases],
  ["joining", "Joining from outside", joiningCases],
  ["leaving", "Leaving, removing users and clients", leavingCases],
  ["role-changes", "Changes of roles, bans, and who may commit", roleChangeCases],
  ["maxima", "Maxima of roles and of the room, at their edges", maximumCases],
  ["minima", "Minima of roles, at their edges", minimumCases],
  ["metadata", "Changes of the room's metadata", metadataCases],
  ["components", "Changes of policy components and of the group", componentCases],
  ["combinations", "What may stand in one commit, and what new policy must fit", combinationCases],
  ["base-policy", "Fixed membership and parent-dependent rooms", baseCases],
  ["pending", "Decisions while proposals wait for a commit", [...pendingCases, ...pendingRequestCases]],
  ["messages", "What members judge of messages", messageCases],
  ["assets", "What members judge of assets and expiration", assetCases],
  ["requests", "What the hub decides about requests, and who shares history", requestCases],
  ["capabilities", "Every capability of the registry, held and missing", capabilityCases],
  ["new-rooms", "How a room may begin", newRoomCases],
];

/** All files of this kind. */
export function policyDecisionFiles(): GeneratedFile[] {
  const base = { draft: Draft.policy, section: "8", readings: [] };
  return files.map(([name, title, cases]) => {
    const vectors = makeVectors(`policy-decisions/${name}`, base, cases, evaluatePolicy);
    const file: VectorFile = {
      $schema: "../schema/policy-decisions.json",
      kind: "policy-decisions",
      title,
      vectors,
    };
    return { path: `policy-decisions/${name}.json`, text: `${compactJson(file)}\n` };
  });
}
