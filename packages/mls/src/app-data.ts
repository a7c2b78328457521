/**
 * AppDataUpdate: changing the app_data_dictionary of a GroupContext. Extensions §4.7.
 * @module
 */

import { type AppDataUpdate, type Extension, ExtensionType } from "./codec/index.ts";
import { MlsError } from "./errors.ts";
import { dictionaryExtension, dictionaryOf } from "./extensions.ts";

const SECTION = "extensions §4.7";

/**
 * What a component makes of its updates, in the order of the commit.
 *
 * @param current the component's data, `undefined` when it has none yet
 * @param updates the `update` fields, in order
 * @returns the new data
 * @throws anything, to refuse the proposal list
 */
export type ComponentLogic = (
  componentId: number,
  current: Uint8Array | undefined,
  updates: readonly Uint8Array[],
) => Uint8Array;

/** For groups whose application registers no components: every component is unknown, so every update is refused. */
export const noComponents: ComponentLogic = (componentId) => {
  throw new MlsError("invalid-app-data-update", `component ${componentId} is not known here`, SECTION);
};

/** What one commit did to one component. */
export interface ComponentChange {
  readonly before?: Uint8Array;
  readonly after?: Uint8Array;
}

/**
 * Applies the AppDataUpdate proposals of one commit.
 *
 * @param extensions the GroupContext extensions after the default proposals
 * @returns the new extensions, and what changed
 * @throws {MlsError} `invalid-app-data-update`
 */
export function applyAppDataUpdates(
  extensions: readonly Extension[],
  updates: readonly AppDataUpdate[],
  logic: ComponentLogic,
): { extensions: Extension[]; changes: Map<number, ComponentChange> } {
  const changes = new Map<number, ComponentChange>();
  if (updates.length === 0) return { extensions: [...extensions], changes };
  const entries = new Map(dictionaryOf(extensions).map((entry) => [entry.componentId, entry.data]));
  for (const [componentId, list] of groupByComponent(updates)) {
    const before = entries.get(componentId);
    const removes = list.filter((update) => update.op === "remove").length;
    if (removes > 0) {
      // A component is removed once and not updated in the same commit.
      if (list.length !== 1) {
        throw new MlsError(
          "invalid-app-data-update",
          `component ${componentId} is removed and changed in one commit`,
          SECTION,
        );
      }
      if (before === undefined) {
        throw new MlsError(
          "invalid-app-data-update",
          `component ${componentId} has no state to remove`,
          SECTION,
        );
      }
      entries.delete(componentId);
      changes.set(componentId, { before });
      continue;
    }
    const after = runLogic(logic, componentId, before, list);
    entries.set(componentId, after);
    changes.set(componentId, before === undefined ? { after } : { before, after });
  }
  return { extensions: replaceDictionary(extensions, entries), changes };
}

function groupByComponent(updates: readonly AppDataUpdate[]): Map<number, AppDataUpdate[]> {
  const groups = new Map<number, AppDataUpdate[]>();
  for (const update of updates) {
    const group = groups.get(update.componentId);
    if (group === undefined) groups.set(update.componentId, [update]);
    else group.push(update);
  }
  return groups;
}

function runLogic(
  logic: ComponentLogic,
  componentId: number,
  before: Uint8Array | undefined,
  list: readonly AppDataUpdate[],
): Uint8Array {
  const updates = list.flatMap((item) => (item.op === "update" ? [item.update] : []));
  try {
    return logic(componentId, before, updates);
  } catch (error) {
    if (error instanceof MlsError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new MlsError("invalid-app-data-update", `component ${componentId}: ${reason}`, SECTION, {
      cause: error,
    });
  }
}

function replaceDictionary(
  extensions: readonly Extension[],
  entries: ReadonlyMap<number, Uint8Array>,
): Extension[] {
  const extension = dictionaryExtension([...entries].map(([componentId, data]) => ({ componentId, data })));
  const at = extensions.findIndex((item) => item.extensionType === ExtensionType.appDataDictionary);
  // A group without a dictionary gets one at the end of its extensions.
  return at < 0
    ? [...extensions, extension]
    : extensions.map((item, index) => (index === at ? extension : item));
}
