import * as mls from "@openmimi/mls";
import * as protocol from "@openmimi/protocol";
import type { Schema, Shape } from "@openmimi/tls";
import { describe, expect, it } from "vitest";
import { COMPONENT_OBJECTS, componentObject, extensionObject, updateObject } from "../components.ts";
import { InspectError, inspect, objectNames } from "../index.ts";
import { objectNamed } from "../names.ts";
import { CATALOGUE, READERS } from "./index.ts";

const isSchema = (value: unknown): value is Schema<unknown> =>
  typeof value === "object" && value !== null && "shape" in value && "annotate" in value;

const isStruct = (shape: Shape): boolean => {
  if (shape.kind === "refined" || shape.kind === "embedded") return isStruct(shape.of.shape);
  return shape.kind === "struct" || shape.kind === "select" || shape.kind === "vector";
};

/** The same struct for other purposes: with fewer cases, or as far as it can be read. */
const OTHER_FORMS = [
  ...["ApplicationMessage", "FanoutContent", "HandshakeMessage", "ProposalMessage", "SingleCredential"],
  ...["IncompatibleProtocolResponse", "KeyMaterialRequestHead", "GroupInfoRequestTBSWithPresence"],
];

it("knows every struct of mls and protocol", () => {
  const structs = Object.entries({ ...mls, ...protocol } as Record<string, unknown>).flatMap(
    ([name, value]) =>
      isSchema(value) && isStruct(value.shape) && !OTHER_FORMS.includes(name) ? [name] : [],
  );
  expect(structs.length).toBeGreaterThan(100);
  expect(structs.filter((name) => !CATALOGUE.has(name))).toEqual([]);
});

it("says where each is defined", () => {
  for (const { section } of CATALOGUE.values())
    expect(section).toMatch(
      /^(RFC 9420|content|extensions|policy|protocol|semi-private|status|tree options) §\d+(\.\d+)*$/,
    );
});

it("has a reader for whatever stands in components and extensions", () => {
  const extensions = Object.values(mls.ExtensionType).map(extensionObject);
  const components = Object.values(protocol.MimiComponentId);
  const named = [...extensions, ...components.map(componentObject), ...components.map(updateObject)];
  for (const name of named) expect(READERS.has(name ?? "")).toBe(true);
});

describe("names", () => {
  it("ignore case, hyphens and underscores, and can be those of components", () => {
    expect(inspect(new Uint8Array(), { as: "key_package" }).name).toBe("KeyPackage");
    expect(inspect(new Uint8Array(), { as: "MIMI-content" }).name).toBe("MimiContent");
    for (const [component, object] of Object.entries(COMPONENT_OBJECTS)) {
      const snake = component.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
      expect(objectNamed(snake).name).toBe(object);
    }
    for (const name of objectNames) expect(objectNamed(name).name).toBe(name);
  });

  it("that are unknown are the only reason for an exception, which says what is like them", () => {
    const unknown = () => inspect(new Uint8Array(), { as: "material" });
    expect(unknown).toThrow(InspectError);
    expect(unknown).toThrow(
      expect.objectContaining({
        code: "unknown-object",
        message: expect.stringContaining("did you mean ClientKeyMaterial, KeyMaterialRequest"),
      }),
    );
    expect(() => inspect(new Uint8Array(), { as: "constructor" })).toThrow(InspectError);
  });
});
