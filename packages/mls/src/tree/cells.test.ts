import { expect, it } from "vitest";
import { Choices } from "../../test/random.ts";
import { Cells } from "./cells.ts";

it("is a row of cells, whatever happens to copies of it", () => {
  for (let seed = 0; seed < 5; seed++) {
    const choices = new Choices(seed);
    const versions: [Cells<number>, (number | undefined)[]][] = [[Cells.of<number>([]), []]];
    for (let step = 0; step < 200; step++) {
      const [cells, values] = choices.pick(versions);
      if (choices.once(3)) {
        const length = choices.below(1200);
        const resized = Array.from({ length }, (_, index) => values[index]);
        versions.push([cells.resized(length), resized]);
        continue;
      }
      const changes = Array.from({ length: values.length === 0 ? 0 : choices.below(8) }, () => {
        const value = choices.once(3) ? undefined : choices.below(1000);
        return [choices.below(values.length), value] as const;
      });
      const changed = values.slice();
      for (const [index, value] of changes) changed[index] = value;
      versions.push([cells.with(changes), changed]);
    }
    for (const [cells, values] of versions) {
      expect(cells.length).toBe(values.length);
      expect(cells.toArray()).toEqual(values);
      expect(cells.at(values.length)).toBeUndefined();
      expect(Cells.of(values).toArray()).toEqual(values);
    }
  }
});

it("keeps what was found out in all copies that share it", () => {
  const first = Cells.of<string>([], 600);
  const second = first.with([[0, "changed"]]);
  first.keep(599, "found");
  expect(second.at(599)).toBe("found");
  expect(first.at(0)).toBeUndefined();
});
