/**
 * Repeatable randomness: SHA-256 in counter mode over the seed of the run and the id of the case.
 * @module
 */

import { createHash } from "node:crypto";
import type { Random } from "./context.ts";

/**
 * The randomness of one case.
 * @example
 * seededRandom("7", "hub/update/wrong-epoch").below(10);
 */
export function seededRandom(seed: string, purpose: string): Random {
  let counter = 0;
  let pool = Buffer.alloc(0);
  const octets = (count: number): Uint8Array => {
    while (pool.length < count) {
      const block = createHash("sha256")
        .update(JSON.stringify([seed, purpose, counter]))
        .digest();
      counter += 1;
      pool = Buffer.concat([pool, block]);
    }
    const taken = new Uint8Array(pool.subarray(0, count));
    pool = pool.subarray(count);
    return taken;
  };
  return {
    octets,
    below(limit) {
      if (!Number.isSafeInteger(limit) || limit < 1 || limit > 2 ** 32) {
        throw new RangeError("limit: expected a whole number from 1 to 2^32");
      }
      // Values beyond the largest multiple of the limit are thrown away, so that every result is equally likely.
      const beyond = 2 ** 32 - (2 ** 32 % limit);
      for (;;) {
        const value = Buffer.from(octets(4)).readUInt32BE();
        if (value < beyond) return value % limit;
      }
    },
  };
}
