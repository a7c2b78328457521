/**
 * A member's whole state as stored octets. Ours, not a wire format: versioned, so that a later release can read it or
 * say that it cannot.
 * @module
 */

import {
  decode,
  encode,
  enumeration,
  type Infer,
  opaque,
  optional,
  struct,
  uint32,
  vector,
} from "@openmimi/tls";
import {
  AuthenticatedContent,
  Credential,
  GroupContext,
  GroupInfo,
  MLSMessage,
  ReInit,
  Welcome,
} from "../codec/index.ts";
import type { CipherSuite, CryptoProvider } from "../crypto/provider.ts";
import { MlsError } from "../errors.ts";
import { EpochSecrets, StoredEpochSecrets } from "../key-schedule.ts";
import { NodeSecrets, StoredNodeSecrets } from "../node-secrets.ts";
import { PublicGroup } from "../public-group.ts";
import { SecretTree, StoredSecretTree } from "../secret-tree.ts";
import type { PrivateState } from "../tree/treekem.ts";
import type { MemberEpoch, OwnKeys, PastEpoch, UpdateKeys } from "./epoch.ts";
import type { MemberOptions } from "./options.ts";
import type { PendingCommit } from "./pending-commit.ts";

/** Version 2 keeps the parameters of a ReInit behind everything else; version 1 had no place for them. */
const StateVersion = enumeration("StateVersion", { version2: 2 });
const Standing = enumeration("Standing", { member: 1, removed: 2, reinitialized: 3 });
/** Whether the member may still act: `removed` by a commit, or the group was `reinitialized`. */
export type Standing = Infer<typeof Standing>;

const StoredKey = struct("StoredKey", { node: uint32, privateKey: opaque() });
const StoredOwnKeys = struct("StoredOwnKeys", {
  leafIndex: uint32,
  keys: vector(StoredKey),
  signaturePrivateKey: opaque(),
});
const StoredUpdateKeys = struct("StoredUpdateKeys", {
  encryptionKey: opaque(),
  encryptionPrivateKey: opaque(),
  signaturePrivateKey: opaque(),
});
const StoredSender = struct("StoredSender", {
  leafIndex: uint32,
  signatureKey: opaque(),
  credential: Credential,
});
const StoredPastEpoch = struct("StoredPastEpoch", {
  groupContext: GroupContext,
  senders: vector(StoredSender),
  senderDataSecret: opaque(),
  resumptionPsk: opaque(),
  secretTree: StoredSecretTree,
});
const StoredPendingCommit = struct("StoredPendingCommit", {
  message: MLSMessage,
  authenticated: AuthenticatedContent,
  groupInfo: GroupInfo,
  welcome: optional(Welcome),
  secrets: StoredEpochSecrets,
  encryptionSecret: opaque(),
  applicationExportSecret: opaque(),
  own: StoredOwnKeys,
});
const StoredMember = struct("StoredMember", {
  version: StateVersion,
  standing: Standing,
  publicState: opaque(),
  own: StoredOwnKeys,
  secrets: StoredEpochSecrets,
  secretTree: StoredSecretTree,
  exporterTree: StoredNodeSecrets,
  updateKeys: vector(StoredUpdateKeys),
  past: vector(StoredPastEpoch),
  pendingCommit: optional(StoredPendingCommit),
  reinit: optional(ReInit),
});

/** Everything that a member's group consists of. */
export interface MemberState {
  standing: Standing;
  public: PublicGroup;
  epoch: MemberEpoch;
  /** Newest first. */
  past: PastEpoch[];
  updateKeys: UpdateKeys[];
  pendingCommit?: PendingCommit | undefined;
  /** What the commit that began this epoch announced. RFC 9420 §12.1.5. */
  reinit?: ReInit | undefined;
}

