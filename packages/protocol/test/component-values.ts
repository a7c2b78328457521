/** Values for the components' property tests that plain generators would hardly hit. */
import type { Overrides } from "@openmimi/tls/arbitrary";
import fc from "fast-check";
import { PresentUri, Uri } from "../src/components/index.ts";

const uris = [
  "mimi://a.example/u/alice",
  "mimi://b.example/u/bob",
  "mimi://a.example/r/clubhouse",
  "https://a.example/avatar.png?size=2#top",
  "mimi://a.example/u/a%2Fb",
];

export const componentOverrides: Overrides = new Map<unknown, fc.Arbitrary<unknown>>([
  [PresentUri, fc.constantFrom(...uris)],
  [Uri, fc.constantFrom("", ...uris)],
]) as Overrides;
