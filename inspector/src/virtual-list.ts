/**
 * A list of rows of one height of which only those in view are in the document.
 * @module
 */

import { make } from "./dom.ts";

/** Rows beyond both edges of the view, so that scrolling shows no gaps. */
const MARGIN = 12;

/** Browsers cannot lay out much more (Firefox 17.8 million pixels, Chromium 33.5); a taller list scrolls faster instead. */
const MAX_HEIGHT = 8_000_000;

/** What a list shows. */
export interface Rows {
  readonly rowHeight: number;
  /** Makes the row; the list sets its place. */
  render(row: number): HTMLElement;
}

/** The list in an element that scrolls. */
export class VirtualList {
  readonly #viewport: HTMLElement;
  readonly #space: HTMLElement;
  readonly #source: Rows;
  #count = 0;
  #pinned: number | undefined;
  readonly #shown = new Map<number, HTMLElement>();

  /** @param role of the element between the viewport and the rows */
  constructor(viewport: HTMLElement, source: Rows, role: "none" | "rowgroup") {
    this.#viewport = viewport;
    this.#source = source;
    this.#space = make("div", { role, class: "space" });
    viewport.append(this.#space);
    viewport.addEventListener("scroll", () => this.#place(), { passive: true });
    new ResizeObserver(() => this.#place()).observe(viewport);
  }

  /** Shows other rows, from the top unless `keepPlace`. */
  reset(count: number, keepPlace = false): void {
    this.#count = count;
    this.#pinned = undefined;
    this.#space.style.setProperty("height", `${Math.min(this.#height, MAX_HEIGHT)}px`);
    if (!keepPlace) this.#viewport.scrollTop = 0;
    this.refresh();
  }

  /** Makes the rows in view anew. */
  refresh(): void {
    this.#shown.clear();
    this.#space.replaceChildren();
    this.#place();
  }

  /** The rows that are in the document. */
  get shown(): ReadonlyMap<number, HTMLElement> {
    return this.#shown;
  }

  /** Rows that fit into the view. */
  get pageSize(): number {
    return Math.max(1, Math.floor(this.#viewport.clientHeight / this.#source.rowHeight) - 1);
  }

  /** Keeps a row in the document wherever the view is: `aria-activedescendant` has to point at something. */
  pin(row: number | undefined): void {
    this.#pinned = row;
    this.#place();
  }

  /** Scrolls as little as it takes to see a row; into the middle when it was far away. */
  reveal(row: number): void {
    const { clientHeight } = this.#viewport;
    const { rowHeight } = this.#source;
    const top = row * rowHeight;
    const view = this.#viewTop;
    const isSeen = top >= view && top + rowHeight <= view + clientHeight;
    if (isSeen) return;
    const isNear = top >= view - 2 * rowHeight && top <= view + clientHeight + rowHeight;
    if (!isNear) this.#scrollTo(top - (clientHeight - rowHeight) / 2);
    else this.#scrollTo(top < view ? top : top + rowHeight - clientHeight);
    this.#place();
  }

  get #height(): number {
    return this.#count * this.#source.rowHeight;
  }

  /** How far the rows move for one pixel of scrolling: 1, unless the list is too tall. */
  get #speed(): number {
    const { clientHeight } = this.#viewport;
    if (this.#height <= MAX_HEIGHT) return 1;
    return (this.#height - clientHeight) / (MAX_HEIGHT - clientHeight);
  }

  get #viewTop(): number {
    return this.#viewport.scrollTop * this.#speed;
  }

  #scrollTo(top: number): void {
    this.#viewport.scrollTop = Math.max(0, top) / this.#speed;
  }

  #place(): void {
    const { rowHeight } = this.#source;
    const top = this.#viewTop;
    const first = Math.max(0, Math.floor(top / rowHeight) - MARGIN);
    const last = Math.min(
      this.#count - 1,
      Math.ceil((top + this.#viewport.clientHeight) / rowHeight) + MARGIN,
    );
    const isWanted = (row: number): boolean => (row >= first && row <= last) || row === this.#pinned;
    for (const [row, element] of this.#shown) {
      if (isWanted(row)) continue;
      element.remove();
      this.#shown.delete(row);
    }
    for (let row = first; row <= last; row++) this.#show(row);
    if (this.#pinned !== undefined && this.#pinned < this.#count) this.#show(this.#pinned);
    const shift = this.#viewport.scrollTop - top;
    for (const [row, element] of this.#shown)
      element.style.setProperty("transform", `translateY(${row * rowHeight + shift}px)`);
  }

  #show(row: number): void {
    if (this.#shown.has(row)) return;
    const element = this.#source.render(row);
    this.#shown.set(row, element);
    this.#space.append(element);
  }
}
