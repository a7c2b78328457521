/**
 * The public key in an X.509 certificate. RFC 9420 §5.3, RFC 5280 §4.1.
 * That the certificate is trusted, current and names the right user is the application's to check.
 * @module
 */

const SEQUENCE = 0x30;
const BIT_STRING = 0x03;
/** RFC 5280 §4.1: the version of a TBSCertificate, in front where it is not v1. */
const VERSION = 0xa0;

interface Element {
  readonly tag: number;
  readonly start: number;
  readonly end: number;
}

/** X.690 §8.1, §10.1: the element at an offset; `undefined` where there is none, or not in DER. */
function elementAt(der: Uint8Array, at: number, limit: number): Element | undefined {
  const tag = der[at];
  const first = der[at + 1];
  if (tag === undefined || first === undefined || at + 2 > limit) return undefined;
  let start = at + 2;
  let length = first;
  if (first >= 0x80) {
    const octets = first & 0x7f;
    if (octets < 1 || octets > 3 || start + octets > limit) return undefined;
    length = 0;
    for (let index = 0; index < octets; index++) length = length * 256 + der[start + index]!;
    if (length < (octets === 1 ? 0x80 : 2 ** (8 * (octets - 1)))) return undefined;
    start += octets;
  }
  return start + length > limit ? undefined : { tag, start, end: start + length };
}

function elementsIn(der: Uint8Array, { start, end }: Element): Element[] | undefined {
  const found: Element[] = [];
  for (let at = start; at < end; ) {
    const element = elementAt(der, at, end);
    if (element === undefined) return undefined;
    found.push(element);
    at = element.end;
  }
  return found;
}

/**
 * The subject's public key as it stands in MLS: the content of the bit string (RFC 8410 §4, RFC 5480 §2.2).
 *
 * @returns `undefined` for what is no certificate
 */
export function certificatePublicKey(certificate: Uint8Array): Uint8Array | undefined {
  const whole = elementAt(certificate, 0, certificate.length);
  if (whole?.tag !== SEQUENCE || whole.end !== certificate.length) return undefined;
  const body = elementsIn(certificate, whole)?.[0];
  if (body?.tag !== SEQUENCE) return undefined;
  const fields = elementsIn(certificate, body);
  // RFC 5280 §4.1: version, serialNumber, signature, issuer, validity, subject, subjectPublicKeyInfo
  const keyInfo = fields?.[fields[0]?.tag === VERSION ? 6 : 5];
  if (keyInfo?.tag !== SEQUENCE) return undefined;
  const key = elementsIn(certificate, keyInfo)?.[1];
  if (key?.tag !== BIT_STRING || certificate[key.start] !== 0) return undefined;
  return certificate.subarray(key.start + 1, key.end);
}
