/**
 * An inspection as rows, for tables.
 * @module
 */

import type { InspectedNode, Inspection } from "./model.ts";

/** One row. `depth` is 0 for the whole object. */
export interface InspectedRow {
  readonly depth: number;
  readonly node: InspectedNode;
}

/** All nodes, each before its children. */
export function rows({ root }: Inspection): readonly InspectedRow[] {
  const all: InspectedRow[] = [];
  const add = (node: InspectedNode, depth: number): void => {
    all.push({ depth, node });
    for (const child of node.children) add(child, depth + 1);
  };
  add(root, 0);
  return all;
}
