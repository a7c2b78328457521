/**
 * A group as a server sees it: no secrets, yet every handshake is checked. RFC 9420 §6, §12; design: stage, inspect, merge.
 * @module
 */

import type {
  AuthenticatedContent,
  Extension,
  ExternalSender,
  GroupContext,
  GroupInfo,
  LeafNode,
  MLSMessage,
  PartialGroupInfo,
  RatchetTreeNodes,
  Sender,
} from "./codec/index.ts";
import { applyCommitProposals } from "./commit/apply.ts";
import { checkAllSupport, checkNewLeaves, checkPresented } from "./commit/leaves.ts";
import { stageContent } from "./commit/stage.ts";
import type { CipherSuite, CryptoProvider } from "./crypto/provider.ts";
import { MlsError } from "./errors.ts";
import {
  checkAuthenticatedData,
  componentOf,
  defaultAuthenticatedData,
  externalSenders,
  readGroupExtensions,
} from "./extensions.ts";
import { proposalReference } from "./framing/content.ts";
import { readHandshake } from "./framing/handshake.ts";
import { checkHeader, verifySender } from "./framing/sender.ts";
import { checkGroupInfo, rebuildGroupInfo } from "./group-info.ts";
import {
  DEFAULT_MAX_LEAVES,
  type GroupOptions,
  type GroupView,
  type PendingProposal,
  type PublicState,
} from "./group-view.ts";
import { sameOctets, toHex } from "./octets.ts";
import { type ProposalScope, validateProposal, validateStandalone } from "./proposals/validate.ts";
import { decodePublicState, encodePublicState } from "./public-state.ts";
import type { StagedCommit } from "./staged-commit.ts";
import { interimTranscriptHash } from "./transcript.ts";
import { RatchetTree } from "./tree/ratchet-tree.ts";
import { validateTree } from "./tree/validate.ts";

/**
 * The public part of a group.
 *
 * What only members can check is left out: membership tags, confirmation tags and path secrets. Verify the
 * committer's GroupInfo over the staged context instead ({@link PublicGroup.verifyGroupInfo}).
 *
 * @example
 * ```ts
 * const group = PublicGroup.fromGroupInfo(crypto, groupInfo, ratchetTree);
 * const staged = group.stage(commit); // throws MlsError, changes nothing
 * if (allowed(staged.added, staged.removed)) group.merge(staged);
 * ```
 */
export class PublicGroup implements GroupView {
  readonly suite: CipherSuite;
  readonly options: GroupOptions;
  #state: PublicState;
  #pending = new Map<string, PendingProposal>();

  /** @internal Use {@link PublicGroup.fromGroupInfo} or {@link PublicGroup.deserialize}. */
  constructor(suite: CipherSuite, state: PublicState, options: GroupOptions = {}) {
    this.suite = suite;
    this.options = options;
    this.#state = state;
  }

  /**
   * Begins to follow a group. RFC 9420 §12.4.3.1: the checks of a joiner, but for the secrets.
   *
   * @throws {MlsError} `invalid-tree`, `invalid-tree-hash`, `invalid-group-info`, `invalid-parent-hash`, ...
   */
  static fromGroupInfo(
    crypto: CryptoProvider,
    groupInfo: GroupInfo,
    ratchetTree: RatchetTreeNodes,
    options: GroupOptions = {},
  ): PublicGroup {
    const { groupContext } = groupInfo;
    const suite = crypto.suite(groupContext.cipherSuite);
    const tree = RatchetTree.fromNodes(ratchetTree, options.maxLeaves ?? DEFAULT_MAX_LEAVES);
    if (!sameOctets(tree.rootHash(suite), groupContext.treeHash)) {
      throw new MlsError(
        "invalid-tree-hash",
        "the tree is not the one of the GroupContext",
        "RFC 9420 §12.4.3.1",
      );
    }
    readGroupExtensions(groupContext.extensions);
    validateTree(suite, tree, { groupId: groupContext.groupId });
    checkAllSupport(tree, groupContext.extensions);
    const all = { before: [], after: groupContext.extensions };
    checkPresented(suite, tree.leaves(), new Map(), all, options.credentials);
    checkGroupInfo(suite, groupInfo, tree);
    return new PublicGroup(
      suite,
      {
        groupContext,
        tree,
        interimTranscriptHash: interimTranscriptHash(
          suite,
          groupContext.confirmedTranscriptHash,
          groupInfo.confirmationTag,
        ),
        confirmationTag: groupInfo.confirmationTag,
      },
      options,
    );
  }

