/**
 * What clients ask for and say in a transcript. Protocol §5.2, §5.4.1, §5.6.
 * @module
 */

import { encode as encodeContent, text } from "@openmimi/content";
import { ApplicationFraming } from "@openmimi/mls";
import {
  clientCredential,
  frankedAuthenticatedData,
  frankingTag,
  type GroupInfoRequest,
  KeyMaterialRequest,
  KeyMaterialResponse,
  signGroupInfoRequest,
  signKeyMaterialRequest,
} from "@openmimi/protocol";
import { encode } from "@openmimi/tls";
import { seededCrypto } from "../seeded.ts";
import { REQUIRED_CAPABILITIES } from "./cast.ts";
import type { Member } from "./member.ts";

/** A claim for the KeyPackages of a user. */
export function claimBody({ uri, user, own }: Member, roomId: string, targetUser: string): Uint8Array {
  const { suite } = seededCrypto("unused");
  const tbs = {
    protocol: "mls10" as const,
    requestingUser: user,
    targetUser,
    roomId,
    acceptableCiphersuites: [1],
    requiredCapabilities: REQUIRED_CAPABILITIES,
    requesterSignatureKey: own.keyPackage.leafNode.signatureKey,
    requesterCredential: clientCredential(uri),
  };
  return encode(KeyMaterialRequest, signKeyMaterialRequest(suite(1), tbs, own.signaturePrivateKey));
}

/** What the user's provider answers: a KeyPackage of each client. */
export function claimAnswer(userUri: string, clients: readonly Member[]): Uint8Array {
  return encode(KeyMaterialResponse, {
    protocol: "mls10",
    userStatus: "success",
    userUri,
    clients: clients.map(({ uri: clientUri, own: { keyPackage } }) => ({
      clientStatus: "success" as const,
      clientUri,
      keyPackage,
    })),
  });
}

/** A request for group information, and the private key for the answer. */
export function groupInfoRequest(
  { uri, own }: Member,
  seed: string,
): { readonly request: GroupInfoRequest; readonly privateKey: Uint8Array } {
  const suite = seededCrypto(`${seed} ${uri} groupInfo`).suite(1);
  const { publicKey, privateKey } = suite.generateHpkeKeyPair();
  const tbs = {
    protocol: "mls10" as const,
    cipherSuite: 1,
    requestingSignatureKey: own.keyPackage.leafNode.signatureKey,
    requestingCredential: clientCredential(uri),
    groupInfoPublicKey: publicKey,
    joiningCode: new Uint8Array(),
  };
  return { request: signGroupInfoRequest(suite, tbs, own.signaturePrivateKey), privateKey };
}

/** A text as application_data, with the franking tag that goes with it. */
export function frankedText(
  { uri, user }: Member,
  roomUri: string,
  seed: string,
  words: string,
): { readonly applicationData: Uint8Array; readonly authenticatedData: Uint8Array } {
  const salt = seededCrypto(`${seed} ${uri} ${words}`).random(16);
  const innerApplicationContent = encodeContent(text(words, { senderUri: user, roomUri, salt }));
  const mediaType = { type: "", parameters: [] };
  const applicationData = encode(ApplicationFraming, { mediaType, innerApplicationContent });
  return { applicationData, authenticatedData: frankedAuthenticatedData(frankingTag(salt, applicationData)) };
}
