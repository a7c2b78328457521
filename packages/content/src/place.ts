/**
 * Where in a value something is: `MimiContent.nestedPart.parts[2].url`.
 * @module
 */

/** A step into a value: a field's name, an index, or a map key in brackets. */
export type Step = string | number;

/** Keeps the steps while a value is gone through. The text is made only when somebody asks. */
export class Place {
  readonly #root: string;
  readonly #steps: Step[] = [];
  #field: string | undefined;
  #index = -1;

  constructor(root: string) {
    this.#root = root;
  }

  /** Steps into a container, element or entry. */
  enter(step: Step): void {
    this.#steps.push(step);
    this.#field = undefined;
  }

  /** Steps back out. */
  leave(): void {
    this.#steps.pop();
    this.#field = undefined;
  }

  /** Comes to a field that holds nothing deeper; it is left by coming to the next. */
  at(field: string, index = -1): void {
    this.#field = field;
    this.#index = index;
  }

  /** Comes back to the container around the fields. */
  atContainer(): void {
    this.#field = undefined;
  }

  /** All steps as a text. */
  get path(): string {
    let path = this.#root;
    for (const step of this.#steps) path += notation(step);
    if (this.#field === undefined) return path;
    return path + notation(this.#field) + (this.#index < 0 ? "" : notation(this.#index));
  }
}

function notation(step: Step): string {
  if (typeof step === "number") return `[${step}]`;
  return step.startsWith("[") ? step : `.${step}`;
}
