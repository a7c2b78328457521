/**
 * Credentials put together by hand: DER, JSON Web Tokens and CBOR, without the code that reads them.
 * @module
 */

/** Octets in hexadecimal. */
type Hex = string;

export const utf8 = (text: string): Hex => Buffer.from(text).toString("hex");

/** An opaque with the variable-length size of RFC 9420 §2.1.2. */
function sized(content: Hex): Hex {
  const length = content.length / 2;
  if (length < 0x40) return length.toString(16).padStart(2, "0") + content;
  if (length < 0x4000) return (0x4000 + length).toString(16) + content;
  return (0x8000_0000 + length).toString(16) + content;
}

export const basic = (identity: string): Hex => `0001${sized(utf8(identity))}`;
export const x509 = (...certificates: Hex[]): Hex => `0002${sized(certificates.map(sized).join(""))}`;
/** Reading R-175: numbers for private use. */
export const jwtCredential = (token: string): Hex => `f001${sized(utf8(token))}`;
export const cwtCredential = (token: Hex): Hex => `f002${sized(token)}`;
export const multi = (): Hex => `0003${sized("")}`;

/** An element of DER. X.690 §8.1. */
function der(tag: string, ...contents: Hex[]): Hex {
  const content = contents.join("");
  const length = content.length / 2;
  const octets =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return tag + Buffer.from(octets).toString("hex") + content;
}

/** An object identifier. X.690 §8.19. */
function oid(text: string): Hex {
  const [first = 0, second = 0, ...others] = text.split(".").map(Number);
  const base128 = (value: number): number[] =>
    value < 0x80 ? [value] : [...base128(value >> 7).map((octet) => octet | 0x80), value & 0x7f];
  return der("06", Buffer.from([first * 40 + second, ...others].flatMap(base128)).toString("hex"));
}

export const utf8String = (text: string): Hex => der("0c", utf8(text));

/** An extension of a certificate. RFC 5280 §4.1. */
export interface CertificateExtension {
  readonly id: string;
  readonly value: Hex;
  readonly critical?: boolean;
}

/** A certificate with these extensions, signed by nobody: whether it is believed is not asked here. RFC 5280 §4.1. */
export function certificate(extensions?: readonly CertificateExtension[]): Hex {
  const ed25519 = der("30", oid("1.3.101.112"));
  const time = (text: string) => der("17", utf8(text));
  const common = der("31", der("30", oid("2.5.4.3"), utf8String("alice")));
  const made = extensions?.map(({ id, value, critical }) =>
    der("30", oid(id), critical === true ? "0101ff" : "", der("04", value)),
  );
  const tbs = der(
    "30",
    der("a0", "020102"),
    "020101",
    ed25519,
    der("30", common),
    der("30", time("260101000000Z"), time("360101000000Z")),
    der("30", common),
    der("30", ed25519, der("03", `00${"11".repeat(32)}`)),
    made === undefined ? "" : der("a3", der("30", ...made)),
  );
  return der("30", tbs, ed25519, der("03", `00${"22".repeat(64)}`));
}

const base64url = (text: string): string => Buffer.from(text).toString("base64url");

/** A JWT in compact form over this payload, octet by octet; its signature is none. RFC 7519. */
export function jwt(payload: string, header = '{"alg":"EdDSA","typ":"JWT"}'): string {
  return [header, payload, "signature"].map(base64url).join(".");
}

/** The head of a CBOR item in its shortest form. RFC 8949 §3. */
function head(major: number, value: number): Hex {
  const [info, octets] =
    value < 24 ? [value, 0] : value < 0x100 ? [24, 1] : value < 0x1_0000 ? [25, 2] : [26, 4];
  const argument = octets === 0 ? "" : value.toString(16).padStart(octets * 2, "0");
  return ((major << 5) | info).toString(16).padStart(2, "0") + argument;
}

export const cbor = {
  unsigned: (value: number): Hex => head(0, value),
  negative: (value: number): Hex => head(1, -1 - value),
  octets: (content: Hex): Hex => head(2, content.length / 2) + content,
  text: (text: string): Hex => head(3, Buffer.byteLength(text)) + utf8(text),
  array: (...items: Hex[]): Hex => head(4, items.length) + items.join(""),
  map: (...pairs: readonly (readonly [Hex, Hex])[]): Hex => head(5, pairs.length) + pairs.flat().join(""),
  tag: (number: number, item: Hex): Hex => head(6, number) + item,
};

/** A COSE_Sign1 with its tag over these octets; its signature is none. RFC 9052 §4.2, RFC 8392 §7.1. */
export function signed(payload: Hex): Hex {
  const protectedHeader = cbor.map([cbor.unsigned(1), cbor.negative(-8)]);
  const unprotected = cbor.map([cbor.unsigned(4), cbor.octets("6b6579")]);
  return cbor.tag(
    18,
    cbor.array(cbor.octets(protectedHeader), unprotected, cbor.octets(payload), cbor.octets("33".repeat(64))),
  );
}
