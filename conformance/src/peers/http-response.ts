/**
 * Reads one HTTP/1.1 answer (RFC 9112) off a byte stream that may end, lie or never stop. Written here so that a
 * case sees what really came, and so that a peer can send octets that no HTTP library would.
 * @module
 */

/** The longest header section and body that are looked at, in octets. */
export const MAX_HEADER_OCTETS = 64 * 1024;
export const MAX_BODY_OCTETS = 8 * 1024 * 1024;

export interface HttpResponse {
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Uint8Array;
}

/** The answer, or that more octets are needed, or what is wrong with those that are there. */
export type Parsed =
  | { readonly kind: "response"; readonly response: HttpResponse }
  | { readonly kind: "incomplete" }
  | { readonly kind: "malformed"; readonly detail: string };

const INCOMPLETE: Parsed = { kind: "incomplete" };
const malformed = (detail: string): Parsed => ({ kind: "malformed", detail });

/**
 * Looks at everything received so far.
 * @param ended whether the peer has closed its side, which is what ends a body without a length
 * @param toHead whether it answers a HEAD request, and so has no body whatever its header fields say
 */
export function parseResponse(octets: Buffer, ended: boolean, toHead = false): Parsed {
  const headerEnd = octets.indexOf("\r\n\r\n");
  if (headerEnd < 0) {
    if (octets.length > MAX_HEADER_OCTETS) return malformed("no end of the header section within 64 KiB");
    return octets.length > 0 && ended ? malformed("the answer ends within its header section") : INCOMPLETE;
  }
  const lines = octets.toString("latin1", 0, headerEnd).split("\r\n");
  const start = /^HTTP\/1\.[01] (\d{3})(?: .*)?$/.exec(lines[0] ?? "");
  if (start === null) return malformed(`not a status line: ${JSON.stringify((lines[0] ?? "").slice(0, 80))}`);
  const status = Number(start[1]);
  const headers: (readonly [string, string])[] = [];
  for (const line of lines.slice(1)) {
    const colon = line.indexOf(":");
    const name = line.slice(0, Math.max(colon, 0));
    if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)) {
      return malformed(`not a header field: ${JSON.stringify(line.slice(0, 80))}`);
    }
    headers.push([name, line.slice(colon + 1).trim()]);
  }
  const rest = octets.subarray(headerEnd + 4);
  // RFC 9110 §15.2: interim answers come before the final one.
  if (status < 200 && status !== 101) return parseResponse(rest, ended, toHead);
  const done = (body: Uint8Array): Parsed => ({ kind: "response", response: { status, headers, body } });
  // RFC 9112 §6.3: these never have a body.
  if (toHead || status === 204 || status === 304) return done(new Uint8Array());
  const fieldOf = (name: string) => headers.find(([field]) => field.toLowerCase() === name)?.[1];
  const coding = fieldOf("transfer-encoding");
  if (coding !== undefined) {
    if (coding.toLowerCase() !== "chunked") return malformed(`transfer coding ${JSON.stringify(coding)}`);
    return parseChunks(rest, ended, done);
  }
  const length = fieldOf("content-length");
  if (length === undefined) {
    if (rest.length > MAX_BODY_OCTETS) return malformed("a body of more than 8 MiB");
    return ended ? done(rest) : INCOMPLETE;
  }
  if (!/^\d{1,15}$/.test(length)) return malformed(`Content-Length ${JSON.stringify(length)}`);
  if (Number(length) > MAX_BODY_OCTETS) return malformed("a body of more than 8 MiB");
  if (rest.length >= Number(length)) return done(rest.subarray(0, Number(length)));
  return ended ? malformed(`the body ends after ${rest.length} of ${length} octets`) : INCOMPLETE;
}

/** RFC 9112 §7.1. */
function parseChunks(octets: Buffer, ended: boolean, done: (body: Uint8Array) => Parsed): Parsed {
  const chunks: Buffer[] = [];
  let at = 0;
  let total = 0;
  for (;;) {
    const lineEnd = octets.indexOf("\r\n", at);
    if (lineEnd < 0) return ended ? malformed("the body ends within a chunk") : INCOMPLETE;
    const size = /^([0-9A-Fa-f]{1,8})(?:[ \t]*;.*)?$/.exec(octets.toString("latin1", at, lineEnd));
    if (size === null) return malformed("not a chunk size");
    const length = Number.parseInt(size[1] as string, 16);
    total += length;
    if (total > MAX_BODY_OCTETS) return malformed("a body of more than 8 MiB");
    const from = lineEnd + 2;
    if (length === 0) return done(Buffer.concat(chunks));
    if (octets.length < from + length + 2) {
      return ended ? malformed("the body ends within a chunk") : INCOMPLETE;
    }
    chunks.push(octets.subarray(from, from + length));
    at = from + length + 2;
  }
}
