/**
 * Fields and octets side by side, pointing at each other, and all about the selected field.
 * @module
 */

import type { Inspection } from "@openmimi/inspect";
import { showDetail } from "./detail-view.ts";
import { byId } from "./dom.ts";
import { HexView, type Span } from "./hex-view.ts";
import { ERROR_ROW } from "./open-fields.ts";
import { addressOf, fieldAt, NO_FIELD, type Outline, outlineOf } from "./outline.ts";
import { TreeView } from "./tree-view.ts";
import { count, hexOf } from "./words.ts";

/** From here on it is worth a note that not all of the octets are in the document. */
const LARGE_OCTETS = 64 * 1024;

/** What is shown. */
export interface Shown {
  readonly octets: Uint8Array<ArrayBuffer>;
  readonly inspection: Inspection;
  readonly outline: Outline;
}

/** The two panes and the details. */
export class Panes {
  readonly #tree = new TreeView(byId("tree"), {
    onSelect: (field) => this.select(field),
    onHover: (field) => this.#hover(field),
    onLeave: () => byId("hex").focus(),
  });
  readonly #hex = new HexView(byId("hex"), {
    onSelect: (octet) => this.selectOctet(octet),
    onHover: (octet) => this.#hover(octet === undefined ? undefined : this.#fieldOf(octet)),
    onLeave: () => byId("tree").focus(),
  });
  #shown: Shown | undefined;
  #selected = 0;

  constructor() {
    byId("expand").addEventListener("click", () => this.#tree.setAll(true));
    byId("collapse").addEventListener("click", () => this.#tree.setAll(false));
  }

  get shown(): Shown | undefined {
    return this.#shown;
  }

  /** Shows an inspection, with the error or else the whole object selected. */
  show(octets: Uint8Array<ArrayBuffer>, inspection: Inspection): Shown {
    const shown = { octets, inspection, outline: outlineOf(inspection) };
    this.#shown = shown;
    byId("hex-note").textContent =
      octets.length > LARGE_OCTETS
        ? `only the rows in view of ${count(octets.length, "octet")} are drawn`
        : "";
    this.#tree.show(shown.outline);
    this.#hex.show(octets, shown.outline);
    const { error } = inspection;
    this.select(error === undefined ? 0 : ERROR_ROW, error?.offset);
    return shown;
  }

  /** Nothing is shown any more. */
  forget(): void {
    this.#shown = undefined;
  }

  /** The deepest field that holds an octet. */
  selectOctet(octet: number): void {
    const field = this.#fieldOf(octet);
    const isWrong = this.#shown?.inspection.error !== undefined;
    this.select(field !== NO_FIELD ? field : isWrong ? ERROR_ROW : 0, octet);
  }

  /** A field, or {@link ERROR_ROW}; the cursor stands on its first octet, or on the given one. */
  select(field: number, octet?: number): void {
    if (this.#shown === undefined) return;
    const { outline } = this.#shown;
    this.#selected = field;
    const node = outline.fields[field];
    this.#tree.select(field);
    this.#hex.select(this.#spanOf(field), octet);
    showDetail(byId("detail"), outline, field);
    const isEmpty = node === undefined || node.end <= node.start;
    byId<HTMLButtonElement>("copy-octets").disabled = isEmpty;
    byId<HTMLButtonElement>("alone").disabled = isEmpty || field === 0;
  }

  /** The selected field for a link; undefined for the whole object and for the error, which is selected anyway. */
  get address(): string | undefined {
    return this.#shown === undefined || this.#selected <= 0
      ? undefined
      : addressOf(this.#shown.outline, this.#selected);
  }

  /** Selects the field that a link names, if there is one. */
  selectAddress(address: string): void {
    const field = this.#shown === undefined ? undefined : fieldAt(this.#shown.outline, address);
    if (field !== undefined) this.select(field);
  }

  /** The octets of the selected field, as hex. */
  get selectedHex(): string | undefined {
    const node = this.#shown?.outline.fields[this.#selected];
    if (node === undefined || this.#shown === undefined) return undefined;
    return Array.from(this.#shown.octets.subarray(node.start, node.end), hexOf).join("");
  }

  /**
   * The object in the selected field with what it may be. What the octets of an embedded object begin with is the length
   * around it, which is not a part of it.
   */
  get selectedObject(): { readonly octets: Uint8Array<ArrayBuffer>; readonly name?: string } | undefined {
    const node = this.#shown?.outline.fields[this.#selected];
    if (node === undefined || this.#shown === undefined) return undefined;
    const start = node.embedded === undefined ? node.start : (node.children[0]?.start ?? node.start);
    const name = node.embedded ?? node.type;
    const octets = this.#shown.octets.slice(start, node.end);
    return name === undefined ? { octets } : { octets, name };
  }

  /** The octets to mark. Those of the whole object are all there are, which needs no mark. */
  #spanOf(field: number): Span {
    const node = this.#shown?.outline.fields[field];
    const stop = this.#shown?.inspection.error?.offset ?? 0;
    if (node === undefined) return { start: stop, end: stop + 1 };
    if (field === 0) return { start: node.start, end: node.start };
    return { start: node.start, end: node.end, isAround: node.children.length > 0 };
  }

  #hover(field: number | undefined): void {
    const node = field === undefined ? undefined : this.#shown?.outline.fields[field];
    this.#tree.hover(field);
    this.#hex.hover(node);
  }

  #fieldOf(octet: number): number {
    return this.#shown?.outline.fieldOf[octet] ?? NO_FIELD;
  }
}
