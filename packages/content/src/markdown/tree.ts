/**
 * What both renderers need to know of a tree.
 * @module
 */

import type { Definition, Link, LinkReference, List, Nodes, Parents, Root } from "mdast";

/** Deeper than this, only the text of a tree is rendered. */
export const MAX_RENDERED_LEVELS = 64;

/** @internal Where references lead. */
export type Definitions = ReadonlyMap<string, Definition>;

/** @internal The first definition of each label counts (GFM §4.7). */
export function definitionsOf(root: Root): Definitions {
  const definitions = new Map<string, Definition>();
  for (const node of nodesOf(root))
    if (node.type === "definition" && !definitions.has(node.identifier))
      definitions.set(node.identifier, node);
  return definitions;
}

/** @internal All nodes of a tree, each before those in it. Without recursion: trees may be deep. */
export function* nodesOf(root: Nodes): Generator<Nodes, void> {
  const open: Nodes[] = [root];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    yield node;
    const children = childrenOf(node);
    for (let index = children.length - 1; index >= 0; index--) open.push(children[index]!);
  }
}

/** @internal */
export function childrenOf(node: Nodes): readonly Nodes[] {
  return "children" in node ? (node as Parents).children : [];
}

/** @internal The text in a node, without marks. */
export function textIn(node: Nodes): string {
  let text = "";
  for (const each of nodesOf(node)) {
    if (each.type === "break") text += "\n";
    else if ("value" in each) text += each.value;
    else if (each.type === "image" || each.type === "imageReference") text += each.alt ?? "";
  }
  return text;
}

/** @internal Whether blank lines part what is in a list (GFM §5.3): only then its items have paragraphs. */
export function isLoose(list: List): boolean {
  return list.spread === true || list.children.some(({ spread }) => spread === true);
}

/** @internal Where a link leads, undefined if nowhere. */
export function targetOf(node: Link | LinkReference, definitions: Definitions): string | undefined {
  return node.type === "link" ? node.url : definitions.get(node.identifier)?.url;
}
