/**
 * MIMI content and status reports, which are CBOR, as a tree of fields.
 * @module
 */

import { type DescribedItem, describe } from "@openmimi/content";
import type { InspectedNode } from "./model.ts";
import type { Read } from "./struct.ts";

interface OpenNode extends InspectedNode {
  readonly children: OpenNode[];
  readonly path: string;
}

/** Reads octets as MIMI content or as a status report. */
export function readContent(
  name: string,
  format: "mimi-content" | "mimi-message-status",
  octets: Uint8Array,
): Read {
  const { items, error } = describe(octets, { format });
  const root = treeOf(items) ?? { name, start: 0, end: error?.offset ?? 0, children: [] };
  if (error === undefined) return { root: { ...root, name } };
  const { reason: message, path, offset, code } = error;
  return { root: { ...root, name }, error: { message, path, offset, code } };
}

/** The items come in the order of their octets; one lies in another if its octets do. */
function treeOf(items: readonly DescribedItem[]): InspectedNode | undefined {
  const open: OpenNode[] = [];
  let root: OpenNode | undefined;
  for (const item of items) {
    while (open.length > 0 && (open.at(-1)?.end ?? 0) <= item.start) open.pop();
    const parent = open.at(-1);
    const node = openNode(item, parent?.path ?? "");
    open.push(node);
    if (parent === undefined) root ??= node;
    else parent.children.push(node);
  }
  return root;
}

function openNode({ path, start, end, value, note }: DescribedItem, parentPath: string): OpenNode {
  const name = (path.startsWith(parentPath) ? path.slice(parentPath.length) : path).replace(/^\./, "");
  const node = { name, path, start, end, value, children: [] };
  return note === undefined ? node : { ...node, meaning: note };
}
