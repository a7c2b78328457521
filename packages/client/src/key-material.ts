/**
 * Claiming KeyPackages of other users. Protocol §5.2.
 * @module
 */

import {
  checkKeyPackage,
  checkSupport,
  demandsOf,
  type KeyPackage,
  MlsError,
  requiredCapabilities,
} from "@openmimi/mls";
import {
  checkKeyMaterialResponse,
  clientCredential,
  KeyMaterialRequest,
  ProtocolError,
  signKeyMaterialRequest,
} from "@openmimi/protocol";
import { encode } from "@openmimi/tls";
import { ClientError } from "./errors.ts";
import { missingMediaTypes } from "./media-types.ts";
import type { Room } from "./room.ts";
import type { Session } from "./session.ts";

/** What was claimed. */
export interface ClaimedKeyMaterial {
  readonly userUri: string;
  readonly clients: readonly { readonly clientUri: string; readonly keyPackage: KeyPackage }[];
  /** Clients that gave none, and why. */
  readonly missing: readonly { readonly clientUri: string; readonly reason: string }[];
}

/**
 * Claims a KeyPackage of every client of a user, for one room.
 *
 * @throws {ClientError} `no-key-material` if no client gave one; `malformed-answer`
 */
export async function claimKeyMaterial(
  session: Session,
  room: Room,
  targetUser: string,
): Promise<ClaimedKeyMaterial> {
  const { identity } = session;
  const { suite } = room.group;
  const request = signKeyMaterialRequest(
    suite,
    {
      protocol: "mls10",
      requestingUser: identity.userUri,
      targetUser,
      roomId: room.uri,
      // Reading R-043: who adds to an existing group lists its suite only.
      acceptableCiphersuites: [suite.id],
      requiredCapabilities: requiredCapabilities(room.group.public.groupContext.extensions),
      requesterSignatureKey: identity.signatureKeyPair.publicKey,
      requesterCredential: clientCredential(identity.clientUri),
    },
    identity.signatureKeyPair.privateKey,
  );
  const response = await session.api.keyMaterial(targetUser, encode(KeyMaterialRequest, request));
  try {
    checkKeyMaterialResponse(request, response);
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    throw new ClientError("malformed-answer", error.message, { cause: error });
  }
  const clients: { clientUri: string; keyPackage: KeyPackage }[] = [];
  const missing: { clientUri: string; reason: string }[] = [];
  for (const client of response.clients) {
    const { clientUri } = client;
    const reason =
      client.clientStatus === "success" ? objectionTo(session, room, client.keyPackage) : client.clientStatus;
    if (reason !== undefined) missing.push({ clientUri, reason });
    else if (client.clientStatus === "success") clients.push({ clientUri, keyPackage: client.keyPackage });
  }
  if (clients.length === 0) {
    const reasons = missing.map(({ clientUri, reason }) => `${clientUri} ${reason}`);
    const why = [response.userStatus, ...reasons].join("; ");
    throw new ClientError("no-key-material", `${targetUser}: ${why}`);
  }
  return { userUri: targetUser, clients, missing };
}

/**
 * Why a client is not added. One client's bad KeyPackage does not keep the user's other clients out.
 * RFC 9420 §7.3, §10.1; extensions §5, §6.2.3.
 */
function objectionTo(session: Session, room: Room, keyPackage: KeyPackage): string | undefined {
  const now = BigInt(Math.floor(session.now() / 1000));
  try {
    checkKeyPackage(room.group.suite, keyPackage, { now });
  } catch (error) {
    if (error instanceof MlsError) return "invalid KeyPackage";
    throw error;
  }
  const { extensions } = room.group.public.groupContext;
  try {
    checkSupport(keyPackage.leafNode, demandsOf(extensions));
  } catch (error) {
    if (error instanceof MlsError) return error.message;
    throw error;
  }
  const [unknown] = missingMediaTypes(extensions, keyPackage.leafNode.extensions);
  return unknown === undefined ? undefined : `cannot receive ${unknown}`;
}
