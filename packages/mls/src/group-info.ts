/**
 * GroupInfo: signing, checking, and rebuilding from its parts. RFC 9420 §12.4.3, tree options §4.
 * @module
 */

import { encode } from "@openmimi/tls";
import {
  type Extension,
  ExtensionType,
  GroupContext,
  type GroupInfo,
  GroupInfoTBS,
  type PartialGroupInfo,
} from "./codec/index.ts";
import { signWithLabel, verifyWithLabel } from "./crypto/labels.ts";
import type { CipherSuite } from "./crypto/provider.ts";
import { MlsError } from "./errors.ts";
import { findExtension, readGroupInfoExtensions } from "./extensions.ts";
import { sameOctets } from "./octets.ts";
import type { StagedCommit } from "./staged-commit.ts";
import type { RatchetTree } from "./tree/ratchet-tree.ts";

/** Signs a GroupInfo as the member at leaf `signer`. RFC 9420 §12.4.3. */
export function signGroupInfo(
  suite: CipherSuite,
  body: { groupContext: GroupContext; extensions: Extension[]; confirmationTag: Uint8Array; signer: number },
  signaturePrivateKey: Uint8Array,
): GroupInfo {
  return {
    ...body,
    signature: signWithLabel(suite, signaturePrivateKey, "GroupInfoTBS", encode(GroupInfoTBS, body)),
  };
}

/**
 * Verifies a GroupInfo against the tree that it belongs to and, if given, against the commit that made it.
 *
 * @throws {MlsError} `invalid-group-info`, or `invalid-extension` for what its extensions hold
 */
export function checkGroupInfo(
  suite: CipherSuite,
  groupInfo: GroupInfo,
  tree: RatchetTree,
  staged?: StagedCommit,
): void {
  const refuse = (message: string): never => {
    throw new MlsError("invalid-group-info", message, "RFC 9420 §12.4.3");
  };
  readGroupInfoExtensions(groupInfo.extensions);
  if (groupInfo.groupContext.cipherSuite !== suite.id) refuse("the GroupInfo is of another cipher suite");
  const signer = tree.leaf(groupInfo.signer) ?? refuse(`the signer's leaf ${groupInfo.signer} is blank`);
  if (staged !== undefined) {
    if (
      !sameOctets(encode(GroupContext, groupInfo.groupContext), encode(GroupContext, staged.groupContext))
    ) {
      refuse("the GroupInfo does not describe the epoch that the commit begins");
    }
    if (!sameOctets(groupInfo.confirmationTag, staged.confirmationTag))
      refuse("the confirmation tag is not the commit's");
    if (groupInfo.signer !== staged.committer) refuse("the GroupInfo is not signed by the committer");
  }
  if (
    !verifyWithLabel(
      suite,
      signer.signatureKey,
      "GroupInfoTBS",
      encode(GroupInfoTBS, groupInfo),
      groupInfo.signature,
    )
  ) {
    refuse("the GroupInfo's signature does not verify");
  }
}

/**
 * Tree options §4: puts a GroupInfo together from what the commit shows and what the committer adds.
 * Only forms without an embedded tree are accepted (readings ).
 *
 * @throws {MlsError} `invalid-group-info`
 */
export function rebuildGroupInfo(staged: StagedCommit, partial: PartialGroupInfo): GroupInfo {
  if (partial.ratchetTreePresence === "present" || partial.ratchetTreePresence === "added") {
    throw new MlsError("invalid-group-info", "the GroupInfo embeds its ratchet tree", "tree options §4");
  }
  if (findExtension(partial.groupInfoExtensions, ExtensionType.ratchetTree) !== undefined) {
    throw new MlsError("invalid-group-info", "the extensions hold a ratchet_tree", "tree options §4");
  }
  return {
    groupContext: staged.groupContext,
    extensions: partial.groupInfoExtensions,
    confirmationTag: staged.confirmationTag,
    signer: staged.committer,
    signature: partial.signature,
  };
}

/** The partial form of a GroupInfo that embeds no tree. Tree options §4. */
export function partialGroupInfo(groupInfo: GroupInfo): PartialGroupInfo {
  return {
    ratchetTreePresence: "noRatchetTree",
    groupInfoExtensions: groupInfo.extensions,
    signature: groupInfo.signature,
  };
}
