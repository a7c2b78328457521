/**
 * Making a commit. RFC 9420 §12.4.1.
 * @module
 */

import { encode } from "@openmimi/tls";
import {
  type AuthenticatedContent,
  type Extension,
  type FramedContent,
  GroupContext,
  type GroupInfo,
  GroupInfo as GroupInfoSchema,
  GroupSecrets,
  type ProposalOrRef,
  type Sender,
  type UpdatePath,
  type Welcome,
} from "../codec/index.ts";
import {
  applyCommitProposals,
  describeCommit,
  excludedLeaves,
  nextContext,
  type ProposalOutcome,
  tagCommit,
} from "../commit/apply.ts";
import { requiresPath } from "../commit/stage.ts";
import { encryptWithLabel } from "../crypto/labels.ts";
import { confirmationTag, signFramedContent } from "../framing/content.ts";
import { signGroupInfo } from "../group-info.ts";
import { keyPackageReference, type UnsignedLeafNode } from "../key-package.ts";
import {
  deriveEpochSecrets,
  type EpochSecrets,
  pskSecret,
  type TreeRoots,
  welcomeKeys,
} from "../key-schedule.ts";
import type { ResolvedProposal } from "../proposals/list.ts";
import type { PublicGroup } from "../public-group.ts";
import type { StagedCommit } from "../staged-commit.ts";
import { createUpdatePath, type MadePath, type PrivateState, pruneKeys } from "../tree/treekem.ts";
import type { HandshakeFormat } from "./commit-request.ts";
import type { KnownPsk } from "./options.ts";

/** Everything that a commit is made of. */
export interface CommitPlan {
  readonly group: PublicGroup;
  readonly list: readonly ResolvedProposal[];
  readonly sender: Sender;
  readonly authenticatedData: Uint8Array;
  /** Wanted even where the proposals do not need it. */
  readonly path: boolean;
  /** The committer's next leaf, unsigned, without its new encryption key. */
  readonly leaf: UnsignedLeafNode;
  /** Signs the commit. */
  readonly signaturePrivateKey: Uint8Array;
  /** Signs the next leaf and the GroupInfo; another one only where the leaf changes its signature key. */
  readonly nextSignaturePrivateKey: Uint8Array;
  readonly initSecret: Uint8Array;
  readonly psks: readonly KnownPsk[];
  readonly privateState: PrivateState;
  readonly wireFormat: HandshakeFormat;
  /** Extensions of the GroupInfo besides external_pub. */
  readonly groupInfoExtensions: readonly Extension[];
  /** Whether the GroupInfo inside the Welcome carries the ratchet tree. */
  readonly treeInWelcome: boolean;
}

/** A commit and all that comes of it. */
export interface MadeCommit {
  readonly authenticated: AuthenticatedContent;
  readonly staged: StagedCommit;
  readonly secrets: EpochSecrets;
  readonly roots: TreeRoots;
  readonly privateState: PrivateState;
  readonly groupInfo: GroupInfo;
  readonly welcome?: Welcome;
}

/**
 * RFC 9420 §12.4.1, in its order: proposals, path, transcript, key schedule, confirmation tag, GroupInfo, Welcome.
 *
 * @throws {MlsError} `invalid-proposal-list` and its kin
 */
export function makeCommit(plan: CommitPlan): MadeCommit {
  const { group, list, sender } = plan;
  const { suite } = group;
  const outcome = applyCommitProposals(group, list, sender);
  const path = plan.path || requiresPath(list) ? makePath(plan, outcome) : undefined;
  const unconfirmed = frameCommit(plan, path?.updatePath);
  const tree = path?.tree ?? outcome.provisionalTree;
  const untagged = describeCommit(group, outcome, tree, path?.updatePath, unconfirmed);
  const psk = pskSecret(suite, plan.psks);
  const { joinerSecret, secrets, roots } = deriveEpochSecrets(suite, {
    initSecret: plan.initSecret,
    commitSecret: path?.commitSecret ?? new Uint8Array(suite.hashLength),
    pskSecret: psk,
    groupContext: encode(GroupContext, untagged.groupContext),
  });
  const tag = confirmationTag(suite, secrets.confirmationKey, untagged.groupContext.confirmedTranscriptHash);
  const staged = tagCommit(group, untagged, tag);
  const groupInfo = makeGroupInfo(plan, staged, secrets);
  const pathSecretFor = path?.pathSecretFor;
  const welcome =
    staged.added.length === 0
      ? {}
      : { welcome: makeWelcome(plan, staged, groupInfo, { joinerSecret, psk, pathSecretFor }) };
  joinerSecret.fill(0);
  psk.fill(0);
  path?.erase();
  return {
    authenticated: { ...unconfirmed, auth: { ...unconfirmed.auth, confirmationTag: tag } },
    staged,
    secrets,
    roots,
    privateState: path?.privateState ?? pruneKeys(plan.privateState, tree),
    groupInfo,
    ...welcome,
  };
}

