/** Which rows the tree shows, and what its keys do. */

import type { InspectedError, InspectedNode } from "@openmimi/inspect";
import { expect, it } from "vitest";
import { ERROR_ROW, OpenFields } from "./open-fields.ts";
import { type Outline, outlineOf } from "./outline.ts";
import { stepFor } from "./tree-keys.ts";

const leaf = (name: string): InspectedNode => ({ name, start: 0, end: 1, children: [] });
const ERROR: InspectedError = { message: "wrong", path: "", offset: 1, code: "truncated" };

function outline(children: readonly InspectedNode[], error?: InspectedError): Outline {
  const root = { name: "Root", start: 0, end: 1, children };
  const whole = { name: "Root", section: "", octets: 1, root, facts: [], whole: true, others: [] };
  return outlineOf(error === undefined ? whole : { ...whole, error });
}

/** Root, a (with a0 and a1), b. */
const SMALL = outline([{ ...leaf("a"), children: [leaf("a0"), leaf("a1")] }, leaf("b")], ERROR);

it("opens a small object whole, with the error behind it", () => {
  const open = new OpenFields(SMALL);
  expect([...open.rows()]).toEqual([0, 1, 2, 3, 4, ERROR_ROW]);
  expect(open.rowOf(4)).toBe(4);
  expect(open.rowOf(ERROR_ROW)).toBe(5);
});

it("shows no field that is closed away, until it is revealed", () => {
  const open = new OpenFields(SMALL);
  open.setOpen(1, false);
  expect([...open.rows()]).toEqual([0, 1, 4, ERROR_ROW]);
  expect(open.rowOf(3)).toBe(-1);
  open.reveal(3);
  expect(open.rowOf(3)).toBe(3);
  open.setAll(false);
  expect([...open.rows()]).toEqual([0, 1, 4, ERROR_ROW]);
});

it("opens a large object as far as its rows can be overlooked", () => {
  const many = Array.from({ length: 50 }, (_, index) => ({
    ...leaf(`${index}`),
    children: Array.from({ length: 100 }, () => leaf("x")),
  }));
  expect(new OpenFields(outline(many)).rows().length).toBe(51);
  const wide = outline(Array.from({ length: 5000 }, () => leaf("x")));
  expect(new OpenFields(wide).rows().length).toBe(5001);
});

it("opens what is around an embedded object with an error", () => {
  const many = Array.from({ length: 50 }, (_, index) => ({
    ...leaf(`${index}`),
    children: Array.from({ length: 100 }, () => ({ ...leaf("x"), ...(index === 7 ? { error: ERROR } : {}) })),
  }));
  expect(new OpenFields(outline(many)).rows().length).toBe(151);
});

it.each([
  ["ArrowDown", 0, { to: 1 }],
  ["ArrowUp", 0, { to: 0 }],
  ["ArrowDown", 4, { to: ERROR_ROW }],
  ["ArrowUp", ERROR_ROW, { to: 4 }],
  ["Home", 4, { to: 0 }],
  ["End", 0, { to: ERROR_ROW }],
  ["PageDown", 1, { to: 4 }],
  ["PageUp", 4, { to: 1 }],
  ["ArrowRight", 1, { to: 2 }],
  ["ArrowRight", 2, {}],
  ["ArrowLeft", 3, { to: 1 }],
  ["ArrowLeft", 1, { changed: true }],
  ["ArrowLeft", 0, {}],
  ["ArrowLeft", ERROR_ROW, { to: 0 }],
  ["*", 4, { changed: true }],
  ["x", 1, undefined],
] as const)("%s at %i", (key, current, step) => {
  expect(stepFor(key, current, SMALL, new OpenFields(SMALL), 3)).toEqual(step);
});

it("goes right into what it opened", () => {
  const open = new OpenFields(SMALL);
  open.setOpen(1, false);
  expect(stepFor("ArrowRight", 1, SMALL, open, 3)).toEqual({ changed: true });
  expect(stepFor("ArrowRight", 1, SMALL, open, 3)).toEqual({ to: 2 });
});
