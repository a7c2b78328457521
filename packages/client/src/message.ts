/**
 * Messages between content and MLS: framing, franking, and the checks of a receiver.
 * Content §3.3, §4; extensions §4.9, §6.2.4; protocol §5.4.1.
 * @module
 */

import {
  decode as decodeContent,
  encode as encodeContent,
  MediaType,
  type MimiContent,
  messageId,
  messageUris,
  sameMediaType,
} from "@openmimi/content";
import {
  ApplicationFraming,
  ComponentId,
  ComponentsList,
  MediaTypeList,
  type MediaType as MlsMediaType,
  type PublicGroup,
} from "@openmimi/mls";
import {
  type Frank,
  FrankingAgentData,
  frankAadOf,
  frankedAuthenticatedData,
  frankingTag,
  MimiComponentId,
  verifyFrank,
  verifyFrankingTag,
} from "@openmimi/protocol";
import { decode, encode, type Schema } from "@openmimi/tls";
import { ClientError } from "./errors.ts";
import type { Franking } from "./store.ts";

/** Who says what where. */
export interface MessageContext {
  readonly senderUri: string;
  readonly roomUri: string;
}

/** A message ready for MLS. */
export interface ComposedMessage {
  readonly content: Uint8Array;
  readonly messageId: Uint8Array;
  /** What MLS protects; the frank is over exactly these octets. */
  readonly applicationData: Uint8Array;
  /** Absent where the group franks nothing. */
  readonly authenticatedData?: Uint8Array;
}

/** A received message that holds what it should. */
export interface OpenedMessage {
  readonly content: Uint8Array;
  readonly messageId: Uint8Array;
  readonly franking: Franking;
}

/**
 * Frames and franks content for a group.
 *
 * @throws {ContentError} if the content's URIs are not those of the context
 */
export function composeMessage(
  group: PublicGroup,
  message: MimiContent,
  context: MessageContext,
): ComposedMessage {
  const { senderUri, roomUri } = messageUris(message, context);
  // Protocol §5.4.1.1: franked content names its sender and its room.
  const franked = { ...message, mimiExtensions: { ...message.mimiExtensions, senderUri, roomUri } };
  const content = encodeContent(franked);
  const applicationData = frame(group, content);
  const composed = { content, messageId: messageId(content, senderUri, roomUri), applicationData };
  if (!franksMessages(group)) return composed;
  return {
    ...composed,
    authenticatedData: frankedAuthenticatedData(frankingTag(message.salt, applicationData), []),
  };
}

/** What came out of MLS, and how it came. */
export interface ReceivedMessage {
  readonly applicationData: Uint8Array;
  readonly authenticatedData: Uint8Array;
  readonly acceptedTimestamp: bigint;
  readonly frank?: Frank | undefined;
  /** The user of the sender's leaf, and the room of the request path (reading R-082). */
  readonly context: MessageContext;
}

/**
 * Checks a decrypted message.
 *
 * @throws {ClientError} `invalid-message` if it is not MIMI content, or its franking_tag is wrong (reading R-080)
 * @throws {ContentError} if the content is malformed or names another sender or room
 * @throws {ProtocolError} if authenticated_data is malformed
 */
export function openMessage(group: PublicGroup, received: ReceivedMessage): OpenedMessage {
  const { applicationData, context } = received;
  const content = unframe(group, applicationData);
  const message = decodeContent(content);
  const { senderUri, roomUri } = messageUris(message, context);
  const tag = franksMessages(group) ? frankAadOf(received.authenticatedData) : undefined;
  if (tag !== undefined && !verifyFrankingTag(tag, message.salt, applicationData)) {
    throw new ClientError(
      "invalid-message",
      "the franking_tag is not that of the message (protocol §5.4.1.3)",
    );
  }
  return {
    content,
    messageId: messageId(content, senderUri, roomUri),
    franking: frankingOf(group, tag, received.frank, { senderUri, roomUri }, received.acceptedTimestamp),
  };
}

/**
 * Protocol §5.4.1.3: what the hub's part of a frank is worth. A missing or unverifiable one does not make the message
 * invalid, only unreportable (reading R-080).
 */
export function frankingOf(
  group: PublicGroup,
  tag: Uint8Array | undefined,
  frank: Frank | undefined,
  context: MessageContext,
  acceptedTimestamp: bigint,
): Franking {
  if (tag === undefined || frank === undefined) return "unfranked";
  const frankingAgent = componentOf(group, MimiComponentId.frankingAgent, FrankingAgentData);
  if (frankingAgent === undefined) return "unverified";
  const { suite } = group;
  const stamped = verifyFrank({ suite, frankingAgent, frank, context: { ...context, acceptedTimestamp } });
  return stamped ? "verified" : "unverified";
}

/** The franking_tag of a message that this client composed. */
export function ownFrankingTag(group: PublicGroup, content: Uint8Array, applicationData: Uint8Array) {
  return franksMessages(group) ? frankingTag(decodeContent(content).salt, applicationData) : undefined;
}

/** Reading R-077: a group franks if it has a franking agent and lists frank_aad in safe_aad. */
function franksMessages(group: PublicGroup): boolean {
  const safeAad = componentOf(group, ComponentId.safeAad, ComponentsList);
  return (
    safeAad?.componentIds.includes(MimiComponentId.frankAad) === true &&
    group.component(MimiComponentId.frankingAgent) !== undefined
  );
}

/** Extensions §6.2.4, reading R-168: framed where the group has content_media_types, bare elsewhere. */
function frame(group: PublicGroup, content: Uint8Array): Uint8Array {
  const types = mediaTypes(group);
  if (types === undefined) return content;
  // The empty type stands for the first of the list.
  const first = types[0] !== undefined && isMimiContent(types[0]);
  const mediaType = { type: first ? "" : MediaType.mimiContent, parameters: [] };
  return encode(ApplicationFraming, { mediaType, innerApplicationContent: content });
}

function unframe(group: PublicGroup, applicationData: Uint8Array): Uint8Array {
  const types = mediaTypes(group);
  if (types === undefined) return applicationData;
  const { mediaType, innerApplicationContent } = decode(ApplicationFraming, applicationData);
  const effective = mediaType.type === "" ? types[0] : mediaType;
  if (effective === undefined || !isMimiContent(effective)) {
    throw new ClientError("invalid-message", `media type ${effective?.type} is not MIMI content`);
  }
  return innerApplicationContent;
}

function mediaTypes(group: PublicGroup): readonly MlsMediaType[] | undefined {
  return componentOf(group, ComponentId.contentMediaTypes, MediaTypeList)?.mediaTypeList;
}

function isMimiContent({ type, parameters }: MlsMediaType): boolean {
  return parameters.length === 0 && sameMediaType(type, MediaType.mimiContent);
}

function componentOf<T>(group: PublicGroup, componentId: number, schema: Schema<T>): T | undefined {
  const data = group.component(componentId);
  return data === undefined ? undefined : decode(schema, data);
}
