/**
 * Message franking. Protocol §5.4.1; readings.
 * @module
 */

import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import {
  type CipherSuite,
  equalOctets,
  SafeAAD,
  type SafeAADItem,
  signWithLabel,
  verifyWithLabel,
} from "@openmimi/mls";
import { decode, encode, fixed, type Infer, struct, TlsError, uint16, uint64 } from "@openmimi/tls";
import { type Frank, IdentifierUri } from "./bodies/index.ts";
import { FrankAAD, type FrankingAgentData, MimiComponentId } from "./components/index.ts";
import { providerOf } from "./credentials.ts";
import { ProtocolError } from "./errors.ts";
import { domainOf } from "./identifiers.ts";

const SECTION = "protocol §5.4.1";
const LABEL = "FrankingIntegrityTBS";

/** Protocol §5.4.1.2. The time is the accepted timestamp, in milliseconds (reading R-081). */
export const ServerFrankingContext = struct("ServerFrankingContext", {
  senderUri: IdentifierUri,
  roomUri: IdentifierUri,
  acceptedTimestamp: uint64,
});
export type ServerFrankingContext = Infer<typeof ServerFrankingContext>;

/** Protocol §5.4.1.2: what the hub signs. The server frank has no length in front (reading R-074). */
export const FrankingIntegrityTBS = struct("FrankingIntegrityTBS", {
  serverFrank: fixed(32),
  frankingSignatureCiphersuite: uint16,
  context: ServerFrankingContext,
});
export type FrankingIntegrityTBS = Infer<typeof FrankingIntegrityTBS>;

/**
 * Protocol §5.4.1.1: the sender's commitment to what it sends.
 *
 * @param salt the salt inside the message, for MIMI content its 16 octets
 * @param applicationData the exact octets that MLS protects, media type framing included (reading R-076)
 * @returns 32 octets
 */
export function frankingTag(salt: Uint8Array, applicationData: Uint8Array): Uint8Array {
  return hmac(sha256, salt, applicationData);
}

/** @returns whether a tag is that of the message, compared in constant time */
export function verifyFrankingTag(tag: Uint8Array, salt: Uint8Array, applicationData: Uint8Array): boolean {
  return equalOctets(tag, frankingTag(salt, applicationData));
}

/** Protocol §5.4.1.2: HMAC over the tag and the TLS encoding of the context (reading R-075). */
export function serverFrank(hubKey: Uint8Array, tag: Uint8Array, context: ServerFrankingContext): Uint8Array {
  if (tag.length !== 32) throw new ProtocolError("usage", `a franking_tag of ${tag.length} octets`, SECTION);
  const encoded = encode(ServerFrankingContext, context);
  const input = new Uint8Array(tag.length + encoded.length);
  input.set(tag);
  input.set(encoded, tag.length);
  return hmac(sha256, hubKey, input);
}

/** What a hub franks with. */
export interface Franking {
  /** The cipher suite of the room's group. */
  readonly suite: CipherSuite;
  readonly hubKey: Uint8Array;
  /** The private key of the group's franking_agent. */
  readonly frankingPrivateKey: Uint8Array;
  readonly frankingTag: Uint8Array;
  readonly context: ServerFrankingContext;
}

/** Protocol §5.4.1.2: the hub's stamp on a message. */
export function makeFrank(franking: Franking): Frank {
  const { suite, context } = franking;
  const tbs: FrankingIntegrityTBS = {
    serverFrank: serverFrank(franking.hubKey, franking.frankingTag, context),
    frankingSignatureCiphersuite: suite.id,
    context,
  };
  return {
    serverFrank: tbs.serverFrank,
    frankingSignatureCiphersuite: suite.id,
    // Reading R-079: plain SignWithLabel, not the component's variant.
    frankingIntegritySignature: signWithLabel(
      suite,
      franking.frankingPrivateKey,
      LABEL,
      encode(FrankingIntegrityTBS, tbs),
    ),
  };
}

/** What a receiver verifies a frank with. */
export interface FrankVerification {
  /** The cipher suite of the group; of a stored message, the suite in its frank (reading R-079). */
  readonly suite: CipherSuite;
  readonly frankingAgent: FrankingAgentData;
  readonly frank: Frank;
  /** Made of what the receiver knows: the decrypted sender, the room, and the timestamp of the fan-out. */
  readonly context: ServerFrankingContext;
}

/**
 * Protocol §5.4.1.3: whether the hub of the room stamped this context. The server frank itself only the hub can check.
 * The tag has to be verified too, see {@link verifyFrankingTag}.
 */
export function verifyFrank({ suite, frankingAgent, frank, context }: FrankVerification): boolean {
  if (frank.frankingSignatureCiphersuite !== suite.id) return false;
  if (!namesHub(frankingAgent, context.roomUri)) return false;
  const { serverFrank, frankingSignatureCiphersuite, frankingIntegritySignature } = frank;
  const tbs = encode(FrankingIntegrityTBS, { serverFrank, frankingSignatureCiphersuite, context });
  return verifyWithLabel(suite, frankingAgent.frankingSignatureKey, LABEL, tbs, frankingIntegritySignature);
}

function namesHub(agent: FrankingAgentData, roomUri: string): boolean {
  try {
    return providerOf(agent.credential) === domainOf(roomUri);
  } catch (error) {
    if (error instanceof ProtocolError) return false;
    throw error;
  }
}

/**
 * Protocol §5.9: whether a server frank was made with one of the hub's keys; nothing on the wire says with which
 * (reading R-078).
 */
export function verifyServerFrank(
  hubKeys: readonly Uint8Array[],
  frank: Frank,
  tag: Uint8Array,
  context: ServerFrankingContext,
): boolean {
  return hubKeys.some((key) => equalOctets(frank.serverFrank, serverFrank(key, tag, context)));
}

/**
 * The authenticated_data of a message with a franking tag: a SafeAAD with one item more (extensions §4.9).
 *
 * @param others further items, of other components
 */
export function frankedAuthenticatedData(tag: Uint8Array, others: readonly SafeAADItem[] = []): Uint8Array {
  const item = { componentId: MimiComponentId.frankAad, aadItemData: encode(FrankAAD, { frankingTag: tag }) };
  const aadItems = [...others, item].sort((a, b) => a.componentId - b.componentId);
  return encode(SafeAAD, { aadItems });
}

/**
 * The franking tag in a message's authenticated_data. Only for groups whose context has `safe_aad` with frank_aad in
 * it; in others authenticated_data means something else (reading R-077).
 *
 * @returns 32 octets, or `undefined` where there is no tag
 * @throws {ProtocolError} `invalid-authenticated-data`
 */
export function frankAadOf(authenticatedData: Uint8Array): Uint8Array | undefined {
  try {
    const { aadItems } = decode(SafeAAD, authenticatedData);
    const item = aadItems.find(({ componentId }) => componentId === MimiComponentId.frankAad);
    return item === undefined ? undefined : decode(FrankAAD, item.aadItemData).frankingTag;
  } catch (cause) {
    if (!(cause instanceof TlsError)) throw cause;
    throw new ProtocolError("invalid-authenticated-data", cause.message, "extensions §4.9", { cause });
  }
}
