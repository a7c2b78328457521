/**
 * Joining by Welcome. RFC 9420 §12.4.3.1.
 * @module
 */

import { decode, encode, TlsError } from "@openmimi/tls";
import {
  ExtensionType,
  GroupContext,
  GroupInfo,
  GroupSecrets,
  type KeyPackage,
  LeafNode,
  type PreSharedKeyID,
  RatchetTreeNodes,
  type Welcome,
} from "../codec/index.ts";
import { decryptWithLabel, equalOctets } from "../crypto/labels.ts";
import type { CipherSuite, CryptoProvider } from "../crypto/provider.ts";
import { MlsError } from "../errors.ts";
import { readExtension } from "../extensions.ts";
import { confirmationTag } from "../framing/content.ts";
import { keyPackageReference, type OwnKeyPackage } from "../key-package.ts";
import { epochFromJoiner, pskSecret, welcomeKeys } from "../key-schedule.ts";
import { sameOctets } from "../octets.ts";
import { PublicGroup } from "../public-group.ts";
import { joinWithPathSecret, type PrivateState } from "../tree/treekem.ts";
import { beginEpoch, type MemberParts } from "./epoch.ts";
import { checkLink, type LinkedGroup, type LinkUsage } from "./linked.ts";
import { findPsks, type MemberOptions } from "./options.ts";

const SECTION = "RFC 9420 §12.4.3.1";

const refuse = (message: string, cause?: unknown): never => {
  throw new MlsError("invalid-welcome", message, SECTION, cause === undefined ? undefined : { cause });
};

/** What a Welcome is opened with. */
export interface WelcomeInit {
  readonly welcome: Welcome;
  /** The client's KeyPackages; the one that the Welcome names is used. */
  readonly keyPackages: readonly OwnKeyPackage[];
  /** The tree, where the Welcome does not carry it. */
  readonly ratchetTree?: RatchetTreeNodes;
  /** The group that the new one follows by reinitialization or branching. RFC 9420 §11.2, §11.3. */
  readonly linked?: LinkedGroup;
}

/**
 * Enters the group that a Welcome is for.
 *
 * @throws {MlsError} `invalid-welcome`, `missing-psk`, `invalid-tree`, `invalid-confirmation-tag`, ...
 */
export function joinGroup(crypto: CryptoProvider, init: WelcomeInit, options: MemberOptions): MemberParts {
  const { welcome } = init;
  const suite = crypto.suite(welcome.cipherSuite);
  const { own, secrets } = openGroupSecrets(suite, welcome, init.keyPackages);
  const { linked } = init;
  const link = linkOf(secrets.psks);
  const psks = findPsks(secrets.psks, options, linked?.resumption ?? (() => undefined));
  const psk = pskSecret(suite, psks);
  const groupInfo = openGroupInfo(suite, welcome, secrets.joinerSecret, psk);
  const { groupContext } = groupInfo;
  if (groupContext.cipherSuite !== suite.id) refuse("the GroupInfo is of another cipher suite");
  if (link !== undefined && groupContext.epoch !== 1n) {
    refuse("a reinitialized or branched group begins with epoch 1");
  }
  const tree = init.ratchetTree ?? treeInside(groupInfo);
  const group = PublicGroup.fromGroupInfo(crypto, groupInfo, tree, options);
  if (link !== undefined) checkOldGroup(group, link, linked, options);
  const privateState = findOwnLeaf(suite, group, groupInfo, own, secrets.pathSecret?.pathSecret);
  const fresh = epochFromJoiner(suite, secrets.joinerSecret, psk, encode(GroupContext, groupContext));
  const expected = confirmationTag(
    suite,
    fresh.secrets.confirmationKey,
    groupContext.confirmedTranscriptHash,
  );
  if (!equalOctets(expected, groupInfo.confirmationTag)) {
    throw new MlsError(
      "invalid-confirmation-tag",
      "the GroupInfo's confirmation tag does not verify",
      SECTION,
    );
  }
  for (const used of [psk, secrets.joinerSecret]) used.fill(0);
  const keys = { privateState, signaturePrivateKey: own.signaturePrivateKey };
  return { public: group, epoch: beginEpoch(suite, fresh, keys, group.tree.leafCount, options.window) };
}

