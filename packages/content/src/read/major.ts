/**
 * The major types of CBOR: RFC 8949 §3.1.
 * @module
 */

export const Major = {
  unsigned: 0,
  negative: 1,
  bytes: 2,
  text: 3,
  array: 4,
  map: 5,
  tag: 6,
  simple: 7,
} as const;
