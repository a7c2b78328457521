/**
 * Arithmetic of the array-based tree. RFC 9420 §4.1, §7.8, Appendix C.
 * Leaves stand at even indexes; a tree always has a power of two of leaves.
 * @module
 */

/** The level of a node: 0 for leaves. */
export function levelOf(node: number): number {
  let level = 0;
  while ((node >>> level) & 1) level++;
  return level;
}

/** How many nodes a tree of `leafCount` leaves has. */
export function nodeWidth(leafCount: number): number {
  return leafCount === 0 ? 0 : 2 * leafCount - 1;
}

/** The root of a tree of `leafCount` leaves (a power of two). */
export function rootOf(leafCount: number): number {
  return leafCount - 1;
}

/** The left child of a parent node. */
export function leftChild(node: number): number {
  return node - 2 ** (levelOf(node) - 1);
}

/** The right child of a parent node. */
export function rightChild(node: number): number {
  return node + 2 ** (levelOf(node) - 1);
}

/** The parent of a node; the caller knows that it is not the root. */
export function parentOf(node: number): number {
  const step = 2 ** levelOf(node);
  return Math.floor(node / (2 * step)) % 2 === 0 ? node + step : node - step;
}

/** The other child of a node's parent. */
export function siblingOf(node: number): number {
  const parent = parentOf(node);
  return node < parent ? rightChild(parent) : leftChild(parent);
}

/** The ancestors of a node, from its parent to the root; empty for the root. */
export function directPath(node: number, leafCount: number): number[] {
  const root = rootOf(leafCount);
  const path: number[] = [];
  for (let at = node; at !== root; ) {
    at = parentOf(at);
    path.push(at);
  }
  return path;
}

/** Whether `node` is `ancestor` or lies below it. */
export function isBelow(node: number, ancestor: number): boolean {
  const reach = 2 ** levelOf(ancestor) - 1;
  return node >= ancestor - reach && node <= ancestor + reach;
}
