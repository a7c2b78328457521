/** Values for the components' property tests that plain generators would hardly hit. */
import type { Overrides } from "@openmimi/tls/arbitrary";
import fc from "fast-check";
import { IdentifierUri } from "../src/bodies/common.ts";
import { PresentUri, Uri } from "../src/components/index.ts";

const users = ["mimi://a.example/u/alice", "mimi://b.example/u/bob", "mimi://c.example/p/a%2Fb"];
const uris = [...users, "mimi://a.example/r/clubhouse", "https://a.example/avatar.png?size=2#top"];

export const componentOverrides: Overrides = new Map<unknown, fc.Arbitrary<unknown>>([
  [IdentifierUri, fc.constantFrom(...users)],
  [PresentUri, fc.constantFrom(...uris)],
  [Uri, fc.constantFrom("", ...uris)],
]) as Overrides;