/** Overwrites the secrets of an epoch that a commit would have begun, and did not. RFC 9420 §9.2. */
export function eraseCommit({ secrets, roots }: Pick<MadeCommit, "secrets" | "roots">): void {
  secrets.erase();
  secrets.senderDataSecret.fill(0);
  secrets.resumptionPsk.fill(0);
  roots.encryptionSecret.fill(0);
  roots.applicationExportSecret.fill(0);
}

function makePath(plan: CommitPlan, outcome: ProposalOutcome): MadePath {
  const { group } = plan;
  const { applied, provisionalTree, committer } = outcome;
  // RFC 9420 §12.4.1: the provisional GroupContext has the new tree and extensions and the old transcript hash.
  const { confirmedTranscriptHash } = group.groupContext;
  return createUpdatePath(group.suite, provisionalTree, {
    leafIndex: committer,
    leaf: plan.leaf,
    groupId: group.groupId,
    signaturePrivateKey: plan.nextSignaturePrivateKey,
    excludedLeaves: excludedLeaves(outcome),
    provisionalContext: (tree) =>
      encode(GroupContext, nextContext(group, tree, applied.extensions, confirmedTranscriptHash)),
  });
}

function frameCommit(plan: CommitPlan, path: UpdatePath | undefined): AuthenticatedContent {
  const { group, list, sender, wireFormat } = plan;
  const proposals = list.map(
    ({ proposal, reference }): ProposalOrRef =>
      reference === undefined ? { type: "proposal", proposal } : { type: "reference", reference },
  );
  const content: FramedContent = {
    groupId: group.groupId,
    epoch: group.epoch,
    sender,
    authenticatedData: plan.authenticatedData,
    contentType: "commit",
    commit: path === undefined ? { proposals } : { proposals, path },
  };
  const signature = signFramedContent(
    group.suite,
    plan.signaturePrivateKey,
    wireFormat,
    content,
    group.groupContext,
  );
  return { wireFormat, content, auth: { signature } };
}

function makeGroupInfo(plan: CommitPlan, staged: StagedCommit, secrets: EpochSecrets): GroupInfo {
  return signGroupInfo(
    plan.group.suite,
    {
      groupContext: staged.groupContext,
      extensions: [...plan.groupInfoExtensions, secrets.externalPubExtension()],
      confirmationTag: staged.confirmationTag,
      signer: staged.committer,
    },
    plan.nextSignaturePrivateKey,
  );
}

interface WelcomeSecrets {
  readonly joinerSecret: Uint8Array;
  readonly psk: Uint8Array;
  readonly pathSecretFor: ((leafIndex: number) => Uint8Array | undefined) | undefined;
}

/** RFC 9420 §12.4.3.1. */
function makeWelcome(
  plan: CommitPlan,
  staged: StagedCommit,
  groupInfo: GroupInfo,
  secrets: WelcomeSecrets,
): Welcome {
  const { suite } = plan.group;
  const { key, nonce } = welcomeKeys(suite, secrets.joinerSecret, secrets.psk);
  const inside = plan.treeInWelcome ? withTree(plan, staged, groupInfo) : groupInfo;
  const encryptedGroupInfo = suite.seal(key, nonce, new Uint8Array(), encode(GroupInfoSchema, inside));
  for (const used of [key, nonce]) used.fill(0);
  const psks = plan.psks.map(({ id }) => id);
  const entries = staged.added.map(({ leafIndex, keyPackage }) => {
    const pathSecret = secrets.pathSecretFor?.(leafIndex);
    const groupSecrets = encode(GroupSecrets, {
      joinerSecret: secrets.joinerSecret,
      ...(pathSecret === undefined ? {} : { pathSecret: { pathSecret } }),
      psks,
    });
    const encryptedGroupSecrets = encryptWithLabel(
      suite,
      keyPackage.initKey,
      "Welcome",
      encryptedGroupInfo,
      groupSecrets,
    );
    groupSecrets.fill(0);
    return { newMember: keyPackageReference(suite, keyPackage), encryptedGroupSecrets };
  });
  return { cipherSuite: suite.id, secrets: entries, encryptedGroupInfo };
}

function withTree(plan: CommitPlan, staged: StagedCommit, groupInfo: GroupInfo): GroupInfo {
  const { groupContext, extensions, confirmationTag: tag, signer } = groupInfo;
  return signGroupInfo(
    plan.group.suite,
    { groupContext, extensions: [...extensions, staged.tree.extension()], confirmationTag: tag, signer },
    plan.nextSignaturePrivateKey,
  );
}
