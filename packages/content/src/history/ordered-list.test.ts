import fc from "fast-check";
import { expect, it } from "vitest";
import { OrderedList } from "./ordered-list.ts";

const item = (value: number) => ({ order: String(value).padStart(6, "0") });

it("is a sorted list, whatever is put in and taken out", () => {
  const steps = fc.array(fc.tuple(fc.boolean(), fc.nat({ max: 2000 })), { maxLength: 3000, minLength: 500 });
  fc.assert(
    fc.property(steps, fc.nat({ max: 2000 }), (changes, middle) => {
      const list = new OrderedList<{ order: string }>();
      const model = new Set<string>();
      for (const [isRemoval, value] of changes) {
        const { order } = item(value);
        if (isRemoval) {
          list.remove({ order });
          model.delete(order);
        } else if (!model.has(order)) {
          list.insert({ order });
          model.add(order);
        }
      }
      const sorted = [...model].sort();
      const { order } = item(middle);
      expect([...list.from()].map((each) => each.order)).toEqual(sorted);
      expect([...list.from(order)].map((each) => each.order)).toEqual(sorted.filter((each) => each >= order));
      expect([...list.before()].map((each) => each.order)).toEqual(sorted.toReversed());
      expect([...list.before(order)].map((each) => each.order)).toEqual(
        sorted.filter((each) => each < order).reverse(),
      );
      expect([list.size, list.first?.order]).toEqual([sorted.length, sorted[0]]);
    }),
    { numRuns: 40, endOnFailure: true },
  );
});

it("is empty at first", () => {
  const list = new OrderedList();
  list.remove(item(1));
  expect([list.size, list.first, ...list.from(), ...list.before()]).toEqual([0, undefined]);
});

it("can be paged to and fro across chunks", () => {
  const list = new OrderedList<{ order: string }>();
  for (let value = 0; value < 3000; value++) list.insert(item(value));
  expect(list.from(item(1500).order).next().value).toEqual(item(1500));
  expect(list.before(item(1500).order).next().value).toEqual(item(1499));
  expect(list.before(item(0).order).next().done).toBe(true);
  expect(list.from(item(3000).order).next().done).toBe(true);
});
