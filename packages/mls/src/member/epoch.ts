/**
 * What a member knows of an epoch beyond its public part. RFC 9420 §8, §9, §15.3, extensions §4.4.
 * @module
 */

import type { Credential, GroupContext } from "../codec/index.ts";
import { EXPORTER_LEAVES } from "../components/safe-exporter.ts";
import type { CipherSuite } from "../crypto/provider.ts";
import type { EpochSecrets, FreshEpoch } from "../key-schedule.ts";
import { NodeSecrets } from "../node-secrets.ts";
import { sameOctets } from "../octets.ts";
import type { PublicGroup } from "../public-group.ts";
import { type RatchetWindow, SecretTree } from "../secret-tree.ts";
import type { PrivateState } from "../tree/treekem.ts";
import type { ResumptionLookup } from "./options.ts";

/** The private keys that a member carries from epoch to epoch. */
export interface OwnKeys {
  readonly privateState: PrivateState;
  readonly signaturePrivateKey: Uint8Array;
}

/** The private side of the current epoch. */
export interface MemberEpoch extends OwnKeys {
  readonly secrets: EpochSecrets;
  readonly secretTree: SecretTree;
  readonly exporterTree: NodeSecrets;
}

/** The private keys of an own Update proposal, until it is committed or its epoch ends. RFC 9420 §12.1.2. */
export interface UpdateKeys {
  readonly encryptionKey: Uint8Array;
  readonly encryptionPrivateKey: Uint8Array;
  readonly signaturePrivateKey: Uint8Array;
}

/** Who may have sent a message of a past epoch. */
interface PastSender {
  readonly leafIndex: number;
  readonly signatureKey: Uint8Array;
  readonly credential: Credential;
}

/** What is kept of an epoch that has ended, for late application messages. RFC 9420 §15.3. */
export interface PastEpoch {
  readonly groupContext: GroupContext;
  readonly senders: readonly PastSender[];
  readonly senderDataSecret: Uint8Array;
  readonly resumptionPsk: Uint8Array;
  readonly secretTree: SecretTree;
}

/** A member's group in all its parts. */
export interface MemberParts {
  readonly public: PublicGroup;
  readonly epoch: MemberEpoch;
}

/** Grows the trees of an epoch; their roots are overwritten as they are used. */
export function beginEpoch(
  suite: CipherSuite,
  fresh: FreshEpoch,
  own: OwnKeys,
  leafCount: number,
  window: RatchetWindow | undefined,
): MemberEpoch {
  const { privateState, signaturePrivateKey } = own;
  return {
    privateState,
    signaturePrivateKey,
    secrets: fresh.secrets,
    secretTree: SecretTree.ofEpoch(suite, leafCount, fresh.roots.encryptionSecret, window),
    exporterTree: new NodeSecrets(suite, EXPORTER_LEAVES, fresh.roots.applicationExportSecret),
  };
}

/** What to keep of the current epoch when it ends. */
export function endEpoch(group: PublicGroup, epoch: MemberEpoch): PastEpoch {
  return {
    groupContext: group.groupContext,
    senders: group.tree.leaves().map(({ leafIndex, leafNode: { signatureKey, credential } }) => ({
      leafIndex,
      signatureKey,
      credential,
    })),
    senderDataSecret: epoch.secrets.senderDataSecret,
    resumptionPsk: epoch.secrets.resumptionPsk,
    secretTree: epoch.secretTree,
  };
}

/** Overwrites what was kept of an epoch, once late messages of it are not read any more. RFC 9420 §9.2. */
export function erasePast({ senderDataSecret, resumptionPsk, secretTree }: PastEpoch): void {
  senderDataSecret.fill(0);
  resumptionPsk.fill(0);
  secretTree.erase();
}

/** RFC 9420 §8.6: the resumption PSKs of this epoch and of those that are kept. */
export function resumptionLookup(
  group: PublicGroup,
  epoch: MemberEpoch,
  past: readonly PastEpoch[],
): ResumptionLookup {
  return (groupId, at) => {
    if (!sameOctets(groupId, group.groupId)) return undefined;
    if (at === group.epoch) return epoch.secrets.resumptionPsk;
    return past.find(({ groupContext }) => groupContext.epoch === at)?.resumptionPsk;
  };
}
