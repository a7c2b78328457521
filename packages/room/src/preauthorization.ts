/**
 * Roles that somebody may take because of a credential. Policy §4; readings.
 * @module
 */

import type { Credential } from "@openmimi/mls";
import type { Claim } from "@openmimi/protocol";
import { NO_ROLE } from "./roles.ts";
import type { RoomState } from "./state.ts";

/** RFC 9420 §17.5: the type of a basic credential. */
const BASIC = 1;

function same(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((octet, index) => octet === b[index]);
}

/**
 * The claims of a credential that needs no certificate library: a basic credential claims its identity, with an empty
 * id (reading R-175). Others claim nothing here; give `factsOfCommit` a function of your own for them.
 */
export function basicClaims(credential: Credential): Claim[] {
  if (credential.credentialType !== "basic") return [];
  return [
    { claimId: { credentialType: BASIC, id: new Uint8Array() }, claimValue: credential.identity.slice() },
  ];
}

/** Whether a requester has a claim, octet by octet. */
function holds(claims: readonly Claim[], wanted: Claim): boolean {
  return claims.some(
    ({ claimId, claimValue }) =>
      claimId.credentialType === wanted.claimId.credentialType &&
      same(claimId.id, wanted.claimId.id) &&
      same(claimValue, wanted.claimValue),
  );
}

/**
 * The first role whose claims are all there. Only the index of the embedded role counts (reading R-174), and only if
 * the room defines that role.
 *
 * @returns the role's index, or `undefined`
 */
export function preauthorizedRole(state: RoomState, claims: readonly Claim[]): number | undefined {
  if (claims.length === 0) return undefined;
  for (const { claimset, targetRole } of state.preauthorized) {
    if (claimset.length === 0 || targetRole.roleIndex === NO_ROLE || !state.roles.has(targetRole.roleIndex))
      continue;
    if (claimset.every((wanted) => holds(claims, wanted))) return targetRole.roleIndex;
  }
  return undefined;
}
