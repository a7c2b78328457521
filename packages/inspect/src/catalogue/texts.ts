/**
 * What is no struct: content, status reports, and text.
 * @module
 */

import { ContentError, decode, decodeStatusReport } from "@openmimi/content";
import { contentReader } from "../content.ts";
import { directoryFailsAt, readDirectory } from "../directory.ts";
import { mimiUriFailsAt, readMimiUri } from "../mimi-uri.ts";
import type { KnownObject } from "./known.ts";

/** All of them. */
export const TEXTS: readonly KnownObject[] = [
  {
    ...{ name: "MimiContent", section: "content §4.1", standing: "sent" },
    read: contentReader("MimiContent", "mimi-content"),
    failsAt: (octets) => contentFailsAt(decode, octets),
  },
  {
    ...{ name: "MessageStatusReport", section: "status §4", standing: "sent" },
    read: contentReader("MessageStatusReport", "mimi-message-status"),
    failsAt: (octets) => contentFailsAt(decodeStatusReport, octets),
  },
  {
    ...{ name: "MimiUri", section: "protocol §3", standing: "sent", read: readMimiUri },
    failsAt: mimiUriFailsAt,
  },
  {
    ...{ name: "Directory", section: "protocol §5.1", standing: "sent", read: readDirectory },
    failsAt: directoryFailsAt,
  },
];

function contentFailsAt(decoder: (octets: Uint8Array) => unknown, octets: Uint8Array): number | undefined {
  try {
    decoder(octets);
    return undefined;
  } catch (error) {
    if (!(error instanceof ContentError)) throw error;
    return error.offset;
  }
}
