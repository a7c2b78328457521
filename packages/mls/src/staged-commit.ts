/**
 * A commit that was checked but has not changed the group yet. RFC 9420 §12.4.2.
 * @module
 */

import type { ComponentChange } from "./app-data.ts";
import type { GroupContext, KeyPackage, LeafNode, UpdatePath } from "./codec/index.ts";
import type { ResolvedProposal } from "./proposals/list.ts";
import type { RatchetTree } from "./tree/ratchet-tree.ts";

/** What a commit would do: inspect it, authorize it, then merge it. */
export interface StagedCommit {
  /** The committer's leaf, in the new tree. */
  readonly committer: number;
  /** Whether a new member sent it (external commit). */
  readonly external: boolean;
  /** In the order of the commit. Proposals by value carry the committer as their sender. */
  readonly proposals: readonly ResolvedProposal[];
  readonly added: readonly { readonly leafIndex: number; readonly keyPackage: KeyPackage }[];
  /** The new member of an external commit. */
  readonly joined?: { readonly leafIndex: number; readonly leafNode: LeafNode };
  readonly removed: readonly { readonly leafIndex: number; readonly leafNode: LeafNode }[];
  /** Leaves replaced by an Update proposal or by the path. */
  readonly updated: readonly {
    readonly leafIndex: number;
    readonly before: LeafNode;
    readonly after: LeafNode;
  }[];
  /** Components whose data change. */
  readonly components: ReadonlyMap<number, ComponentChange>;
  readonly hasPath: boolean;
  /** The GroupContext of the new epoch. */
  readonly groupContext: GroupContext;
  readonly confirmationTag: Uint8Array;
  readonly interimTranscriptHash: Uint8Array;
  /** The tree of the new epoch. */
  readonly tree: RatchetTree;
  /** The tree after the proposals and before the path; members decrypt the path against it. */
  readonly provisionalTree: RatchetTree;
  readonly path?: UpdatePath;
  /** The GroupContext of the epoch that the commit ends. */
  readonly base: GroupContext;
}
