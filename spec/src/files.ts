/**
 * Where the data lies: beside this folder, wherever the package was put.
 * @module
 */

import { readdirSync, readFileSync } from "node:fs";

const ROOT = new URL("../", import.meta.url);

/** A file as its name relative to `spec/`, and its text. */
export interface DataFile {
  readonly file: string;
  readonly text: string;
}

/** Reads one file, named relative to `spec/`. */
export function readData(file: string): DataFile {
  return { file, text: readFileSync(new URL(file, ROOT), "utf8") };
}

/** Reads the files of a folder whose names fit, sorted by name. */
export function readFolder(folder: string, fits: RegExp): DataFile[] {
  const names = readdirSync(new URL(`${folder}/`, ROOT)).filter((name) => fits.test(name));
  return names.sort().map((name) => readData(`${folder}/${name}`));
}

/** Computes on the first call only. */
export function once<T>(compute: () => T): () => T {
  let kept: { readonly value: T } | undefined;
  return () => {
    kept ??= { value: compute() };
    return kept.value;
  };
}
