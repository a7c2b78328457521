/**
 * Reads one mapping of a YAML file field by field, strictly, and says file, line and entry when a field is wrong.
 * @module
 */

import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument, type YAMLMap } from "yaml";
import { SpecError, type SpecErrorCode } from "./errors.ts";

/** A parsed YAML text together with what is needed to name a line in it. */
export interface Source {
  readonly file: string;
  readonly root: Node | null;
  /** The 1-based line of a node in the file. */
  readonly lineOf: (node: Node | null | undefined) => number;
}

/**
 * Parses YAML text. JSON is YAML too, so `drafts.json` comes through here as well.
 * @param firstLine the line of the file on which `text` begins (front matter begins on line 2)
 * @throws SpecError `malformed`, also for a repeated key
 */
export function parseSource(file: string, text: string, firstLine = 1): Source {
  const lines = new LineCounter();
  const lineAt = (offset: number) => lines.linePos(offset).line + firstLine - 1;
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true });
  const problem = document.errors[0] ?? document.warnings[0];
  if (problem !== undefined) {
    const reason = problem.message.split("\n")[0] ?? "not well-formed";
    throw new SpecError("malformed", reason, { file, line: lineAt(problem.pos[0]), entry: "" });
  }
  return { file, root: document.contents, lineOf: (node) => (node?.range ? lineAt(node.range[0]) : 0) };
}

/** The entries of a sequence, each as `Fields` named by its position until its id is known. */
export function entries(source: Source, node: Node | null): Fields[] {
  if (!isSeq(node)) {
    const line = source.lineOf(node);
    throw new SpecError("malformed", "expected a list of entries", { file: source.file, line, entry: "" });
  }
  return node.items.map((item, position) => new Fields(source, item as Node, `#${position + 1}`));
}

/** One mapping. Every field is read at most once; `done` refuses whatever was not read. */
export class Fields {
  /** Named in errors; set it to the id as soon as that is known. */
  entry: string;
  readonly #source: Source;
  readonly #map: YAMLMap;
  readonly #unread: Set<string>;

  constructor(source: Source, node: Node | null, entry: string) {
    this.entry = entry;
    this.#source = source;
    if (!isMap(node)) {
      const line = source.lineOf(node);
      throw new SpecError("malformed", "expected a mapping", { file: source.file, line, entry });
    }
    this.#map = node;
    this.#unread = new Set(node.items.map((pair) => String(isScalar(pair.key) ? pair.key.value : pair.key)));
  }

  /** The line on which this mapping begins. */
  get line(): number {
    return this.#source.lineOf(this.#map);
  }

  has(name: string): boolean {
    return this.#map.has(name);
  }

  isMapping(name: string): boolean {
    return isMap(this.#map.get(name, true));
  }

  /** The node of a field, for a nested structure. */
  node(name: string): Node {
    const node = this.#map.get(name, true) as Node | undefined;
    if (node === undefined) this.refuse("missing-field", `${name} is missing`);
    this.#unread.delete(name);
    return node;
  }

  /** A text that is not empty and has no blanks around it. */
  text(name: string): string {
    const node = this.node(name);
    const value = isScalar(node) ? node.value : undefined;
    if (typeof value !== "string") this.refuse("invalid-value", `${name} is not a text`, name);
    if (value.trim() === "" || value !== value.trim()) {
      this.refuse("invalid-value", `${name} is empty or has blanks around it`, name);
    }
    return value;
  }

  /** A whole number of at least one. */
  count(name: string): number {
    const node = this.node(name);
    const value = isScalar(node) ? node.value : undefined;
    if (typeof value !== "number" || !Number.isSafeInteger(value) || value < 1) {
      this.refuse("invalid-value", `${name} is not a whole number of at least 1`, name);
    }
    return value;
  }

  /** A text out of a closed set. */
  oneOf<const Value extends string>(name: string, allowed: readonly Value[]): Value {
    const value = this.text(name);
    const found = allowed.find((candidate) => candidate === value);
    if (found === undefined)
      this.refuse("invalid-value", `${name} is ${value}, not one of ${allowed.join(", ")}`, name);
    return found;
  }

  /** A list of texts without repetition. */
  texts(name: string, least = 1): string[] {
    const node = this.node(name);
    const values: unknown[] = isSeq(node)
      ? node.items.map((item) => (isScalar(item) ? item.value : item))
      : [];
    const texts = values.filter((value) => typeof value === "string" && value !== "") as string[];
    if (!isSeq(node) || texts.length !== values.length || new Set(texts).size !== texts.length) {
      this.refuse("invalid-value", `${name} is not a list of different texts`, name);
    }
    if (texts.length < least) this.refuse("invalid-value", `${name} has fewer than ${least} entries`, name);
    return texts;
  }

  /** A list of texts, all out of a closed set. */
  someOf<const Value extends string>(name: string, allowed: readonly Value[], least = 1): Value[] {
    return this.texts(name, least).map((value) => {
      const found = allowed.find((candidate) => candidate === value);
      if (found === undefined)
        this.refuse("invalid-value", `${name}: ${value} is not one of ${allowed.join(", ")}`, name);
      return found;
    });
  }

  /** A mapping inside this one. */
  nested(name: string): Fields {
    return new Fields(this.#source, this.node(name), this.entry);
  }

  /** The names of the fields, in the order of the file. */
  names(): string[] {
    return this.#map.items.map((pair) => String(isScalar(pair.key) ? pair.key.value : pair.key));
  }

  /** Refuses fields that nobody read. */
  done(): void {
    for (const name of this.#unread) this.refuse("unknown-field", `${name} is not a field here`, name);
  }

  /** Throws with the line of the field, or of the mapping when the field is absent or not given. */
  refuse(code: SpecErrorCode, reason: string, field?: string): never {
    const node = field === undefined ? undefined : (this.#map.get(field, true) as Node | undefined);
    const line = this.#source.lineOf(node ?? this.#map);
    throw new SpecError(code, reason, { file: this.#source.file, line, entry: this.entry });
  }
}
