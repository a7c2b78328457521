/**
 * The parts of a message with their indexes, as a tree.
 * @module
 */

import type { MimiContent, NestedPart } from "./model.ts";
import type { IndexedPart } from "./parts.ts";

/** @internal A part and the parts in it. */
export interface PartNode extends IndexedPart {
  readonly nested: readonly PartNode[];
}

/** @internal Content §4.4: part indexes count depth-first from 0, containers included. */
export function partTree(content: Pick<MimiContent, "nestedPart">): PartNode {
  let count = 0;
  const build = (part: NestedPart, level: number): PartNode => {
    const partIndex = count++;
    const parts = part.cardinality === "multi" ? part.parts : [];
    return { partIndex, level, part, nested: parts.map((each) => build(each, level + 1)) };
  };
  return build(content.nestedPart, 1);
}
