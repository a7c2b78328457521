/**
 * Whether new joiners may see what was said before, and who may show them. Policy §6.6.
 * @module
 */

import { bool, type Infer, refined, select, uint32, vector } from "@openmimi/tls";
import { Optionality } from "./optionality.ts";

const sharing = {
  /** Role indexes (the prose calls the field who_can_share; reading R-194). Neither 0 nor the banned role 1. */
  rolesThatCanShare: refined(vector(uint32, { maxElements: 1024 }), (roles) =>
    roles.some((role) => role <= 1) ? "roles 0 and 1 cannot share history" : undefined,
  ),
  automaticallyShare: bool,
  /** In seconds. */
  maxTimePeriod: uint32,
};

/** The data of component 0x002e, and its update, which replaces them. */
export const HistoryPolicy = select("HistoryPolicy", {
  on: ["historySharing", Optionality],
  cases: { optional: sharing, required: sharing, forbidden: {} },
});
export type HistoryPolicy = Infer<typeof HistoryPolicy>;
