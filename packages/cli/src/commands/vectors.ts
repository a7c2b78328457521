/**
 * `openmimi vectors`: our own vectors, and the published ones of others.
 * @module
 */

import { join } from "node:path";
import {
  fetchPublished,
  publishedFiles,
  VECTORS_FOLDER,
  verifyPublished,
  verifyVectors,
  writeVectors,
} from "@openmimi/vectors";
import type { Command } from "commander";
import { type Context, withExamples, writeJson } from "../command.ts";
import { ExitCode } from "../exit-code.ts";
import { progressOn } from "../surroundings.ts";

const PUBLISHED = join(VECTORS_FOLDER, "published");

/** Adds the command with its subcommands. */
export function addVectors(program: Command, context: Context): void {
  const vectors = program.command("vectors").description("check, make and fetch test vectors");
  withExamples(vectors, [["vectors verify", "are all vectors what the packages say?"]]);
  addVerify(vectors, context);
  addGenerate(vectors, context);
  addFetch(vectors, context);
}

function addVerify(parent: Command, context: Context): void {
  const command = parent
    .command("verify")
    .description("check our vectors, and the published ones if there is a folder of them")
    .option("--published <dir>", "the folder (default: OPENMIMI_PUBLISHED_VECTORS)")
    .action(({ published = process.env.OPENMIMI_PUBLISHED_VECTORS }: { published?: string }) => {
      const own = verifyVectors();
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
        `own        ${own.vectors} vectors in ${own.files} files, ${own.problems.length} problems\n`,
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
    .command("generate")
    .description("write our vectors anew; the same octets every time")
    .action(() => {
      const files = writeVectors();
      if (context.json()) writeJson(context.stdout, files);
      else for (const file of files) context.stdout.write(`${file}\n`);
    });
  withExamples(command, [["vectors generate", "then look at the difference with git"]]);
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
