import type { Schema } from "@openmimi/tls";
import { checkSchema } from "@openmimi/tls/testing";
import { describe, it } from "vitest";
import { FrankingIntegrityTBS, ServerFrankingContext } from "../franking.ts";
import { bodyOverrides } from "../testing.ts";
import * as bodies from "./index.ts";

const schemas = Object.values({ ...bodies, FrankingIntegrityTBS, ServerFrankingContext }).filter(
  (value) => typeof value === "object" && "shape" in value,
) as Schema<unknown>[];

describe("every wire struct of the endpoints", () => {
  // FanoutMessages has no empty list; it is checked with its own generator in notify.test.ts.
  it.each(
    schemas
      .filter((schema) => schema.name !== "FanoutMessages")
      .map((schema) => [schema.name, schema] as const),
  )("%s survives encoding, decoding and mutation", (_, schema) => {
    checkSchema(schema, { seed: 20260425, numRuns: 40, overrides: bodyOverrides });
  });
});
