/**
 * Messages that expire. Policy §6.8.
 * @module
 */

import { type Infer, optional, refined, select, uint32 } from "@openmimi/tls";
import { Optionality } from "./optionality.ts";

/** In seconds. */
const durations = {
  minExpirationDuration: uint32,
  maxExpirationDuration: uint32,
  defaultExpirationDuration: optional(uint32),
};

const fields = select("MessageExpiration", {
  on: ["expiringMessages", Optionality],
  cases: { optional: durations, required: durations, forbidden: {} },
});

/** The data of component 0x0030, and its update, which replaces them. The three durations must agree. */
export const MessageExpiration = refined(fields, (policy) => {
  if (policy.expiringMessages === "forbidden") return undefined;
  const {
    minExpirationDuration: min,
    maxExpirationDuration: max,
    defaultExpirationDuration: preferred,
  } = policy;
  if (min > max) return `the shortest duration ${min} is over the longest ${max}`;
  if (preferred !== undefined && (preferred < min || preferred > max))
    return `the default duration ${preferred} is not from ${min} to ${max}`;
  return undefined;
});
export type MessageExpiration = Infer<typeof MessageExpiration>;
