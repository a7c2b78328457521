/**
 * What both renderers need to know of a tree.
 * @module
 */

import type { Definition, Link, LinkReference, List, Nodes, Parents, Root, Table, TableCell } from "mdast";

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

/** The most cells that are put in where rows are short: many columns and many short rows would make a page of a line. */
const MOST_CELLS_PUT_IN = 1_000;

/**
 * @internal The cells of a table by rows. GFM §4.10: each row has as many as the first one, so what is over is left out
 * and undefined stands for what is missing.
 */
export function rowsOf({ children: rows }: Table): (TableCell | undefined)[][] {
  const columns = rows[0]?.children.length ?? 0;
  let left = MOST_CELLS_PUT_IN;
  return rows.map(({ children }) => {
    const cells: (TableCell | undefined)[] = children.slice(0, columns);
    for (; cells.length < columns && left > 0; left--) cells.push(undefined);
    return cells;
  });
}

/** @internal Where a link leads, undefined if nowhere. */
export function targetOf(node: Link | LinkReference, definitions: Definitions): string | undefined {
  return node.type === "link" ? node.url : definitions.get(node.identifier)?.url;
}