function openGroupSecrets(
  suite: CipherSuite,
  welcome: Welcome,
  keyPackages: readonly OwnKeyPackage[],
): { own: OwnKeyPackage; secrets: GroupSecrets } {
  for (const own of keyPackages) {
    if (own.keyPackage.cipherSuite !== suite.id) continue;
    const reference = keyPackageReference(suite, own.keyPackage);
    const entry = welcome.secrets.find(({ newMember }) => sameOctets(newMember, reference));
    if (entry === undefined) continue;
    const { encryptedGroupSecrets } = entry;
    const { encryptedGroupInfo } = welcome;
    const opened = decryptWithLabel(
      suite,
      own.initPrivateKey,
      "Welcome",
      encryptedGroupInfo,
      encryptedGroupSecrets,
    );
    return { own, secrets: inside(() => decode(GroupSecrets, opened)) };
  }
  return refuse("the Welcome is for none of these KeyPackages");
}

function openGroupInfo(
  suite: CipherSuite,
  welcome: Welcome,
  joinerSecret: Uint8Array,
  psk: Uint8Array,
): GroupInfo {
  const { key, nonce } = welcomeKeys(suite, joinerSecret, psk);
  const opened = suite.open(key, nonce, new Uint8Array(), welcome.encryptedGroupInfo);
  for (const used of [key, nonce]) used.fill(0);
  return inside(() => decode(GroupInfo, opened));
}

function inside<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (!(cause instanceof TlsError)) throw cause;
    return refuse(`what the Welcome encrypts is malformed: ${cause.message}`, cause);
  }
}

function treeInside(groupInfo: GroupInfo): RatchetTreeNodes {
  const tree = readExtension(groupInfo.extensions, ExtensionType.ratchetTree, RatchetTreeNodes);
  return tree ?? refuse("the Welcome carries no ratchet tree and none is given");
}

interface Link {
  readonly usage: LinkUsage;
  readonly pskEpoch: bigint;
}

/** The PSK for reinitialization or branching, which stands alone among its kind. */
function linkOf(psks: readonly PreSharedKeyID[]): Link | undefined {
  const links = psks.flatMap((id): Link[] =>
    id.pskType === "resumption" && id.usage !== "application"
      ? [{ usage: id.usage, pskEpoch: id.pskEpoch }]
      : [],
  );
  if (links.length > 1) refuse("more than one PSK for reinitialization or branching");
  return links[0];
}

/** RFC 9420 §11.2, §11.3, §12.4.3.1: what a joiner verifies of a group that follows another one. */
function checkOldGroup(
  group: PublicGroup,
  { usage, pskEpoch }: Link,
  linked: LinkedGroup | undefined,
  options: MemberOptions,
): void {
  if (linked === undefined) throw refuse(`the group that this one follows (${usage}) is not given`);
  const credentials = group.members().map(({ leafNode }) => leafNode.credential);
  const next = { groupContext: group.groupContext, credentials };
  const section = usage === "reinit" ? "RFC 9420 §11.2" : "RFC 9420 §11.3";
  checkLink(
    linked,
    usage,
    pskEpoch,
    next,
    options,
    (message) => new MlsError("invalid-welcome", message, section),
  );
}

function findOwnLeaf(
  suite: CipherSuite,
  group: PublicGroup,
  groupInfo: GroupInfo,
  own: OwnKeyPackage,
  pathSecret: Uint8Array | undefined,
): PrivateState {
  const { leafNode: ownLeaf } = own.keyPackage;
  const wanted = encode(LeafNode, ownLeaf);
  const found = group
    .members()
    .find(
      ({ leafNode }) =>
        sameOctets(leafNode.encryptionKey, ownLeaf.encryptionKey) &&
        sameOctets(encode(LeafNode, leafNode), wanted),
    );
  if (found === undefined) return refuse("the tree has no leaf of this client");
  const { leafIndex } = found;
  const privateState = { leafIndex, keys: new Map([[2 * leafIndex, own.encryptionPrivateKey]]) };
  if (pathSecret === undefined) return privateState;
  return joinWithPathSecret(suite, group.tree, privateState, groupInfo.signer, pathSecret);
}

/** A KeyPackage that was stored beside its private keys. */
export function ownKeyPackage(
  crypto: CryptoProvider,
  keyPackage: KeyPackage,
  keys: Pick<OwnKeyPackage, "initPrivateKey" | "encryptionPrivateKey" | "signaturePrivateKey">,
): OwnKeyPackage {
  const reference = keyPackageReference(crypto.suite(keyPackage.cipherSuite), keyPackage);
  return { keyPackage, reference, ...keys };
}
