import { expect, it } from "vitest";
import { Choices } from "../../test/random.ts";
import { KeyIndex } from "./key-index.ts";

it("finds every key where it stands now, whatever stood there before", () => {
  for (let seed = 0; seed < 10; seed++) {
    const choices = new Choices(seed);
    const key = (value: number) => Uint8Array.of(value >>> 8, value, 7);
    let keys: (Uint8Array | undefined)[] = Array.from({ length: 20 }, (_, node) => key(node));
    let index = KeyIndex.of(keys.length, (node) => keys[node]);
    for (let step = 0; step < 300; step++) {
      const node = choices.below(keys.length);
      const next = choices.once(4) ? undefined : key(choices.below(60));
      keys = keys.with(node, next);
      if (next !== undefined && !index.add(next, node)) index = KeyIndex.of(keys.length, (at) => keys[at]);
      for (let value = 0; value < 60; value++) {
        const places = keys.flatMap((other, at) => (other?.[1] === value ? [at] : []));
        const found = index.find(key(value), (at) => keys[at]);
        expect(places.length === 0 ? found === undefined : places.includes(found!)).toBe(true);
        const other = index.find(key(value), (at) => keys[at], found);
        expect(places.length < 2 ? other === undefined : places.includes(other!)).toBe(true);
      }
    }
  }
});