  /** Everything that the next commit builds on. */
  get state(): PublicState {
    return this.#state;
  }
  /** RFC 9420 §8.1. */
  get groupContext(): GroupContext {
    return this.#state.groupContext;
  }
  /** The group's name, chosen by its creator. RFC 9420 §11. */
  get groupId(): Uint8Array {
    return this.#state.groupContext.groupId;
  }
  /** How many commits the group has seen. */
  get epoch(): bigint {
    return this.#state.groupContext.epoch;
  }
  /** The ratchet tree of this epoch; it never changes, a commit brings a new one. */
  get tree(): RatchetTree {
    return this.#state.tree;
  }
  /** Proposals of this epoch that wait for a commit, in the order of their arrival. */
  get pending(): readonly PendingProposal[] {
    return [...this.#pending.values()];
  }

  /** The members, by leaf index. */
  members(): { leafIndex: number; leafNode: LeafNode }[] {
    return this.tree.leaves();
  }

  /** The data of one component of the GroupContext. Extensions §4.6. */
  component(componentId: number): Uint8Array | undefined {
    return componentOf(this.groupContext.extensions, componentId);
  }

  /** RFC 9420 §12.1.8.1. */
  externalSenders(): ExternalSender[] {
    return externalSenders(this.groupContext.extensions);
  }

  /** The content of the ratchet_tree extension. RFC 9420 §12.4.3.3. */
  ratchetTree(): RatchetTreeNodes {
    return this.tree.toNodes();
  }

  /** @internal What a proposal is judged against. */
  scope(): ProposalScope {
    const { suite, groupContext, tree, options } = this;
    return { suite, groupContext, tree, now: options.now?.(), credentials: options.credentials };
  }

  /**
   * @internal The authenticated_data to send.
   * @throws {MlsError} `invalid-authenticated-data`
   */
  authenticatedDataOr(given: Uint8Array | undefined): Uint8Array {
    const { extensions } = this.groupContext;
    if (given === undefined) return defaultAuthenticatedData(extensions);
    checkAuthenticatedData(extensions, given);
    return given;
  }

  /**
   * Checks a proposal sent as PublicMessage, or as SemiPrivateMessage to the receiver of the options; the group does
   * not change.
   *
   * @throws {MlsError} `wrong-group`, `wrong-epoch`, `invalid-signature`, `invalid-proposal`, ...
   */
  stageProposal(message: MLSMessage): PendingProposal {
    return { ...this.checkProposalContent(readHandshake(this, message)), message };
  }

  /** @internal Checks a proposal whose framing is already opened, or that is not framed yet. */
  checkProposalContent(authenticated: AuthenticatedContent): Omit<PendingProposal, "message"> {
    const { content } = authenticated;
    if (content.contentType !== "proposal") {
      throw new MlsError(
        "usage",
        `expected a proposal, got a message of type ${content.contentType}`,
        "RFC 9420 §6",
      );
    }
    checkHeader(this, content);
    verifySender(this, authenticated);
    if (content.proposal.proposalType === "selfRemove" && authenticated.wireFormat !== "publicMessage") {
      throw new MlsError("wrong-wire-format", "a SelfRemove in a PrivateMessage", "extensions §6.3");
    }
    validateProposal(this.scope(), content.proposal, content.sender);
    validateStandalone(this.scope(), content.proposal);
    const reference = proposalReference(this.suite, authenticated);
    return { reference, proposal: content.proposal, sender: content.sender };
  }

  /** Keeps a staged proposal for the next commit. A repeated one changes nothing. */
  addProposal(pending: PendingProposal): void {
    this.#pending.set(toHex(pending.reference), pending);
  }

  /** Forgets a pending proposal (an operator's or a policy's decision). */
  dropProposal(reference: Uint8Array): void {
    this.#pending.delete(toHex(reference));
  }

  /** The pending proposal of one reference. */
  pendingProposal(reference: Uint8Array): PendingProposal | undefined {
    return this.#pending.get(toHex(reference));
  }

  /**
   * What the pending proposals, and `additional` ones, would make of the group if one commit held them all: a server
   * asks before it promises that the next commit will (RFC 9420 §12.2; MIMI protocol §7.1). The group does not change.
   *
   * @throws {MlsError} `invalid-proposal-list`, `invalid-app-data-update`, ... if they cannot stand in one commit
   */
  provisional(additional: readonly PendingProposal[] = []): {
    readonly extensions: readonly Extension[];
    readonly tree: RatchetTree;
  } {
    const nobody: Sender = { senderType: "member", leafIndex: 0xffff_ffff };
    const { applied } = applyCommitProposals(this, [...this.pending, ...additional], nobody);
    const fresh = [...applied.added, ...applied.updated].map(({ leafIndex }) => leafIndex);
    checkNewLeaves(applied.tree, fresh, this.groupContext.extensions, applied.extensions);
    return { extensions: applied.extensions, tree: applied.tree };
  }

  /**
   * Checks a commit sent as PublicMessage, or as SemiPrivateMessage to the receiver of the options; the group does not
   * change.
   *
   * @throws {MlsError} with the reason; `unknown-proposal-reference` where the commit refers to what is not pending
   */
  stage(message: MLSMessage): StagedCommit {
    return this.stageContent(readHandshake(this, message));
  }

  /** @internal Stages an own commit again after a restart: what was valid when it was made may have expired since. */
  restage(authenticated: AuthenticatedContent): StagedCommit {
    const { now: _, ...options } = this.options;
    const timeless = new PublicGroup(this.suite, this.#state, options);
    for (const pending of this.#pending.values()) timeless.addProposal(pending);
    return timeless.stageContent(authenticated);
  }

  /** @internal Stages a commit whose framing is already opened. */
  stageContent(authenticated: AuthenticatedContent): StagedCommit {
    checkHeader(this, authenticated.content);
    return stageContent(this, authenticated);
  }

  /**
   * Checks the GroupInfo that the committer made for the new epoch.
   *
   * @throws {MlsError} `invalid-group-info`
   */
  verifyGroupInfo(staged: StagedCommit, groupInfo: GroupInfo): void {
    checkGroupInfo(this.suite, groupInfo, staged.tree, staged);
  }

  /**
   * draft-mahy-mls-ratchet-tree-options §4: makes the GroupInfo of the new epoch whole, and verifies it.
   *
   * @throws {MlsError} `invalid-group-info`
   */
  rebuildGroupInfo(staged: StagedCommit, partial: PartialGroupInfo): GroupInfo {
    const groupInfo = rebuildGroupInfo(staged, partial);
    checkGroupInfo(this.suite, groupInfo, staged.tree, staged);
    return groupInfo;
  }

  /**
   * Enters the new epoch.
   *
   * @throws {MlsError} `wrong-epoch` if the group has moved since the commit was staged
   */
  merge(staged: StagedCommit): void {
    if (staged.base !== this.#state.groupContext) {
      throw new MlsError(
        "wrong-epoch",
        "the group has moved since the commit was staged",
        "RFC 9420 §12.4.2",
      );
    }
    const { groupContext, tree, confirmationTag } = staged;
    this.#state = {
      groupContext,
      tree,
      confirmationTag,
      interimTranscriptHash: staged.interimTranscriptHash,
    };
    this.#pending.clear();
  }

  /** The state in a versioned byte format; {@link PublicGroup.deserialize} gives an identical group. */
  serialize(): Uint8Array {
    return encodePublicState(this.#state, this.pending);
  }

  /** @throws {TlsError} for bytes that {@link PublicGroup.serialize} did not make */
  static deserialize(crypto: CryptoProvider, bytes: Uint8Array, options: GroupOptions = {}): PublicGroup {
    const { state, pending } = decodePublicState(bytes);
    const suite = crypto.suite(state.groupContext.cipherSuite);
    const group = new PublicGroup(suite, state, options);
    for (const proposal of pending) group.addProposal(proposal);
    return group;
  }
}
