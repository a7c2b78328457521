/**
 * Everything about an inspection that is not its tree: what it is, what can be computed of it, where it is wrong.
 * @module
 */

import type { Fact, InspectedError, InspectedNode, Inspection } from "@openmimi/inspect";
import { rows } from "@openmimi/inspect";
import { excerpt } from "./excerpt.ts";
import { oneLine, wrapped } from "./lines.ts";

/** More names than these are no help. */
const MAX_OTHERS = 5;
/** Embedded objects that are broken and shown with an excerpt. */
const MAX_EXCERPTS = 5;

/** The first line. @param chosen whether the caller said what it is */
export function headline({ name, section, octets, error, whole }: Inspection, chosen: boolean): string {
  const count = `${octets} ${octets === 1 ? "octet" : "octets"}`;
  const what = `${name} (${section}), ${count}`;
  if (error !== undefined) return chosen ? `no ${what}` : `no object that is known; nearest is ${what}`;
  return whole || chosen ? what : `only parts of objects fit; the likeliest is ${what}`;
}

/** Which other objects the octets are. */
export function othersText({ others, error }: Inspection, width: number | undefined): string {
  if (others.length === 0) return "";
  const named = others.slice(0, MAX_OTHERS).join(", ");
  const more = others.length > MAX_OTHERS ? ` and ${others.length - MAX_OTHERS} more` : "";
  const line = `${error === undefined ? "also fits" : "what fits"}: ${named}${more}`;
  return `${wrapped(line, 2, width).join("\n")}\n`;
}

/** The facts, each object's together. */
export function factsText(facts: readonly Fact[], width: number | undefined): string {
  const lines: string[] = [];
  let path: string | undefined;
  for (const fact of facts) {
    if (fact.path !== undefined && fact.path !== path)
      lines.push("", ...wrapped(`of ${fact.path}:`, 2, width));
    path = fact.path;
    lines.push(...factLines(fact, width));
  }
  return lines.length === 0 ? "" : `${lines.join("\n")}\n`;
}

/** Beside 64 hexadecimal digits there is little room in 80 columns. */
const LABEL = { narrow: 12, wide: 20 } as const;

function factLines({ name, path, value, note, section }: Fact, width: number | undefined): string[] {
  const label = path === undefined ? name : name.slice(path.length + 2);
  const more = [note === undefined ? "" : withOptions(note), section === undefined ? "" : `(${section})`];
  const said = more.filter((text) => text !== "").join(" ");
  const column = width !== undefined && width < 90 ? LABEL.narrow : LABEL.wide;
  const line = `${label.padEnd(column)}  ${oneLine(value)}`;
  if (said === "") return [line];
  if (width === undefined || line.length + said.length + 2 <= width) return [`${line}  ${said}`];
  return [line, ...wrapped(`${" ".repeat(column + 2)}${said}`, column + 2, width)];
}

/** The library says what is missing; here is how to give it. */
function withOptions(note: string): string {
  if (!note.startsWith("the message does not say")) return note;
  const options = [note.includes("senderUri") ? "--sender" : "", note.includes("roomUri") ? "--room" : ""];
  return `${note}: give ${options.filter((option) => option !== "").join(" and ")}`;
}

/** Where the octets are wrong: the place in words, and the octets around it. */
export function errorText(octets: Uint8Array, inspection: Inspection, width: number | undefined): string {
  const { error } = inspection;
  if (error !== undefined) return oneError(octets, "error", error, width);
  const broken = rows(inspection).flatMap(({ node }) => (node.error === undefined ? [] : [node]));
  return broken
    .slice(0, MAX_EXCERPTS)
    .map((node) => embeddedError(octets, node, width))
    .join("\n");
}

function embeddedError(octets: Uint8Array, node: InspectedNode, width: number | undefined): string {
  return node.error === undefined ? "" : oneError(octets, `error in ${node.name}`, node.error, width);
}

function oneError(
  octets: Uint8Array,
  what: string,
  { offset, path, message, code, expected }: InspectedError,
  width: number | undefined,
): string {
  const lines = wrapped(`${what} at octet ${offset}: ${path}: ${message} (${code})`, 2, width);
  const values = expected === undefined ? [] : wrapped(`  expected ${expected}`, 4, width);
  return `${[...lines, ...values, ...excerpt(octets, offset)].join("\n")}\n`;
}
