import { defineConfig } from "vitest/config";

/** Run by the step `page`, which says where Chromium is. */
export default defineConfig({
  test: {
    include: ["inspector/test/**/*.test.ts"],
    globalSetup: ["inspector/test/built-page.ts"],
    // The machines that run this have two cores, and Chromium takes one.
    fileParallelism: false,
    isolate: false,
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
