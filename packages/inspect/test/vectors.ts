/**
 * Objects of the vectors, read as JSON: their octets, and what they are.
 * @module
 */

import { readFileSync } from "node:fs";
import { COMPONENT_OBJECTS } from "../src/components.ts";

/** Octets of hexadecimal text. */
export const unhex = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, "hex"));

export const hex = (octets: Uint8Array): string => Buffer.from(octets).toString("hex");

/** A vector; which fields its input has depends on its kind. */
export interface Vector {
  readonly id: string;
  readonly input: Readonly<Record<string, string>>;
  readonly expected: Readonly<Record<string, unknown>> & { readonly valid: boolean };
}

/** All vectors of a file, for example `endpoint-bodies/update`. */
export function vectorsOf(file: string): readonly Vector[] {
  const text = readFileSync(new URL(`../../../vectors/${file}.json`, import.meta.url), "utf8");
  return (JSON.parse(text) as { vectors: Vector[] }).vectors;
}

/** An object of a vector. */
export interface Sample {
  readonly id: string;
  readonly object: string;
  readonly octets: Uint8Array;
  /** Of the vector; `offset` and `path` are those of our decoders. */
  readonly expected: Vector["expected"];
}

const BODIES = [
  ...["consent", "group-info", "identifier-query", "key-material", "notify"],
  ...["report-abuse", "submit-message", "update"],
].map((name) => `endpoint-bodies/${name}`);
const CONTENT = ["examples", "extensions", "external-parts", "messages", "parts"].map(
  (name) => `content/${name}`,
);
const EXTENSIONS = [
  ...["app-ack", "application-psks", "dictionaries", "ratchet-tree-options", "safe-aad"],
].map((name) => `mls-extensions/${name}`);

function samplesOf(
  files: readonly string[],
  objectOf: (vector: Vector) => string,
  field = "octets",
): Sample[] {
  return files.flatMap((file) =>
    vectorsOf(file).flatMap((vector) => {
      // A limit that a caller can set is no property of octets.
      const octets = "maxOctets" in vector.input ? undefined : vector.input[field];
      const { id, expected } = vector;
      const object = objectOf(vector);
      return octets === undefined ? [] : [{ id, object, octets: unhex(octets), expected }];
    }),
  );
}

const named = ({ input }: Vector): string => input.struct ?? "";
const always = (object: string) => (): string => object;

/** Policy §10.1: the components of policy-components in the order of their numbers. */
const COMPONENTS = Object.values(COMPONENT_OBJECTS);

function componentOf({ input }: Vector): string {
  return COMPONENTS[Number(input.componentId) - 0x20] ?? "";
}

/** One sample for each vector of the kinds that hold objects. */
export function allSamples(): Sample[] {
  return [
    ...samplesOf(BODIES, named),
    ...samplesOf(CONTENT, always("MimiContent")),
    ...samplesOf(["message-status/reports"], always("MessageStatusReport")),
    ...samplesOf(EXTENSIONS, named),
    ...samplesOf(["mls-extensions/content"], always("ApplicationFraming"), "applicationData"),
    ...samplesOf(["mls-extensions/credential-bindings"], always("CredentialBinding"), "binding"),
    ...samplesOf(["mls-extensions/partial-group-info"], always("PartialGroupInfo"), "partialGroupInfo"),
    ...samplesOf(["mls-extensions/partial-group-info"], always("GroupInfo"), "groupInfo"),
    ...samplesOf(["mls-extensions/partial-group-info"], always("RatchetTreeNodes"), "ratchetTree"),
    ...samplesOf(["mls-extensions/semi-private-message"], always("MLSMessage"), "message"),
    ...samplesOf(["policy-components/components"], componentOf),
    ...samplesOf(["extension-proposals/proposals"], named),
    ...samplesOf(["extension-proposals/public-messages"], always("MLSMessage")),
  ];
}
