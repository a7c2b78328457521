/**
 * Where in a value something is: `MimiContent.nestedPart.parts[2].url`.
 * @module
 */

/** A step into a value: a field's name, an index, or a map key in brackets. */
export type Step = string | number;

/** Steps from the innermost outwards: a list takes less time than an array that grows. */
interface Steps {
  readonly step: Step;
  readonly outer: Steps | undefined;
}

function pathOf(inner: Steps | undefined): string {
  return inner === undefined ? "" : pathOf(inner.outer) + notation(inner.step);
}

/** Keeps the steps while a value is gone through. The text is made only when somebody asks. */
export class Place {
  readonly #root: string;
  #inner: Steps | undefined;
  #field: Step | undefined;
  #index = -1;

  constructor(root: string) {
    this.#root = root;
  }

  /** Steps into a container, element or entry. */
  enter(step: Step): void {
    this.#inner = { step, outer: this.#inner };
    this.#field = undefined;
  }

  /** Steps back out. */
  leave(): void {
    this.#inner = this.#inner?.outer;
    this.#field = undefined;
  }

  /** Comes to a field that holds nothing deeper; it is left by coming to the next. */
  at(field: Step, index = -1): void {
    this.#field = field;
    this.#index = index;
  }

  /** Comes back to the container around the fields. */
  atContainer(): void {
    this.#field = undefined;
  }

  /** All steps as a text. */
  get path(): string {
    const path = this.#root + pathOf(this.#inner);
    if (this.#field === undefined) return path;
    return path + notation(this.#field) + (this.#index < 0 ? "" : notation(this.#index));
  }
}

function notation(step: Step): string {
  if (typeof step === "number") return `[${step}]`;
  return step.startsWith("[") ? step : `.${step}`;
}
