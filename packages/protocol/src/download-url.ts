/**
 * The asset URL of GET /proxyDownload/{downloadUrl}. Protocol §5.10.2; reading R-124.
 * @module
 */

import { IdentifierError, ProtocolError } from "./errors.ts";
import { percentDecode } from "./percent.ts";

const MAX_DOWNLOAD_URL_OCTETS = 8192;

/**
 * The URL in a request path, from its one undecoded segment. Which hosts are allowed is the hub's policy
 * (reading R-125).
 *
 * @throws {ProtocolError} `invalid-download-url`: not one encoded https URL, or with user information or fragment
 */
export function downloadUrlFromPathSegment(segment: string): URL {
  const refuse = (message: string, cause?: unknown): never => {
    throw new ProtocolError("invalid-download-url", message, "protocol §5.10.2", { cause });
  };
  if (segment.length > 3 * MAX_DOWNLOAD_URL_OCTETS) return refuse("the URL is too long");
  if (segment.includes("/")) return refuse("the URL is not one encoded segment");
  let text: string;
  try {
    text = percentDecode(segment);
  } catch (cause) {
    if (!(cause instanceof IdentifierError)) throw cause;
    return refuse(cause.message, cause);
  }
  const url = /^https:\/\/[\x21-\x7e]+$/.test(text) ? URL.parse(text) : null;
  if (url === null) return refuse("no https URL");
  if (url.username !== "" || url.password !== "") return refuse("the URL holds user information");
  if (text.includes("#")) return refuse("the URL has a fragment");
  return url;
}
