/**
 * Raw keys in and out of Node's crypto module. RFC 8410, RFC 5480, RFC 5958, RFC 5915, RFC 8037.
 * @module
 */

import type { JsonWebKeyOctets, NodeCrypto, NodeKey } from "./node-module.ts";
import type { KeyPair } from "./provider.ts";

/** A curve as Node names it. */
export type Curve = {
  /** Octets of a private key. */
  readonly length: number;
  /** The content octets of its object identifier. */
  readonly oid: readonly number[];
} & (
  | { readonly kind: "montgomery"; readonly name: "x25519" | "x448" }
  | { readonly kind: "edwards"; readonly name: "ed25519" | "ed448" }
  | { readonly kind: "nist"; readonly name: string }
);

/** RFC 8410 §3, RFC 5480 §2.1.1.1. */
export const curves = {
  x25519: { kind: "montgomery", name: "x25519", length: 32, oid: [0x2b, 0x65, 0x6e] },
  x448: { kind: "montgomery", name: "x448", length: 56, oid: [0x2b, 0x65, 0x6f] },
  ed25519: { kind: "edwards", name: "ed25519", length: 32, oid: [0x2b, 0x65, 0x70] },
  ed448: { kind: "edwards", name: "ed448", length: 57, oid: [0x2b, 0x65, 0x71] },
  p256: {
    kind: "nist",
    name: "prime256v1",
    length: 32,
    oid: [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07],
  },
  p384: { kind: "nist", name: "secp384r1", length: 48, oid: [0x2b, 0x81, 0x04, 0x00, 0x22] },
  p521: { kind: "nist", name: "secp521r1", length: 66, oid: [0x2b, 0x81, 0x04, 0x00, 0x23] },
} as const satisfies Readonly<Record<string, Curve>>;

/** RFC 5480 §2.1.1: id-ecPublicKey. */
const ecPublicKey = [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];

/** The octets of one of Node's buffers as a plain array of their own: a Buffer's `slice` would be no copy. */
export function plain(octets: Uint8Array): Uint8Array {
  return new Uint8Array(octets);
}

/** A function that remembers its results for as long as the argument lives. */
export function holding<T>(make: (octets: Uint8Array) => T): (octets: Uint8Array) => T {
  const held = new WeakMap<Uint8Array, { readonly made: T }>();
  return (octets) => {
    const known = held.get(octets);
    if (known !== undefined) return known.made;
    const made = make(octets);
    held.set(octets, { made });
    return made;
  };
}

/** The keys of one curve. */
interface NodeKeys {
  generate(): KeyPair;
  publicKeyOf(privateKey: Uint8Array): Uint8Array;
  /** @throws anything for what is no key */
  publicKey(octets: Uint8Array): NodeKey;
  /** @throws anything for what is no key */
  privateKey(octets: Uint8Array): NodeKey;
}

/** Imports, exports and generates the keys of one curve; what was imported is held. */
export function nodeKeys(module: NodeCrypto, curve: Curve): NodeKeys {
  const heldPrivate = new WeakMap<Uint8Array, NodeKey>();
  const publicLength = curve.kind === "nist" ? 2 * curve.length + 1 : curve.length;
  const inSpki = template(spki(curve, new Uint8Array(publicLength)), publicLength);
  const inPkcs8 = template(pkcs8(curve, new Uint8Array(curve.length)), curve.length);
  const fromDer = (octets: Uint8Array): NodeKey =>
    module.createPublicKey({ key: inSpki(octets), format: "der", type: "spki" });
  const fromRaw =
    curve.kind === "nist" || !readsRawKeys(module)
      ? undefined
      : (octets: Uint8Array): NodeKey =>
          module.createPublicKey({ key: octets, format: "raw-public", asymmetricKeyType: curve.name });
  const publicKey = holding(fromRaw ?? fromDer);
  const privateKey = (octets: Uint8Array): NodeKey => {
    const known = heldPrivate.get(octets);
    if (known !== undefined) return known;
    const encoded = inPkcs8(octets);
    const key = module.createPrivateKey({ key: encoded, format: "der", type: "pkcs8" });
    encoded.fill(0);
    heldPrivate.set(octets, key);
    return key;
  };
  return {
    publicKey,
    privateKey,
    publicKeyOf: (octets) => publicOctets(curve, privateKey(octets).export({ format: "jwk" })),
    generate: () => {
      const options = curve.kind === "nist" ? { namedCurve: curve.name } : {};
      const pair = module.generateKeyPairSync(curve.kind === "nist" ? "ec" : curve.name, options);
      // Without encodings in the options, keys come as they are held.
      const key = pair.privateKey as NodeKey;
      const jwk = key.export({ format: "jwk" });
      const octets = fromBase64url(jwk.d);
      heldPrivate.set(octets, key);
      return { privateKey: octets, publicKey: publicOctets(curve, jwk) };
    },
  };
}

