/**
 * A struct of the presentation language as a tree of fields.
 * @module
 */

import { RatchetTreeNodes } from "@openmimi/mls";
import { type Annotation, annotate, type Schema, type Shape, type TlsError } from "@openmimi/tls";
import * as bits from "./bits.ts";
import { type Before, type Candidates, candidatesOf, notRead } from "./embedded.ts";
import { isFactual } from "./factual.ts";
import { leafOf } from "./leaf.ts";
import type { InspectedError, InspectedNode } from "./model.ts";
import { annotatePastEnd } from "./past-end.ts";
import { type Choices, type Found, notShown, type Read, type Reader, type Walk } from "./walk.ts";

/** Guessed objects that are broken are shown if they are what was meant with this much certainty. */
const CERTAIN_BITS = 40;

/** Makes a reader of the octets of one struct. */
export function structReader(name: string, schema: Schema<unknown>): Reader {
  return (walk, start, end, path) => {
    const octets = walk.octets.subarray(start, end);
    const { tree: read, error } = annotate(schema, octets);
    const isCut = walk.readsOn && error?.code === "truncated";
    const tree = (isCut ? annotatePastEnd(schema, octets, error.offset) : undefined) ?? read;
    const conversion = new Conversion(walk, start);
    const place = { struct: "", field: "", path, before: () => undefined };
    const root = { ...(conversion.node(tree, place) ?? emptyNode(tree, start)), name };
    const { bits, found } = conversion;
    if (error === undefined) return { root, bits, found };
    const shown = errorOf(error, read, start, name, schema.name);
    // Nothing is computed of objects that the error is in.
    const last = lastOf(read);
    const whole =
      error.path === schema.name ? found : found.filter(({ end: to }) => to <= last.start + start);
    const choices = choicesAt(error, last, start);
    return { root, bits, found: whole, error: shown, ...(choices === undefined ? {} : { choices }) };
  };
}

/** The field that was read last: whatever goes on behind its start was not read to its end. */
function lastOf(tree: Annotation): Annotation {
  let last = tree;
  for (let next = last.children.at(-1); next !== undefined; next = next.children.at(-1)) last = next;
  return last;
}

function emptyNode({ type, start, end }: Annotation, shift: number): InspectedNode {
  return { name: type, type, start: start + shift, end: end + shift, children: [] };
}

/** Where a field stands. */
interface Place {
  /** The struct around. */
  readonly struct: string;
  /** The field's name; of an element, the vector's. */
  readonly field: string;
  readonly path: string;
  readonly before: Before;
}

/** The schema inside of further rules and of embeddings. */
function plain(shape: Shape): Shape {
  return shape.kind === "refined" || shape.kind === "embedded" ? plain(shape.of.shape) : shape;
}

/** Turns annotations into nodes, reads what is embedded, and adds up bits. */
class Conversion {
  bits = 0;
  readonly found: Found[] = [];
  readonly #walk: Walk;
  readonly #shift: number;

  constructor(walk: Walk, shift: number) {
    this.#walk = walk;
    this.#shift = shift;
  }

  /** @returns undefined for a field that is not there */
  node(annotation: Annotation, place: Place): InspectedNode | undefined {
    if (annotation.shape.kind === "refined" && annotation.children.length > 0) this.bits += bits.RULE_BITS;
    const shape = plain(annotation.shape);
    if (shape.kind === "optional") return this.#optional(annotation, shape.element, place);
    if (shape.kind === "struct" || shape.kind === "select" || shape.kind === "vector")
      return this.#branch(annotation, shape.kind, place);
    return this.#leaf(annotation, shape, place);
  }

