/**
 * What stands in the path of proxyDownload: the URL of an asset, as one segment. Protocol §5.10.2; reading R-124.
 * @module
 */

import type { Case } from "./envelope.ts";

/** The most octets of a URL, each of which may be encoded in three characters. */
const MOST = 3 * 8192;

const VALID: readonly (readonly [id: string, url: string, notes?: string])[] = [
  ["plain", "https://b.example/asset/1"],
  ["query", "https://b.example/f?a=1&b=2"],
  ["port", "https://b.example:8443/f"],
  ["percent-encoded", "https://b.example/f%20g", "Encoded once more in the path: decode once."],
  ["percent-encoded-slash", "https://b.example/a%2Fb"],
  ["no-path", "https://b.example"],
  ["root", "https://b.example/"],
  ["reserved-characters", "https://b.example/a;b=c,d!e'f(g)*h"],
  ["address", "https://192.0.2.1/f", "Which hosts are allowed is the hub's policy (reading R-125)."],
  ["upper-case-path", "https://b.example/Asset/A"],
  ["dots", "https://b.example/a/../b", "For the server of the asset to resolve."],
  ["scheme-in-upper-case", "HTTPS://b.example/f", "The same scheme (RFC 3986 section 3.1)."],
];

const INVALID: readonly (readonly [id: string, pathSegment: string, notes?: string])[] = [
  ["empty", ""],
  ["http", encodeURIComponent("http://b.example/f")],
  ["other-scheme", encodeURIComponent("file:///etc/passwd")],
  ["mimi-uri", encodeURIComponent("mimi://b.example/u/bob")],
  ["no-scheme", encodeURIComponent("b.example/f")],
  ["relative", encodeURIComponent("/f")],
  ["user-information", encodeURIComponent("https://user@b.example/f")],
  ["user-and-password", encodeURIComponent("https://user:secret@b.example/f")],
  ["fragment", encodeURIComponent("https://b.example/f#g")],
  ["empty-fragment", encodeURIComponent("https://b.example/f#")],
  ["not-encoded", "https://b.example/f", "More than one segment."],
  ["slash-not-encoded", "https%3A%2F%2Fb.example/f"],
  ["encoded-twice", encodeURIComponent(encodeURIComponent("https://b.example/f"))],
  ["space", encodeURIComponent("https://b.example/f g")],
  ["backslash", "https%3A%2F%2Fb.example%5C%40c.example", "Some parsers take it for a slash, others do not."],
  ["not-ascii", encodeURIComponent("https://b.example/ü")],
  ["control-character", encodeURIComponent("https://b.example/f\n")],
  ["nul", "https%3A%2F%2Fb.example%2F%00"],
  ["not-utf8", "https%3A%2F%2Fb.example%2F%FF"],
  ["half-an-encoding", "https%3A%2F%2Fb.example%2F%2"],
  ["no-host", encodeURIComponent("https://")],
  ["port-out-of-range", encodeURIComponent("https://b.example:99999/f")],
  [
    "too-long",
    `https%3A%2F%2Fb.example%2F${"a".repeat(MOST)}`,
    "The segment has more than 24,576 characters.",
  ],
];

/** All cases about the path of proxyDownload. */
export function proxyDownloadBodies(): Case[] {
  const input = (pathSegment: string) => ({ endpoint: "proxyDownload", pathSegment });
  return [
    ...VALID.map(
      ([id, url, notes]): Case => ({
        id,
        input: input(
          encodeURIComponent(url).replaceAll(
            /[!'()*]/g,
            (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
          ),
        ),
        readings: ["R-124"],
        ...(notes === undefined ? {} : { notes }),
      }),
    ),
    ...INVALID.map(
      ([id, pathSegment, notes]): Case => ({
        id,
        input: input(pathSegment),
        reason: "invalid-download-url",
        readings: ["R-124"],
        ...(notes === undefined ? {} : { notes }),
      }),
    ),
  ];
}
