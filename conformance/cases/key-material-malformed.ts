/**
 * Claims that cannot be read. All but the first two are signed over the octets that are wrong, so that nothing else is.
 * Protocol §5.2; RFC 9420 §2.1; readings.
 * @module
 */

import type { ConformanceCase } from "../src/case.ts";
import {
  truncated,
  withLongLength,
  withOctet,
  withOctets,
  withTrailingOctet,
} from "../src/play/malformed.ts";
import { type RefusedClaim, refusedClaim } from "./claim.ts";

/** A claim with something wrong about its octets. */
const malformed = (
  what: string,
  one: Omit<RefusedClaim, "id" | "changes" | "http"> & ReturnType<NonNullable<RefusedClaim["changes"]>>,
) => {
  const { title, requirements, readings = [], ...changes } = one;
  const id = `key-material/malformed/${what}`;
  return refusedClaim({ id, title, requirements, readings, changes: () => changes });
};

const BODIES = ["PROTO-TR-08", "PROTO-FRM-02"];
/** The URI of the requester begins behind the length, which has two octets from 64 octets on. */
const uriAt = (octets: Uint8Array, at: number) => at + ((octets[at] ?? 0) < 0x40 ? 1 : 2);
const asciiAt = (octets: Uint8Array, at: number, text: string) =>
  withOctets(octets, uriAt(octets, at), text.length, [...Buffer.from(text)]);

export const keyMaterialMalformed: readonly ConformanceCase[] = [
  malformed("truncated", {
    title: "A claim without its last octet is refused",
    requirements: ["PROTO-TR-08"],
    readings: ["R-010"],
    body: truncated,
  }),
  malformed("trailing-octet", {
    title: "A claim with an octet behind it is refused",
    requirements: ["PROTO-TR-08"],
    readings: ["R-010"],
    body: withTrailingOctet,
  }),
  malformed("no-cipher-suite", {
    title: "A claim with an empty list of cipher suites is refused",
    requirements: ["PROTO-KM-04"],
    signed: (octets, at) => withOctets(octets, at.acceptableCiphersuites, 3, [0]),
  }),
  malformed("half-a-cipher-suite", {
    title: "A claim whose list of cipher suites has an odd number of octets is refused",
    requirements: BODIES,
    readings: ["R-006"],
    signed: (octets, at) => withOctets(octets, at.acceptableCiphersuites, 3, [3, 0, 1, 0]),
  }),
  malformed("long-length", {
    title: "A claim with a length in more octets than it needs is refused",
    requirements: BODIES,
    readings: ["R-001"],
    signed: (octets, at) => withLongLength(octets, at.acceptableCiphersuites),
  }),
  malformed("length-prefix", {
    title: "A claim with a length that begins with the bits 11 is refused",
    requirements: BODIES,
    readings: ["R-001"],
    signed: (octets, at) => withOctets(octets, at.acceptableCiphersuites, 1, [0xc0, 0, 0, 0, 0, 0, 0, 2]),
  }),
  malformed("length-beyond-the-end", {
    title: "A claim with a vector longer than the body is refused",
    requirements: BODIES,
    readings: ["R-001"],
    signed: (octets, at) => withOctets(octets, at.acceptableCiphersuites, 1, [0xbf, 0xff, 0xff, 0xfe]),
  }),
  malformed("credential-type", {
    title: "A claim with a credential of a type that is not defined is refused",
    requirements: ["PROTO-TR-08"],
    readings: ["R-007"],
    signed: (octets, at) => withOctets(octets, at.requesterCredential, 2, [0xf1, 0x23]),
  }),
  malformed("uri-in-capitals", {
    title: "A claim with a URI that is not in its canonical form is refused",
    requirements: ["IDENT-01"],
    readings: ["R-027"],
    signed: (octets, at) => asciiAt(octets, at.requestingUser, "MIMI"),
  }),
  malformed("uri-of-another-scheme", {
    title: "A claim with a URI of another scheme is refused",
    requirements: ["IDENT-01"],
    readings: ["R-027"],
    signed: (octets, at) => asciiAt(octets, at.requestingUser, "http"),
  }),
  malformed("uri-with-nul", {
    title: "A claim with a URI that ends with NUL is refused",
    requirements: ["IDENT-01"],
    readings: ["R-027"],
    signed(octets, at) {
      const from = uriAt(octets, at.requestingUser);
      const [high = 0, low = 0] = octets.slice(at.requestingUser);
      const length = from - at.requestingUser === 1 ? high : ((high & 0x3f) << 8) | low;
      return withOctet(octets, from + length - 1, 0);
    },
  }),
];
