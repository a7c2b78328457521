/**
 * Hostile input in quantity: mutated octets for every decoder, the same ones for the same seed.
 * @module
 */

import { mutate } from "@openmimi/tls/testing";
import fc from "fast-check";
import type { Decoder } from "./decoders.ts";

/** What broke: enough to do it again. */
interface Finding {
  readonly decoder: string;
  readonly input: string;
  readonly error: string;
}

/** What a soak found. */
export interface SoakResult {
  readonly inputs: number;
  readonly decoded: number;
  readonly refused: number;
  readonly findings: readonly Finding[];
}

/** How much, and which of all the inputs there could be. */
export interface SoakOptions {
  /** Shared among the decoders. */
  readonly inputs: number;
  /** Inputs that the decoder of message content gets at least: it is what every stranger can reach. */
  readonly contentInputs?: number;
  readonly seed: number;
  readonly onDecoder?: (name: string, index: number) => void;
}

/** Valid inputs per decoder that the mutations begin with. */
const BEGINNINGS = 24;
/** Findings per decoder that are kept; one is enough to begin with. */
const MAX_FINDINGS = 3;

/** A small generator of numbers below 2^32 (mulberry32): the inputs depend on the seed and on nothing else. */
export function numbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
}

/** One hostile input: a valid one with up to four changes, sometimes cut over to another one, rarely just noise. */
function hostile(beginnings: readonly Uint8Array[], next: () => number): Uint8Array {
  if (next() % 32 === 0) return Uint8Array.from({ length: next() % 64 }, () => next() & 255);
  const pick = (): Uint8Array => beginnings[next() % beginnings.length] as Uint8Array;
  let bytes = pick();
  if (next() % 16 === 0) {
    const other = pick();
    const at = next() % (bytes.length + 1);
    bytes = Uint8Array.of(...bytes.subarray(0, at), ...other.subarray(next() % (other.length + 1)));
  }
  const changes = 1 + (next() % 4);
  for (let change = 0; change < changes; change++)
    bytes = mutate(bytes, { at: next(), kind: next(), octet: next() & 255 });
  return bytes;
}

/**
 * Gives every decoder its share of mutated inputs.
 *
 * @returns the counts, and what raised anything but the decoder's own errors
 * @example
 * soak(decoders, { inputs: 200_000, seed: 1 }).findings; // []
 */
export function soak(
  decoders: readonly Decoder[],
  { inputs, contentInputs = 0, seed, onDecoder }: SoakOptions,
): SoakResult {
  const counts = { inputs: 0, decoded: 0, refused: 0 };
  const findings: Finding[] = [];
  const share = Math.ceil(inputs / decoders.length);
  for (const [index, decoder] of decoders.entries()) {
    onDecoder?.(decoder.name, index);
    const beginnings = fc.sample(decoder.valid, { numRuns: BEGINNINGS, seed });
    const next = numbers(seed * 65_537 + index);
    let found = 0;
    const own = decoder.name === "content.decode" ? Math.max(share, contentInputs) : share;
    for (let count = 0; count < own; count++) {
      const bytes = hostile(beginnings, next);
      counts.inputs++;
      try {
        counts[decoder.check(bytes)]++;
      } catch (thrown) {
        const error = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
        if (found++ < MAX_FINDINGS)
          findings.push({ decoder: decoder.name, input: Buffer.from(bytes).toString("hex"), error });
      }
    }
  }
  return { ...counts, findings };
}
