import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import {
  fetchPublished,
  PublishedError,
  publishedFiles,
  publishedUrl,
  verifyPublished,
} from "./published.ts";

function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "published-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

async function failure(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    (error: unknown) => error,
  );
}

it("the lock file names every file once, at a commit, with a SHA-256", () => {
  const files = publishedFiles();
  expect(files.filter(({ file }) => file.startsWith("rfc9420/"))).toHaveLength(16);
  expect(files.filter(({ file }) => /^mimi-content-08\/.*\.cbor$/.test(file))).toHaveLength(15);
  expect(new Set(files.map(({ file }) => file)).size).toBe(files.length);
  for (const { revision, sha256 } of files) {
    expect(revision).toMatch(/^[0-9a-f]{40}$/);
    expect(sha256).toMatch(/^[0-9a-f]{64}$/);
  }
  expect(files.map(publishedUrl)).toContainEqual(expect.stringMatching(/\/test-vectors\/tree-math\.json$/));
});

it("the published vectors that are here are the ones of the lock file", (context) => {
  const folder = process.env.OPENMIMI_PUBLISHED_VECTORS;
  if (folder === undefined) {
    if (process.env.CI === "true") throw new Error("OPENMIMI_PUBLISHED_VECTORS is not set");
    return context.skip("set OPENMIMI_PUBLISHED_VECTORS to the folder of the published vectors");
  }
  const { good, missing, changed } = verifyPublished(folder);
  expect({ missing, changed }).toEqual({ missing: [], changed: [] });
  expect(good).toHaveLength(publishedFiles().length);
});

it("says what is missing and what was changed", () => {
  const folder = emptyFolder();
  expect(verifyPublished(folder).missing).toHaveLength(publishedFiles().length);
  writeFileSync(join(folder, "rfc9420"), ""); // in the way of the folder: still only missing
  expect(verifyPublished(folder).changed).toEqual([]);
});

it("keeps no file with other octets than the published ones", async () => {
  const folder = emptyFolder();
  const error = await failure(fetchPublished(folder, { fetch: async () => new Response("something else") }));
  expect(error).toBeInstanceOf(PublishedError);
  expect(error).toMatchObject({ code: "wrong-hash", file: "rfc9420/crypto-basics.json" });
  expect(String(error)).toContain(createHash("sha256").update("something else").digest("hex"));
  expect(readdirSync(folder)).toEqual([]);
});

it("tells a source that cannot be reached from one without the file", async () => {
  const folder = emptyFolder();
  const offline = fetchPublished(folder, { fetch: () => Promise.reject(new TypeError("fetch failed")) });
  expect(await failure(offline)).toMatchObject({ code: "unreachable" });
  const gone = fetchPublished(folder, { fetch: async () => new Response("", { status: 404 }) });
  expect(await failure(gone)).toMatchObject({ code: "not-there", message: expect.stringContaining("404") });
});

it("fetches what is not there, and nothing again", async (context) => {
  const source = process.env.OPENMIMI_PUBLISHED_VECTORS;
  if (source === undefined) return context.skip("set OPENMIMI_PUBLISHED_VECTORS");
  const folder = emptyFolder();
  let asked = 0;
  const options = {
    urlOf: ({ file }: { file: string }) => `https://mirror.example/${file}`,
    fetch: async (url: string) => {
      asked++;
      return new Response(readFileSync(join(source, new URL(url).pathname)));
    },
  };
  expect(await fetchPublished(folder, options)).toHaveLength(publishedFiles().length);
  writeFileSync(join(folder, "rfc9420", "tree-math.json"), "[]");
  expect(verifyPublished(folder).changed).toEqual(["rfc9420/tree-math.json"]);
  asked = 0;
  expect(await fetchPublished(folder, options)).toEqual(["rfc9420/tree-math.json"]);
  expect(asked).toBe(1);
});
