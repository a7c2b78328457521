/**
 * A value of the presentation language as people read it.
 * @module
 */

import { certificateNames } from "@openmimi/protocol";
import type { Shape } from "@openmimi/tls";
import * as bits from "./bits.ts";
import { codePoint, codePointName, isExpected, registryOf } from "./code-points.ts";
import { integerMeaning, octetsMeaning, textMeaning } from "./meaning.ts";
import type { ValueForm } from "./model.ts";
import { toHex } from "./octets.ts";

/** What a node shows of a value. */
interface Shown {
  readonly type?: string;
  readonly value: string | number;
  readonly form: ValueForm;
  readonly meaning?: string;
}

/** And how much of it was to be expected. */
interface Leaf {
  readonly shown: Shown;
  readonly bits: number;
}

interface FieldName {
  /** The struct around. */
  readonly struct: string;
  readonly type: string;
  /** The field's name; of an element, the vector's. */
  readonly field: string;
}

const withMeaning = (shown: Shown, meaning: string | undefined): Shown =>
  meaning === undefined ? shown : { ...shown, meaning };

const numberIn = (octets: Uint8Array): number => octets.reduce((number, octet) => number * 256 + octet, 0);

/**
 * Shows one value.
 *
 * @param octets the whole field
 */
export function leafOf(shape: Shape, value: unknown, octets: Uint8Array, place: FieldName): Leaf {
  const { type, field } = place;
  const { length } = octets;
  if (value instanceof Uint8Array) {
    const meaning = SPECIAL.get(`${place.struct}.${field}`)?.(value) ?? octetsMeaning(field, value);
    const isFixed = shape.kind === "opaque" && shape.fixed !== undefined;
    const shown: Shown = { value: toHex(value), form: "octets" };
    // Octets are hardly text by chance.
    const text = meaning?.startsWith('"') === true ? bits.octetTextBits(value.length) : 0;
    const own = isFixed ? 0 : bits.octetsBits(field, value.length);
    return { shown: withMeaning(shown, meaning), bits: own + text };
  }
  // Enumerations, and those that are open: known values are names.
  if (typeof value === "string" && shape.kind !== "text") {
    const choices = shape.kind === "enumeration" ? Object.keys(shape.values).length : 2 ** 5;
    const shown: Shown = { value: codePoint(numberIn(octets), length), form: "code point", meaning: value };
    return { shown, bits: bits.choiceBits(octets, choices) };
  }
  if (typeof value === "boolean")
    return { shown: { value: String(value), form: "boolean" }, bits: bits.flagBits(octets[0]) };
  if (typeof value === "number" || typeof value === "bigint") return integerLeaf(value, octets, place);
  const text = String(value);
  return {
    shown: withMeaning({ value: text, form: "text" }, textMeaning(text)),
    bits: bits.textBits(type, text),
  };
}

function integerLeaf(value: number | bigint, octets: Uint8Array, { struct, field }: FieldName): Leaf {
  const registry = octets.length <= 2 && typeof value === "number" ? registryOf(field) : undefined;
  if (registry !== undefined && typeof value === "number") {
    const { type, names } = registry;
    const shown: Shown = {
      ...{ type, value: codePoint(value, octets.length), form: "code point" },
      meaning: codePointName(registry, value),
    };
    return { shown, bits: bits.codePointBits(octets, names.size, isExpected(struct, registry, value)) };
  }
  const shown: Shown = { value: typeof value === "bigint" ? String(value) : value, form: "integer" };
  return {
    shown: withMeaning(shown, integerMeaning(field, value)),
    bits: bits.integerBits(field, octets, value),
  };
}

/** Policy §4, reading R-175: a claim of X.509 is named by an object identifier in DER (X.690 §8.19). */
function objectIdentifierOf(der: Uint8Array): string | undefined {
  if (der[0] !== 6 || der[1] !== der.length - 2 || der.length < 3) return undefined;
  const arcs: number[] = [];
  let arc = 0;
  for (const octet of der.subarray(2)) {
    arc = arc * 128 + (octet & 0x7f);
    if (octet >= 0x80) continue;
    arcs.push(arc);
    arc = 0;
  }
  const [first = 0, ...rest] = arcs;
  const root = Math.min(2, Math.floor(first / 40));
  return arc === 0 ? [root, first - 40 * root, ...rest].join(".") : undefined;
}

/** Fields whose octets mean something of their own. */
const SPECIAL: ReadonlyMap<string, (octets: Uint8Array) => string | undefined> = new Map([
  ["Certificate.certData", namesOf],
  ["ClaimId.id", objectIdentifierOf],
]);

/** The names in a certificate (RFC 5280 §4.2.1.6); whether it is valid is not looked at. */
function namesOf(certificate: Uint8Array): string {
  const names = certificateNames(certificate);
  if (names === undefined) return "no certificate that can be read";
  const all = [...names.uris, ...names.dnsNames];
  return all.length === 0 ? "a certificate without names" : `a certificate of ${all.join(", ")}`;
}
