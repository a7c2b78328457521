/**
 * The vectors that others publish: which they are (`published.lock.json`), whether they are here, and fetching them.
 * They are not part of this repository.
 * @module
 */

import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { VECTORS_FOLDER } from "./place.ts";

/** Why published vectors could not be had. */
export type PublishedErrorCode =
  /** Nobody answered, or the answer broke off. */
  | "unreachable"
  /** The source answered, but not with the file. */
  | "not-there"
  /** The file that came is not the one that the lock file names. */
  | "wrong-hash";

/** A file could not be fetched. */
export class PublishedError extends Error {
  override readonly name = "PublishedError";
  readonly code: PublishedErrorCode;
  /** The file's path below the folder of the published vectors. */
  readonly file: string;

  constructor(code: PublishedErrorCode, file: string, reason: string, cause?: unknown) {
    super(`${file}: ${reason}`, { cause });
    this.code = code;
    this.file = file;
  }
}

/** One published file. */
export interface PublishedFile {
  /** Path below the folder of the published vectors, for example `rfc9420/tree-math.json`. */
  readonly file: string;
  /** The document that the vectors belong to. */
  readonly document: string;
  /** Where it is published: a repository on GitHub, a commit, and a path in it. */
  readonly repository: string;
  readonly revision: string;
  readonly path: string;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
}

interface Lock {
  readonly sources: readonly {
    readonly folder: string;
    readonly document: string;
    readonly repository: string;
    readonly revision: string;
    /** The folder inside the repository; empty for its root. */
    readonly path: string;
    readonly files: Readonly<Record<string, string>>;
  }[];
}

/** The files of the lock file, in its order. */
export function publishedFiles(): PublishedFile[] {
  const lock = JSON.parse(readFileSync(join(VECTORS_FOLDER, "published.lock.json"), "utf8")) as Lock;
  return lock.sources.flatMap(({ folder, document, repository, revision, path, files }) =>
    Object.entries(files).map(([name, sha256]) => ({
      file: `${folder}/${name}`,
      document,
      repository,
      revision,
      path: path === "" ? name : `${path}/${name}`,
      sha256,
    })),
  );
}

/** What is in a folder of published vectors. Each list holds paths below it. */
export interface PublishedReport {
  readonly good: readonly string[];
  readonly missing: readonly string[];
  /** There, but with other octets than were published. */
  readonly changed: readonly string[];
}

/**
 * Compares a folder with the lock file. Files that the lock file does not name are not looked at.
 *
 * @example
 * verifyPublished(folder).missing; // [] when every file is there
 */
export function verifyPublished(folder: string): PublishedReport {
  const report = { good: [] as string[], missing: [] as string[], changed: [] as string[] };
  for (const { file, sha256 } of publishedFiles()) {
    const path = join(folder, file);
    if (!existsSync(path)) report.missing.push(file);
    else if (sha256Of(readFileSync(path)) === sha256) report.good.push(file);
    else report.changed.push(file);
  }
  return report;
}

/** Where a file is fetched from. */
export function publishedUrl({ repository, revision, path }: PublishedFile): string {
  return `https://raw.githubusercontent.com/${repository}/${revision}/${path}`;
}

/** For tests, mirrors and progress. */
export interface FetchPublishedOptions {
  /** Default: {@link publishedUrl}. */
  readonly urlOf?: (file: PublishedFile) => string;
  readonly fetch?: (url: string) => Promise<Response>;
  readonly onFile?: (file: string, index: number, count: number) => void;
}

/**
 * Fetches what is missing or changed in a folder, and keeps a file only when its SHA-256 is the lock file's.
 *
 * @returns the paths of what was fetched
 * @throws PublishedError for the first file that cannot be had; what came before it stays
 */
export async function fetchPublished(folder: string, options: FetchPublishedOptions = {}): Promise<string[]> {
  const { urlOf = publishedUrl, fetch = globalThis.fetch, onFile } = options;
  const { good } = verifyPublished(folder);
  const wanted = publishedFiles().filter(({ file }) => !good.includes(file));
  for (const [index, entry] of wanted.entries()) {
    onFile?.(entry.file, index, wanted.length);
    const octets = await download(entry.file, urlOf(entry), fetch);
    if (sha256Of(octets) !== entry.sha256) {
      const found = `its SHA-256 is ${sha256Of(octets)}, not ${entry.sha256}`;
      throw new PublishedError("wrong-hash", entry.file, found);
    }
    const path = join(folder, entry.file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(`${path}.incoming`, octets);
    renameSync(`${path}.incoming`, path);
  }
  return wanted.map(({ file }) => file);
}

async function download(
  file: string,
  url: string,
  fetch: (url: string) => Promise<Response>,
): Promise<Uint8Array> {
  let response: Response;
  let octets: Uint8Array;
  try {
    response = await fetch(url);
    octets = new Uint8Array(await response.arrayBuffer());
  } catch (cause) {
    throw new PublishedError("unreachable", file, `${new URL(url).host} cannot be reached`, cause);
  }
  if (!response.ok) throw new PublishedError("not-there", file, `${url} answers ${response.status}`);
  return octets;
}

function sha256Of(octets: Uint8Array): string {
  return createHash("sha256").update(octets).digest("hex");
}
