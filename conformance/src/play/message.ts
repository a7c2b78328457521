/**
 * Application messages of the suite's clients: content, framing, franking tag, SubmitMessageRequest and back.
 * Protocol §5.4; content §4; extensions §4.9, §6.2.
 * @module
 */

import {
  decode as decodeContent,
  decodeStatusReport,
  encode as encodeContent,
  type MimiContent,
  messageId,
  messageStatusName,
  STATUS_MEDIA_TYPE,
  sameMediaType,
  text,
} from "@openmimi/content";
import {
  ApplicationFraming,
  ComponentId,
  ComponentsList,
  type MLSMessage,
  type ProcessedApplication,
  type PublicGroup,
} from "@openmimi/mls";
import {
  frankedAuthenticatedData,
  frankingTag,
  MimiComponentId,
  SubmitMessageRequest,
} from "@openmimi/protocol";
import { decode, encode } from "@openmimi/tls";
import type { SuiteClient } from "./suite-client.ts";

/** Reading R-077: the hub franks what carries a franking_tag, where the group has an agent for it. */
export function franksMessages(group: PublicGroup): boolean {
  const safeAad = group.component(ComponentId.safeAad);
  return (
    group.component(MimiComponentId.frankingAgent) !== undefined &&
    safeAad !== undefined &&
    decode(ComponentsList, safeAad).componentIds.includes(MimiComponentId.frankAad)
  );
}

/**
 * A text message of this member in its present epoch, as a PrivateMessage with the franking_tag that belongs to it if the room has
 * franks.
 */
export function textMessage(
  client: Pick<SuiteClient, "group" | "userUri">,
  roomUri: string,
  body: string,
  options: MessageOptions = {},
): MLSMessage {
  return identifiedMessage(client, roomUri, body, options).message;
}

interface MessageOptions {
  readonly withTag?: boolean;
}

/** As {@link textMessage}, with the ID of the message. Content §3.3. */
export function identifiedMessage(
  client: Pick<SuiteClient, "group" | "userUri">,
  roomUri: string,
  body: string,
  { withTag = true }: MessageOptions = {},
): { readonly message: MLSMessage; readonly messageId: Uint8Array } {
  const content = text(body, { senderUri: client.userUri, roomUri });
  const group = client.group.public;
  const framed = group.component(ComponentId.contentMediaTypes) !== undefined;
  const octets = encodeContent(content);
  const applicationData = framed
    ? encode(ApplicationFraming, {
        mediaType: { type: "", parameters: [] },
        innerApplicationContent: octets,
      })
    : octets;
  // A case says when its clients send, whatever they ought to commit first.
  const despitePending = true;
  const tagged = withTag && franksMessages(group);
  const tag = tagged ? frankedAuthenticatedData(frankingTag(content.salt, applicationData)) : undefined;
  const options = { despitePending, ...(tag === undefined ? {} : { authenticatedData: tag }) };
  return {
    message: client.group.protect(applicationData, options),
    messageId: messageId(octets, client.userUri, roomUri),
  };
}

/** What a message reports of others: their IDs, hexadecimal, and the statuses. Status §4. */
export function reportedIn({ nestedPart: part }: MimiContent): readonly { about: string; status: string }[] {
  if (part.cardinality !== "single" || !sameMediaType(part.contentType, STATUS_MEDIA_TYPE)) return [];
  return decodeStatusReport(part.content).map(({ messageId: about, status }) => ({
    about: Buffer.from(about).toString("hex"),
    status: messageStatusName(status) ?? String(status),
  }));
}

/** The body of a submission, with whatever is changed. */
export function submission(
  client: SuiteClient,
  appMessage: MLSMessage,
  change: Partial<SubmitMessageRequest> = {},
): Uint8Array {
  return encode(SubmitMessageRequest, {
    protocol: "mls10",
    appMessage,
    sendingUri: client.userUri,
    ...change,
  });
}

/** What a decrypted message says. @throws ContentError or TlsError for what is no MIMI content */
export function contentOf(group: PublicGroup, message: ProcessedApplication): MimiContent {
  const framed = group.component(ComponentId.contentMediaTypes) !== undefined;
  const octets = framed
    ? decode(ApplicationFraming, message.applicationData).innerApplicationContent
    : message.applicationData;
  return decodeContent(octets);
}

/** The text of a message of one part, for observations. */
export function textOf(content: MimiContent): string | undefined {
  const part = content.nestedPart;
  return part.cardinality === "single" ? new TextDecoder().decode(part.content) : undefined;
}
