/**
 * Names of roles, where the roles of the room are among what was read. Policy §3.
 * @module
 */

import type { InspectedNode } from "./model.ts";

/** Fields that hold the index of a role, or a list of them. */
const INDEXES = new Set([
  "roleIndex",
  "fromRoleIndex",
  "targetRoleIndexes",
  "botRoleIndex",
  "rolesThatCanShare",
]);

/** The same tree with names at the indexes of roles; the tree itself where there are no roles, or those of two rooms. */
export function withRoleNames(root: InspectedNode): InspectedNode {
  const lists = roleLists(root);
  const [roles] = lists;
  return roles === undefined || lists.length > 1 ? root : named(root, namesIn(roles), "");
}

function roleLists(node: InspectedNode): InspectedNode[] {
  const isList = (node.embedded ?? node.type) === "RoleData";
  return isList ? [node] : node.children.flatMap(roleLists);
}

function namesIn(roles: InspectedNode): ReadonlyMap<string, string> {
  const fieldOf = (role: InspectedNode, field: string) =>
    role.children.find(({ name }) => name === field)?.value;
  const list = roles.children[0]?.children ?? [];
  return new Map(
    list.flatMap((role) => {
      const name = fieldOf(role, "roleName");
      return name === undefined || name === "" ? [] : [[String(fieldOf(role, "roleIndex")), String(name)]];
    }),
  );
}

function named(node: InspectedNode, names: ReadonlyMap<string, string>, list: string): InspectedNode {
  const field = node.name.startsWith("[") ? list : node.name;
  const children = node.children.map((child) => named(child, names, field));
  const name = INDEXES.has(field) && node.value !== undefined ? names.get(String(node.value)) : undefined;
  // 0 and 1 mean the same in every room.
  return name === undefined || node.meaning !== undefined
    ? { ...node, children }
    : { ...node, meaning: JSON.stringify(name), children };
}
