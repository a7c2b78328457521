/**
 * `openmimi vectors`: our own vectors, and the published ones of others.
 * @module
 */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  fetchPublished,
  publishedFiles,
  VECTOR_KINDS,
  VECTORS_FOLDER,
  type VectorCounts,
  type VectorIndex,
  type VectorKind,
  vectorsVersion,
  verifyPublished,
  verifyVectors,
  writeVectors,
} from "@openmimi/vectors";
import type { Command } from "commander";
import { type Context, withExamples, writeJson } from "../command.ts";
import { UsageError } from "../errors.ts";
import { ExitCode } from "../exit-code.ts";
import { progressOn } from "../surroundings.ts";

const PUBLISHED = join(VECTORS_FOLDER, "published");

/** Adds the command with its subcommands. */
export function addVectors(program: Command, context: Context): void {
  const vectors = program.command("vectors").description("check, make and fetch test vectors");
  withExamples(vectors, [
    ["vectors list", "which there are, and their version"],
    ["vectors verify", "are all vectors what the packages say?"],
  ]);
  addList(vectors, context);
  addVerify(vectors, context);
  addGenerate(vectors, context);
  addFetch(vectors, context);
}

function addList(parent: Command, context: Context): void {
  const command = parent
    .command("list")
    .description("the version of our vectors, and how many there are of each kind, from index.json")
    .action(() => {
      const index = readIndex();
      if (context.json()) return writeJson(context.stdout, index);
      const row = (name: string, { vectors, valid, invalid }: VectorCounts) =>
        `${name.padEnd(26)}${[vectors, valid, invalid].map((count) => String(count).padStart(9)).join("")}\n`;
      context.stdout.write(`version ${index.version}, ${index.files} files\n\n`);
      context.stdout.write(
        `${"".padEnd(26)}${["vectors", "valid", "invalid"].map((head) => head.padStart(9)).join("")}\n`,
      );
      for (const kind of index.kinds) context.stdout.write(row(kind.kind, kind));
      context.stdout.write(row("all", index));
    });
  withExamples(command, [
    ["vectors list", "a table"],
    ["vectors list --json", "with the SHA-256 of each file"],
  ]);
}

function readIndex(): VectorIndex {
  return JSON.parse(readFileSync(join(VECTORS_FOLDER, "index.json"), "utf8")) as VectorIndex;
}

function addVerify(parent: Command, context: Context): void {
  const command = parent
    .command("verify")
    .description("check our vectors, and the published ones if there is a folder of them")
    .option("--published <dir>", "the folder (default: OPENMIMI_PUBLISHED_VECTORS)")
    .action(({ published = process.env.OPENMIMI_PUBLISHED_VECTORS }: { published?: string }) => {
      const progress = progressOn(context.stderr);
      const own = verifyVectors(VECTORS_FOLDER, {
        onFile: (file, index, count) => progress.show(`${index + 1}/${count} ${file}`),
      });
      progress.clear();
      const others = published === undefined ? undefined : verifyPublished(published);
      const wrong = [
        ...own.problems.map(({ path, id, problem }) => `${id ?? path}: ${problem}`),
        ...(others?.missing ?? []).map((file) => `${file}: is missing`),
        ...(others?.changed ?? []).map((file) => `${file}: is not what was published`),
      ];
      context.exit(wrong.length === 0 ? ExitCode.ok : ExitCode.failed);
      if (context.json()) return writeJson(context.stdout, { own, ...(others && { published: others }) });
      for (const line of wrong) context.stdout.write(`${line}\n`);
      context.stdout.write(
        `own        ${own.vectors} vectors in ${own.files} files, version ${own.version}, ${own.problems.length} problems\n`,
      );
      if (others !== undefined)
        context.stdout.write(
          `published  ${others.good.length} of ${publishedFiles().length} files are good\n`,
        );
    });
  withExamples(command, [
    ["vectors verify", "ours"],
    ["vectors verify --published vectors/published", "and the published ones of others"],
  ]);
  command.addHelpText(
    "after",
    "\nThe same vectors are recomputed by a second implementation: python3 vectors/check/check.py --help",
  );
}

function addGenerate(parent: Command, context: Context): void {
  const command = parent
    .command("generate [kind...]")
    .description("write our vectors and their index anew; the same octets every time")
    .action((names: readonly string[]) => {
      const kinds = names.length === 0 ? VECTOR_KINDS : names.map(kindOf);
      const progress = progressOn(context.stderr);
      const files = writeVectors(VECTORS_FOLDER, {
        kinds,
        onKind: (kind, index, count) => progress.show(`${index + 1}/${count} ${kind}`),
      });
      progress.clear();
      if (context.json()) return writeJson(context.stdout, { version: vectorsVersion(), files });
      for (const file of files) context.stdout.write(`${file}\n`);
    });
  withExamples(command, [
    ["vectors generate", "then look at the difference with git"],
    ["vectors generate content message-ids", "these kinds only"],
  ]);
}

function kindOf(name: string): VectorKind {
  const kind = VECTOR_KINDS.find((known) => known === name);
  if (kind === undefined)
    throw new UsageError(`no vectors are of the kind ${name}; there are ${VECTOR_KINDS.join(", ")}`);
  return kind;
}

function addFetch(parent: Command, context: Context): void {
  const command = parent
    .command("fetch [dir]")
    .description("fetch the published vectors of others, and keep only what has the SHA-256 of the lock file")
    .action(async (directory = PUBLISHED) => {
      const progress = progressOn(context.stderr);
      const onFile = (file: string, index: number, count: number) =>
        progress.show(`${index + 1}/${count} ${file}`);
      const fetched = await fetchPublished(directory, { onFile }).finally(progress.clear);
      if (context.json()) return writeJson(context.stdout, { directory, fetched });
      context.stdout.write(
        `${fetched.length} files fetched; all ${publishedFiles().length} are in ${directory}\n`,
      );
    });
  withExamples(command, [
    ["vectors fetch", "where npm test finds them"],
    ["vectors fetch ../vectors", "elsewhere; then set OPENMIMI_PUBLISHED_VECTORS"],
  ]);
}
