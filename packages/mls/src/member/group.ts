/**
 * A group as a member sees it. RFC 9420 §6, §11, §12, §15; design: stage, inspect, merge.
 * @module
 */

import { encode } from "@openmimi/tls";
import { type GroupInfo, MLSMessage, type Proposal, type Welcome } from "../codec/index.ts";
import { deferSignatures } from "../crypto/deferred.ts";
import type { CipherSuite, CryptoProvider } from "../crypto/provider.ts";
import { MlsError } from "../errors.ts";
import { type LeafChanges, nextLeaf } from "../key-package.ts";
import type { FreshEpoch } from "../key-schedule.ts";
import type { PublicGroup } from "../public-group.ts";
import type { StagedCommit } from "../staged-commit.ts";
import { eraseCommit, makeCommit } from "./commit.ts";
import {
  type CommitRequest,
  commitList,
  type GroupInfoRequest,
  type MadeGroupCommit,
} from "./commit-request.ts";
import { createGroup, type GroupInit } from "./create.ts";
import {
  beginEpoch,
  endEpoch,
  erasePast,
  type MemberParts,
  type OwnKeys,
  resumptionLookup,
} from "./epoch.ts";
import { type ExternalJoinInit, joinByExternalCommit } from "./external.ts";
import { joinGroup, type WelcomeInit } from "./join.ts";
import { type LinkedGroup, linkedGroup } from "./linked.ts";
import { pskIds } from "./next-epoch.ts";
import { findPsks, type MemberOptions } from "./options.ts";
import { type Processed, processMessage } from "./process.ts";
import {
  type ApplicationRequest,
  checkSending,
  type MessageRequest,
  makePresentGroupInfo,
  makeProposal,
  makeUpdate,
  ownLeaf,
  ownSender,
  protectApplication,
  protectHandshake,
} from "./send.ts";
import { decodeMember, encodeMember, type MemberState, type Standing } from "./store.ts";
import { type BranchInit, createBranch, createReinitialized, type SuccessorInit } from "./successor.ts";

/** A proposal that was sent on its own. */
export interface SentProposal {
  readonly message: MLSMessage;
  /** RFC 9420 §5.2. */
  readonly reference: Uint8Array;
}

/**
 * One member's group: public part, key schedule, secret tree, private keys.
 *
 * @example
 * ```ts
 * const alice = MemberGroup.create(nobleCrypto, { cipherSuite: 1, groupId, own: aliceKeys });
 * const { commit, welcome } = alice.commit({ proposals: [{ proposalType: "add", keyPackage }] });
 * alice.mergePendingCommit(); // once the delivery service has accepted the commit
 * const bob = MemberGroup.join(nobleCrypto, { welcome, keyPackages: [bobKeys], ratchetTree: alice.public.ratchetTree() });
 * bob.process(alice.protect(octets)); // { kind: "application", sender: 0, applicationData, ... }
 * ```
 */
export class MemberGroup {
  readonly options: MemberOptions;
  readonly #state: MemberState;

  private constructor(state: MemberState, options: MemberOptions) {
    this.#state = state;
    this.options = options;
  }

