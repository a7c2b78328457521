/**
 * Builds the page.
 * @module
 */

import { statSync } from "node:fs";
import { join } from "node:path";
import { build } from "vite";
import { examples } from "./examples.ts";
import { noCode } from "./no-code.ts";
import { selfContained } from "./self-contained.ts";

const FOLDER = join(import.meta.dirname, "..");

/** Where the page is, and its octets. */
export interface BuiltPage {
  readonly path: string;
  readonly octets: number;
}

/** Builds `index.html` into a folder, and touches nothing else in it. */
export async function buildPage(folder: string = join(FOLDER, "dist")): Promise<BuiltPage> {
  await build({
    root: FOLDER,
    configFile: false,
    logLevel: "warn",
    plugins: [examples(), noCode(), selfContained()],
    build: {
      outDir: folder,
      emptyOutDir: false,
      // What has light-dark() and oklch(): browsers of 2024 and later.
      target: ["chrome123", "firefox120", "safari17.5"],
      modulePreload: false,
      reportCompressedSize: false,
      chunkSizeWarningLimit: 4096,
    },
  });
  const path = join(folder, "index.html");
  return { path, octets: statSync(path).size };
}
