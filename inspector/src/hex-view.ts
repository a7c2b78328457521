/**
 * The octets as a grid, coloured by how deep the field is that holds them.
 * @module
 */

import { hexRow, idOf } from "./hex-row.ts";
import type { Outline } from "./outline.ts";
import { VirtualList } from "./virtual-list.ts";

const ROW_HEIGHT = 26;
/** Columns where there is room for them, and where there is less. */
const WIDE = 16;
const NARROW = 8;
/** Of a monospaced font of 13 pixels, in CSS pixels. */
const CHARACTER_WIDTH = 7.85;
/** What 16 octets take, as octets and as text, with all that is between them; offsets come on top. */
const WIDE_CHARACTERS = 71.5;

/** Octets from `start` up to, not including, `end`. */
export interface Span {
  readonly start: number;
  readonly end: number;
  /** A field that holds others: their colours stay, and a band goes around all of them. */
  readonly isAround?: boolean;
}

/** What the grid tells others. An octet beyond the last one is where a truncated object ends. */
export interface HexEvents {
  onSelect(octet: number): void;
  onHover(octet: number | undefined): void;
  /** Enter: on to the field. */
  onLeave(): void;
}

/** The grid of one page; {@link show} gives it other octets. */
export class HexView {
  readonly #element: HTMLElement;
  readonly #events: HexEvents;
  readonly #list: VirtualList;
  #octets = new Uint8Array();
  #outline: Outline | undefined;
  #errors: ReadonlySet<number> = new Set();
  #columns = WIDE;
  #cursor = 0;
  #selected: Span = { start: 0, end: 0 };
  #hovered: Span | undefined;

  constructor(element: HTMLElement, events: HexEvents) {
    this.#element = element;
    this.#events = events;
    this.#list = new VirtualList(
      element,
      { rowHeight: ROW_HEIGHT, render: (row) => this.#render(row) },
      "rowgroup",
    );
    element.role = "grid";
    element.tabIndex = 0;
    element.setAttribute("aria-labelledby", "hex-title");
    element.addEventListener("keydown", (event) => this.#onKey(event));
    element.addEventListener("click", (event) => {
      const octet = octetOf(event);
      if (octet !== undefined) events.onSelect(octet);
    });
    element.addEventListener("pointerover", (event) => events.onHover(octetOf(event)));
    element.addEventListener("pointerleave", () => events.onHover(undefined));
    new ResizeObserver(() => this.#fit()).observe(element);
  }

  /** Shows other octets. */
  show(octets: Uint8Array<ArrayBuffer>, outline: Outline): void {
    this.#octets = octets;
    this.#outline = outline;
    this.#errors = new Set(outline.errors.map(({ error }) => error.offset));
    this.#cursor = 0;
    this.#hovered = undefined;
    this.#columns = this.#fittingColumns();
    this.#element.style.setProperty("--digits", String(digitsOf(octets)));
    this.#reset(false);
  }

  /** Marks the octets of the selected field and puts the cursor on one; scrolls to it if `reveal`. */
  select(span: Span, cursor = span.start): void {
    this.#selected = span;
    this.#cursor = Math.min(cursor, Math.max(0, this.#length - 1));
    this.#list.pin(this.#rowOf(this.#cursor));
    this.#list.reveal(this.#rowOf(this.#cursor));
    this.#element.setAttribute("aria-activedescendant", idOf(this.#cursor));
    this.#mark();
  }

  /** Marks the octets of the field that is pointed at. */
  hover(span: Span | undefined): void {
    this.#hovered = span;
    this.#mark();
  }

  /** One more than there are octets where something is missing behind the last one. */
  get #length(): number {
    return this.#octets.length + (this.#errors.has(this.#octets.length) ? 1 : 0);
  }

  #rowOf(octet: number): number {
    return Math.floor(octet / this.#columns);
  }

  #reset(keepPlace: boolean): void {
    const rows = Math.ceil(this.#length / this.#columns);
    this.#element.style.setProperty("--columns", String(this.#columns));
    this.#element.setAttribute("aria-rowcount", String(rows));
    this.#element.setAttribute("aria-colcount", String(this.#columns + 2));
    this.#list.reset(rows, keepPlace);
    this.#list.pin(this.#rowOf(this.#cursor));
  }

  #fittingColumns(): number {
    const { clientWidth } = this.#element;
    const needed = (WIDE_CHARACTERS + digitsOf(this.#octets)) * CHARACTER_WIDTH;
    return clientWidth === 0 || clientWidth >= needed ? WIDE : NARROW;
  }

  #fit(): void {
    if (this.#outline === undefined || this.#fittingColumns() === this.#columns) return;
    this.#columns = this.#fittingColumns();
    this.#reset(true);
    this.#list.reveal(this.#rowOf(this.#cursor));
    this.#mark();
  }

  #render(row: number): HTMLElement {
    const element = hexRow({
      ...{ row, columns: this.#columns, octets: this.#octets, length: this.#length, errors: this.#errors },
      outline: this.#outline as Outline,
    });
    this.#markRow(element);
    return element;
  }

  #mark(): void {
    for (const element of this.#list.shown.values()) this.#markRow(element);
  }

  #markRow(row: HTMLElement): void {
    for (const cell of row.querySelectorAll<HTMLElement>("[data-octet]")) {
      const octet = Number(cell.dataset.octet);
      const isSelected = isIn(octet, this.#selected);
      cell.classList.toggle("selected", isSelected && this.#selected.isAround !== true);
      cell.classList.toggle("around", isSelected && this.#selected.isAround === true);
      cell.classList.toggle("hovered", isIn(octet, this.#hovered));
      cell.classList.toggle("cursor", octet === this.#cursor);
      if (cell.role === "gridcell") cell.setAttribute("aria-selected", String(isSelected));
    }
  }

  #onKey(event: KeyboardEvent): void {
    if (this.#outline === undefined || event.altKey || event.metaKey) return;
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      this.#events.onLeave();
      return;
    }
    const to = this.#target(event.key, event.ctrlKey);
    if (to === undefined) return;
    event.preventDefault();
    this.#events.onSelect(Math.min(this.#length - 1, Math.max(0, to)));
  }

  #target(key: string, isControl: boolean): number | undefined {
    const columns = this.#columns;
    const cursor = this.#cursor;
    const inRow = cursor % columns;
    switch (key) {
      case "ArrowLeft":
        return cursor - 1;
      case "ArrowRight":
        return cursor + 1;
      case "ArrowUp":
        return cursor < columns ? cursor : cursor - columns;
      case "ArrowDown":
        return cursor + columns >= this.#length ? cursor : cursor + columns;
      case "Home":
        return isControl ? 0 : cursor - inRow;
      case "End":
        return isControl ? this.#length - 1 : cursor - inRow + columns - 1;
      case "PageUp":
        return Math.max(inRow, cursor - columns * this.#list.pageSize);
      case "PageDown":
        return cursor + columns * this.#list.pageSize;
      default:
        return undefined;
    }
  }
}

function digitsOf({ length }: Uint8Array): number {
  return String(length).length;
}

function isIn(octet: number, span: Span | undefined): boolean {
  return span !== undefined && octet >= span.start && octet < span.end;
}

function octetOf(event: Event): number | undefined {
  const cell = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-octet]") : null;
  return cell === null ? undefined : Number(cell.dataset.octet);
}
