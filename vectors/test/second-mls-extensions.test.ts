import type { VectorFile } from "@openmimi/vectors";
import { describe, expect, it } from "vitest";
import { mlsExtensionFiles } from "../src/generate/mls-extension-files.ts";
import { secondMlsExtension, treeHashIn } from "./second-mls-extensions.ts";

const files = mlsExtensionFiles().map(({ path, text }) => [path, JSON.parse(text) as VectorFile] as const);
const rebuilt = files
  .flatMap(([, { vectors }]) => vectors)
  .find(({ id }) => id === "mls-extensions/partial-group-info/rebuilt");
const treeHash = treeHashIn(String(rebuilt?.expected.newGroupInfo));

describe.each(files)("%s", (_path, { vectors }) => {
  it.each(vectors.map((vector) => [vector.id, vector] as const))("%s", (_id, { input, expected }) => {
    const outcome = secondMlsExtension({ ...input }, treeHash);
    expect(outcome === undefined).toBe(!expected.valid);
    if (outcome !== undefined) expect({ valid: true, ...outcome }).toEqual(expected);
  });
});
