/**
 * What the implementation makes of vectors of the kind `franking`. Protocol §5.4.1, §5.9.
 * @module
 */

import { ContentError, decode as decodeContent } from "@openmimi/content";
import { ApplicationFraming, nobleCrypto } from "@openmimi/mls";
import {
  FrankingAgentData,
  FrankingIntegrityTBS,
  frankAadOf,
  frankingTag,
  makeFrank,
  ProtocolError,
  ServerFrankingContext,
  verifyFrank,
  verifyFrankingTag,
  verifyServerFrank,
} from "@openmimi/protocol";
import { decode, encode } from "@openmimi/tls";
import { type Expected, hex, textOf, unhex, type Vector } from "./envelope.ts";

const suite = nobleCrypto.suite(1);

/** What MLS protects: the message, framed or bare (reading R-168). */
function applicationDataOf(input: Vector["input"]): Uint8Array {
  const innerApplicationContent = unhex(textOf(input, "content"));
  if (typeof input.mediaType !== "string") return innerApplicationContent;
  const mediaType = { type: input.mediaType, parameters: [] };
  return encode(ApplicationFraming, { mediaType, innerApplicationContent });
}

export function evaluateTag(input: Vector["input"]): Expected {
  const applicationData = applicationDataOf(input);
  const { salt } = decodeContent(unhex(textOf(input, "content")));
  if (typeof input.frankingTag !== "string") {
    const tag = hex(frankingTag(salt, applicationData));
    return { valid: true, applicationData: hex(applicationData), frankingTag: tag };
  }
  const verifies = verifyFrankingTag(unhex(input.frankingTag), salt, applicationData);
  return verifies
    ? { valid: true, applicationData: hex(applicationData), frankingTag: input.frankingTag }
    : NOT_VERIFIED;
}

const NOT_VERIFIED: Expected = { valid: false, reason: "not-verified" };

function contextOf(input: Vector["input"]): ServerFrankingContext {
  const { senderUri, roomUri, acceptedTimestamp } = input.context as Record<string, string>;
  return {
    senderUri: senderUri ?? "",
    roomUri: roomUri ?? "",
    acceptedTimestamp: BigInt(acceptedTimestamp ?? ""),
  };
}

export function evaluateStamp(input: Vector["input"]): Expected {
  const context = contextOf(input);
  const frank = makeFrank({
    suite,
    hubKey: unhex(textOf(input, "hubKey")),
    frankingPrivateKey: unhex(textOf(input, "frankingPrivateKey")),
    frankingTag: unhex(textOf(input, "frankingTag")),
    context,
  });
  return {
    valid: true,
    contextOctets: hex(encode(ServerFrankingContext, context)),
    serverFrank: hex(frank.serverFrank),
    signed: hex(encode(FrankingIntegrityTBS, { ...frank, context })),
    frankingIntegritySignature: hex(frank.frankingIntegritySignature),
  };
}

function evaluateFrank(input: Vector["input"]): Expected {
  const frankingAgent = decode(FrankingAgentData, unhex(textOf(input, "frankingAgent")));
  const frank = {
    serverFrank: unhex(textOf(input, "serverFrank")),
    frankingSignatureCiphersuite: Number(input.frankingSignatureCiphersuite),
    frankingIntegritySignature: unhex(textOf(input, "frankingIntegritySignature")),
  };
  return verifyFrank({ suite, frankingAgent, frank, context: contextOf(input) })
    ? { valid: true }
    : NOT_VERIFIED;
}

/** Protocol §5.9: what the hub finds out about a message that is reported to it. */
function evaluateReport(input: Vector["input"]): Expected {
  const { salt } = decodeContent(unhex(textOf(input, "content")));
  const tag = frankingTag(salt, applicationDataOf(input));
  const hubKeys = (input.hubKeys as string[]).map(unhex);
  const frank = {
    serverFrank: unhex(textOf(input, "serverFrank")),
    frankingSignatureCiphersuite: Number(input.frankingSignatureCiphersuite),
    frankingIntegritySignature: unhex(textOf(input, "frankingIntegritySignature")),
  };
  const isOurs = verifyServerFrank(hubKeys, frank, tag, contextOf(input));
  return isOurs ? evaluateFrank(input) : NOT_VERIFIED;
}

/** What the implementation makes of an input of this kind. */
export function evaluateFranking(input: Vector["input"]): Expected {
  try {
    if ("hubKeys" in input) return evaluateReport(input);
    if ("content" in input) return evaluateTag(input);
    if ("hubKey" in input) return evaluateStamp(input);
    if ("frankingAgent" in input) return evaluateFrank(input);
    const tag = frankAadOf(unhex(textOf(input, "authenticatedData")));
    return { valid: true, frankingTag: tag === undefined ? null : hex(tag) };
  } catch (error) {
    if (error instanceof ProtocolError || error instanceof ContentError)
      return { valid: false, reason: error.code };
    throw error;
  }
}
