/**
 * Which parts of a message a receiver processes, and in which order: draft-ietf-mimi-content-08 §4.4.
 * @module
 */

import type { ExternalPart, MimiContent, SinglePart } from "./model.ts";
import { type PartNode, partTree } from "./part-tree.ts";
import { type IndexedPart, languageTags, parseContentIdUri } from "./parts.ts";

/** What a receiver can do and prefers. */
export interface Receiver {
  /** Whether a part without nested parts can be handled, see `supporting`. */
  readonly understands: (part: IndexedPart["part"], partIndex: number) => boolean;
  /**
   * Chooses among the parts of a `chooseOne` that can all be handled, in the sender's order: with all that is in them
   * where there are such, and otherwise as much of them as can be.
   *
   * @returns a position in the list; default: 0, the sender's first
   */
  readonly choose?: (alternatives: readonly IndexedPart[]) => number;
  /** The `cid:` URIs in a part that is handled, for example those of the images in HTML. Default: none. */
  readonly references?: (part: SinglePart | ExternalPart, partIndex: number) => Iterable<string>;
}

/** A part to process. */
export interface ProcessedPart {
  readonly partIndex: number;
  readonly part: SinglePart | ExternalPart;
  /** The part indexes that it refers to and that are there to be shown in it. */
  readonly references: readonly number[];
  /** The outermost `singleUnit` around it: its parts belong together. */
  readonly unit?: number;
}

/** What becomes of a message. */
export interface Processing {
  /** In order. Parts that an earlier one refers to are left out, whatever their disposition. */
  readonly parts: readonly ProcessedPart[];
  /** Part indexes that a part in front of them refers to. */
  readonly skipped: readonly number[];
  /** Part indexes of what was left out because it is not understood; a `singleUnit` as a whole. */
  readonly notUnderstood: readonly number[];
}

/**
 * Goes through the parts of a message: chooses from each `chooseOne` one part that can be handled, takes of each
 * `processAll` as many as possible, and of each `singleUnit` all parts or none.
 *
 * NullParts are handled and have nothing to show (reading R-154): they are in none of the lists.
 *
 * @param content a message, or the body of one
 * @example
 * ```ts
 * const { parts } = processParts(content, { understands, choose: byLanguage(["fr", "en"]), references });
 * for (const { part, references } of parts) show(part, references);
 * ```
 */
export function processParts(content: Pick<MimiContent, "nestedPart">, receiver: Receiver): Processing {
  const selection = new Selection(receiver);
  selection.take(partTree(content), undefined);
  return order(selection, receiver);
}

/** The parts that remain when choices are made and what is not understood is left out. */
class Selection {
  readonly leaves: { readonly node: PartNode; readonly unit: number | undefined }[] = [];
  readonly notUnderstood: number[] = [];
  readonly #receiver: Receiver;
  /** What was found out about a node: each is judged once. */
  readonly #understood = new Map<PartNode, boolean>();
  readonly #whole = new Map<PartNode, boolean>();

  constructor(receiver: Receiver) {
    this.#receiver = receiver;
  }

