/**
 * The asset URL of GET /proxyDownload/{downloadUrl}. Protocol §5.10.2; reading R-124.
 * @module
 */

import { IdentifierError, ProtocolError } from "./errors.ts";
import { percentDecode } from "./percent.ts";

const MAX_DOWNLOAD_URL_OCTETS = 8192;

/** The characters of RFC 3986 without `#`: what only some parsers take (a backslash, say) is nobody's URL. */
const HTTPS_URL = /^https:\/\/[A-Za-z0-9\-._~:/?[\]@!$&'()*+,;=%]+$/i;

/**
 * The URL in a request path, from its one undecoded segment: as the sender wrote it, so that the asset's server gets
 * the path that it gave out. Which hosts are allowed is the hub's policy (reading R-125).
 *
 * @throws {ProtocolError} `invalid-download-url`: not one encoded https URL, or with user information or fragment
 */
export function downloadUrlFromPathSegment(segment: string): string {
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
  if (text.includes("#")) return refuse("the URL has a fragment");
  const url = HTTPS_URL.test(text) ? URL.parse(text) : null;
  if (url === null) return refuse("no https URL");
  if (url.username !== "" || url.password !== "") return refuse("the URL holds user information");
  return text;
}
