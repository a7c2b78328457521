/**
 * Looks for nodes.
 * @module
 */

import type { InspectedNode, Inspection } from "../src/index.ts";

/** The node of a path below the root: `publicMessage.content.epoch`, `participants[0].user`. */
export function at({ root }: Inspection, path: string): InspectedNode {
  let node = root;
  for (const step of path.split(/\.|(?=\[)/)) {
    const next = node.children.find(({ name }) => name === step);
    if (next === undefined)
      throw new Error(`${node.name} has no ${step}: ${node.children.map(({ name }) => name)}`);
    node = next;
  }
  return node;
}
