/**
 * The private side of processing a commit. RFC 9420 §12.4.2, §8.3.
 * @module
 */

import { encode } from "@openmimi/tls";
import { GroupContext, type PreSharedKeyID } from "../codec/index.ts";
import { equalOctets } from "../crypto/labels.ts";
import type { CipherSuite } from "../crypto/provider.ts";
import { MlsError } from "../errors.ts";
import { confirmationTag } from "../framing/content.ts";
import { deriveEpochSecrets, type EpochSecrets, type FreshEpoch, pskSecret } from "../key-schedule.ts";
import { sameOctets } from "../octets.ts";
import type { ResolvedProposal } from "../proposals/list.ts";
import type { StagedCommit } from "../staged-commit.ts";
import { decryptUpdatePath, pruneKeys } from "../tree/treekem.ts";
import type { MemberEpoch, OwnKeys, UpdateKeys } from "./epoch.ts";
import { findPsks, type MemberOptions, type ResumptionLookup } from "./options.ts";

/** RFC 9420 §8.3: the exporter context of external initialization. */
const externalInitLabel = new TextEncoder().encode("MLS 1.0 external init secret");
const empty = new Uint8Array();

/** RFC 9420 §8.3, the joiner's side: the KEM output for ExternalInit, and the init secret. */
export function makeExternalInit(
  suite: CipherSuite,
  externalPub: Uint8Array,
): { kemOutput: Uint8Array; initSecret: Uint8Array } {
  const { kemOutput, secret } = suite.hpkeExportSender(
    externalPub,
    empty,
    externalInitLabel,
    suite.hashLength,
  );
  return { kemOutput, initSecret: secret };
}

/** RFC 9420 §8.3, a member's side. */
function openExternalInit(suite: CipherSuite, secrets: EpochSecrets, kemOutput: Uint8Array): Uint8Array {
  const { privateKey } = secrets.externalKeyPair();
  return suite.hpkeExportReceiver(privateKey, kemOutput, empty, externalInitLabel, suite.hashLength);
}

/** The PreSharedKey proposals of a commit, in order. */
export function pskIds(proposals: readonly ResolvedProposal[]): PreSharedKeyID[] {
  return proposals.flatMap(({ proposal }) => (proposal.proposalType === "psk" ? [proposal.psk] : []));
}

/** What a member has when a commit arrives. */
export interface CommitReceiver {
  readonly suite: CipherSuite;
  readonly epoch: MemberEpoch;
  readonly updateKeys: readonly UpdateKeys[];
  readonly options: MemberOptions;
  readonly resumption: ResumptionLookup;
}

/**
 * Derives the next epoch from a staged commit. Nothing changes.
 *
 * @throws {MlsError} `invalid-confirmation-tag`, `invalid-update-path`, `decryption-failed`, `missing-psk`
 */
export function deriveNextEpoch(
  member: CommitReceiver,
  staged: StagedCommit,
): { fresh: FreshEpoch; own: OwnKeys } {
  const { suite, epoch } = member;
  const own = withOwnUpdate(member, staged);
  const path = openPath(suite, own, staged);
  const { fresh } = derive(member, staged, path.commitSecret);
  const { confirmedTranscriptHash } = staged.groupContext;
  const expected = confirmationTag(suite, fresh.secrets.confirmationKey, confirmedTranscriptHash);
  if (!equalOctets(expected, staged.confirmationTag)) {
    throw new MlsError(
      "invalid-confirmation-tag",
      "the confirmation tag does not verify",
      "RFC 9420 §12.4.2",
    );
  }
  const { leafIndex } = epoch.privateState;
  const privateState = pruneKeys({ leafIndex, keys: path.keys }, staged.tree);
  return { fresh, own: { privateState, signaturePrivateKey: own.signaturePrivateKey } };
}

/** RFC 9420 §12.1.2: from here on the keys of an own Update count, and the nodes above it are blank. */
function withOwnUpdate({ epoch, updateKeys }: CommitReceiver, staged: StagedCommit): OwnKeys {
  const { privateState, signaturePrivateKey } = epoch;
  const { leafIndex } = privateState;
  const update = staged.updated.find((item) => item.leafIndex === leafIndex);
  if (update === undefined) {
    return { privateState: pruneKeys(privateState, staged.provisionalTree), signaturePrivateKey };
  }
  const keys = updateKeys.find(({ encryptionKey }) => sameOctets(encryptionKey, update.after.encryptionKey));
  if (keys === undefined) {
    throw new MlsError("usage", "the private key of an own Update is not known here", "RFC 9420 §12.1.2");
  }
  return {
    privateState: { leafIndex, keys: new Map([[2 * leafIndex, keys.encryptionPrivateKey]]) },
    signaturePrivateKey: keys.signaturePrivateKey,
  };
}

function openPath(
  suite: CipherSuite,
  { privateState }: OwnKeys,
  staged: StagedCommit,
): { commitSecret: Uint8Array; keys: ReadonlyMap<number, Uint8Array> } {
  if (staged.path === undefined) {
    return { commitSecret: new Uint8Array(suite.hashLength), keys: privateState.keys };
  }
  const { confirmedTranscriptHash } = staged.base;
  const opened = decryptUpdatePath(suite, staged.path, {
    tree: staged.provisionalTree,
    sender: staged.committer,
    privateState,
    excludedLeaves: new Set(staged.added.map(({ leafIndex }) => leafIndex)),
    groupContext: encode(GroupContext, { ...staged.groupContext, confirmedTranscriptHash }),
  });
  return { commitSecret: opened.commitSecret, keys: opened.privateState.keys };
}

function derive(
  member: CommitReceiver,
  staged: StagedCommit,
  commitSecret: Uint8Array,
): { fresh: FreshEpoch } {
  const { suite, epoch, options, resumption } = member;
  const kemOutput = staged.proposals.flatMap(({ proposal }) =>
    proposal.proposalType === "externalInit" ? [proposal.kemOutput] : [],
  )[0];
  const psks = findPsks(pskIds(staged.proposals), options, resumption);
  const external = kemOutput === undefined ? undefined : openExternalInit(suite, epoch.secrets, kemOutput);
  const psk = pskSecret(suite, psks);
  const { joinerSecret, ...fresh } = deriveEpochSecrets(suite, {
    initSecret: external ?? epoch.secrets.initSecret,
    commitSecret,
    pskSecret: psk,
    groupContext: encode(GroupContext, staged.groupContext),
  });
  for (const used of [joinerSecret, commitSecret, psk, external]) used?.fill(0);
  return { fresh };
}
