/**
 * What can be said of KeyPackages and leaf nodes. RFC 9420 §5.2, §7.2, §10.
 * @module
 */

import {
  type Credential,
  checkKeyPackage,
  KeyPackage,
  KeyPackageTBS,
  keyPackageReference,
  LeafNode,
  LeafNodeTBS,
  MlsError,
} from "@openmimi/mls";
import { identityOf, ProtocolError } from "@openmimi/protocol";
import { decode, encode } from "@openmimi/tls";
import { dateOf } from "../meaning.ts";
import { toHex } from "../octets.ts";
import { type Ledger, suiteOf, suiteOfKey, verifies } from "./ledger.ts";

/** A KeyPackage: its reference, whose it is, how long it is valid, whether its signatures verify. */
export function addKeyPackageFacts(ledger: Ledger, path: string, octets: Uint8Array): void {
  const keyPackage = decode(KeyPackage, octets);
  const { cipherSuite, leafNode, signature } = keyPackage;
  const suite = suiteOf(cipherSuite);
  if (suite !== undefined)
    ledger.add(path, "KeyPackageRef", toHex(keyPackageReference(suite, keyPackage)), {
      section: "RFC 9420 §5.2",
    });
  addIdentity(ledger, path, leafNode.credential);
  if (leafNode.leafNodeSource === "keyPackage") {
    const { notBefore, notAfter } = leafNode.lifetime;
    const date = (seconds: bigint) => dateOf(Number(seconds) * 1000) ?? "the end of all calendars";
    ledger.add(path, "lifetime", `${date(notBefore)} to ${date(notAfter)}`, { section: "RFC 9420 §7.2" });
  }
  ledger.signature(path, "LeafNode signature", "RFC 9420 §7.2", () =>
    verifies(suite, leafNode.signatureKey, "LeafNodeTBS", encode(LeafNodeTBS, leafNode), leafNode.signature),
  );
  ledger.signature(path, "KeyPackage signature", "RFC 9420 §10", () =>
    verifies(suite, leafNode.signatureKey, "KeyPackageTBS", encode(KeyPackageTBS, keyPackage), signature),
  );
  if (suite === undefined || !ledger.mayVerify()) return;
  try {
    checkKeyPackage(suite, keyPackage);
  } catch (error) {
    if (!(error instanceof MlsError)) throw error;
    // The signatures have a line of their own.
    if (error.code !== "invalid-signature")
      ledger.add(path, "KeyPackage", "not valid", { note: withoutSection(error), section: error.section });
  }
}

/** A leaf: whether its signature verifies. Leaves of Updates and commits are signed with their place in the group. */
export function addLeafFacts(ledger: Ledger, path: string, octets: Uint8Array): void {
  // In a tree there are many, and only the GroupInfo says what they were signed with.
  if (/\[\d+\]\.leafNode$/.test(path)) return;
  const leaf = decode(LeafNode, octets);
  addIdentity(ledger, path, leaf.credential);
  const section = "RFC 9420 §7.2";
  if (leaf.leafNodeSource !== "keyPackage") {
    ledger.add(path, "LeafNode signature", "not checked", {
      note: "it is signed with its place in the group",
      section,
    });
    return;
  }
  const tbs = encode(LeafNodeTBS, leaf);
  ledger.signature(path, "LeafNode signature", section, () =>
    verifies(suiteOfKey(leaf.signatureKey), leaf.signatureKey, "LeafNodeTBS", tbs, leaf.signature),
  );
}

function addIdentity(ledger: Ledger, path: string, credential: Credential): void {
  try {
    const { userUri, clientUri } = identityOf(credential);
    const note = clientUri === undefined ? {} : { note: `client ${clientUri}` };
    ledger.add(path, "user", userUri, { ...note, section: "protocol §4.2" });
  } catch (error) {
    // Credentials outside of MIMI name others.
    if (!(error instanceof ProtocolError)) throw error;
  }
}

/** The message of an error whose section is shown beside it. */
export function withoutSection({ message, section }: MlsError): string {
  return message.endsWith(` (${section})`) ? message.slice(0, -section.length - 3) : message;
}
