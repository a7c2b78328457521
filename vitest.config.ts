import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: [
      "packages/*/{src,test}/**/*.test.ts",
      "{conformance,vectors,spec,scripts}/**/*.test.ts",
      "inspector/{src,build}/**/*.test.ts",
    ],
    exclude: ["**/node_modules/**", "**/.types/**"],
    setupFiles: ["scripts/vitest-seed.ts"],
    testTimeout: 30_000,
    // Modules here keep no state that a test could leave behind, and evaluating them for each file takes a third of the run.
    isolate: false,
  },
});
