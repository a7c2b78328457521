/**
 * The fields as an ARIA tree beside the octets.
 * @module
 */

import { ERROR_ROW, OpenFields } from "./open-fields.ts";
import type { Outline } from "./outline.ts";
import { stepFor } from "./tree-keys.ts";
import { errorRow, fieldRow, idOf } from "./tree-row.ts";
import { VirtualList } from "./virtual-list.ts";

const ROW_HEIGHT = 26;

/** What the tree tells others. */
export interface TreeEvents {
  /** A field, or {@link ERROR_ROW}. */
  onSelect(field: number): void;
  onHover(field: number | undefined): void;
  /** Enter: on to the octets. */
  onLeave(): void;
}

/** The tree of one page; {@link show} gives it another outline. */
export class TreeView {
  readonly #element: HTMLElement;
  readonly #events: TreeEvents;
  readonly #list: VirtualList;
  #outline: Outline | undefined;
  #open: OpenFields | undefined;
  #selected = 0;
  #hovered: number | undefined;

  constructor(element: HTMLElement, events: TreeEvents) {
    this.#element = element;
    this.#events = events;
    this.#list = new VirtualList(
      element,
      { rowHeight: ROW_HEIGHT, render: (row) => this.#render(row) },
      "none",
    );
    element.role = "tree";
    element.tabIndex = 0;
    element.setAttribute("aria-labelledby", "tree-title");
    element.addEventListener("keydown", (event) => this.#onKey(event));
    element.addEventListener("click", (event) => this.#onClick(event));
    element.addEventListener("pointerover", (event) => events.onHover(fieldOfEvent(event)));
    element.addEventListener("pointerleave", () => events.onHover(undefined));
  }

  /** Shows another inspection. */
  show(outline: Outline): void {
    this.#outline = outline;
    this.#open = new OpenFields(outline);
    this.#selected = 0;
    this.#hovered = undefined;
    this.#list.reset(this.#open.rows().length);
    this.#point();
  }

  /** Marks a field as selected; opens what is around it and scrolls to it. */
  select(field: number): void {
    if (this.#open === undefined) return;
    if (field >= 0 && this.#open.rowOf(field) < 0) {
      this.#open.reveal(field);
      this.#list.reset(this.#open.rows().length, true);
    }
    this.#selected = field;
    this.#list.reveal(this.#open.rowOf(field));
    this.#point();
  }

  /** Marks a field as pointed at, or no field; one that is not shown by the field around it. */
  hover(field: number | undefined): void {
    let shown = field;
    while (shown !== undefined && shown > 0 && (this.#open?.rowOf(shown) ?? -1) < 0)
      shown = this.#outline?.parent[shown];
    this.#hovered = shown;
    this.#mark();
  }

  /** Opens or closes everything. */
  setAll(open: boolean): void {
    this.#open?.setAll(open);
    this.#changed();
  }

  #changed(): void {
    if (this.#open === undefined) return;
    while (this.#selected > 0 && this.#open.rowOf(this.#selected) < 0)
      this.#selected = this.#outline?.parent[this.#selected] ?? 0;
    this.#list.reset(this.#open.rows().length, true);
    this.#point();
    this.#list.reveal(this.#open.rowOf(this.#selected));
  }

  #point(): void {
    this.#list.pin(this.#open?.rowOf(this.#selected));
    this.#element.setAttribute("aria-activedescendant", idOf(this.#selected));
    this.#mark();
  }

  #mark(): void {
    const rows = this.#open?.rows();
    for (const [row, element] of this.#list.shown) {
      const field = rows?.[row];
      element.setAttribute("aria-selected", String(field === this.#selected));
      element.classList.toggle("hovered", field !== undefined && field === this.#hovered);
    }
  }

  #render(row: number): HTMLElement {
    const outline = this.#outline as Outline;
    const field = this.#open?.rows()[row] as number;
    const element =
      field === ERROR_ROW ? errorRow(outline) : fieldRow(outline, field, this.#open as OpenFields);
    element.classList.toggle("hovered", field === this.#hovered);
    element.setAttribute("aria-selected", String(field === this.#selected));
    return element;
  }

  #onKey(event: KeyboardEvent): void {
    if (this.#outline === undefined || this.#open === undefined) return;
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      if (event.key === "Enter") this.#events.onLeave();
      else this.#toggle(this.#selected);
      return;
    }
    const step = stepFor(event.key, this.#selected, this.#outline, this.#open, this.#list.pageSize);
    if (step === undefined) return;
    event.preventDefault();
    if (step.changed === true) this.#changed();
    if (step.to !== undefined && step.to !== this.#selected) this.#events.onSelect(step.to);
  }

  #onClick(event: MouseEvent): void {
    const field = fieldOfEvent(event);
    if (field === undefined) return;
    const isTwist = (event.target as Element).classList.contains("twist");
    if (isTwist && field >= 0) this.#toggle(field);
    else this.#events.onSelect(field);
  }

  #toggle(field: number): void {
    if (field <= 0 || this.#open?.canOpen(field) !== true) return;
    this.#open.setOpen(field, !this.#open.isOpen(field));
    this.#changed();
    if (this.#open.rowOf(field) >= 0 && this.#selected !== field) this.#events.onSelect(field);
  }
}

function fieldOfEvent(event: Event): number | undefined {
  const row = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-field]") : null;
  return row === null ? undefined : Number(row.dataset.field);
}
