/**
 * What the keys of an ARIA tree do (the tree pattern of the ARIA authoring practices).
 * @module
 */

import { ERROR_ROW, type OpenFields } from "./open-fields.ts";
import { childrenOf, type Outline } from "./outline.ts";

/** Where a key leads: another row, or nothing but open and closed fields. */
export interface Step {
  /** The field to go to, {@link ERROR_ROW} included. */
  readonly to?: number;
  /** Rows appeared or disappeared. */
  readonly changed?: true;
}

/**
 * Does what a key asks for.
 *
 * @param current the field that is selected
 * @param pageSize rows that PageUp and PageDown go
 * @returns undefined when the key means nothing here
 */
export function stepFor(
  key: string,
  current: number,
  outline: Outline,
  open: OpenFields,
  pageSize: number,
): Step | undefined {
  const rows = open.rows();
  const row = open.rowOf(current);
  const goTo = (wanted: number): Step => {
    const to = rows[Math.min(rows.length - 1, Math.max(0, wanted))];
    return to === undefined ? {} : { to };
  };
  switch (key) {
    case "ArrowDown":
      return goTo(row + 1);
    case "ArrowUp":
      return goTo(row - 1);
    case "PageDown":
      return goTo(row + pageSize);
    case "PageUp":
      return goTo(row - pageSize);
    case "Home":
      return goTo(0);
    case "End":
      return goTo(rows.length - 1);
    case "ArrowRight":
      return forward(current, open);
    case "ArrowLeft":
      return back(current, outline, open);
    case "*":
      return openBeside(current, outline, open);
    default:
      return undefined;
  }
}

function forward(current: number, open: OpenFields): Step {
  if (current === ERROR_ROW || !open.canOpen(current)) return {};
  if (open.isOpen(current)) return { to: current + 1 };
  open.setOpen(current, true);
  return { changed: true };
}

function back(current: number, outline: Outline, open: OpenFields): Step {
  if (current === ERROR_ROW) return { to: 0 };
  if (current !== 0 && open.isOpen(current)) {
    open.setOpen(current, false);
    return { changed: true };
  }
  return current === 0 ? {} : { to: outline.parent[current] as number };
}

function openBeside(current: number, outline: Outline, open: OpenFields): Step {
  if (current <= 0) return {};
  for (const field of childrenOf(outline, outline.parent[current] as number)) open.setOpen(field, true);
  return { changed: true };
}
