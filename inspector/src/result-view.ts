/**
 * What the octets are, above the panes, and what was computed from them, below.
 * @module
 */

import type { Fact, InspectedError, Inspection } from "@openmimi/inspect";
import { button, byId, make } from "./dom.ts";
import type { Outline } from "./outline.ts";
import { count, oneLine, wholeValue } from "./words.ts";

/** More errors than anybody reads. */
const MAX_ERRORS = 20;

/** What the user can do there. */
export interface ResultEvents {
  onReadAs(name: string): void;
  onShowOctet(octet: number): void;
}

/** Shows name, verdict, errors, other readings and facts; tells the live region the same in one sentence. */
export function showResult(
  inspection: Inspection,
  outline: Outline,
  isChosen: boolean,
  events: ResultEvents,
): void {
  const { name, octets, error, whole } = inspection;
  const inside = outline.errors.filter(({ field }) => field >= 0);
  const title = error !== undefined && !isChosen ? `Nothing known; nearest to ${name}` : name;
  const verdict = error === undefined ? (inside.length > 0 ? "error inside" : "well-formed") : "invalid";
  byId("result-title").textContent = title;
  const pill = byId("pill");
  pill.textContent = verdict;
  pill.className = `pill ${error === undefined ? (inside.length > 0 ? "warn" : "good") : "bad"}`;
  const parts = [inspection.section, count(octets, "octet"), count(outline.fields.length, "field")];
  byId("size").textContent = parts.join(", ");
  showErrors(outline, events);
  const remarks: Node[] = [];
  if (!whole && !isChosen)
    remarks.push(
      make(
        "p",
        {},
        "Only parts of objects fit these octets. Choose what they have to be to see where they are wrong.",
      ),
    );
  if (inspection.others.length > 0) remarks.push(otherReadings(inspection.others, events));
  byId("remarks").replaceChildren(...remarks);
  showFacts(inspection);
  const problem =
    error === undefined ? "" : ` Error at octet ${error.offset}: ${oneLine(error.message, 200)}`;
  byId("live").textContent = `${title}, ${verdict}, ${count(octets, "octet")}.${problem}`;
}

function showErrors({ errors }: Outline, events: ResultEvents): void {
  const element = byId("problem");
  element.hidden = errors.length === 0;
  const lines = errors.slice(0, MAX_ERRORS).map(({ error, field }) => errorLine(error, field >= 0, events));
  if (errors.length > MAX_ERRORS) lines.push(make("p", {}, `and ${errors.length - MAX_ERRORS} more`));
  element.replaceChildren(...lines);
}

function errorLine(error: InspectedError, isInside: boolean, events: ResultEvents): HTMLElement {
  const { expected } = error;
  return make(
    "p",
    {},
    button(`octet ${error.offset}`, () => events.onShowOctet(error.offset), { class: "jump" }),
    " ",
    make("strong", {}, oneLine(error.message, 400)),
    ...(expected === undefined ? [] : [` (expected ${oneLine(expected, 400)})`]),
    " ",
    make("span", { class: "mono" }, oneLine(error.path, 300)),
    " ",
    make("span", { class: "why" }, isInside ? `${error.code}, in an object inside` : error.code),
  );
}

function otherReadings(names: readonly string[], events: ResultEvents): HTMLElement {
  const links = names.flatMap((name, index) => [
    index === 0 ? "" : ", ",
    button(name, () => events.onReadAs(name), { class: "inline" }),
  ]);
  return make("p", {}, "Also fits: ", ...links);
}

/** What is said of signatures. */
const VERDICTS: Readonly<Record<string, string>> = { verifies: "good", "does not verify": "bad" };

/** Facts about one object stand below its path. */
function showFacts({ facts }: Inspection): void {
  byId("facts-card").hidden = facts.length === 0;
  const paths = [...new Set(facts.map(({ path }) => path ?? ""))];
  byId("facts").replaceChildren(
    ...paths.flatMap((path) => [
      ...(path === "" ? [] : [make("h4", { class: "mono" }, oneLine(path, 300))]),
      make(
        "dl",
        { class: "facts" },
        ...facts.filter((fact) => (fact.path ?? "") === path).flatMap(factLines),
      ),
    ]),
  );
}

function factLines({ name, path, value, note, section }: Fact): HTMLElement[] {
  const own = path !== undefined && name.startsWith(`${path}: `) ? name.slice(path.length + 2) : name;
  return [
    make("dt", {}, oneLine(own, 200)),
    make(
      "dd",
      {},
      make("span", { class: `mono ${VERDICTS[value] ?? ""}` }, wholeValue(value)),
      ...(note === undefined ? [] : [" ", make("span", { class: "why" }, wholeValue(note))]),
      ...(section === undefined ? [] : [" ", make("span", { class: "section" }, oneLine(section, 100))]),
    ),
  ];
}
