/**
 * The steps of `npm test`, in their order: what is quick and tells most comes first. A step's module is loaded when it
 * runs, so that one that cannot be loaded is the failure of that step alone.
 * @module
 */

import { program, type Step } from "./step.ts";

export const steps: readonly Step[] = [
  program("types", "the type checker agrees (tsc -b)", "tsc", "-b"),
  program("style", "format and lint rules are kept (biome)", "biome", "check", "--error-on-warnings", "."),
  program("house", "imports follow the order of the house", "node", "scripts/check-house.ts"),
  program("unused", "nothing is unused or undeclared (knip)", "knip"),
  {
    name: "check",
    what: "the vectors, checked by a second implementation in Python",
    run: async () => (await import("./check.ts")).check(),
  },
  {
    name: "tests",
    what: "unit, property, vector and scenario tests (vitest)",
    run: async () => (await import("./vitest.ts")).vitest(),
  },
  {
    name: "page",
    what: "the inspector's page, in headless Chromium",
    run: async () => (await import("./page.ts")).page(),
  },
  {
    name: "hostile",
    what: "200,000 mutated inputs raise nothing but the decoders' own errors",
    run: async () => (await import("./soak.ts")).hostileInput(),
  },
  {
    name: "suite",
    what: "the reference provider passes the conformance suite",
    run: async () => (await import("./suite.ts")).suite(),
  },
  {
    name: "mutants",
    what: "broken providers are noticed by the cases named for them (one in three of all mutants)",
    run: async () => (await import("./mutants.ts")).allMutants(),
  },
  {
    name: "interop",
    what: "the MLS engine and OpenMLS agree, live (by name, and in CI; takes a Rust toolchain)",
    onlyByName: process.env.CI !== "true",
    run: async () => (await import("./interop.ts")).interop(),
  },
];
