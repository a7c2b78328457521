/**
 * Asking the hub for the GroupInfo of a room. Protocol §5.6.
 * @module
 */

import {
  checkRoomOfGroupInfo,
  clientCredential,
  type GroupInfoRatchetTreeTBE,
  GroupInfoRequest,
  openGroupInfoResponse,
  ProtocolError,
  signGroupInfoRequest,
} from "@openmimi/protocol";
import { encode } from "@openmimi/tls";
import { ClientError } from "./errors.ts";
import type { Session } from "./session.ts";

/**
 * Fetches and opens it. The key that opens the answer lives only here.
 *
 * @throws {ClientError} `not-allowed`, `not-found`, `malformed-answer`
 */
export async function fetchGroupInfo(
  session: Session,
  roomUri: string,
  joiningCode: Uint8Array = new Uint8Array(),
): Promise<GroupInfoRatchetTreeTBE> {
  const { cipherSuite, signatureKeyPair, clientUri } = session.identity;
  const suite = session.crypto.suite(cipherSuite);
  const keyPair = suite.generateHpkeKeyPair();
  const request = signGroupInfoRequest(
    suite,
    {
      protocol: "mls10",
      cipherSuite,
      requestingSignatureKey: signatureKeyPair.publicKey,
      requestingCredential: clientCredential(clientUri),
      groupInfoPublicKey: keyPair.publicKey,
      joiningCode,
    },
    signatureKeyPair.privateKey,
  );
  const response = await session.api.groupInfo(roomUri, encode(GroupInfoRequest, request));
  try {
    checkRoomOfGroupInfo(response, roomUri);
    if (response.status !== "success") throw refusalOf(response.status, roomUri);
    return openGroupInfoResponse(session.crypto, {
      request,
      groupInfoPrivateKey: keyPair.privateKey,
      roomId: roomUri,
      response,
    });
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    throw new ClientError("malformed-answer", error.message, { cause: error });
  }
}

function refusalOf(status: "notAuthorized" | "noSuchRoom", roomUri: string): ClientError {
  return status === "notAuthorized"
    ? new ClientError("not-allowed", `${roomUri}: the hub does not give out the GroupInfo`)
    : new ClientError("not-found", `${roomUri}: the hub knows no such room`);
}
