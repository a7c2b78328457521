/**
 * One row of the tree.
 * @module
 */

import type { InspectedNode, ValueForm } from "@openmimi/inspect";
import { make } from "./dom.ts";
import { ERROR_ROW, type OpenFields } from "./open-fields.ts";
import type { Outline } from "./outline.ts";
import { oneLine, range } from "./words.ts";

/** So much of a value is in a row, which is cut to the width of the pane anyway. */
const MAX_VALUE = 160;
/** So many levels are indented; deeper ones stand below the last of them. */
const MAX_INDENT = 14;

/** The element's id, for `aria-activedescendant`. */
export function idOf(field: number): string {
  return field === ERROR_ROW ? "field-error" : `field-${field}`;
}

/** The row of a field. */
export function fieldRow(outline: Outline, field: number, open: OpenFields): HTMLElement {
  const node = outline.fields[field] as InspectedNode;
  const depth = outline.depth[field] as number;
  const around = outline.fields[outline.parent[field] as number];
  const element = make(
    "div",
    {
      ...{ id: idOf(field), role: "treeitem", class: `row h${depth % 6}`, "data-field": field },
      ...{ "aria-level": depth + 1, "aria-posinset": (outline.position[field] as number) + 1 },
      "aria-setsize": around?.children.length ?? 1,
      "aria-expanded": open.canOpen(field) ? String(open.isOpen(field)) : undefined,
    },
    make("span", { class: "twist", "aria-hidden": "true" }),
    make("span", { class: "name" }, oneLine(node.name, MAX_VALUE)),
    ...describe(node),
    make("span", { class: "unseen" }, `, ${spokenRange(node)}`),
    make("span", { class: "range", "aria-hidden": "true" }, range(node.start, node.end)),
  );
  element.style.setProperty("--indent", String(Math.min(depth, MAX_INDENT)));
  if (node.error !== undefined || isWrong(outline, field)) element.classList.add("wrong");
  return element;
}

/** Type, value and meaning, as far as they are there. */
function describe({ type, value, form, meaning, embedded, name, error }: InspectedNode): (Node | string)[] {
  const parts: (Node | string)[] = [];
  const add = (kind: string, text: string): void => {
    parts.push(" ", make("span", { class: kind }, text));
  };
  if (embedded !== undefined) add("embedded", embedded);
  else if (value === undefined && type !== undefined && type !== name) add("type", type);
  if (value !== undefined && embedded === undefined) add(kindOf(form), oneLine(value, MAX_VALUE));
  if (meaning !== undefined) add("meaning", oneLine(meaning, MAX_VALUE));
  if (error !== undefined) add("fault", `${oneLine(error.message, MAX_VALUE)} at ${error.offset}`);
  return parts;
}

/** Octets are cut first where there is little room, then texts; numbers stand whole. */
function kindOf(form: ValueForm | undefined): string {
  if (form === undefined || form === "text") return "value";
  return form === "octets" ? "value octets" : "value short";
}

function spokenRange({ start, end }: InspectedNode): string {
  if (end <= start) return `no octets, at ${start}`;
  return end === start + 1 ? `octet ${start}` : `octets ${start} to ${end - 1}`;
}

/** Whether the error of the whole object lies in its octets, and in none of its fields. */
function isWrong(outline: Outline, field: number): boolean {
  return outline.errors.some((placed) => placed.field < 0 && outline.fieldOf[placed.error.offset] === field);
}

/** The row behind the last field: why there are no more. */
export function errorRow({ errors }: Outline): HTMLElement {
  const { message = "", offset = 0 } = errors.find(({ field }) => field < 0)?.error ?? {};
  return make(
    "div",
    {
      ...{ id: idOf(ERROR_ROW), role: "treeitem", class: "row wrong stop", "data-field": ERROR_ROW },
      ...{ "aria-level": 2, "aria-setsize": -1, "aria-posinset": 1 },
    },
    make("span", { class: "name" }, "error"),
    " ",
    make("span", { class: "fault" }, oneLine(message, MAX_VALUE)),
    make("span", { class: "unseen" }, `, at octet ${offset}`),
    make("span", { class: "range", "aria-hidden": "true" }, String(offset)),
  );
}
