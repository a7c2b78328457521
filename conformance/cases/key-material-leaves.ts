/**
 * What the leaf of a published KeyPackage says that MLS's Capabilities have no place for. Extensions §4.6, §5, §5.1.
 * @module
 */

import {
  ComponentId,
  ComponentsList,
  dictionaryOf,
  type Extension,
  ExtensionType,
  isGrease,
  MlsError,
} from "@openmimi/mls";
import { decode, TlsError } from "@openmimi/tls";
import type { ConformanceCase } from "../src/case.ts";
import { claim, keyPackagesIn } from "./claim.ts";

const shared = { role: "key-publisher", needs: { level: "L1", fixtures: ["user"] } } as const;
const CLAIM = "claim";

/** The lists of components in the dictionary of a leaf, and its entries; `undefined` where they cannot be read. */
function listedIn(extensions: readonly Extension[]) {
  try {
    const entries = dictionaryOf(extensions);
    const list = (id: number): readonly number[] | undefined => {
      const data = entries.find(({ componentId }) => componentId === id)?.data;
      return data === undefined ? undefined : decode(ComponentsList, data).componentIds;
    };
    return {
      entries: entries.map(({ componentId }) => componentId),
      appComponents: list(ComponentId.appComponents),
      safeAad: list(ComponentId.safeAad),
    };
  } catch (error) {
    if (error instanceof MlsError || error instanceof TlsError) return undefined;
    throw error;
  }
}

export const keyMaterialLeaves: readonly ConformanceCase[] = [
  {
    ...shared,
    id: "key-material/app-components",
    title:
      "The leaf of a client that supports app_data_dictionary says which components the client understands",
    requirements: ["EXT-ADD-03"],
    readings: ["R-199"],
    level: "MUST",
    async run(context) {
      const { userUri } = await context.fixture("user");
      await claim(context, CLAIM, userUri);
    },
    judge(_, check) {
      const answered = check.answered(CLAIM, { code: ["success"] });
      const leaves = keyPackagesIn(check, CLAIM)
        .map(({ leafNode }) => leafNode)
        .filter(({ capabilities }) => capabilities.extensions.includes(ExtensionType.appDataDictionary));
      const lists = leaves.map(({ extensions }) => listedIn(extensions)?.appComponents);
      const saw = lists.map((list) => (list === undefined ? "none" : `[${list.join(", ")}]`)).join("; ");
      const all = lists.every((list) => list !== undefined);
      return [answered, check.that(all, "leaves with an app_components list", saw, answered.at)];
    },
  },
  {
    ...shared,
    id: "key-material/grease",
    title:
      "The leaf of a KeyPackage has a GREASE component in its dictionary, its app_components and its safe_aad",
    requirements: ["EXT-GREASE-02"],
    level: "SHOULD",
    async run(context) {
      const { userUri } = await context.fixture("user");
      await claim(context, CLAIM, userUri);
    },
    judge(_, check) {
      const answered = check.answered(CLAIM, { code: ["success"] });
      // Extensions §5.1: in those of the fields that are there anyway.
      const without = keyPackagesIn(check, CLAIM).flatMap(({ leafNode: { extensions } }) =>
        Object.entries(listedIn(extensions) ?? { entries: [] })
          .filter(([name, list]) => list !== undefined && (name !== "entries" || list.length > 0))
          .flatMap(([name, list = []]) => (list.some(isGrease) ? [] : [name])),
      );
      const saw = without.length === 0 ? "in all of them" : `none in ${without.join(", ")}`;
      const greased = without.length === 0;
      return [answered, check.that(greased, "GREASE in each list that is there", saw, answered.at)];
    },
  },
];
