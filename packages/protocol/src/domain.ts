/**
 * Domain names of providers. Protocol §3, §4.1; reading R-027.
 * @module
 */

import { IdentifierError } from "./errors.ts";

const MAX_DOMAIN_OCTETS = 253;
const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * Checks a domain name: lower-case letters, digits and hyphens in labels of 1 to 63 (RFC 1123 §2.1). A name whose last
 * label is a number could be an IPv4 address, and is refused as such.
 *
 * @returns the same name
 * @throws {IdentifierError} `invalid-domain`
 */
export function parseDomain(domain: string): string {
  const refuse = (reason: string, offset: number): never => {
    throw new IdentifierError("invalid-domain", reason, offset);
  };
  if (domain === "") return refuse("the domain is empty", 0);
  if (domain.length > MAX_DOMAIN_OCTETS)
    return refuse(`more than ${MAX_DOMAIN_OCTETS} octets`, MAX_DOMAIN_OCTETS);
  let at = 0;
  const labels = domain.split(".");
  for (const label of labels) {
    if (!LABEL.test(label)) return refuse(`${JSON.stringify(label)} is no label of a domain name`, at);
    at += label.length + 1;
  }
  const last = labels.at(-1) as string;
  if (/^[0-9]+$/.test(last)) return refuse("an IP address is no domain name", domain.length - last.length);
  return domain;
}
