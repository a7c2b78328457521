/**
 * A valid KeyMaterialRequest (protocol 5.2), the starting point of every case that claims KeyPackages.
 * @module
 */

import { nobleCrypto } from "@openmimi/mls";
import {
  clientCredential,
  clientUri,
  KeyMaterialRequest,
  type KeyMaterialRequestTBS,
  signKeyMaterialRequest,
  userUri,
} from "@openmimi/protocol";
import { encode } from "@openmimi/tls";
import type { CaseContext, PeerName, PeerRequest } from "../src/context.ts";

/** Builds the request of a user of a peer for the KeyPackages of `targetUser`, with whatever is changed before signing. */
export function claimRequest(
  context: CaseContext,
  peer: PeerName,
  targetUser: string,
  change: Partial<KeyMaterialRequestTBS> = {},
): KeyMaterialRequest {
  const suite = nobleCrypto.suite(1);
  const keys = suite.generateSignatureKeyPair();
  const { domain } = context.peers[peer];
  const name = context.name("requester");
  const request: KeyMaterialRequestTBS = {
    protocol: "mls10",
    requestingUser: userUri(domain, name),
    targetUser,
    roomId: "",
    acceptableCiphersuites: [suite.id],
    requiredCapabilities: { extensionTypes: [], proposalTypes: [], credentialTypes: [] },
    requesterSignatureKey: keys.publicKey,
    requesterCredential: clientCredential(clientUri(domain, name, "phone")),
    ...change,
  };
  return signKeyMaterialRequest(suite, request, keys.privateKey);
}

/** Sends a valid claim from the suite's hub, with whatever is changed in the HTTP request. */
export async function claim(
  context: CaseContext,
  label: string,
  targetUser: string,
  change: Partial<PeerRequest> = {},
): Promise<void> {
  const body = encode(KeyMaterialRequest, claimRequest(context, "hub", targetUser));
  await context.peers.hub.send({ label, endpoint: "keyMaterial", about: targetUser, body, ...change });
}
