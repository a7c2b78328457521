/**
 * All about the selected field.
 * @module
 */

import type { InspectedError, InspectedNode } from "@openmimi/inspect";
import { make } from "./dom.ts";
import { ERROR_ROW } from "./open-fields.ts";
import { type Outline, pathTo } from "./outline.ts";
import { count, oneLine, range, wholeValue } from "./words.ts";

/** Shows a field, or the error of the whole object for {@link ERROR_ROW}. */
export function showDetail(element: HTMLElement, outline: Outline, field: number): void {
  const lines = field === ERROR_ROW ? errorLines(outline) : fieldLines(outline, field);
  element.replaceChildren(
    make(
      "dl",
      { class: "facts" },
      ...lines.flatMap(([term, text, kind]) => [
        make("dt", {}, term),
        make("dd", { class: kind ?? "mono" }, text),
      ]),
    ),
  );
}

type Line = readonly [term: string, text: string, kind?: string];

function fieldLines(outline: Outline, field: number): Line[] {
  const node = outline.fields[field] as InspectedNode;
  const path = pathTo(outline, field).map((number) => outline.fields[number]?.name ?? "");
  const lines: Line[] = [["Path", pathText(path)]];
  if (node.type !== undefined) lines.push(["Type", oneLine(node.type, 200)]);
  if (node.embedded !== undefined) lines.push(["Holds", oneLine(node.embedded, 200)]);
  lines.push(["Octets", `${range(node.start, node.end)} (${count(node.end - node.start, "octet")})`]);
  if (node.value !== undefined) lines.push(["Value", wholeValue(node.value)]);
  if (node.meaning !== undefined) lines.push(["Meaning", wholeValue(node.meaning), "words"]);
  if (node.children.length > 0) lines.push(["Fields", String(node.children.length)]);
  if (node.error !== undefined) lines.push(...linesOf(node.error));
  return lines;
}

function errorLines({ errors }: Outline): Line[] {
  const placed = errors.find(({ field }) => field < 0);
  return placed === undefined ? [] : linesOf(placed.error);
}

function linesOf({ message, path, offset, code }: InspectedError): Line[] {
  return [
    ["Error", wholeValue(message), "fault"],
    ["Class", oneLine(code, 200)],
    ["Where", `octet ${offset}, ${oneLine(path, 400)}`],
  ];
}

/** `UpdateRequest.bundle.welcome.secrets[2]` */
function pathText(names: readonly string[]): string {
  const text = names.reduce(
    (path, name) => path + (path === "" || name.startsWith("[") ? "" : ".") + name,
    "",
  );
  return oneLine(text, 600);
}
