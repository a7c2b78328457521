/**
 * Message IDs: draft-ietf-mimi-content-08 §3.3.
 * @module
 */

import { sha256 } from "@noble/hashes/sha2.js";
import { CONTENT, ContentError, invalidArgument } from "./errors.ts";
import { MESSAGE_ID_OCTETS, type MessageId, type MimiContent, SALT_OCTETS } from "./model.ts";
import { checkOctets, utf8Of } from "./write/fields.ts";

const SECTION = `${CONTENT} §3.3`;

/** @internal The longest URI that its two-octet length can state. */
export const MAX_URI_OCTETS = 0xffff;
const SHORT_URI = 64;
/** The longest URI that stands whole in an error. */
const MOST_SHOWN = 200;

/** A message begins with the head of an array of 7 and of a byte string of 16: the salt. */
const MESSAGE_START = [0x87, 0x50] as const;

/** A hash function and its number in the IANA Named Information registry. */
export interface HashFunction {
  readonly hashAlg: number;
  /** @returns the digest of `data`, 31 octets or more */
  digest(data: Uint8Array): Uint8Array;
}

/** SHA-256, which MIMI content uses whatever the cipher suite of the group is. */
export const SHA_256: HashFunction = { hashAlg: 1, digest: sha256 };

/**
 * Computes the ID of a message.
 *
 * @param bytes the content octets as received; only their start is looked at here, so decode them first
 * @param senderUri the user who sent it, see {@link messageUris}
 * @param roomUri the room it was sent in
 * @param hash for a native SHA-256, or a later algorithm; default {@link SHA_256}
 * @returns 32 octets: the number of the hash algorithm and the first 31 octets of the digest
 * @throws {ContentError} `wrong-type` if no message begins so, `too-large` for a URI over 65535 octets
 * @example
 * ```ts
 * const id = messageId(bytes, "mimi://a.example/u/alice", "mimi://a.example/r/club");
 * ```
 */
export function messageId(
  bytes: Uint8Array,
  senderUri: string,
  roomUri: string,
  hash: HashFunction = SHA_256,
): MessageId {
  const message = checkOctets("bytes", bytes);
  const saltEnd = MESSAGE_START.length + SALT_OCTETS;
  if (message.length < saltEnd || message[0] !== MESSAGE_START[0] || message[1] !== MESSAGE_START[1])
    throw new ContentError(
      "wrong-type",
      "no message begins with these octets",
      SECTION,
      "MimiContent.salt",
      0,
    );
  const sender = uriOctets("senderUri", senderUri);
  const room = uriOctets("roomUri", roomUri);
  const messageAt = 4 + sender.length + room.length;
  const input = new Uint8Array(messageAt + message.length + SALT_OCTETS);
  setUri(input, 0, sender);
  setUri(input, 2 + sender.length, room);
  input.set(message, messageAt);
  // Content §3.3: the salt stands again at the end, against length extension.
  for (let at = MESSAGE_START.length; at < saltEnd; at++) input[input.length - saltEnd + at] = message[at]!;
  const digest = hash.digest(input);
  if (digest.length < MESSAGE_ID_OCTETS - 1)
    throw invalidArgument("hash", `a digest of ${digest.length} octets is too short`, SECTION);
  const id = new Uint8Array(MESSAGE_ID_OCTETS);
  id[0] = hash.hashAlg;
  for (let at = 1; at < MESSAGE_ID_OCTETS; at++) id[at] = digest[at - 1]!;
  return id;
}

/** The URIs that go into a message ID. */
export interface MessageUris {
  readonly senderUri: string;
  readonly roomUri: string;
}

/**
 * Finds the URIs of a message: those in its extensions, or else those that MLS gives (the sender's leaf, the room).
 *
 * @param derived what is known from MLS; the URIs inside must be the same (protocol §5.4.1)
 * @throws {ContentError} `uri-mismatch` if they differ, `invalid-argument` if a URI is in neither
 * @example
 * ```ts
 * const uris = messageUris(decode(bytes), { senderUri: userOfLeaf, roomUri });
 * const id = messageId(bytes, uris.senderUri, uris.roomUri);
 * ```
 */
export function messageUris(content: MimiContent, derived: Partial<MessageUris> = {}): MessageUris {
  return { senderUri: oneUri("senderUri", content, derived), roomUri: oneUri("roomUri", content, derived) };
}

function oneUri(name: keyof MessageUris, content: MimiContent, derived: Partial<MessageUris>): string {
  const inside = content.mimiExtensions[name];
  const outside = derived[name];
  const path = `MimiContent.mimiExtensions.${name}`;
  if (inside !== undefined && outside !== undefined && inside !== outside)
    throw new ContentError(
      "uri-mismatch",
      `the message says ${shown(inside)}, MLS says ${shown(outside)}`,
      SECTION,
      path,
    );
  const uri = inside ?? outside;
  if (uri === undefined) throw invalidArgument(path, "neither in the message nor given", SECTION);
  return uri;
}

/** For people and logs: short, and on one line, whatever a sender puts in a URI. */
function shown(uri: string): string {
  return JSON.stringify(uri.length > MOST_SHOWN ? `${uri.slice(0, MOST_SHOWN)}…` : uri).slice(1, -1);
}

function uriOctets(path: string, uri: string): Uint8Array {
  const octets = asciiOf(uri) ?? utf8Of(path, uri);
  if (octets.length > MAX_URI_OCTETS)
    throw new ContentError("too-large", `${octets.length} octets, over ${MAX_URI_OCTETS}`, SECTION, path);
  return octets;
}

/** Nearly all URIs are ASCII and short: for those a loop takes a third of what a TextEncoder does. */
function asciiOf(uri: string): Uint8Array | undefined {
  if (typeof uri !== "string" || uri.length > SHORT_URI) return undefined;
  const octets = new Uint8Array(uri.length);
  for (let index = 0; index < octets.length; index++) {
    const code = uri.charCodeAt(index);
    if (code > 0x7f) return undefined;
    octets[index] = code;
  }
  return octets;
}

/** Content §3.3: a big-endian 16-bit length, counting octets of UTF-8, and the URI. */
function setUri(input: Uint8Array, at: number, uri: Uint8Array): void {
  input[at] = uri.length >> 8;
  input[at + 1] = uri.length;
  if (uri.length > SHORT_URI) input.set(uri, at + 2);
  else for (let index = 0; index < uri.length; index++) input[at + 2 + index] = uri[index]!;
}
