import { expect, it } from "vitest";
import { add, keysOf, mimiCapabilities, newGroup, suite, text } from "../test/actors.ts";
import { ComponentId, isGrease } from "./codec/index.ts";
import { withGrease, withGreaseComponent, withGreaseListed } from "./grease.ts";

it("RFC 9420 §13.5: a GREASE value in every list that may have one, and members who ignore it", () => {
  const greased = withGrease(suite, mimiCapabilities);
  const { versions, ...lists } = greased;
  expect(versions).toEqual([1]);
  for (const list of Object.values(lists)) expect(list.filter(isGrease)).toHaveLength(1);
  const alice = newGroup();
  alice.commit({ proposals: [add(keysOf("bob", greased))] });
});

it("extensions §5.1: a component that stands for nothing, once", () => {
  const entries = [{ componentId: ComponentId.appComponents, data: text("x") }];
  const greased = withGreaseComponent(suite, entries);
  expect(greased.filter(({ componentId }) => isGrease(componentId))).toHaveLength(1);
  for (const { componentId } of greased) expect(componentId).toBeLessThan(0x8000);
  expect(withGreaseComponent(suite, greased)).toEqual(greased);
});

it("extensions §5.1: a list of components with one that stands for nothing, once, in order", () => {
  const greased = withGreaseListed(suite, [0x8001, 1]);
  expect(greased.filter(isGrease)).toHaveLength(1);
  expect(greased.filter((id) => !isGrease(id))).toEqual([1, 0x8001]);
  expect(greased).toEqual([...greased].sort((a, b) => a - b));
  expect(withGreaseListed(suite, greased)).toEqual(greased);
});
