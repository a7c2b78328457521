/**
 * What can be said of GroupInfos and of framed content. RFC 9420 §5.2, §6.1, §12.4.3.
 * @module
 */

import {
  ExtensionType,
  type FramedContent,
  FramedContentTBS,
  findExtension,
  GroupInfo,
  GroupInfoTBS,
  MlsError,
  nobleCrypto,
  PublicGroup,
  PublicMessage,
  proposalReference,
  RatchetTreeNodes,
} from "@openmimi/mls";
import { decode, encode, TlsError } from "@openmimi/tls";
import { toHex } from "../octets.ts";
import { withoutSection } from "./key-packages.ts";
import { type Ledger, suiteOf, suiteOfKey, verifies } from "./ledger.ts";

/** Validating a tree verifies the signature of every leaf. */
const MAX_LEAVES = 32;

/** A GroupInfo, with the tree beside or inside of it. */
export function addGroupInfoFacts(
  ledger: Ledger,
  path: string,
  octets: Uint8Array,
  besides: RatchetTreeNodes | undefined,
): void {
  const groupInfo = decode(GroupInfo, octets);
  const section = "RFC 9420 §12.4.3";
  const tree = besides ?? treeIn(groupInfo);
  if (tree === undefined) {
    ledger.add(path, "GroupInfo signature", "not checked", { note: "the ratchet tree is not here", section });
    return;
  }
  const { signer, signature, groupContext } = groupInfo;
  const node = tree[2 * signer];
  if (node?.nodeType !== "leaf") {
    ledger.add(path, "GroupInfo signature", "does not verify", {
      note: "the signer's leaf is blank",
      section,
    });
    return;
  }
  const { signatureKey } = node.leafNode;
  ledger.signature(path, "GroupInfo signature", section, () =>
    verifies(
      suiteOf(groupContext.cipherSuite),
      signatureKey,
      "GroupInfoTBS",
      encode(GroupInfoTBS, groupInfo),
      signature,
    ),
  );
  addTreeFacts(ledger, path, groupInfo, tree);
}

function addTreeFacts(ledger: Ledger, path: string, groupInfo: GroupInfo, tree: RatchetTreeNodes): void {
  const section = "RFC 9420 §12.4.3.1";
  const leaves = tree.filter((node) => node?.nodeType === "leaf").length;
  if (leaves > MAX_LEAVES || !ledger.mayVerify()) {
    ledger.add(path, "ratchet tree", "not checked", { note: `${leaves} leaves`, section });
    return;
  }
  try {
    PublicGroup.fromGroupInfo(nobleCrypto, groupInfo, tree);
    const note = `${leaves} ${leaves === 1 ? "leaf" : "leaves"}; tree hash, parent hashes and signatures are right`;
    ledger.add(path, "ratchet tree", "valid", { note, section });
  } catch (error) {
    if (!(error instanceof MlsError)) throw error;
    ledger.add(path, "ratchet tree", "not valid", { note: withoutSection(error), section: error.section });
  }
}

function treeIn({ extensions }: GroupInfo): RatchetTreeNodes | undefined {
  const data = findExtension(extensions, ExtensionType.ratchetTree);
  if (data === undefined) return undefined;
  try {
    return decode(RatchetTreeNodes, data);
  } catch (error) {
    if (error instanceof TlsError) return undefined;
    throw error;
  }
}

/** A PublicMessage: the reference of its proposal, and the signature where the key is inside. */
export function addPublicMessageFacts(ledger: Ledger, path: string, octets: Uint8Array): void {
  const { content, auth } = decode(PublicMessage, octets);
  if (content.contentType === "proposal") {
    const authenticated = { wireFormat: "publicMessage" as const, content, auth };
    const suite = nobleCrypto.suite(1);
    ledger.add(path, "ProposalRef", toHex(proposalReference(suite, authenticated)), {
      note: "in groups whose cipher suite hashes with SHA-256",
      section: "RFC 9420 §5.2",
    });
  }
  const key = keyIn(content);
  if (key === undefined) return;
  // RFC 9420 §6.1: who proposes to be added has no GroupContext to sign.
  const tbs = encode(FramedContentTBS, { version: "mls10", wireFormat: "publicMessage", content });
  ledger.signature(path, "signature", "RFC 9420 §6.1", () =>
    verifies(suiteOfKey(key), key, "FramedContentTBS", tbs, auth.signature),
  );
}

/** RFC 9420 §12.1.8: a new member signs its proposal with the key of the KeyPackage in it. */
function keyIn(content: FramedContent): Uint8Array | undefined {
  if (content.sender.senderType !== "newMemberProposal" || content.contentType !== "proposal")
    return undefined;
  const { proposal } = content;
  return proposal.proposalType === "add" ? proposal.keyPackage.leafNode.signatureKey : undefined;
}
