/**
 * As much of X.509 as it takes to find names: subjectAltName in a DER certificate. RFC 5280 §4.1, §4.2.1.6.
 * Whether a certificate is valid and trusted is not judged here.
 * @module
 */

/** The names of a certificate that can be a MIMI identity. */
export interface CertificateNames {
  readonly uris: readonly string[];
  readonly dnsNames: readonly string[];
}

interface Element {
  readonly tag: number;
  readonly content: Uint8Array;
}

/** Thrown inside this module only. */
class DerError extends Error {}

const Tag = {
  octetString: 0x04,
  oid: 0x06,
  sequence: 0x30,
  extensions: 0xa3,
  dnsName: 0x82,
  uri: 0x86,
} as const;
// id-ce-subjectAltName, 2.5.29.17
const SUBJECT_ALT_NAME = [0x55, 0x1d, 0x11];
const MAX_NAMES = 64;

function* elements(octets: Uint8Array): Generator<Element> {
  let at = 0;
  while (at < octets.length) {
    const tag = octets[at] as number;
    // Tags above 30 take more octets; no certificate needs them.
    if ((tag & 0x1f) === 0x1f) throw new DerError("a high tag number");
    let length = octets[at + 1];
    at += 2;
    if (length === undefined || length === 0x80 || length > 0x83) throw new DerError("a bad length");
    if (length > 0x80) {
      const count = length - 0x80;
      length = 0;
      for (let index = 0; index < count; index++) length = length * 256 + (octets[at + index] ?? Number.NaN);
      at += count;
    }
    if (!(length <= octets.length - at)) throw new DerError("a length beyond the end");
    yield { tag, content: octets.subarray(at, at + length) };
    at += length;
  }
}

function only(octets: Uint8Array, tag: number): Uint8Array {
  const [first, ...rest] = elements(octets);
  if (first?.tag !== tag || rest.length > 0) throw new DerError(`expected one element of tag ${tag}`);
  return first.content;
}

function ascii(octets: Uint8Array): string {
  if (octets.some((octet) => octet < 0x21 || octet > 0x7e)) throw new DerError("a name that is not ASCII");
  return String.fromCharCode(...octets);
}

function namesOf(generalNames: Uint8Array): CertificateNames {
  const uris: string[] = [];
  const dnsNames: string[] = [];
  for (const { tag, content } of elements(only(generalNames, Tag.sequence))) {
    if (tag === Tag.uri) uris.push(ascii(content));
    if (tag === Tag.dnsName) dnsNames.push(ascii(content));
    if (uris.length + dnsNames.length > MAX_NAMES) throw new DerError(`more than ${MAX_NAMES} names`);
  }
  return { uris, dnsNames };
}

/**
 * The URIs and DNS names in a certificate's subjectAltName.
 *
 * @returns empty lists where there is none; `undefined` where the octets are no certificate
 */
export function certificateNames(certificate: Uint8Array): CertificateNames | undefined {
  try {
    const [tbs] = elements(only(certificate, Tag.sequence));
    if (tbs?.tag !== Tag.sequence) return undefined;
    let names: CertificateNames | undefined;
    for (const part of elements(tbs.content)) {
      if (part.tag !== Tag.extensions) continue;
      for (const { content } of elements(only(part.content, Tag.sequence))) {
        const [id, ...values] = elements(content);
        if (id?.tag !== Tag.oid || !SUBJECT_ALT_NAME.every((octet, index) => octet === id.content[index]))
          continue;
        const value = values.at(-1);
        // RFC 5280 §4.2: an extension stands at most once.
        if (
          id.content.length !== SUBJECT_ALT_NAME.length ||
          value?.tag !== Tag.octetString ||
          names !== undefined
        ) {
          return undefined;
        }
        names = namesOf(value.content);
      }
    }
    return names ?? { uris: [], dnsNames: [] };
  } catch (error) {
    if (error instanceof DerError) return undefined;
    throw error;
  }
}
