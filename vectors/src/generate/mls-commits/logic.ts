/**
 * The application behind the vectors of the kind `mls-commits`, as the README of the kind describes it. Extensions
 * §4.7, §4.8.
 * @module
 */

import { type ComponentLogic, componentOf, type EphemeralLogic, findExtension } from "@openmimi/mls";

/** Components for private use. */
export const APPENDS = 0xf001;
export const REPLACES = 0xf002;
export const REFUSES = 0xf003;
export const UNKNOWN = 0xf004;
/** AppEphemeral: as {@link NOTE} is after the default proposals. */
export const SEES_NOTE = 0xf005;
/** AppEphemeral: as the data of {@link APPENDS} are before the AppDataUpdates. */
export const SEES_APPENDS = 0xf006;
/** AppEphemeral: one after the other greater. */
export const ASCENDS = 0xf007;

/** An extension of the GroupContext that means nothing but what stands in it. */
export const NOTE = 0xf0a0;

const known: ReadonlySet<number> = new Set([APPENDS, REPLACES, REFUSES, SEES_NOTE, SEES_APPENDS, ASCENDS]);

const same = (a: Uint8Array, b: Uint8Array | undefined): boolean =>
  b !== undefined && a.length === b.length && a.every((octet, index) => octet === b[index]);

const update = (componentId: number, current: Uint8Array | undefined, updates: readonly Uint8Array[]) => {
  if (componentId === APPENDS)
    return Uint8Array.from([current ?? new Uint8Array(), ...updates].flatMap((octets) => [...octets]));
  if (componentId === REPLACES) return updates.at(-1) ?? new Uint8Array();
  throw new Error(componentId === REFUSES ? "the component refuses" : "the component takes no updates");
};

/** What AppDataUpdates do. */
export const components: ComponentLogic = Object.assign(update, { knows: (id: number) => known.has(id) });

/** Which AppEphemerals are valid: a new judge for each commit, since one component looks at their order. */
export function ephemeralLogic(): EphemeralLogic {
  let last = "";
  return (componentId, data, extensions) => {
    const accepted = (): boolean => {
      switch (componentId) {
        case APPENDS:
        case REPLACES:
          return true;
        case SEES_NOTE:
          return same(data, findExtension(extensions, NOTE));
        case SEES_APPENDS:
          return same(data, componentOf(extensions, APPENDS));
        case ASCENDS: {
          const digits = [...data].map((octet) => octet.toString(16).padStart(2, "0")).join("");
          const isGreater = digits > last;
          last = digits;
          return isGreater;
        }
        default:
          return false;
      }
    };
    if (!accepted()) throw new Error("the component is unknown or refuses");
  };
}
