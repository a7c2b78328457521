/**
 * The example rooms by name. Policy appendix A.
 * @module
 */

import { cooperativeRoom } from "./cooperative.ts";
import { moderatedRoom } from "./moderated.ts";
import { multiOrganizationRoom } from "./multi-organization.ts";
import type { NewRoom } from "./preset.ts";
import { strictlyAdministeredRoom } from "./strictly-administered.ts";

const presets = {
  cooperative: cooperativeRoom,
  "strictly-administered": strictlyAdministeredRoom,
  moderated: moderatedRoom,
  "multi-organization": multiOrganizationRoom,
} as const;

/** The name of an example room. */
export type PresetName = keyof typeof presets;

/** The names of all example rooms, for lists of choices. */
export const presetNames: readonly PresetName[] = Object.keys(presets) as PresetName[];

/** The components of a new room of one kind: see `cooperativeRoom` and its siblings. */
export function presetComponents(name: PresetName, room: NewRoom): Map<number, Uint8Array> {
  return presets[name](room);
}

export type { NewRoom } from "./preset.ts";
export { cooperativeRoom, moderatedRoom, multiOrganizationRoom, strictlyAdministeredRoom };
