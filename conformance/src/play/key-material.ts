/**
 * KeyPackages of the suite's clients: handed out to the target, and claimed from it. Protocol §5.2.
 * @module
 */

import type { KeyPackage } from "@openmimi/mls";
import {
  KeyMaterialRequest,
  type KeyMaterialRequestTBS,
  KeyMaterialResponse,
  signKeyMaterialRequest,
} from "@openmimi/protocol";
import { decode, encode, TlsError } from "@openmimi/tls";
import type { CaseContext, PeerAnswer, PeerRequest, ReceivedRequest } from "../context.ts";
import { SUITE, type SuiteClient } from "./suite-client.ts";

/**
 * Has the peer of these clients answer the target's claims for their user: a fresh KeyPackage of each client.
 * A claim that does not decode is answered 400, one for somebody else userUnknown.
 */
export function publishKeyMaterial(clients: readonly SuiteClient[]): void {
  const [first] = clients;
  first?.peer.handle("keyMaterial", (request) => answerClaim(clients, request));
}

function answerClaim(clients: readonly SuiteClient[], request: ReceivedRequest): PeerAnswer {
  let claim: KeyMaterialRequest;
  try {
    claim = decode(KeyMaterialRequest, request.body);
  } catch (error) {
    if (error instanceof TlsError) return { status: 400 };
    throw error;
  }
  const own = clients.filter(({ userUri }) => userUri === claim.targetUser);
  const body = encode(KeyMaterialResponse, {
    protocol: "mls10",
    userStatus: own.length > 0 ? "success" : "userUnknown",
    userUri: claim.targetUser,
    clients: own.map((client) => ({
      clientStatus: "success" as const,
      clientUri: client.clientUri,
      keyPackage: client.keyPackage().keyPackage,
    })),
  });
  return { status: 200, headers: { "content-type": "application/octet-stream" }, body };
}

/** A signed claim of a client of the suite, with whatever is changed before signing. */
export function claimOf(
  client: SuiteClient,
  targetUser: string,
  roomId: string,
  change: Partial<KeyMaterialRequestTBS> = {},
): KeyMaterialRequest {
  const request: KeyMaterialRequestTBS = {
    protocol: "mls10",
    requestingUser: client.userUri,
    targetUser,
    roomId,
    acceptableCiphersuites: [SUITE.id],
    requiredCapabilities: { extensionTypes: [], proposalTypes: [], credentialTypes: [] },
    requesterSignatureKey: client.signatureKeys.publicKey,
    requesterCredential: client.keyPackage().keyPackage.leafNode.credential,
    ...change,
  };
  return signKeyMaterialRequest(SUITE, request, client.signatureKeys.privateKey);
}

/** Claims the KeyPackages of a user of the target for a room; stops the case when there are none. */
export async function claimKeyPackages(
  context: CaseContext,
  client: SuiteClient,
  targetUser: string,
  roomId: string,
  change: Partial<PeerRequest> = {},
): Promise<KeyPackage[]> {
  const label = `claim ${targetUser}`;
  const body = encode(KeyMaterialRequest, claimOf(client, targetUser, roomId));
  const answer = await client.peer.send({
    label,
    endpoint: "keyMaterial",
    about: targetUser,
    body,
    ...change,
  });
  const octets = answer.expect(200);
  try {
    const { clients } = decode(KeyMaterialResponse, octets);
    const found = clients.flatMap((one) => (one.clientStatus === "success" ? [one.keyPackage] : []));
    if (found.length > 0) return found;
    return context.stop("answer", `${label}: no KeyPackage was handed out`);
  } catch (error) {
    if (!(error instanceof TlsError)) throw error;
    return context.stop("decode", `${label}: ${error.message}`);
  }
}
