/**
 * How the octets are to be read: the controls below the text.
 * @module
 */

import { objectNames } from "@openmimi/inspect";
import { byId, make } from "./dom.ts";

/** What the controls say; what is empty is left out. */
export interface Reading {
  readonly as?: string;
  readonly senderUri?: string;
  readonly roomUri?: string;
}

/** The object to read them as, and who sent them where. */
export class Form {
  readonly #as = byId<HTMLSelectElement>("as");
  readonly #sender = byId<HTMLInputElement>("sender");
  readonly #room = byId<HTMLInputElement>("room");

  constructor(onChange: () => void) {
    this.#as.append(make("option", { value: "" }, "what fits best"));
    for (const name of objectNames) this.#as.append(make("option", { value: name }, name));
    for (const control of [this.#as, this.#sender, this.#room]) control.addEventListener("change", onChange);
  }

  get reading(): Reading {
    const as = this.#as.value;
    const senderUri = this.#sender.value.trim();
    const roomUri = this.#room.value.trim();
    return {
      ...(as === "" ? {} : { as }),
      ...(senderUri === "" ? {} : { senderUri }),
      ...(roomUri === "" ? {} : { roomUri }),
    };
  }

  /** Sets all of them; an object that is not known becomes "what fits best". */
  set reading({ as, senderUri, roomUri }: { readonly [name in keyof Reading]: Reading[name] | undefined }) {
    this.#as.value = objectNames.find((name) => name === as) ?? "";
    this.#sender.value = senderUri ?? "";
    this.#room.value = roomUri ?? "";
  }
}