  static #begin({ public: group, epoch }: MemberParts, options: MemberOptions): MemberGroup {
    return new MemberGroup({ standing: "member", public: group, epoch, past: [], updateKeys: [] }, options);
  }

  /**
   * A new group of one member, in epoch 0. RFC 9420 §11.
   *
   * @throws {MlsError} `unsupported-cipher-suite`, `invalid-key-package`, `invalid-extension`, `missing-capability`
   */
  static create(crypto: CryptoProvider, init: GroupInit, options: MemberOptions = {}): MemberGroup {
    return MemberGroup.#begin(createGroup(crypto, init, options), options);
  }

  /**
   * Joins by Welcome. RFC 9420 §12.4.3.1.
   *
   * @throws {MlsError} `invalid-welcome`, `missing-psk`, `invalid-tree`, `invalid-group-info`, ...
   */
  static join(crypto: CryptoProvider, init: WelcomeInit, options: MemberOptions = {}): MemberGroup {
    return MemberGroup.#begin(joinGroup(crypto, init, options), options);
  }

  /**
   * The same as {@link MemberGroup.join}, with the signatures of the tree verified on the provider's threads (one for
   * every member: nearly all that joining a large group costs). Without threads it takes as long as `join`.
   *
   * @throws {MlsError} what `join` throws, as a rejected promise
   * @example
   * ```ts
   * const group = await MemberGroup.joinAsync(crypto, { welcome, keyPackages });
   * ```
   */
  static async joinAsync(
    crypto: CryptoProvider,
    init: WelcomeInit,
    options: MemberOptions = {},
  ): Promise<MemberGroup> {
    const { crypto: deferred, verified } = deferSignatures(crypto);
    let group: MemberGroup | undefined;
    try {
      group = MemberGroup.join(deferred, init, options);
    } catch {
      // What is wrong, and what of it comes first, is for the ordinary way to say.
    }
    return group !== undefined && (await verified()) ? group : MemberGroup.join(crypto, init, options);
  }

  /**
   * Joins by external commit: the group returned is already in the epoch that the commit begins, so throw it away
   * if the delivery service refuses the commit. RFC 9420 §12.4.3.2, extensions §6.3.
   *
   * @throws {MlsError} `invalid-group-info`, `invalid-proposal-list`, `missing-psk`, ...
   */
  static joinExternally(
    crypto: CryptoProvider,
    init: ExternalJoinInit,
    options: MemberOptions = {},
  ): { group: MemberGroup; commit: MLSMessage; groupInfo: GroupInfo } {
    const { commit, groupInfo, ...parts } = joinByExternalCommit(crypto, init, options);
    return { group: MemberGroup.#begin(parts, options), commit, groupInfo };
  }

  /**
   * Makes the group that the ReInit of `old` announced, with the same members; the others join by the Welcome, with
   * `linked: theirOldGroup.linked()`. RFC 9420 §11.2.
   *
   * @throws {MlsError} `usage` if `old` was not reinitialized or has other members; `invalid-key-package`, ...
   */
  static reinitialize(
    crypto: CryptoProvider,
    old: MemberGroup,
    init: SuccessorInit,
    options: MemberOptions = {},
  ): { group: MemberGroup; groupInfo: GroupInfo; welcome?: Welcome } {
    const { groupInfo, welcome, ...parts } = createReinitialized(crypto, old.#state, init, options);
    const group = MemberGroup.#begin(parts, options);
    return { group, groupInfo, ...(welcome === undefined ? {} : { welcome }) };
  }

  /**
   * Makes a group of some members of `old`; the others join by the Welcome, with `linked: theirOldGroup.linked()`.
   * RFC 9420 §11.3.
   *
   * @throws {MlsError} `usage` if somebody is no member of `old`; `invalid-key-package`, ...
   */
  static branch(
    crypto: CryptoProvider,
    old: MemberGroup,
    init: BranchInit,
    options: MemberOptions = {},
  ): { group: MemberGroup; groupInfo: GroupInfo; welcome?: Welcome } {
    const { groupInfo, welcome, ...parts } = createBranch(crypto, old.#state, init, options);
    const group = MemberGroup.#begin(parts, options);
    return { group, groupInfo, ...(welcome === undefined ? {} : { welcome }) };
  }

  /** This group as one that a new group follows, for {@link WelcomeInit.linked}. */
  linked(): LinkedGroup {
    return linkedGroup(this.#state);
  }

  /** The public part: context, tree, members, pending proposals, components. */
  get public(): PublicGroup {
    return this.#state.public;
  }
  /** The cipher suite of the group. */
  get suite(): CipherSuite {
    return this.#state.public.suite;
  }
  /** The group's name, chosen by its creator. RFC 9420 §11. */
  get groupId(): Uint8Array {
    return this.#state.public.groupId;
  }
  /** How many commits the group has seen. */
  get epoch(): bigint {
    return this.#state.public.epoch;
  }
  /** Where this member stands in the tree; it never changes. */
  get ownLeafIndex(): number {
    return this.#state.epoch.privateState.leafIndex;
  }
  /** Whether this member may still send. */
  get standing(): Standing {
    return this.#state.standing;
  }
  /** The own commit that waits to be merged or dropped. */
  get pendingCommit(): { readonly message: MLSMessage; readonly staged: StagedCommit } | undefined {
    const pending = this.#state.pendingCommit;
    return pending === undefined ? undefined : { message: pending.message, staged: pending.made.staged };
  }
  /** RFC 9420 §8.7: the same octets for all members of an epoch. */
  get epochAuthenticator(): Uint8Array {
    return this.#state.epoch.secrets.epochAuthenticator.slice();
  }

  /**
   * Sends a proposal on its own, as PublicMessage unless told otherwise, and keeps it among the pending ones. RFC 9420 §12.1.
   * For an Update use {@link MemberGroup.proposeUpdate}.
   *
   * @throws {MlsError} `invalid-proposal` and its kin; `not-a-member`
   */
  propose(proposal: Proposal, request: MessageRequest = {}): SentProposal {
    checkSending(this.#state);
    const pending = makeProposal(this.#state, proposal, request);
    this.public.addProposal(pending);
    return { message: pending.message, reference: pending.reference };
  }

  /** Proposes fresh keys for one's own leaf, and other changes to it. RFC 9420 §12.1.2. */
  proposeUpdate(changes: LeafChanges = {}, request: MessageRequest = {}): SentProposal {
    checkSending(this.#state);
    const { pending, keys } = makeUpdate(this.#state, changes, request);
    this.public.addProposal(pending);
    this.#state.updateKeys.push(keys);
    return { message: pending.message, reference: pending.reference };
  }

  /**
   * Makes a commit. The group stays in its epoch until {@link MemberGroup.mergePendingCommit}. RFC 9420 §12.4.1.
   *
   * @throws {MlsError} `usage` while another own commit is pending; `invalid-proposal-list` and its kin
   */
  commit(request: CommitRequest = {}): MadeGroupCommit {
    checkSending(this.#state);
    if (this.#state.pendingCommit !== undefined) {
      throw new MlsError("usage", "an own commit is pending: merge it or clear it first", "RFC 9420 §14");
    }
    const { public: group, epoch } = this.#state;
    const { secrets, signaturePrivateKey, privateState } = epoch;
    const wireFormat = request.wireFormat ?? "publicMessage";
    const list = commitList(group, this.ownLeafIndex, request);
    const nextSignaturePrivateKey = request.leaf?.signatureKeyPair?.privateKey ?? signaturePrivateKey;
    const made = makeCommit({
      group,
      list,
      sender: ownSender(this.#state),
      authenticatedData: group.authenticatedDataOr(request.authenticatedData),
      path: request.path === true || request.leaf !== undefined,
      leaf: nextLeaf(ownLeaf(this.#state), request.leaf),
      signaturePrivateKey,
      nextSignaturePrivateKey,
      initSecret: secrets.initSecret,
      psks: findPsks(pskIds(list), this.options, resumptionLookup(group, epoch, this.#state.past)),
      privateState,
      wireFormat,
      groupInfoExtensions: request.groupInfoExtensions ?? [],
      treeInWelcome: request.treeInWelcome ?? false,
    });
    const message = protectHandshake(this.#state, made.authenticated);
    const own = {
      privateState: made.privateState,
      signaturePrivateKey: made.staged.hasPath ? nextSignaturePrivateKey : signaturePrivateKey,
    };
    this.#state.pendingCommit = { message, encoded: encode(MLSMessage, message), made, own };
    const { staged, groupInfo, welcome } = made;
    return { commit: message, groupInfo, staged, ...(welcome === undefined ? {} : { welcome }) };
  }

  /** Enters the epoch of the own pending commit. @throws {MlsError} `usage` if there is none */
  mergePendingCommit(): void {
    const pending = this.#state.pendingCommit;
    if (pending === undefined) throw new MlsError("usage", "no own commit is pending", "RFC 9420 §14");
    this.#enter(pending.made.staged, pending.made, pending.own);
  }

  /** Drops the own pending commit, which the delivery service refused, and overwrites its secrets. */
  clearPendingCommit(): void {
    if (this.#state.pendingCommit !== undefined) eraseCommit(this.#state.pendingCommit.made);
    this.#state.pendingCommit = undefined;
  }

  /**
   * Reads a message of the group. A proposal is kept among the pending ones; a commit changes nothing until its
   * `merge` is called. Whatever is refused leaves the group as it was.
   *
   * @throws {MlsError} with the reason; `own-message` for an own application message that comes back
   */
  process(message: MLSMessage): Processed {
    return processMessage(this.#state, message, this.options, {
      enter: (staged, fresh, own) => this.#enter(staged, fresh, own),
      mergePending: () => this.mergePendingCommit(),
      leave: () => this.#leave(),
    });
  }

  /**
   * Encrypts an application message. RFC 9420 §12.4, §15.
   *
   * @throws {MlsError} `not-a-member`; `pending-proposals` while proposals wait for a commit: commit first
   */
  protect(applicationData: Uint8Array, request: ApplicationRequest = {}): MLSMessage {
    checkSending(this.#state);
    return protectApplication(this.#state, applicationData, request, this.options);
  }

  /** A signed GroupInfo of the present epoch, with external_pub unless told otherwise. RFC 9420 §12.4.3. */
  groupInfo(request: GroupInfoRequest = {}): GroupInfo {
    checkSending(this.#state);
    return makePresentGroupInfo(this.#state, request);
  }

  /** MLS-Exporter: a secret of this epoch that does not give away others. RFC 9420 §8.5. */
  exporter(label: string, context: Uint8Array, length: number): Uint8Array {
    return this.#state.epoch.secrets.exporter(label, context, length);
  }

  /**
   * The forward-secure secret of one component: once per epoch. Store the group before the secret is used, so that
   * it stays consumed. Extensions §4.4.
   *
   * @throws {MlsError} `secret-consumed`
   */
  safeExport(componentId: number): Uint8Array {
    const { secret, consume } = this.#state.epoch.exporterTree.find(componentId);
    consume();
    return secret;
  }

  /** The whole state, secrets included, in a versioned byte format. */
  serialize(): Uint8Array {
    return encodeMember(this.#state);
  }

  /**
   * @throws {MlsError} `unsupported-stored-version` for what an earlier release stored
   * @throws {TlsError} or another {MlsError} for bytes that {@link MemberGroup.serialize} did not make
   */
  static deserialize(crypto: CryptoProvider, bytes: Uint8Array, options: MemberOptions = {}): MemberGroup {
    return new MemberGroup(decodeMember(crypto, bytes, options), options);
  }

  #enter(staged: StagedCommit, fresh: FreshEpoch, own: OwnKeys): void {
    const state = this.#state;
    const ended = endEpoch(state.public, state.epoch);
    state.public.merge(staged);
    // RFC 9420 §9.2: what has no use after the epoch, and what was kept of epochs long ago.
    state.epoch.secrets.erase();
    state.epoch.exporterTree.erase();
    state.epoch = beginEpoch(this.suite, fresh, own, state.public.tree.leafCount, this.options.window);
    const past = [ended, ...state.past];
    const kept = this.options.pastEpochs ?? 3;
    for (const old of past.slice(kept)) erasePast(old);
    state.past = past.slice(0, kept);
    state.updateKeys = [];
    if (state.pendingCommit?.made !== fresh) this.clearPendingCommit();
    state.pendingCommit = undefined;
    for (const { proposal } of staged.proposals) {
      if (proposal.proposalType !== "reinit") continue;
      state.standing = "reinitialized";
      state.reinit = proposal.reinit;
    }
  }

  /** RFC 9420 §12.4.2: a removed member keeps its epoch to read late messages, and sends no more. */
  #leave(): void {
    this.#state.standing = "removed";
    this.clearPendingCommit();
    this.#state.updateKeys = [];
  }
}
