/**
 * Where octets come in: typed or pasted text, a chosen or dropped file.
 * @module
 */

import { parseOctets } from "@openmimi/inspect";
import { byId } from "./dom.ts";
import { textProblem } from "./text-problem.ts";
import { count, hexOf, oneLine } from "./words.ts";

/** The page stays usable up to here; larger input is refused with a note. */
const MAX_OCTETS = 4 * 1024 * 1024;

/** A text area with more characters makes browsers slow: beyond, the page holds the octets and shows a note. */
const MAX_CHARACTERS = 64 * 1024;

/** Typing is over when nothing was typed for so long. */
const PAUSE_MS = 150;

/** What the input tells others: octets, or that there are none. */
export interface InputEvents {
  onOctets(octets: Uint8Array<ArrayBuffer>): void;
  onNothing(): void;
}

/** Text area, file field and drop target. */
export class InputView {
  readonly #events: InputEvents;
  readonly #text = byId<HTMLTextAreaElement>("text");
  readonly #note = byId("text-note");
  readonly #drop = byId("drop");
  #typing: ReturnType<typeof setTimeout> | undefined;

  constructor(events: InputEvents) {
    this.#events = events;
    this.#text.addEventListener("input", () => {
      clearTimeout(this.#typing);
      this.#typing = setTimeout(() => this.#readText(this.#text.value), PAUSE_MS);
    });
    this.#text.addEventListener("paste", (event) => this.#onPaste(event));
    const file = byId<HTMLInputElement>("file");
    byId("choose").addEventListener("click", () => file.click());
    file.addEventListener("change", () => {
      const chosen = file.files?.[0];
      if (chosen !== undefined) void this.#readFile(chosen);
      file.value = "";
    });
    this.#bindDrop();
  }

  /** Shows octets that came from elsewhere: an example, a link. */
  show(octets: Uint8Array, name?: string): void {
    clearTimeout(this.#typing);
    const isShort = 2 * octets.length <= MAX_CHARACTERS;
    this.#text.value = isShort ? Array.from(octets, hexOf).join("") : "";
    const from = name === undefined ? "" : `${oneLine(name, 80)}: `;
    this.#say(isShort ? "" : `${from}${count(octets.length, "octet")}, too many to show here; see below.`);
  }

  /** Empties it. */
  clear(): void {
    clearTimeout(this.#typing);
    this.#text.value = "";
    this.#say("");
  }

  /** A note below the text, as a problem or not. */
  #say(note: string, isProblem = false): void {
    this.#note.textContent = note;
    this.#note.classList.toggle("fault", isProblem);
    this.#text.setAttribute("aria-invalid", String(isProblem));
  }

  #refuse(problem: string): void {
    this.#events.onNothing();
    this.#say(problem, problem !== "");
  }

  #onPaste(event: ClipboardEvent): void {
    const pasted = event.clipboardData?.getData("text/plain") ?? "";
    const file = event.clipboardData?.files[0];
    if (file !== undefined && pasted === "") {
      event.preventDefault();
      void this.#readFile(file);
      return;
    }
    if (pasted.length <= MAX_CHARACTERS) return;
    event.preventDefault();
    this.#text.value = "";
    this.#readText(pasted);
  }

  #readText(text: string, name?: string): void {
    if (text.length > 4 * MAX_OCTETS) {
      this.#refuse(tooMany(text.length, "character"));
      return;
    }
    const octets = parseOctets(text);
    if (octets === undefined) this.#refuse(textProblem(text) ?? "");
    else this.#take(Uint8Array.from(octets), name, text.length <= MAX_CHARACTERS);
  }

  #take(octets: Uint8Array<ArrayBuffer>, name: string | undefined, keepText: boolean): void {
    if (octets.length > MAX_OCTETS) {
      this.#refuse(tooMany(octets.length, "octet"));
      return;
    }
    if (keepText && name === undefined) this.#say("");
    else this.show(octets, name);
    this.#events.onOctets(octets);
  }

  async #readFile(file: File): Promise<void> {
    const name = oneLine(file.name, 80);
    if (file.size === 0 || file.size > 4 * MAX_OCTETS) {
      this.#refuse(file.size === 0 ? `${name} is empty.` : tooMany(file.size, "octet"));
      return;
    }
    try {
      const octets = new Uint8Array(await file.arrayBuffer());
      // A file that is a text which spells octets means those, as for the command.
      const isText = octets.every((octet) => octet <= 0x7e);
      const spelled = isText ? parseOctets(new TextDecoder().decode(octets)) : undefined;
      this.#take(spelled === undefined ? octets : Uint8Array.from(spelled), name, false);
    } catch {
      this.#refuse(`${name} cannot be read.`);
    }
  }

  #bindDrop(): void {
    const show = (isShown: boolean): void => {
      this.#drop.hidden = !isShown;
    };
    addEventListener("dragover", (event) => {
      event.preventDefault();
      show(true);
    });
    addEventListener("dragleave", (event) => {
      if (event.relatedTarget === null) show(false);
    });
    addEventListener("drop", (event) => {
      event.preventDefault();
      show(false);
      const file = event.dataTransfer?.files[0];
      if (file !== undefined) void this.#readFile(file);
      else this.#readText(event.dataTransfer?.getData("text/plain") ?? "", "dropped text");
    });
  }
}

function tooMany(number: number, one: string): string {
  return `${count(number, one)} are too many: this page reads up to ${count(MAX_OCTETS, "octet")}.`;
}
