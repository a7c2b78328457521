/**
 * Whether something is optional, required or forbidden in a room. Policy §6.1, appendix B.
 * @module
 */

import { enumeration, type Infer } from "@openmimi/tls";

/**
 * One octet (reading R-005). Where the draft says `mandatory` it means `required`, value 1 (reading R-172); in the
 * case `forbidden` of a select nothing follows (reading R-173).
 */
export const Optionality = enumeration("Optionality", { optional: 0, required: 1, forbidden: 2 });
export type Optionality = Infer<typeof Optionality>;
