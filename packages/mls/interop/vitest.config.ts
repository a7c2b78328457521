import { defineConfig } from "vitest/config";

/** Run by `npm run interop`, which builds what OPENMLS_PEER names. */
export default defineConfig({
  test: {
    include: ["packages/mls/interop/**/*.test.ts"],
    testTimeout: 60_000,
  },
});
