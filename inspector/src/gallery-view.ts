/**
 * Examples from the test vectors, in groups.
 * @module
 */

import { type Example, examples } from "virtual:examples";
import { button, byId, make } from "./dom.ts";

/** Fills the gallery. */
export function bindGallery(onChoose: (example: Example) => void): void {
  const groups = [...new Set(examples.map(({ group }) => group))];
  byId("gallery-count").textContent = `${examples.length}, from the test vectors`;
  byId("gallery-groups").replaceChildren(
    ...groups.map((group, index) => {
      const heading = make("h3", { id: `group-${index}` }, group);
      const list = make("ul", { "aria-labelledby": `group-${index}` });
      for (const example of examples)
        if (example.group === group) list.append(make("li", {}, exampleButton(example, onChoose)));
      return make("div", { class: "group" }, heading, list);
    }),
  );
}

function exampleButton(example: Example, onChoose: (example: Example) => void): HTMLButtonElement {
  const { id, title, section, valid } = example;
  const made = button("", () => onChoose(example), { class: "example", "data-id": id });
  made.append(
    make(
      "span",
      { class: `sign ${valid ? "good" : "bad"}`, role: "img", "aria-label": valid ? "valid" : "invalid" },
      valid ? "✓" : "✗",
    ),
    make("span", { class: "title" }, title),
    make("span", { class: "why" }, section),
  );
  return made;
}

/** The example with an id of a vector. */
export function exampleOf(id: string): Example | undefined {
  return examples.find((example) => example.id === id);
}