  take(node: PartNode, unit: number | undefined): void {
    const { part, partIndex, nested } = node;
    if (!this.#understands(node)) {
      this.notUnderstood.push(partIndex);
      return;
    }
    if (part.cardinality !== "multi") {
      if (part.cardinality !== "nullpart") this.leaves.push({ node, unit });
      return;
    }
    const around = unit ?? (part.partSemantics === "singleUnit" ? partIndex : undefined);
    const taken = part.partSemantics === "chooseOne" ? [this.#choose(nested)] : nested;
    for (const each of taken) this.take(each, around);
  }

  #understands(node: PartNode): boolean {
    const known = this.#understood.get(node);
    if (known !== undefined) return known;
    const { part, partIndex, nested } = node;
    let understood: boolean;
    if (part.cardinality === "nullpart") understood = true;
    else if (part.cardinality !== "multi") understood = this.#receiver.understands(part, partIndex);
    else if (part.partSemantics === "singleUnit")
      understood = nested.every((each) => this.#understands(each));
    else understood = nested.some((each) => this.#understands(each));
    this.#understood.set(node, understood);
    return understood;
  }

  /** Whether nothing is left out of a node that is understood, once choices are made. */
  #understandsWhole(node: PartNode): boolean {
    const known = this.#whole.get(node);
    if (known !== undefined) return known;
    const { part, nested } = node;
    let whole = this.#understands(node);
    if (whole && part.cardinality === "multi")
      whole =
        part.partSemantics === "chooseOne"
          ? nested.some((each) => this.#understandsWhole(each))
          : nested.every((each) => this.#understandsWhole(each));
    this.#whole.set(node, whole);
    return whole;
  }

  /**
   * One of those that are understood as a whole (in content B.3, the page with the picture that can be shown), or else in
   * part; a NullPart only where there is nothing else.
   */
  #choose(nested: readonly PartNode[]): PartNode {
    const understood = nested.filter((each) => this.#understands(each));
    const shown = understood.filter(({ part }) => part.cardinality !== "nullpart");
    const whole = shown.filter((each) => this.#understandsWhole(each));
    const alternatives = whole.length > 0 ? whole : shown.length > 0 ? shown : understood;
    const chosen = this.#receiver.choose?.(alternatives) ?? 0;
    return alternatives[chosen] ?? alternatives[0]!;
  }
}

function order({ leaves, notUnderstood }: Selection, receiver: Receiver): Processing {
  const present = new Map(leaves.map(({ node }) => [node.partIndex, node]));
  const handled = new Set<number>();
  const skipped: number[] = [];
  const parts: ProcessedPart[] = [];
  // Content §4.4: only to parts of this message, and not to MultiParts (reading R-169: others are dead references).
  const referencesOf = (node: PartNode): number[] => {
    const part = node.part as SinglePart | ExternalPart;
    const found = new Set<number>();
    for (const uri of receiver.references?.(part, node.partIndex) ?? []) {
      const index = parseContentIdUri(uri);
      if (index !== undefined && index !== node.partIndex && present.has(index)) found.add(index);
    }
    return [...found];
  };
  /** What is shown within a part is handled with it, and so is what is shown within that. */
  const handle = (node: PartNode): number[] => {
    handled.add(node.partIndex);
    const references = referencesOf(node);
    for (const index of references) if (!handled.has(index)) handle(present.get(index)!);
    return references;
  };
  for (const { node, unit } of leaves) {
    const { partIndex } = node;
    if (handled.has(partIndex)) {
      skipped.push(partIndex);
      continue;
    }
    const part = node.part as SinglePart | ExternalPart;
    const references = handle(node);
    parts.push({ partIndex, part, references, ...(unit === undefined ? {} : { unit }) });
  }
  return { parts, skipped, notUnderstood };
}

/**
 * Makes a {@link Receiver.choose} that prefers languages: for each wanted one, the most wanted first, the first
 * alternative in that language or a variety of it (`en` takes `en-GB`, RFC 4647 §3.3.1). What names no language suits
 * nobody in particular, and the sender's first stands where nothing matches. Content §4.4.
 *
 * @param wanted language ranges, in any letters
 * @example
 * ```ts
 * const receiver = { understands, choose: byLanguage(navigator.languages) };
 * ```
 */
export function byLanguage(wanted: readonly string[]): (alternatives: readonly IndexedPart[]) => number {
  const ranges = wanted.map((range) => range.toLowerCase());
  return (alternatives) => {
    const tags = alternatives.map(({ part }) => languageTags(part.language).map((tag) => tag.toLowerCase()));
    for (const range of ranges) {
      const found = tags.findIndex((each) =>
        each.some((tag) => tag === range || tag.startsWith(`${range}-`)),
      );
      if (found >= 0) return found;
    }
    return 0;
  };
}
