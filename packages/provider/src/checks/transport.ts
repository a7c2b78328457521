/**
 * Who is at the other end of a connection. Protocol §4.1, readings R-011, R-013, R-014, R-016.
 * @module
 */

import { domainOfFrom } from "@openmimi/protocol";
import type { PeerCertificate } from "../http/peer-certificate.ts";

/** Protocol §4.1: the TLS connection is mutually authenticated. A certificate can expire while a connection lives. */
export function certificateTrusted(certificate: PeerCertificate, nowMs: number): boolean {
  return certificate.trusted && nowMs <= certificate.notAfterMs;
}

/**
 * Protocol §4.1: the From header is an addr-spec with the local part `mimi` (reading R-016: exactly that; the domain
 * is compared without regard to case).
 *
 * @returns the domain in lower case, or `undefined`
 */
export function fromDomain(header: string | undefined): string | undefined {
  return header === undefined ? undefined : domainOfFrom(header);
}

/** Protocol §4.1: the certificate authenticates the source domain, as a dNSName (reading R-014). */
export function certificateNamesFrom(certificate: PeerCertificate, domain: string): boolean {
  return certificate.names(domain);
}

/** Protocol §4.1: the target is in the Host header, its port ignored (reading R-013). */
export function hostIsUs(host: string, ownHosts: readonly string[]): boolean {
  return ownHosts.includes(host);
}

/**
 * No document names a media type for the bodies, so any type that can hold octets is taken, and none as well (reading
 * R-011). Types that announce text or a form cannot be meant.
 */
export function mediaTypeAccepted(contentType: string | undefined): boolean {
  if (contentType === undefined || contentType === "") return true;
  const essence = (contentType.split(";", 1)[0] as string).trim().toLowerCase();
  return (
    /^[!#$%&'*+.^_`|~0-9a-z-]+\/[!#$%&'*+.^_`|~0-9a-z-]+$/.test(essence) &&
    !/^(?:text|multipart|image|audio|video|font)\//.test(essence) &&
    !/^application\/(?:json|xml|x-www-form-urlencoded|javascript|problem\+json|cbor)$/.test(essence) &&
    !/\+(?:json|xml|cbor)$/.test(essence)
  );
}
