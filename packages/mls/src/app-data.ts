/**
 * Application data in commits: AppDataUpdate and AppEphemeral. Extensions §4.7, §4.8.
 * @module
 */

import { type AppDataUpdate, type AppEphemeral, type Extension, ExtensionType } from "./codec/index.ts";
import { MlsError, type MlsErrorCode } from "./errors.ts";
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
export interface ComponentLogic {
  (componentId: number, current: Uint8Array | undefined, updates: readonly Uint8Array[]): Uint8Array;
  /** Whether the application knows a component: no other may be removed. Absent: it knows all of them. */
  readonly knows?: (componentId: number) => boolean;
}

/** For groups whose application registers no components: every component is unknown, so every update is refused. */
const noComponents: ComponentLogic = Object.assign(
  (componentId: number): never => {
    throw new MlsError("invalid-app-data-update", `component ${componentId} is not known here`, SECTION);
  },
  { knows: () => false },
);

/**
 * Looks at the data of one AppEphemeral.
 *
 * @param extensions of the GroupContext, as the default proposals of the commit leave them; AppDataUpdates come later
 * @throws anything, to refuse the proposal: an unknown component, or data that the component does not accept
 */
export type EphemeralLogic = (
  componentId: number,
  data: Uint8Array,
  extensions: readonly Extension[],
) => void;

const noEphemerals: EphemeralLogic = (componentId) => {
  throw new MlsError(
    "invalid-app-ephemeral",
    `component ${componentId} is not known here`,
    "extensions §4.8",
  );
};

/** Extensions §4.8: gives every AppEphemeral to its component, in order. @throws {MlsError} `invalid-app-ephemeral` */
export function checkAppEphemerals(
  list: readonly AppEphemeral[],
  extensions: readonly Extension[],
  logic: EphemeralLogic = noEphemerals,
): void {
  for (const { componentId, data } of list) {
    runLogic("invalid-app-ephemeral", "extensions §4.8", componentId, () =>
      logic(componentId, data, extensions),
    );
  }
}

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
  logic: ComponentLogic = noComponents,
): { extensions: readonly Extension[]; changes: Map<number, ComponentChange> } {
  const changes = new Map<number, ComponentChange>();
  if (updates.length === 0) return { extensions, changes };
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
      // What an application does not know it cannot judge: the proposal is invalid, like an update.
      if (logic.knows?.(componentId) === false) {
        throw new MlsError("invalid-app-data-update", `component ${componentId} is not known here`, SECTION);
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
    const contents = list.flatMap((item) => (item.op === "update" ? [item.update] : []));
    const after = runLogic("invalid-app-data-update", SECTION, componentId, () =>
      logic(componentId, before, contents),
    );
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

/** Whatever an application throws is its way to refuse. */
function runLogic<T>(code: MlsErrorCode, section: string, componentId: number, run: () => T): T {
  try {
    return run();
  } catch (cause) {
    if (cause instanceof MlsError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new MlsError(code, `component ${componentId}: ${reason}`, section, { cause });
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
