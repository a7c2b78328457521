/**
 * The page as people get it, and one Chromium, for all test files.
 * @module
 */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import type { TestProject } from "vitest/node";
import { buildPage } from "../build/page.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** The file. */
    readonly pagePath: string;
    /** Where Chromium listens. */
    readonly chromium: string;
  }
}

/** Set by the step `page`, which looks for it in more places. */
const EXECUTABLE = process.env.OPENMIMI_CHROMIUM ?? "/usr/bin/chromium";

/** Builds the one and starts the other; returns how to remove both. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), "openmimi-page-"));
  const { path } = await buildPage(join(folder, "page"));
  project.provide("pagePath", path);
  const server = await chromium.launchServer({
    executablePath: EXECUTABLE,
    host: "127.0.0.1",
    // Chromium has no sandbox for root; small machines have little shared memory.
    args: ["--disable-dev-shm-usage", ...(process.getuid?.() === 0 ? ["--no-sandbox"] : [])],
  });
  project.provide("chromium", server.wsEndpoint());
  return async () => {
    await server.close();
    rmSync(folder, { recursive: true });
  };
}
