/**
 * What a MIMI, MLS or content object is, field by field with its octets.
 * @module
 */

export { objectNames, sectionOf } from "./catalogue/index.ts";
export { InspectError, type InspectErrorCode } from "./errors.ts";
export { inspect } from "./inspect.ts";
export type { Fact, InspectedError, InspectedNode, Inspection, InspectOptions, ValueForm } from "./model.ts";
export { parseOctets } from "./octets.ts";
export { type InspectedRow, rows } from "./rows.ts";