/** Whether this Node reads public keys without an encoding around them: three times as fast as out of DER. */
function readsRawKeys(module: NodeCrypto): boolean {
  try {
    const { length, name } = curves.x25519;
    module.createPublicKey({
      key: new Uint8Array(length),
      format: "raw-public",
      asymmetricKeyType: name,
    });
    return true;
  } catch {
    return false;
  }
}

/** RFC 8037 §2, RFC 7518 §6.2: the public key in a JWK, as it stands on the wire (RFC 9420 §5.1.1). */
function publicOctets(curve: Curve, { x, y }: JsonWebKeyOctets): Uint8Array {
  if (curve.kind !== "nist") return fromBase64url(x);
  return Uint8Array.of(0x04, ...fromBase64url(x), ...fromBase64url(y));
}

const INTEGER = 0x02;
const BIT_STRING = 0x03;
const OCTET_STRING = 0x04;
const OBJECT_IDENTIFIER = 0x06;
const SEQUENCE = 0x30;

/** X.690 §8.1: one value in DER. No key here needs more than two octets of length. */
function der(tag: number, ...parts: readonly (readonly number[] | Uint8Array)[]): number[] {
  const content = parts.flatMap((part) => [...part]);
  const { length } = content;
  return [tag, ...(length < 0x80 ? [length] : [0x81, length]), ...content];
}

function algorithm({ kind, oid }: Curve): number[] {
  if (kind !== "nist") return der(SEQUENCE, der(OBJECT_IDENTIFIER, oid));
  return der(SEQUENCE, der(OBJECT_IDENTIFIER, ecPublicKey), der(OBJECT_IDENTIFIER, oid));
}

/** Puts keys of one length into the place where these octets have a key: at the end, in both formats. */
function template(encoded: Uint8Array, length: number): (octets: Uint8Array) => Uint8Array {
  return (octets) => {
    if (octets.length !== length) throw new RangeError(`a key of ${octets.length} octets, not ${length}`);
    const whole = encoded.slice();
    whole.set(octets, whole.length - length);
    return whole;
  };
}

/** RFC 5480 §2, RFC 8410 §4. */
function spki(curve: Curve, octets: Uint8Array): Uint8Array {
  return Uint8Array.from(der(SEQUENCE, algorithm(curve), der(BIT_STRING, [0], octets)));
}

/** RFC 5958 §2 around RFC 8410 §7 or RFC 5915 §3. */
function pkcs8(curve: Curve, octets: Uint8Array): Uint8Array {
  const key = der(OCTET_STRING, octets);
  const inside = curve.kind === "nist" ? der(SEQUENCE, der(INTEGER, [1]), key) : key;
  return Uint8Array.from(der(SEQUENCE, der(INTEGER, [0]), algorithm(curve), der(OCTET_STRING, inside)));
}

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const sextets = new Uint8Array(128);
for (let index = 0; index < 64; index++) sextets[alphabet.charCodeAt(index)] = index;

/** RFC 4648 §5, of what Node itself wrote. */
function fromBase64url(digits = ""): Uint8Array {
  const octets = new Uint8Array((digits.length * 6) >>> 3);
  let bits = 0;
  let held = 0;
  let at = 0;
  for (let index = 0; index < digits.length; index++) {
    bits = ((bits << 6) | sextets[digits.charCodeAt(index)]!) & 0x3fff;
    held += 6;
    if (held < 8) continue;
    held -= 8;
    octets[at++] = bits >>> held;
  }
  return octets;
}
