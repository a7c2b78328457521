/**
 * Signing, sealing and opening what /groupInfo carries. Protocol §5.6.
 * @module
 */

import {
  type CipherSuite,
  type CryptoProvider,
  decryptWithLabel,
  ExtensionType,
  type ExternalSender,
  ExternalSenders,
  encryptWithLabel,
  equalOctets,
  type GroupInfo,
  type HPKECiphertext,
  MlsError,
  signWithLabel,
  verifyWithLabel,
} from "@openmimi/mls";
import { decode, encode, TlsError } from "@openmimi/tls";
import {
  GroupInfoRatchetTreeTBE,
  type GroupInfoRequest,
  GroupInfoRequestTBS,
  GroupInfoRequestTBSWithPresence,
  type GroupInfoResponse,
  GroupInfoResponseTBS,
} from "./bodies/index.ts";
import { providerOf } from "./credentials.ts";
import { ProtocolError } from "./errors.ts";
import { domainOf, type RoomUri } from "./identifiers.ts";
import { supportedSuite } from "./key-material.ts";
import { sameSignatureScheme } from "./signature-schemes.ts";

const SECTION = "protocol §5.6";
const REQUEST_LABEL = "GroupInfoRequestTBS";
const RESPONSE_LABEL = "GroupInfoResponseTBS";
const ENCRYPTION_LABEL = "GroupInfo and ratchet_tree encryption";
const utf8Encoder = new TextEncoder();

/** The successful GroupInfoResponse. */
export type GroupInfoSuccess = Extract<GroupInfoResponse, { status: "success" }>;

/**
 * Signs a request; the signed bytes are the message without its signature (reading R-097).
 *
 * @throws {ProtocolError} `usage` if `suite` is not the one that the request names
 */
export function signGroupInfoRequest(
  suite: CipherSuite,
  request: GroupInfoRequestTBS,
  signaturePrivateKey: Uint8Array,
): GroupInfoRequest {
  if (suite.id !== request.cipherSuite) throw new ProtocolError("usage", "another cipher suite", SECTION);
  const signature = signWithLabel(
    suite,
    signaturePrivateKey,
    REQUEST_LABEL,
    encode(GroupInfoRequestTBS, request),
  );
  return { ...request, signature };
}

/**
 * Verifies a request's signature, over the message without it or over the form with a presence octet (reading R-097).
 *
 * @throws {ProtocolError} `unsupported-cipher-suite`: to be answered with 400 (reading R-102)
 */
export function verifyGroupInfoRequest(crypto: CryptoProvider, request: GroupInfoRequest): boolean {
  const suite = suiteOf(crypto, request.cipherSuite);
  const { joiningCode, signature, requestingSignatureKey: key } = request;
  const withPresence = { ...request, joiningCode: joiningCode.length === 0 ? undefined : joiningCode };
  return (
    verifyWithLabel(suite, key, REQUEST_LABEL, encode(GroupInfoRequestTBS, request), signature) ||
    verifyWithLabel(
      suite,
      key,
      REQUEST_LABEL,
      encode(GroupInfoRequestTBSWithPresence, withPresence),
      signature,
    )
  );
}

function suiteOf(crypto: CryptoProvider, id: number): CipherSuite {
  const suite = supportedSuite(crypto, id);
  if (suite === undefined) {
    throw new ProtocolError("unsupported-cipher-suite", `cipher suite ${id} is not supported`, SECTION);
  }
  return suite;
}

/** What a hub needs to answer a request. */
export interface GroupInfoAnswer {
  readonly request: GroupInfoRequest;
  readonly roomId: RoomUri;
  /** The hub as external sender; its key has to fit the suite of the request (reading R-102). */
  readonly hubSender: ExternalSender;
  readonly hubPrivateKey: Uint8Array;
  readonly contents: GroupInfoRatchetTreeTBE;
}

/**
 * Encrypts GroupInfo, tree and pending proposals to the requester and signs the answer (readings ).
 *
 * @throws {ProtocolError} `unsupported-cipher-suite`, or `invalid-key` for the requester's groupInfoPublicKey
 */
export function sealGroupInfoResponse(crypto: CryptoProvider, answer: GroupInfoAnswer): GroupInfoSuccess {
  const { request, roomId, hubSender, contents } = answer;
  const suite = suiteOf(crypto, request.cipherSuite);
  const encryptedGroupinfoAndTree = seal(suite, request.groupInfoPublicKey, roomId, contents);
  const body = {
    version: "mls10" as const,
    roomId,
    status: "success" as const,
    cipherSuite: suite.id,
    hubSender,
    encryptedGroupinfoAndTree,
  };
  const signature = signWithLabel(
    suite,
    answer.hubPrivateKey,
    RESPONSE_LABEL,
    encode(GroupInfoResponseTBS, body),
  );
  return { ...body, signature };
}

