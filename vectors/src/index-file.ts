/**
 * `index.json`: which vectors there are, for programs.
 * @module
 */

import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type GeneratedFile, VECTOR_KINDS, type VectorFile, type VectorKind } from "./generate/envelope.ts";
import { VECTORS_FOLDER } from "./place.ts";

/** Its place below the folder of vectors. */
export const INDEX_FILE = "index.json";

/** How many vectors, and how many of them are to be accepted and refused. */
export interface VectorCounts {
  readonly vectors: number;
  readonly valid: number;
  readonly invalid: number;
}

/** What is in `index.json`. */
export interface VectorIndex extends VectorCounts {
  readonly $schema: string;
  /** Of the vectors, not of the packages; see `CHANGELOG.md`. */
  readonly version: string;
  readonly files: number;
  readonly kinds: readonly (VectorCounts & {
    readonly kind: VectorKind;
    readonly schema: string;
    readonly readme: string;
    readonly files: readonly (VectorCounts & {
      readonly path: string;
      readonly title: string;
      /** Of the whole file, in hexadecimal. */
      readonly sha256: string;
    })[];
  })[];
}

/** The version of the vectors: that of their `package.json`. */
export function vectorsVersion(): string {
  const text = readFileSync(join(VECTORS_FOLDER, "package.json"), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}

/** The files of vectors below a folder, as they are there. */
export function vectorFilesIn(folder: string): GeneratedFile[] {
  return VECTOR_KINDS.flatMap((kind) => {
    if (!existsSync(join(folder, kind))) return [];
    const names = readdirSync(join(folder, kind)).filter((name) => name.endsWith(".json"));
    return names.sort().map((name) => {
      const path = `${kind}/${name}`;
      return { path, text: readFileSync(join(folder, path), "utf8") };
    });
  });
}

function sum(counts: readonly VectorCounts[]): VectorCounts {
  const total = (field: keyof VectorCounts) => counts.reduce((before, entry) => before + entry[field], 0);
  return { vectors: total("vectors"), valid: total("valid"), invalid: total("invalid") };
}

/** @returns the index of these files: kinds in their order, files by name */
export function indexOf(files: readonly GeneratedFile[]): VectorIndex {
  const kinds = VECTOR_KINDS.map((kind) => {
    const own = files
      .filter(({ path }) => path.startsWith(`${kind}/`))
      .sort((a, b) => (a.path < b.path ? -1 : 1))
      .map(({ path, text }) => {
        const { title = "", vectors = [] } = JSON.parse(text) as Partial<VectorFile>;
        const valid = vectors.filter(({ expected }) => expected.valid).length;
        const counts = { vectors: vectors.length, valid, invalid: vectors.length - valid };
        return { path, title, sha256: createHash("sha256").update(text).digest("hex"), ...counts };
      });
    return { kind, schema: `schema/${kind}.json`, readme: `${kind}/README.md`, ...sum(own), files: own };
  });
  const version = vectorsVersion();
  return { $schema: "schema/index.json", version, files: files.length, ...sum(kinds), kinds };
}

/** @returns the index as it stands in the repository */
export function indexText(files: readonly GeneratedFile[]): string {
  return `${JSON.stringify(indexOf(files), null, 2)}\n`;
}
