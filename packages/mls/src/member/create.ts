/**
 * Creating a group. RFC 9420 §11.
 * @module
 */

import { encode } from "@openmimi/tls";
import { type Extension, GroupContext } from "../codec/index.ts";
import { checkAllSupport, checkPresented } from "../commit/leaves.ts";
import type { CryptoProvider } from "../crypto/provider.ts";
import { readGroupExtensions } from "../extensions.ts";
import { confirmationTag } from "../framing/content.ts";
import type { OwnKeyPackage } from "../key-package.ts";
import { epochFromSecret } from "../key-schedule.ts";
import { PublicGroup } from "../public-group.ts";
import { interimTranscriptHash } from "../transcript.ts";
import { RatchetTree } from "../tree/ratchet-tree.ts";
import { validateKeyPackage } from "../tree/validate.ts";
import { beginEpoch, type MemberParts } from "./epoch.ts";
import type { MemberOptions } from "./options.ts";

/** What a new group begins with. */
export interface GroupInit {
  /** RFC 9420 §17.1. */
  readonly cipherSuite: number;
  readonly groupId: Uint8Array;
  readonly own: OwnKeyPackage;
  /** The first extensions of the GroupContext. */
  readonly extensions?: readonly Extension[];
}

/**
 * A group of one member, in epoch 0. RFC 9420 §11.
 *
 * @throws {MlsError} `unsupported-cipher-suite`, `invalid-key-package`, `invalid-extension`, `missing-capability`
 */
export function createGroup(crypto: CryptoProvider, init: GroupInit, options: MemberOptions): MemberParts {
  const suite = crypto.suite(init.cipherSuite);
  const { keyPackage, encryptionPrivateKey, signaturePrivateKey } = init.own;
  const extensions = [...(init.extensions ?? [])];
  validateKeyPackage(suite, keyPackage);
  readGroupExtensions(extensions);
  const tree = RatchetTree.ofLeaf(keyPackage.leafNode);
  checkAllSupport(tree, extensions);
  checkPresented(suite, tree.leaves(), new Map(), { before: [], after: extensions }, options.credentials);
  const confirmedTranscriptHash = new Uint8Array();
  const groupContext: GroupContext = {
    version: "mls10",
    cipherSuite: suite.id,
    groupId: init.groupId,
    epoch: 0n,
    treeHash: tree.rootHash(suite),
    confirmedTranscriptHash,
    extensions,
  };
  encode(GroupContext, groupContext);
  const epochSecret = suite.random(suite.hashLength);
  const fresh = epochFromSecret(suite, epochSecret);
  epochSecret.fill(0);
  const tag = confirmationTag(suite, fresh.secrets.confirmationKey, confirmedTranscriptHash);
  const group = new PublicGroup(
    suite,
    {
      groupContext,
      tree,
      interimTranscriptHash: interimTranscriptHash(suite, confirmedTranscriptHash, tag),
      confirmationTag: tag,
    },
    options,
  );
  const own = {
    privateState: { leafIndex: 0, keys: new Map([[0, encryptionPrivateKey]]) },
    signaturePrivateKey,
  };
  return { public: group, epoch: beginEpoch(suite, fresh, own, tree.leafCount, options.window) };
}
