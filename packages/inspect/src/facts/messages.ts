/**
 * Message IDs and franking tags. Content §3.3, protocol §5.4.1.1.
 * @module
 */

import { ContentError, decode, messageId, messageUris } from "@openmimi/content";
import { frankingTag } from "@openmimi/protocol";
import type { InspectOptions } from "../model.ts";
import { toHex } from "../octets.ts";
import type { Ledger } from "./ledger.ts";

/** One message: the octets of the content, and what MLS protects, which may be framed. */
export interface Message {
  readonly path: string;
  readonly content: Uint8Array;
  readonly applicationData: Uint8Array;
}

/** What can be computed of a message. */
export function addMessageFacts(
  ledger: Ledger,
  { path, content, applicationData }: Message,
  options: InspectOptions,
): void {
  const message = decode(content);
  const { senderUri, roomUri, frankingKey } = options;
  const known = {
    ...(senderUri === undefined ? {} : { senderUri }),
    ...(roomUri === undefined ? {} : { roomUri }),
  };
  const section = "content §3.3";
  try {
    const uris = messageUris(message, known);
    const id = toHex(messageId(content, uris.senderUri, uris.roomUri));
    ledger.add(path, "message ID", id, { note: `of ${uris.senderUri} in ${uris.roomUri}`, section });
  } catch (error) {
    if (!(error instanceof ContentError)) throw error;
    const { mimiExtensions } = message;
    const missing = (["senderUri", "roomUri"] as const).filter(
      (uri) => mimiExtensions[uri] === undefined && known[uri] === undefined,
    );
    const note = missing.length > 0 ? `the message does not say its ${missing.join(" and ")}` : error.reason;
    ledger.add(path, "message ID", "not known", { note, section });
  }
  const tag = toHex(frankingTag(frankingKey ?? message.salt, applicationData));
  const of =
    applicationData === content ? "the content alone as application_data" : "the framed application_data";
  ledger.add(path, "franking tag", tag, { note: `of ${of}`, section: "protocol §5.4.1.1" });
}
