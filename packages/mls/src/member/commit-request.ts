/**
 * What a member asks of a commit, and what it gets. RFC 9420 §12.4.1.
 * @module
 */

import type { Extension, GroupInfo, MLSMessage, Proposal, Sender, Welcome } from "../codec/index.ts";
import { MlsError } from "../errors.ts";
import type { LeafChanges } from "../key-package.ts";
import type { ResolvedProposal } from "../proposals/list.ts";
import { selectProposals } from "../proposals/select.ts";
import { validateProposal } from "../proposals/validate.ts";
import type { PublicGroup } from "../public-group.ts";
import type { StagedCommit } from "../staged-commit.ts";

/** How a member's handshake travels. SemiPrivateMessage needs a group that requires it (semi-private §3). */
export type HandshakeFormat = "publicMessage" | "privateMessage" | "semiPrivateMessage";

/** What to commit, and how. */
export interface CommitRequest {
  /** By value, behind the references; but AppDataUpdates stand behind everything else. */
  readonly proposals?: readonly Proposal[];
  /** By reference. Default: all pending proposals that can stand together in a commit of this member. */
  readonly references?: readonly Uint8Array[];
  /** Fresh keys for the committer even where the proposals do not ask for them. */
  readonly path?: boolean;
  /** Changes to the committer's leaf; they need a path. */
  readonly leaf?: LeafChanges;
  /** Default: `publicMessage`, so that the delivery service can check the commit. */
  readonly wireFormat?: HandshakeFormat;
  /** Whether the Welcome carries the ratchet tree. Default: no. */
  readonly treeInWelcome?: boolean;
  /** Extensions of the GroupInfo besides external_pub. */
  readonly groupInfoExtensions?: readonly Extension[];
  readonly authenticatedData?: Uint8Array;
}

/** A commit that is ready to be sent. */
export interface MadeGroupCommit {
  readonly commit: MLSMessage;
  /** Of the new epoch, for the delivery service; it carries no tree. */
  readonly groupInfo: GroupInfo;
  /** For the members that the commit adds. */
  readonly welcome?: Welcome;
  readonly staged: StagedCommit;
}

/** What to put into a GroupInfo. */
export interface GroupInfoRequest {
  /** Default: yes. */
  readonly externalPub?: boolean;
  /** Default: no. */
  readonly ratchetTree?: boolean;
  readonly extensions?: readonly Extension[];
}

/**
 * The proposals of a commit: the references, then the values, and AppDataUpdates at the end, in their order.
 * Extensions §4.7 speaks of a GroupContextExtensions that is "followed by" them, which some take for a rule.
 *
 * @throws {MlsError} `unknown-proposal-reference`, `invalid-proposal`, ...
 */
export function commitList(
  group: PublicGroup,
  committer: number,
  request: CommitRequest,
): ResolvedProposal[] {
  const sender: Sender = { senderType: "member", leafIndex: committer };
  const referred =
    request.references === undefined
      ? selectProposals(group.pending, committer, {
          tree: group.tree,
          extensions: group.groupContext.extensions,
        })
      : request.references.map((reference) => {
          const pending = group.pendingProposal(reference);
          if (pending !== undefined) return pending;
          throw new MlsError("unknown-proposal-reference", "no such proposal is pending", "RFC 9420 §12.4");
        });
  const byReference = referred.map(
    ({ proposal, sender: from, reference }): ResolvedProposal =>
      reference === undefined ? { proposal, sender: from } : { proposal, sender: from, reference },
  );
  const byValue = (request.proposals ?? []).map((proposal): ResolvedProposal => {
    validateProposal(group.scope(), proposal, sender);
    return { proposal, sender };
  });
  const list = [...byReference, ...byValue];
  const isUpdate = ({ proposal }: ResolvedProposal) => proposal.proposalType === "appDataUpdate";
  return [...list.filter((item) => !isUpdate(item)), ...list.filter(isUpdate)];
}
