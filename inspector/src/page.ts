/**
 * Ties the parts of the page together: what is inspected, how it is read, and where it came from.
 * @module
 */

import type { Example } from "virtual:examples";
import { type Inspection, objectNames, parseOctets } from "@openmimi/inspect";
import { copy } from "./clipboard.ts";
import { byId } from "./dom.ts";
import { Form } from "./form.ts";
import { bindGallery, exampleOf } from "./gallery-view.ts";
import { InputView } from "./input-view.ts";
import { Inspector } from "./inspector.ts";
import { Panes } from "./panes.ts";
import { exampleFragment, fragmentOf, MAX_LINKED_OCTETS, readFragment, type View } from "./permalink.ts";
import { showResult } from "./result-view.ts";
import { bindTheme } from "./theme.ts";
import { Stopped } from "./thread.ts";
import { count, oneLine } from "./words.ts";

/** The page. */
export class Page {
  readonly #form = new Form(() => this.#again());
  readonly #input = new InputView({
    onOctets: (octets) => {
      this.#leave();
      this.#show({ octets, ...this.#form.reading });
    },
    onNothing: () => this.#forget(),
  });
  readonly #inspector = new Inspector();
  readonly #panes = new Panes();
  /** What was given last, whether it is shown or not. */
  #octets: Uint8Array<ArrayBuffer> | undefined;
  /** What is inspected on the thread and will be shown. */
  #awaited: Promise<Inspection> | undefined;
  /** Where "Inspect alone" came from, the last at the end. */
  #before: View[] = [];

  /** Binds everything and shows what the URL asks for. */
  start(): void {
    bindTheme(byId<HTMLButtonElement>("theme"));
    bindGallery((example) => this.#showExample(example));
    const onClick = (id: string, act: () => unknown): void =>
      byId(id).addEventListener("click", () => void act());
    onClick("clear", () => this.#clear());
    onClick("link", () => this.#copyLink());
    onClick("copy-octets", () => this.#copyOctets());
    onClick("alone", () => this.#alone());
    onClick("back", () => this.#back());
    onClick("stop", () => this.#inspector.stop());
    for (const link of document.querySelectorAll<HTMLAnchorElement>(".skip a"))
      link.addEventListener("click", (event) => {
        // The fragment stays what it is: a link to the octets.
        event.preventDefault();
        byId(link.hash.slice(1)).focus();
      });
    addEventListener("hashchange", () => this.#showFragment());
    this.#hide();
    this.#showFragment();
  }

  #showFragment(): void {
    const fragment = readFragment(location.hash);
    if (fragment.kind === "view") this.#showView(fragment.view);
    else if (fragment.kind === "unreadable") this.#say("The link is damaged: it spells no octets.", true);
    else if (fragment.kind === "example") {
      const example = exampleOf(fragment.id);
      if (example !== undefined) this.#showExample(example);
      else this.#say("The link is to an example that is not in this version.", true);
    }
  }

  #showExample({ octets: spelled, id, as, senderUri, roomUri }: Example): void {
    this.#leave();
    history.replaceState(null, "", exampleFragment(id));
    const octets = Uint8Array.from(parseOctets(spelled) ?? []);
    this.#showView({ octets, as, senderUri, roomUri }, () => {
      byId("result").scrollIntoView();
      byId("result").focus({ preventScroll: true });
    });
  }

  /** @param then what to do when it is shown, which may take a moment */
  #showView(view: View, then?: () => void): void {
    this.#form.reading = view;
    this.#input.show(view.octets);
    this.#show(view, then);
  }

  #again(): void {
    if (this.#octets === undefined) return;
    this.#leaveLink();
    this.#show({ octets: this.#octets, ...this.#form.reading });
  }

  #show({ octets, as, at }: View, then?: () => void): void {
    this.#octets = octets;
    this.#say("");
    byId<HTMLDetailsElement>("gallery").open = false;
    const present = (inspection: Inspection): void => {
      this.#present(octets, inspection, as !== undefined, at);
      then?.();
    };
    try {
      const inspection = this.#inspector.inspect(octets, this.#form.reading);
      if (inspection instanceof Promise) this.#wait(inspection, present);
      else present(inspection);
    } catch (error) {
      this.#fail(error);
    }
  }

  #wait(inspection: Promise<Inspection>, present: (inspection: Inspection) => void): void {
    this.#hide();
    byId("waiting").hidden = false;
    this.#awaited = inspection;
    // Something else may have been asked for in between.
    const isAwaited = (): boolean => this.#awaited === inspection;
    inspection.then(
      (found) => isAwaited() && present(found),
      (error: unknown) => isAwaited() && this.#fail(error),
    );
  }

  #present(octets: Uint8Array<ArrayBuffer>, inspection: Inspection, isChosen: boolean, at?: string): void {
    this.#hide();
    this.#setResultShown(true);
    const { outline } = this.#panes.show(octets, inspection);
    showResult(inspection, outline, isChosen, {
      onReadAs: (as) => {
        this.#form.reading = { ...this.#form.reading, as };
        this.#again();
      },
      onShowOctet: (octet) => {
        this.#panes.selectOctet(octet);
        byId("hex").focus();
      },
    });
    if (at !== undefined) this.#panes.selectAddress(at);
    byId("back").hidden = this.#before.length === 0;
  }

  #fail(error: unknown): void {
    this.#hide();
    if (error instanceof Stopped)
      this.#say("Stopped. Choosing what to read it as is quicker than trying everything.");
    else this.#say(`The inspector failed, which is a fault of its own: ${oneLine(String(error), 200)}`, true);
  }

  #alone(): void {
    const object = this.#panes.selectedObject;
    const view = this.#view();
    if (object === undefined || view === undefined) return;
    const before = [...this.#before, view];
    this.#leave();
    this.#before = before;
    const as = objectNames.find((known) => known === object.name);
    const { senderUri, roomUri } = view;
    this.#showView({ octets: object.octets, senderUri, roomUri, as }, () => byId("result").focus());
  }

  #back(): void {
    const before = [...this.#before];
    const view = before.pop();
    if (view === undefined) return;
    this.#leave();
    this.#before = before;
    this.#showView(view, () => byId("tree").focus());
  }

  #view(): View | undefined {
    const octets = this.#panes.shown?.octets;
    return octets === undefined ? undefined : { octets, ...this.#form.reading, at: this.#panes.address };
  }

  async #copyLink(): Promise<void> {
    const view = this.#view();
    if (view === undefined) return;
    const fragment = fragmentOf(view);
    if (fragment === undefined) {
      const size = count(view.octets.length, "octet");
      const limit = count(MAX_LINKED_OCTETS, "octet");
      return this.#say(
        `${size} are too many for a link, which carries up to ${limit}. Pass on the file.`,
        true,
      );
    }
    history.replaceState(null, "", fragment);
    const copied = await copy(location.href);
    this.#say(copied ? "The link is copied." : "The link is in the address bar; copy it there.");
  }

  async #copyOctets(): Promise<void> {
    const hex = this.#panes.selectedHex;
    if (hex === undefined) return;
    const copied = await copy(hex);
    const size = count(hex.length / 2, "octet");
    this.#say(copied ? `${size} copied, as hex.` : "The browser does not let this page copy.", !copied);
  }

  #clear(): void {
    this.#form.reading = {};
    this.#input.clear();
    this.#forget();
    byId<HTMLDetailsElement>("gallery").open = true;
    byId("text").focus();
  }

  #forget(): void {
    this.#octets = undefined;
    this.#leave();
    this.#hide();
  }

  #hide(): void {
    this.#panes.forget();
    this.#say("");
    byId("live").textContent = "";
    this.#awaited = undefined;
    byId("waiting").hidden = true;
    this.#setResultShown(false);
  }

  #setResultShown(isShown: boolean): void {
    byId("result").hidden = !isShown;
    byId<HTMLButtonElement>("link").disabled = !isShown;
    for (const link of document.querySelectorAll<HTMLAnchorElement>(".skip a"))
      link.hidden = !isShown && link.hash !== "#input";
  }

  /** Something else is inspected: there is no way back. */
  #leave(): void {
    this.#before = [];
    this.#leaveLink();
  }

  /** The URL no longer says what the page shows. */
  #leaveLink(): void {
    if (location.hash !== "") history.replaceState(null, "", location.pathname + location.search);
  }

  #say(note: string, isProblem = false): void {
    const element = byId("action-note");
    element.textContent = note;
    element.classList.toggle("fault", isProblem);
  }
}
