/**
 * KeyPackages of the suite's clients: handed out to the target, and claimed from it. Protocol §5.2.
 * @module
 */

import { Credential, type KeyPackage, signWithLabel } from "@openmimi/mls";
import {
  clientCredential,
  KeyMaterialRequest,
  KeyMaterialRequestHead,
  KeyMaterialRequestTBS,
  KeyMaterialResponse,
  signKeyMaterialRequest,
} from "@openmimi/protocol";
import { decode, encode, opaque, TlsError } from "@openmimi/tls";
import type { CaseContext, Peer, PeerAnswer, PeerRequest, ReceivedRequest } from "../context.ts";
import { joined } from "./malformed.ts";
import { type KeyPackageChanges, SUITE, type SuiteClient } from "./suite-client.ts";

/**
 * Has the peer of these clients answer the target's claims for their user: a fresh KeyPackage of each client.
 * A claim that does not decode is answered 400, one for somebody else userUnknown.
 *
 * @param at the hub that passes the claims on, where it is another peer
 * @param changes what is different about the KeyPackages
 */
export function publishKeyMaterial(
  clients: readonly SuiteClient[],
  at?: Peer,
  changes: KeyPackageChanges = {},
): void {
  const peer = at ?? clients[0]?.peer;
  peer?.handle("keyMaterial", (request) => answerClaim(clients, request, changes));
}

function answerClaim(
  clients: readonly SuiteClient[],
  request: ReceivedRequest,
  changes: KeyPackageChanges,
): PeerAnswer {
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
      keyPackage: client.keyPackage(changes).keyPackage,
    })),
  });
  return { status: 200, headers: { "content-type": "application/octet-stream" }, body };
}

/** What a client of the suite claims, before it is signed, with whatever is changed. */
export function claimTbs(
  client: SuiteClient,
  targetUser: string,
  roomId: string,
  change: Partial<KeyMaterialRequestTBS> = {},
): KeyMaterialRequestTBS {
  return {
    protocol: "mls10",
    requestingUser: client.userUri,
    targetUser,
    roomId,
    acceptableCiphersuites: [SUITE.id],
    requiredCapabilities: { extensionTypes: [], proposalTypes: [], credentialTypes: [] },
    requesterSignatureKey: client.signatureKeys.publicKey,
    requesterCredential: clientCredential(client.clientUri),
    ...change,
  };
}

/** The body of a claim whose octets a case changes before they are signed, so that nothing else is wrong with it. */
export function oddClaim(
  client: SuiteClient,
  tbs: KeyMaterialRequestTBS,
  change: (octets: Uint8Array, at: ClaimOffsets) => Uint8Array,
): Uint8Array {
  const { targetUser, requestingUser, roomId } = tbs;
  const head = encode(KeyMaterialRequestHead, { protocol: 1, requestingUser, targetUser, roomId });
  const right = encode(KeyMaterialRequestTBS, tbs);
  const octets = change(right, {
    requestingUser: 1,
    acceptableCiphersuites: head.length,
    requesterCredential: right.length - encode(Credential, tbs.requesterCredential).length,
  });
  const signature = signWithLabel(SUITE, client.signatureKeys.privateKey, "KeyMaterialRequestTBS", octets);
  return joined(octets, encode(opaque(), signature));
}

/** Where fields begin in the octets of a claim. */
export interface ClaimOffsets {
  readonly requestingUser: number;
  readonly acceptableCiphersuites: number;
  readonly requesterCredential: number;
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
  const request = signKeyMaterialRequest(
    SUITE,
    claimTbs(client, targetUser, roomId),
    client.signatureKeys.privateKey,
  );
  const body = encode(KeyMaterialRequest, request);
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

/** A new user of the target with one client per number: how many KeyPackages it has published. */
export async function userWithStock(
  { adapter, name }: CaseContext,
  stock: readonly number[],
): Promise<{ readonly userUri: string; readonly clientUris: readonly string[] }> {
  const { userUri } = await adapter.call("createUser", { name: name("dora") });
  const clientUris: string[] = [];
  for (const [at, count] of stock.entries()) {
    const { clientUri } = await adapter.call("createClient", { userUri, device: `device${at + 1}` });
    if (count > 0) await adapter.call("publishKeyPackages", { clientUri, count });
    clientUris.push(clientUri);
  }
  return { userUri, clientUris };
}