function seal(
  suite: CipherSuite,
  publicKey: Uint8Array,
  roomId: RoomUri,
  contents: GroupInfoRatchetTreeTBE,
): HPKECiphertext {
  const plaintext = encode(GroupInfoRatchetTreeTBE, contents);
  try {
    // Reading R-101: the context is the room's URI as it is; EncryptContext adds the length.
    return encryptWithLabel(suite, publicKey, ENCRYPTION_LABEL, utf8Encoder.encode(roomId), plaintext);
  } catch (cause) {
    if (!(cause instanceof MlsError)) throw cause;
    throw new ProtocolError("invalid-key", "the groupInfoPublicKey cannot be used", SECTION, { cause });
  }
}

/** What a requester needs to open an answer. */
export interface GroupInfoOpening {
  readonly request: GroupInfoRequest;
  /** The private key of the request's groupInfoPublicKey. */
  readonly groupInfoPrivateKey: Uint8Array;
  /** The room that the request was for. */
  readonly roomId: RoomUri;
  readonly response: GroupInfoSuccess;
}

/**
 * Verifies and decrypts an answer. The hub's key comes inside of what it signs, so the credential has to name the
 * domain of the room's hub, and the key has to be an external sender of the group if the group's signature scheme is
 * the answer's (reading R-103). The GroupInfo's own signature is the business of MLS.
 *
 * @throws {ProtocolError} `inconsistent-response`, `unsupported-cipher-suite`, `untrusted-hub`, `invalid-signature`,
 *   `decryption-failed`
 */
export function openGroupInfoResponse(
  crypto: CryptoProvider,
  opening: GroupInfoOpening,
): GroupInfoRatchetTreeTBE {
  const { request, roomId, response } = opening;
  checkRoomOfGroupInfo(response, roomId);
  if (response.cipherSuite !== request.cipherSuite) {
    throw new ProtocolError("inconsistent-response", "the answer is of another cipher suite", SECTION);
  }
  const suite = suiteOf(crypto, response.cipherSuite);
  const { hubSender, signature } = response;
  if (providerNamed(hubSender) !== domainOf(roomId)) {
    throw new ProtocolError("untrusted-hub", "the hub_sender is not the hub of the room", SECTION);
  }
  const tbs = encode(GroupInfoResponseTBS, response);
  if (!verifyWithLabel(suite, hubSender.signatureKey, RESPONSE_LABEL, tbs, signature)) {
    throw new ProtocolError("invalid-signature", "the answer's signature does not verify", SECTION);
  }
  const contents = unseal(suite, opening);
  checkExternalSender(contents.groupInfo, response);
  return contents;
}

/**
 * An answer is about the room that was asked for; so is a failure, which nobody signs.
 *
 * @throws {ProtocolError} `inconsistent-response`
 */
export function checkRoomOfGroupInfo(response: GroupInfoResponse, roomId: RoomUri): void {
  if (response.roomId === roomId) return;
  throw new ProtocolError("inconsistent-response", `the answer is for ${response.roomId}`, SECTION);
}

function unseal(suite: CipherSuite, opening: GroupInfoOpening): GroupInfoRatchetTreeTBE {
  const { groupInfoPrivateKey, roomId, response } = opening;
  try {
    const plaintext = decryptWithLabel(
      suite,
      groupInfoPrivateKey,
      ENCRYPTION_LABEL,
      utf8Encoder.encode(roomId),
      response.encryptedGroupinfoAndTree,
    );
    return decode(GroupInfoRatchetTreeTBE, plaintext);
  } catch (cause) {
    if (!(cause instanceof MlsError) && !(cause instanceof TlsError)) throw cause;
    throw new ProtocolError("decryption-failed", `the answer does not open: ${cause.message}`, SECTION, {
      cause,
    });
  }
}

function providerNamed(sender: ExternalSender): string | undefined {
  try {
    return providerOf(sender.credential);
  } catch (error) {
    if (error instanceof ProtocolError) return undefined;
    throw error;
  }
}

function checkExternalSender(groupInfo: GroupInfo, response: GroupInfoSuccess): void {
  const { extensions, cipherSuite } = groupInfo.groupContext;
  const hub = providerNamed(response.hubSender);
  const sameScheme = sameSignatureScheme(cipherSuite, response.cipherSuite);
  const found = externalSenders(extensions).some(
    (sender) =>
      providerNamed(sender) === hub &&
      (!sameScheme || equalOctets(sender.signatureKey, response.hubSender.signatureKey)),
  );
  if (!found)
    throw new ProtocolError("untrusted-hub", "the hub_sender is no external sender of the group", SECTION);
}

function externalSenders(extensions: GroupInfo["groupContext"]["extensions"]): ExternalSender[] {
  const extension = extensions.find(({ extensionType }) => extensionType === ExtensionType.externalSenders);
  if (extension === undefined) return [];
  try {
    return decode(ExternalSenders, extension.extensionData);
  } catch (error) {
    if (error instanceof TlsError) return [];
    throw error;
  }
}
