/**
 * Signing and checking what /keyMaterial carries. Protocol §5.2.
 * @module
 */

import {
  type CipherSuite,
  type CryptoProvider,
  MlsError,
  signWithLabel,
  verifyWithLabel,
} from "@openmimi/mls";
import { decodePrefix, encode, TlsError } from "@openmimi/tls";
import {
  type ClientKeyMaterial,
  IncompatibleProtocolResponse,
  type KeyMaterialRequest,
  KeyMaterialRequestHead,
  KeyMaterialRequestTBS,
  type KeyMaterialResponse,
} from "./bodies/index.ts";
import { identityOf } from "./credentials.ts";
import { ProtocolError } from "./errors.ts";
import { parseMimiUri } from "./identifiers.ts";
import { sameSignatureScheme } from "./signature-schemes.ts";

const SECTION = "protocol §5.2";
const LABEL = "KeyMaterialRequestTBS";

/**
 * Signs a request. The request names no signature scheme, so that the signer's own cipher suite has to be the first of
 * the acceptable ones (reading R-032).
 *
 * @throws {ProtocolError} `usage` if the first suite listed has another signature scheme than `suite`
 * @example
 * ```ts
 * const request = signKeyMaterialRequest(suite, { protocol: "mls10", requestingUser, targetUser, ... }, privateKey);
 * ```
 */
export function signKeyMaterialRequest(
  suite: CipherSuite,
  request: KeyMaterialRequestTBS,
  signaturePrivateKey: Uint8Array,
): KeyMaterialRequest {
  const first = request.acceptableCiphersuites[0];
  if (first === undefined || !sameSignatureScheme(first, suite.id)) {
    throw new ProtocolError(
      "usage",
      "the signer's cipher suite is not the first that is acceptable",
      SECTION,
    );
  }
  const keyMaterialRequestSignature = signWithLabel(
    suite,
    signaturePrivateKey,
    LABEL,
    encode(KeyMaterialRequestTBS, request),
  );
  return { ...request, keyMaterialRequestSignature };
}

/**
 * Verifies a request's signature with each distinct signature scheme of the listed suites, in order (reading R-032).
 *
 * @returns false also where `crypto` supports none of them
 */
export function verifyKeyMaterialRequest(crypto: CryptoProvider, request: KeyMaterialRequest): boolean {
  const tbs = encode(KeyMaterialRequestTBS, request);
  const tried: number[] = [];
  for (const id of request.acceptableCiphersuites) {
    if (tried.some((other) => sameSignatureScheme(id, other))) continue;
    tried.push(id);
    const suite = supportedSuite(crypto, id);
    if (suite === undefined) continue;
    const { requesterSignatureKey, keyMaterialRequestSignature } = request;
    if (verifyWithLabel(suite, requesterSignatureKey, LABEL, tbs, keyMaterialRequestSignature)) return true;
  }
  return false;
}

/** @returns the suite, or `undefined` where `crypto` has it not */
export function supportedSuite(crypto: CryptoProvider, id: number): CipherSuite | undefined {
  try {
    return crypto.suite(id);
  } catch (error) {
    if (error instanceof MlsError && error.code === "unsupported-cipher-suite") return undefined;
    throw error;
  }
}

/**
 * The answer to a request of a protocol that is not MLS 1.0. Only the fields before the protocol's own can be read;
 * the answer repeats its octet (reading R-037).
 *
 * @returns `undefined` where the body is of MLS 1.0, or is nothing at all
 */
export function incompatibleProtocolResponse(body: Uint8Array): Uint8Array | undefined {
  if (body.length === 0 || body[0] === 1) return undefined;
  try {
    const { protocol, targetUser } = decodePrefix(KeyMaterialRequestHead, body).value;
    return encode(IncompatibleProtocolResponse, {
      protocol,
      userStatus: "incompatibleProtocol",
      userUri: targetUser,
      clients: [],
    });
  } catch (error) {
    if (error instanceof TlsError) return undefined;
    throw error;
  }
}

/**
 * Checks an answer against its request and against itself: the codes and the list of clients agree (readings R-036,
 * R-038), no client stands twice, and every KeyPackage is of an acceptable suite and of the client it is said to be.
 * Signatures and lifetimes of KeyPackages are the business of MLS.
 *
 * @throws {ProtocolError} `inconsistent-response`
 */
export function checkKeyMaterialResponse(request: KeyMaterialRequest, response: KeyMaterialResponse): void {
  const { userStatus, userUri, clients } = response;
  if (userUri !== request.targetUser) refuse(`the answer is about ${userUri}`);
  const served = clients.filter((client) => client.clientStatus === "success").length;
  if (userStatus === "success" && (served === 0 || served < clients.length)) {
    refuse("success, but not for every client");
  }
  if (userStatus === "partialSuccess" && served === 0) refuse("partialSuccess without any KeyPackage");
  if (userStatus === "noCompatibleMaterial" && served > 0) refuse("noCompatibleMaterial with a KeyPackage");
  const mayList = ["success", "partialSuccess", "noCompatibleMaterial"].includes(userStatus);
  if (!mayList && clients.length > 0) refuse(`${userStatus} with a list of clients`);
  const seen = new Set<string>();
  for (const client of clients) {
    if (seen.has(client.clientUri)) refuse(`${client.clientUri} is listed twice`);
    seen.add(client.clientUri);
    checkClient(request, client);
  }
}

function checkClient(request: KeyMaterialRequest, client: ClientKeyMaterial): void {
  const { kind, domain } = parseMimiUri(client.clientUri);
  if (kind !== "client" || domain !== parseMimiUri(request.targetUser).domain) {
    refuse(`${client.clientUri} is no client of the target's provider`);
  }
  if (client.clientStatus !== "success") return;
  const { cipherSuite, leafNode } = client.keyPackage;
  if (!request.acceptableCiphersuites.includes(cipherSuite))
    refuse(`cipher suite ${cipherSuite} is not acceptable`);
  const identity = identityOf(leafNode.credential);
  if (identity.userUri !== request.targetUser) refuse(`a KeyPackage of ${identity.userUri}`);
  if (identity.clientUri !== undefined && identity.clientUri !== client.clientUri) {
    refuse(`a KeyPackage of ${identity.clientUri} for ${client.clientUri}`);
  }
}

function refuse(message: string): never {
  throw new ProtocolError("inconsistent-response", message, SECTION);
}
