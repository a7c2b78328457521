/**
 * The kind of a room and its global limits. Policy §5.
 * @module
 */

import { bool, type Infer, optional, refined, struct, uint16, uint32, vector } from "@openmimi/tls";
import { PresentUri } from "./uri.ts";

const fields = struct("BaseRoomPolicy", {
  fixedMembership: bool,
  /** Spelt as in the draft's struct (reading R-192). */
  parentDependant: bool,
  /** None or one (reading R-178). */
  parentRoom: vector(PresentUri, { maxElements: 1 }),
  multiDevice: bool,
  maxClients: optional(uint32),
  maxUsers: optional(uint32),
  pseudonymsAllowed: bool,
  persistentRoom: bool,
  discoverable: bool,
  /** Component IDs of the policy components that matter to the room (reading R-177). */
  policyComponentIds: vector(uint16, { maxElements: 1024 }),
});

/** The data of component 0x0027, and its update, which replaces them. A parent is named exactly if there is one. */
export const BaseRoomPolicy = refined(fields, ({ parentDependant, parentRoom }) => {
  if (parentDependant && parentRoom.length === 0) return "a parent-dependent room names no parent";
  if (!parentDependant && parentRoom.length > 0) return "a room that is not parent-dependent names a parent";
  return undefined;
});
export type BaseRoomPolicy = Infer<typeof BaseRoomPolicy>;