  #optional(annotation: Annotation, element: Schema<unknown>, place: Place): InspectedNode | undefined {
    const { name, type, value } = annotation;
    const [child] = annotation.children;
    const start = annotation.start + this.#shift;
    const end = annotation.end + this.#shift;
    if (child !== undefined) {
      this.bits += bits.flagBits(1);
      const inner = this.node(child, place);
      // The presence octet belongs to the field; its fields are those of what is present.
      return inner === undefined ? undefined : { ...inner, name, type, start };
    }
    // A Protocol octet that the draft does not have in front (reading R-048): there, or no field at all.
    if (value !== undefined) {
      this.bits += bits.UNUSUAL_BITS;
      return this.#leaf(annotation, plain(element.shape), place);
    }
    if (end === start) return type === "Protocol" ? undefined : { name, type, start, end, children: [] };
    this.bits += bits.flagBits(0);
    return { name, type, start, end, meaning: "absent", children: [] };
  }

  #branch(annotation: Annotation, kind: "struct" | "select" | "vector", place: Place): InspectedNode {
    const { name, type, start, end } = annotation;
    const struct = type.replace(/^optional<(.*)>$/, "$1");
    const range = { start: start + this.#shift, end: end + this.#shift };
    if (isFactual(struct)) this.found.push({ object: struct, path: place.path, ...range });
    if (kind === "vector" && annotation.children.length > 0) this.bits += bits.LENGTH_BITS;
    const byName = new Map<string, Annotation>();
    const before = (field: string) => byName.get(field);
    const children: InspectedNode[] = [];
    for (const [index, child] of annotation.children.entries()) {
      if (!this.#walk.takeNode()) {
        const left = notShown(annotation.children.length - index);
        return { ...{ name, type, ...range }, meaning: left, children };
      }
      const isElement = child.name.startsWith("[");
      const field = isElement ? place.field : child.name;
      const joint = isElement || place.path === "" ? "" : ".";
      const path = `${place.path}${joint}${child.name}`;
      const node = this.node(child, { struct: isElement ? place.struct : struct, field, path, before });
      byName.set(child.name, child);
      if (node !== undefined) children.push(type === RatchetTreeNodes.name ? treeNode(node) : node);
    }
    // RFC 9420 §12.4.3.3: a tree does not end with a blank node.
    if (type === RatchetTreeNodes.name && children.at(-1)?.children.length !== 2)
      this.bits += bits.UNUSUAL_BITS;
    const node = { name, type, ...range };
    const isEmpty = kind === "vector" && children.length === 0 && this.#walk.octets[range.start] === 0;
    return isEmpty && end === start + 1 ? { ...node, meaning: "empty", children } : { ...node, children };
  }

  #leaf(annotation: Annotation, shape: Shape, place: Place): InspectedNode {
    const { name, type, value } = annotation;
    const start = annotation.start + this.#shift;
    const end = annotation.end + this.#shift;
    if (value === undefined) return { name, type, start, end, children: [] };
    const octets = this.#walk.octets.subarray(start, end);
    const candidates =
      value instanceof Uint8Array && value.length > 0
        ? candidatesOf(place.struct, place.field, place.before)
        : undefined;
    if (value instanceof Uint8Array && candidates !== undefined) {
      const embedded = this.#embedded(annotation, value, place, candidates);
      if (embedded !== undefined) return embedded;
    }
    const leaf = leafOf(shape, value, octets, { ...place, type });
    this.bits += leaf.bits;
    const shown = candidates === undefined ? leaf.shown : { meaning: notRead(candidates), ...leaf.shown };
    return { name, type, start, end, ...shown, children: [] };
  }

  #embedded(
    annotation: Annotation,
    value: Uint8Array,
    place: Place,
    candidates: Candidates,
  ): InspectedNode | undefined {
    const { name, type } = annotation;
    const start = annotation.start + this.#shift;
    const end = annotation.end + this.#shift;
    const reads = candidates.objects.flatMap((object) => {
      const read = this.#walk.read(object, end - value.length, end, place.path);
      return read === undefined ? [] : [{ object, read }];
    });
    const best = bestOf(reads);
    if (best === undefined) return undefined;
    const { object, read } = best;
    if (read.error === undefined) {
      this.bits += read.bits + bits.LENGTH_BITS;
      this.found.push(...read.found);
      const { children, value: own, form, meaning } = read.root;
      return {
        ...{ name, type, start, end },
        ...(own === undefined ? {} : { value: own }),
        ...(form === undefined ? {} : { form }),
        ...(meaning === undefined ? {} : { meaning }),
        ...{ embedded: object, children },
      };
    }
    if (!candidates.certain && read.bits < CERTAIN_BITS) return undefined;
    this.bits += bits.BROKEN_BITS;
    const { shown } = leafOf(annotation.shape, value, value, { ...place, type });
    const { error } = read;
    return { name, type, start, end, ...shown, embedded: object, error, children: read.root.children };
  }
}

interface Attempt {
  readonly object: string;
  readonly read: Read;
}

/** What fits before what does not, then what foretells more. */
function bestOf(attempts: readonly Attempt[]): Attempt | undefined {
  const rank = ({ read }: Attempt) => (read.error === undefined ? 1_000_000 : 0) + read.bits;
  return [...attempts].sort((a, b) => rank(b) - rank(a))[0];
}

/** RFC 9420 §4.1.1: leaves are the even nodes. */
function treeNode(node: InspectedNode): InspectedNode {
  const index = Number(node.name.slice(1, -1));
  const place = index % 2 === 0 ? `leaf ${index / 2}` : "parent node";
  return { ...node, meaning: node.meaning === "absent" ? `${place}, blank` : place };
}

/** The error of the codec, with what could have been there. */
function errorOf(
  { reason, path, offset, code }: TlsError,
  tree: Annotation,
  shift: number,
  name: string,
  schemaName: string,
): InspectedError {
  const named = path.startsWith(schemaName) ? name + path.slice(schemaName.length) : path;
  const error = { message: reason, path: named, offset: offset + shift, code };
  const expected = code === "unknown-value" ? valuesOf(lastOf(tree)) : undefined;
  return expected === undefined ? error : { ...error, expected };
}

/** The code points of an enumeration. */
function valuesOf({ shape }: Annotation): string | undefined {
  const enumeration = plain(shape);
  if (enumeration.kind !== "enumeration") return undefined;
  return Object.entries(enumeration.values)
    .map(([name, number]) => `${number} (${name})`)
    .join(", ");
}

/** What could stand where the error is. */
function choicesAt({ code }: TlsError, last: Annotation, shift: number): Choices | undefined {
  const shape = plain(last.shape);
  const start = last.start + shift;
  if (code === "invalid-presence") return { start, octets: 1, values: [0, 1] };
  if (code !== "unknown-value") return undefined;
  if (shape.kind === "boolean") return { start, octets: 1, values: [0, 1] };
  if (shape.kind !== "enumeration") return undefined;
  return { start, octets: last.end - last.start, values: Object.values(shape.values) };
}
