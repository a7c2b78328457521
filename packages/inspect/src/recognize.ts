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
import { Walk } from "./walk.ts";

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

/** How far an object can be read. */
interface Attempt {
  readonly object: KnownObject;
  /** Undefined where it fits. */
  readonly failsAt: number | undefined;
}

/** Tries everything. */
export function recognize(octets: Uint8Array): Recognized {
  const attempts = [...CATALOGUE.values()].map((object) => ({ object, failsAt: object.failsAt(octets) }));
  attempts.sort(byReach);
  const fitting = attempts.filter(({ failsAt }) => failsAt === undefined).length;
  const affordable = Math.max(MIN_ATTEMPTS, Math.floor(MAX_OCTETS / (octets.length + 1)));
  const count = Math.min(affordable, fitting + MAX_FAILING);
  const judged = attempts.slice(0, count).map((attempt) => ({ ...attempt, score: scoreOf(attempt, octets) }));
  const [best, ...rest] = judged.sort((a, b) => b.score - a.score);
  if (best === undefined) throw new Error("the catalogue is empty");
  const others = rest.filter(({ failsAt, score }) => failsAt === undefined && isRival(score, best.score));
  return { best: best.object, others: others.map(({ object }) => object.name) };
}

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

function scoreOf({ object, failsAt }: Attempt, octets: Uint8Array): number {
  const walk = Walk.begin(octets, READERS, { maxNodes: ENOUGH_NODES });
  const { bits } = object.read(walk, 0, octets.length, "");
  return bits + (failsAt === undefined ? END_BITS : 0) - RARENESS[object.standing];
}