function storeOwnKeys({ privateState, signaturePrivateKey }: OwnKeys): Infer<typeof StoredOwnKeys> {
  const keys = [...privateState.keys].sort(([a], [b]) => a - b);
  return {
    leafIndex: privateState.leafIndex,
    keys: keys.map(([node, privateKey]) => ({ node, privateKey })),
    signaturePrivateKey,
  };
}

function restoreOwnKeys({ leafIndex, keys, signaturePrivateKey }: Infer<typeof StoredOwnKeys>): OwnKeys {
  const privateState: PrivateState = {
    leafIndex,
    keys: new Map(keys.map(({ node, privateKey }) => [node, privateKey])),
  };
  return { privateState, signaturePrivateKey };
}

/** Encodes a member's state. */
export function encodeMember(state: MemberState): Uint8Array {
  const { standing, epoch, past, updateKeys, pendingCommit, reinit } = state;
  return encode(StoredMember, {
    version: "version2",
    standing,
    publicState: state.public.serialize(),
    own: storeOwnKeys(epoch),
    secrets: epoch.secrets.stored,
    secretTree: epoch.secretTree.serialize(),
    exporterTree: epoch.exporterTree.serialize(),
    updateKeys,
    past: past.map((item) => ({
      ...item,
      senders: [...item.senders],
      secretTree: item.secretTree.serialize(),
    })),
    pendingCommit: pendingCommit === undefined ? undefined : storePendingCommit(pendingCommit),
    reinit,
  });
}

function storePendingCommit({ message, made, own }: PendingCommit): Infer<typeof StoredPendingCommit> {
  const { authenticated, groupInfo, welcome, secrets, roots } = made;
  return {
    message,
    authenticated,
    groupInfo,
    welcome,
    secrets: secrets.stored,
    ...roots,
    own: storeOwnKeys(own),
  };
}

/** The first octet of what an earlier release stored. */
const OLDER = 1;

/**
 * @throws {MlsError} `unsupported-stored-version` for what an earlier release stored
 * @throws {TlsError} for anything else that {@link encodeMember} did not make
 */
export function decodeMember(crypto: CryptoProvider, bytes: Uint8Array, options: MemberOptions): MemberState {
  if (bytes[0] === OLDER) {
    const message = `a member stored as version ${OLDER}, which is not read any more: join the group again`;
    throw new MlsError("unsupported-stored-version", message, "format of this package");
  }
  // A copy: what is decoded are views, and secrets are overwritten in place once they are used.
  const stored = decode(StoredMember, bytes.slice());
  const group = PublicGroup.deserialize(crypto, stored.publicState, options);
  const { suite } = group;
  return {
    standing: stored.standing,
    public: group,
    epoch: {
      ...restoreOwnKeys(stored.own),
      secrets: new EpochSecrets(suite, stored.secrets),
      secretTree: SecretTree.restore(suite, stored.secretTree, options.window),
      exporterTree: NodeSecrets.restore(suite, stored.exporterTree),
    },
    past: stored.past.map((item) => ({
      ...item,
      secretTree: SecretTree.restore(suite, item.secretTree, options.window),
    })),
    updateKeys: stored.updateKeys,
    pendingCommit:
      stored.pendingCommit === undefined
        ? undefined
        : restorePendingCommit(suite, group, stored.pendingCommit),
    reinit: stored.reinit,
  };
}

function restorePendingCommit(
  suite: CipherSuite,
  group: PublicGroup,
  stored: Infer<typeof StoredPendingCommit>,
): PendingCommit {
  const { message, authenticated, groupInfo, welcome, encryptionSecret, applicationExportSecret } = stored;
  const own = restoreOwnKeys(stored.own);
  return {
    message,
    encoded: encode(MLSMessage, message),
    own,
    made: {
      authenticated,
      staged: group.restage(authenticated),
      secrets: new EpochSecrets(suite, stored.secrets),
      roots: { encryptionSecret, applicationExportSecret },
      privateState: own.privateState,
      groupInfo,
      ...(welcome === undefined ? {} : { welcome }),
    },
  };
}
