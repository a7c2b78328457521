/**
 * The files of vectors as they are there. That they are those which are generated is for `src/vectors.test.ts` to see.
 * @module
 */

import { VECTORS_FOLDER, type Vector, type VectorFile, type VectorKind } from "@openmimi/vectors";
import { vectorFilesIn } from "../src/index-file.ts";

/** @param kinds those wanted; none for all @returns the vectors of each file, by its path */
export function vectorFiles(...kinds: readonly VectorKind[]): Map<string, readonly Vector[]> {
  const files = vectorFilesIn(VECTORS_FOLDER).map(
    ({ text, path }) => [path, JSON.parse(text) as VectorFile] as const,
  );
  const wanted = files.filter(([, { kind }]) => kinds.length === 0 || kinds.includes(kind));
  return new Map(wanted.map(([path, { vectors }]) => [path, vectors]));
}

/** All vectors of some kinds. */
export const vectorsOfKinds = (...kinds: readonly VectorKind[]): Vector[] =>
  [...vectorFiles(...kinds).values()].flat();
