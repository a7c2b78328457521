/**
 * KeyPackages that the provider under test hands out. RFC 9420 §10.1.
 * @module
 */

import { checkKeyPackage, KeyPackage, nobleCrypto } from "@openmimi/mls";
import { identityOf, ProtocolError } from "@openmimi/protocol";
import { encode } from "@openmimi/tls";
import { decodeKeyPackage, verifyKeyPackage } from "ts-mls/keyPackage.js";
import { verifyLeafNodeSignatureKeyPackage } from "ts-mls/leafNode.js";
import type { Check } from "../checks.ts";
import { Abstention, ask, type Opinions, opinionsCheck } from "./opinion.ts";
import { tsMlsDecode, tsMlsSuite } from "./ts-mls.ts";

/**
 * Has both engines check a KeyPackage.
 * @param atMs when it was received, UNIX milliseconds; its lifetime has to cover that moment
 */
export async function keyPackageOpinions(keyPackage: KeyPackage, atMs: number): Promise<Opinions> {
  const now = BigInt(Math.floor(atMs / 1000));
  return {
    subject: `the KeyPackage of ${ownerOf(keyPackage)}`,
    ours: await ask(() => {
      checkKeyPackage(nobleCrypto.suite(keyPackage.cipherSuite), keyPackage, { now });
      return "";
    }),
    tsMls: await ask(async () => {
      const suite = await tsMlsSuite(keyPackage.cipherSuite);
      const { credentialType } = keyPackage.leafNode.credential;
      if (credentialType !== "basic" && credentialType !== "x509") {
        throw new Abstention(`it does not know credentials of type ${credentialType}`);
      }
      const theirs = tsMlsDecode("KeyPackage", decodeKeyPackage, encode(KeyPackage, keyPackage));
      const { leafNode } = theirs;
      if (!(await verifyKeyPackage(theirs, suite.signature)))
        throw new Error("the signature does not verify");
      if (!(await verifyLeafNodeSignatureKeyPackage(leafNode, suite.signature))) {
        throw new Error("the signature of the leaf does not verify");
      }
      if (now < leafNode.lifetime.notBefore || now > leafNode.lifetime.notAfter) {
        throw new Error("its lifetime does not cover the present");
      }
      return "";
    }),
  };
}

/** One check for all of them: the first that is not simply valid, or that all are. */
export async function keyPackagesValid(
  keyPackages: readonly KeyPackage[],
  atMs: number,
  at?: number,
): Promise<Check> {
  for (const keyPackage of keyPackages) {
    const check = opinionsCheck(await keyPackageOpinions(keyPackage, atMs), at);
    if (check.holds !== "yes") return check;
  }
  const found = keyPackages.length > 0;
  return {
    holds: found ? "yes" : "unknown",
    expected: "every KeyPackage is valid",
    saw: found ? `${keyPackages.length}, valid for both MLS engines` : "no KeyPackage",
    ...(at === undefined ? {} : { at }),
  };
}

function ownerOf({ leafNode }: KeyPackage): string {
  try {
    const { clientUri, userUri } = identityOf(leafNode.credential);
    return clientUri ?? userUri;
  } catch (error) {
    if (error instanceof ProtocolError) return "an unreadable credential";
    throw error;
  }
}
