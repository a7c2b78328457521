/**
 * URIs and text inside components. Protocol §7.6, policy appendix B.
 * @module
 */

import { refined, type Schema, text } from "@openmimi/tls";
import { MAX_URI_OCTETS } from "../limits.ts";

/** A scheme, then octets that RFC 3986 allows in a URI; what they mean is the business of the scheme. */
const uriSyntax = /^[A-Za-z][A-Za-z0-9+.-]*:(?:[A-Za-z0-9._~:/?#[\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*$/;

/**
 * `Uri`: a valid URI, or nothing at all, because several fields that hold one may be empty
 * (the avatar of a room, the pointers of the logging policy; reading R-135).
 */
export const Uri: Schema<string> = refined(
  text(MAX_URI_OCTETS),
  (value) => (value === "" || uriSyntax.test(value) ? undefined : "the text is not a URI"),
  "Uri",
);

/** `Uri` where a URI is needed. */
export const PresentUri: Schema<string> = refined(
  Uri,
  (value) => (value === "" ? "the URI is empty" : undefined),
  "Uri",
);

/** `UTF8String`: UTF-8 without NUL, up to 64 KiB. */
export const UTF8String: Schema<string> = text(0xffff);
