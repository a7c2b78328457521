/**
 * Finds out what octets are.
 *
 * Everything that is known is tried. Whatever fits foretells some bits of the octets: that a presence octet is 0 or 1,
 * that a length leads to the end of its field, that a text is a URI. What is free to be anything foretells nothing. So the
 * sum of bits, with a little in favour of what people have at hand, ranks the objects; that also holds for octets which
 * are wrong in one place, where a struct that fits by chance shall not win over one that fits for two hundred octets.
 * @module
 */

import { CATALOGUE, type KnownObject, READERS, type Standing } from "./catalogue.ts";
import { type Read, Walk } from "./walk.ts";

/** An object that was tried. */
export interface Judged {
  readonly object: KnownObject;
  readonly read: Read;
  readonly score: number;
}

/** What octets are, and what else they could be. */
export interface Recognized {
  readonly best: Judged;
  readonly others: readonly string[];
}

/** In bits: how much rarer than what is sent. */
const RARENESS: Readonly<Record<Standing, number>> = { sent: 0, carried: 4, field: 14, input: 16 };

/** To end where the octets end. */
const END_BITS = 20;

/** Tries everything. */
export function recognize(octets: Uint8Array): Recognized {
  const judged = [...CATALOGUE.values()].map((object) => judge(object, octets));
  const [best] = judged.sort((a, b) => b.score - a.score);
  if (best === undefined) throw new Error("the catalogue is empty");
  const others = judged.filter((other) => other !== best && other.read.error === undefined);
  return { best, others: others.map(({ object }) => object.name) };
}

function judge(object: KnownObject, octets: Uint8Array): Judged {
  const read = object.read(Walk.begin(octets, READERS), 0, octets.length, "");
  const end = read.error === undefined ? END_BITS : 0;
  return { object, read, score: read.bits + end - RARENESS[object.standing] };
}
