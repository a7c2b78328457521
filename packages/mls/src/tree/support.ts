/**
 * What all members of a tree support, so that a commit need not ask each of them. RFC 9420 §7.2, §7.3, §12.2.
 * @module
 */

import { CredentialTypeId, type LeafNode } from "../codec/index.ts";

/**
 * What every member is sure to list, and what some member may use. After removals the tree may support more and use
 * less than this says: a check that fails here has to be made again with every leaf.
 */
export interface TreeSupport {
  readonly proposals: ReadonlySet<number>;
  readonly credentials: ReadonlySet<number>;
  /** Types of credentials that are in use. */
  readonly used: ReadonlySet<number>;
  /** Whether a credential may have bindings. Extensions §6.5. */
  readonly bound: boolean;
}

function common(known: ReadonlySet<number> | undefined, listed: readonly number[]): ReadonlySet<number> {
  if (known === undefined) return new Set(listed);
  const all = known.size * listed.length < 4096 ? undefined : new Set(listed);
  const has = (type: number): boolean => all?.has(type) ?? listed.includes(type);
  for (const type of known) {
    if (!has(type)) return new Set([...known].filter(has));
  }
  return known;
}

/** What a tree supports that has these leaves beside those of `known`. */
export function supportWith(known: TreeSupport | undefined, leaves: readonly LeafNode[]): TreeSupport {
  let proposals = known?.proposals;
  let credentials = known?.credentials;
  const used = new Set(known?.used);
  let bound = known?.bound ?? false;
  for (const { capabilities, credential } of leaves) {
    proposals = common(proposals, capabilities.proposals);
    credentials = common(credentials, capabilities.credentials);
    used.add(CredentialTypeId[credential.credentialType]);
    bound ||= "bindings" in credential;
  }
  return { proposals: proposals ?? new Set(), credentials: credentials ?? new Set(), used, bound };
}
