/**
 * How many bits of a field its object foretells: how much likelier these octets are as that field than as octets of some
 * other thing. Octets that fit a struct by chance have few bits, since whatever is free to be anything foretells nothing;
 * so the sum says which of several structs is meant.
 *
 * The numbers are estimates. A test over the vectors measures how well they rank.
 * @module
 */

import { isPlausibleTime } from "./meaning.ts";

/** A rule of the draft that holds. */
export const RULE_BITS = 1;
/** One item of deterministic CBOR. */
export const CBOR_ITEM_BITS = 4;
/** The head of a salt. Content §4.1. */
export const SALT_BITS = 12;
/** What an embedded object that cannot be read speaks against. */
export const BROKEN_BITS = -6;
/** What is accepted, but not sent. */
export const UNUSUAL_BITS = -10;
/** A length that leads to somewhere inside of what is left. */
export const LENGTH_BITS = 3;

/** How surprising an octet is where nothing is known: zeros and small numbers are everywhere. */
function surprise(octet: number): number {
  if (octet === 0) return 2.7;
  if (octet === 1) return 4.3;
  if (octet < 0x20) return 5.5;
  return octet < 0x7f ? 6.5 : 8.5;
}

function surpriseOf(octets: Uint8Array): number {
  return octets.reduce((sum, octet) => sum + surprise(octet), 0);
}

/** One of some numbers. */
export function choiceBits(octets: Uint8Array, choices: number): number {
  return surpriseOf(octets) - Math.log2(Math.max(1, choices));
}

/** A number of a registry: named, or of no registered meaning. */
export function codePointBits(octets: Uint8Array, names: number, isNamed: boolean): number {
  return isNamed ? choiceBits(octets, names) : -3;
}

/** An octet that is 0 or 1: presence, `bool`. */
export function flagBits(octet: number | undefined): number {
  return surprise(octet ?? 0) - 1;
}

/** Integers are mostly small, and times mostly near. */
export function integerBits(field: string, octets: Uint8Array, value: number | bigint): number {
  const plausible = isPlausibleTime(field, value);
  if (plausible !== undefined) return plausible ? 12 : -6;
  if (octets.length < 4) return 0;
  const zeros = octets.findIndex((octet) => octet !== 0);
  if (zeros === 0) return -4;
  return 2.4 * (zeros < 0 ? octets.length : zeros);
}

/** Lengths of keys, hashes, tags and signatures. */
const KEY_LENGTHS = new Set([12, 16, 32, 48, 56, 57, 64, 65, 66, 97, 114, 133]);
const KEY_FIELDS = /key$|signature$|tag$|nonce$|secret$|salt$|kemOutput|^newMember$|reference|ref$/i;

/** Octets behind their length. */
export function octetsBits(field: string, length: number): number {
  const isHash = /hash$/i.test(field);
  if (length === 0) return KEY_FIELDS.test(field) ? -4 : 0;
  if (!isHash && !KEY_FIELDS.test(field)) return LENGTH_BITS;
  // DER signatures of ECDSA have no fixed length.
  const isUsual = KEY_LENGTHS.has(length) || (/signature$/i.test(field) && length >= 68 && length <= 139);
  return isUsual ? LENGTH_BITS + 5 : -4;
}

/** Octets that spell something. */
export function octetTextBits(length: number): number {
  return Math.min(16, length) / 2;
}

/** Text is mostly ASCII, and URIs have a form. */
export function textBits(type: string, text: string): number {
  if (text === "") return 0;
  let printable = 0;
  for (let at = 0; at < text.length && at < 32; at++) {
    const code = text.charCodeAt(at);
    if (code >= 0x20 && code < 0x7f) printable++;
  }
  return LENGTH_BITS + printable + (/Uri$/.test(type) ? 10 : 0);
}
