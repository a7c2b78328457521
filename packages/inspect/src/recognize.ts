/**
 * Finds out what octets are.
 *
 * Everything that is known is tried. Whatever fits foretells some bits of the octets: that a presence octet is 0 or 1,
 * that a length leads to the end of its field, that a text is a URI. What is free to be anything foretells nothing. So the
 * sum of bits, with a little in favour of what people have at hand, ranks the objects; that also holds for octets which
 * are wrong in one place, where a struct that fits by chance shall not win over one that fits for two hundred octets.
 * @module
 */

import { CATALOGUE, READERS } from "./catalogue/index.ts";
import { type KnownObject, type Standing, standsAlone } from "./catalogue/known.ts";
import { type Read, Walk } from "./walk.ts";

/** What octets are, and what else they could be. */
export interface Recognized {
  readonly best: KnownObject;
  readonly others: readonly string[];
}

/** In bits: how much rarer than what is sent. */
const RARENESS: Readonly<Record<Standing, number>> = { sent: 0, carried: 4, field: 14, input: 16 };

/** To end where the octets end. */
const END_BITS = 20;

/** So many fields tell what it is. */
const ENOUGH_NODES = 2000;

/** Octets that are gone through field by field, all attempts together: of long ones only a few are tried. */
const MAX_OCTETS = 2 ** 21;
const MIN_ATTEMPTS = 4;
/** Of those that do not fit, how many are gone through. */
const MAX_FAILING = 24;

/** Octets in which a wrong number is replaced, to see how it would go on. */
const MAX_REPAIRED = 8192;
const REPAIR_BITS = -20;
/** Who fits so well was meant. */
const SURE_BITS = 30;

/** How far an object can be read. */
interface Attempt {
  readonly object: KnownObject;
  /** Undefined where it fits. */
  readonly failsAt: number | undefined;
}

interface Judged extends Attempt {
  readonly score: number;
}

/** Tries everything. */
export function recognize(octets: Uint8Array): Recognized {
  const attempts = [...CATALOGUE.values()].map((object) => ({ object, failsAt: object.failsAt(octets) }));
  attempts.sort(byReach);
  const fitting = attempts.filter(({ failsAt }) => failsAt === undefined).length;
  const affordable = Math.max(MIN_ATTEMPTS, Math.floor(MAX_OCTETS / (octets.length + 1)));
  const chosen = attempts.slice(0, Math.min(affordable, fitting + MAX_FAILING));
  let judged = ranked(chosen.map((attempt) => judge(attempt, octets, false)));
  const [first] = judged;
  if (first === undefined) throw new Error("the catalogue is empty");
  const isSure = first.failsAt === undefined && first.score > SURE_BITS;
  if (!isSure && octets.length <= MAX_REPAIRED)
    judged = ranked(attempts.filter(isWorthRepair).map((attempt) => judge(attempt, octets, true)));
  const [best = first, ...rest] = judged;
  const others = rest.filter(({ failsAt, score }) => failsAt === undefined && isRival(score, best.score));
  return { best: best.object, others: others.map(({ object }) => object.name) };
}

const ranked = (judged: Judged[]): Judged[] => judged.sort((a, b) => b.score - a.score);

/** What fits, and what stands alone: fields of others are found in those. */
const isWorthRepair = ({ object, failsAt }: Attempt): boolean => failsAt === undefined || standsAlone(object);

/** Any octets behind a length are a list of something, too: that is not worth a word beside two hundred bits. */
function isRival(score: number, best: number): boolean {
  return score > best / 4 || best < 60;
}

/** What fits first, then what comes by itself, then what reaches furthest. */
function byReach(a: Attempt, b: Attempt): number {
  return (
    Number(b.failsAt === undefined) - Number(a.failsAt === undefined) ||
    Number(standsAlone(b.object)) - Number(standsAlone(a.object)) ||
    (b.failsAt ?? 0) - (a.failsAt ?? 0)
  );
}

function judge(attempt: Attempt, octets: Uint8Array, repairs: boolean): Judged {
  const { object } = attempt;
  const read = readShort(object, octets);
  let bits = bitsOf(read, octets.length);
  if (repairs) bits = Math.max(bits, ...repaired(read, octets).map((other) => bitsOfRepaired(object, other)));
  return { ...attempt, score: bits - RARENESS[object.standing] };
}

function readShort({ read }: KnownObject, octets: Uint8Array): Read {
  return read(Walk.begin(octets, READERS, { maxNodes: ENOUGH_NODES }), 0, octets.length, "");
}

/** To end where the octets end counts, and something that it is not far from there. */
function bitsOf({ bits, error, root }: Read, octets: number): number {
  if (error === undefined) return bits + END_BITS;
  const reached = octets === 0 ? 0 : root.end / octets;
  return bits + (error.code === "trailing-bytes" ? (END_BITS / 4) * reached ** 4 : 4 * reached);
}

function bitsOfRepaired(object: KnownObject, octets: Uint8Array): number {
  return bitsOf(readShort(object, octets), octets.length) + REPAIR_BITS;
}

/** The octets with something defined where something undefined stands: it is what follows that tells. */
function repaired({ choices }: Read, octets: Uint8Array): Uint8Array[] {
  if (choices === undefined) return [];
  const { start, octets: count, values } = choices;
  return values.map((value) => {
    const other = octets.slice();
    for (let at = 0; at < count; at++) other[start + at] = value >>> (8 * (count - 1 - at));
    return other;
  });
}
