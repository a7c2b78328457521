/**
 * What a TLS connection says about who is at its other end. Protocol §4.1, reading R-014.
 * @module
 */

import type { X509Certificate } from "node:crypto";
import type { TLSSocket } from "node:tls";

/** The other end of a connection with mutual TLS. */
export interface PeerCertificate {
  /** Whether its chain ends at one of our trust anchors and it may act as a TLS client. */
  readonly trusted: boolean;
  /** Milliseconds since the UNIX epoch; asked at every request, since connections outlive certificates. */
  readonly notAfterMs: number;
  /** Whether it has this very domain as a dNSName: no wildcard, no common name. */
  names(domain: string): boolean;
}

const known = new WeakMap<TLSSocket, PeerCertificate>();

/** The certificate of a connection, or `undefined` when the other end gave none. */
export function peerCertificate(socket: TLSSocket): PeerCertificate | undefined {
  const before = known.get(socket);
  if (before !== undefined) return before;
  const certificate = socket.getPeerX509Certificate();
  if (certificate === undefined) return undefined;
  const peer = describe(certificate, socket.authorized);
  known.set(socket, peer);
  return peer;
}

function describe(certificate: X509Certificate, trusted: boolean): PeerCertificate {
  return {
    trusted,
    notAfterMs: Date.parse(certificate.validTo),
    names: (domain) =>
      certificate.checkHost(domain, { subject: "never", wildcards: false, partialWildcards: false }) !==
      undefined,
  };
}
