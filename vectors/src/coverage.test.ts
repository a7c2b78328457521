import { expect, it } from "vitest";
import type { VectorFile } from "./generate/envelope.ts";
import { coveredByVectors, VECTORS_FOLDER } from "./index.ts";
import { vectorFilesIn } from "./index-file.ts";

it("names vectors that there are, at least one per requirement, and no requirement out of order", () => {
  const ids = new Set(
    vectorFilesIn(VECTORS_FOLDER).flatMap(({ text }) =>
      (JSON.parse(text) as VectorFile).vectors.map(({ id }) => id),
    ),
  );
  const covered = coveredByVectors();
  for (const [requirement, vectors] of covered) {
    expect(vectors.length, requirement).toBeGreaterThan(0);
    expect(
      vectors.filter((id) => !ids.has(id)),
      requirement,
    ).toEqual([]);
  }
  expect([...covered.keys()]).toEqual([...covered.keys()].sort());
});
