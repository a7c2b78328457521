/**
 * Vectors of the kind `extension-proposals`: encodings of AppDataUpdate, AppEphemeral and SelfRemove, alone and in a
 * Commit. Extensions §4.7, §4.8, §6.3.
 * @module
 */

import { Commit, Proposal } from "@openmimi/mls";
import { decode, encode, type Schema, TlsError } from "@openmimi/tls";
import {
  type Case,
  Draft,
  type Expected,
  type GeneratedFile,
  hex,
  makeVectors,
  textOf,
  toJson,
  unhex,
  type Vector,
  vectorFile,
} from "./envelope.ts";

const STRUCTS: Readonly<Record<string, Schema<unknown>>> = {
  Proposal: Proposal as Schema<unknown>,
  Commit: Commit as Schema<unknown>,
};

/** What the implementation makes of a struct in octets. */
export function evaluateProposal(input: Vector["input"]): Expected {
  try {
    const schema = STRUCTS[textOf(input, "struct")];
    if (schema === undefined) throw new Error(`there is no struct ${textOf(input, "struct")}`);
    const value = decode(schema, unhex(textOf(input, "octets")));
    if (hex(encode(schema, value)) !== input.octets) throw new Error("one value with two encodings");
    return { valid: true, value: toJson(value) };
  } catch (error) {
    if (!(error instanceof TlsError)) throw error;
    return { valid: false, reason: error.code, path: error.path, offset: error.offset };
  }
}

const UPDATE = "0008";
const EPHEMERAL = "0009";
const SELF_REMOVE = "000a";

type Sketch = readonly [
  id: string,
  octets: string,
  section: string,
  reason?: string | undefined,
  notes?: string,
];

// Written down octet by octet: these cases are fixtures, not outputs of an encoder.
const PROPOSALS: readonly Sketch[] = [
  [
    "app-data-update",
    `${UPDATE} 0022 01 03 000000`,
    "4.7",
    undefined,
    "Component 0x0022, op update, three octets.",
  ],
  ["app-data-update-empty", `${UPDATE} 0023 01 00`, "4.7"],
  ["app-data-update-remove", `${UPDATE} 0023 02`, "4.7", undefined, "op remove: nothing follows."],
  ["app-data-update-private-component", `${UPDATE} f0f0 01 02 cafe`, "4.7"],
  [
    "app-data-update-64-octets",
    `${UPDATE} 0022 01 4040 ${"ab".repeat(64)}`,
    "4.7",
    undefined,
    "A length of two octets.",
  ],
  ["app-ephemeral", `${EPHEMERAL} 0005 02 0001`, "4.8"],
  ["app-ephemeral-empty", `${EPHEMERAL} f0f0 00`, "4.8"],
  ["self-remove", SELF_REMOVE, "6.3", undefined, "The type alone: the struct is empty."],
  ["op-invalid", `${UPDATE} 0022 00 00`, "4.7", "unknown-value", "op 0 is called invalid."],
  ["op-unknown", `${UPDATE} 0022 03 00`, "4.7", "unknown-value"],
  ["update-missing", `${UPDATE} 0022 01`, "4.7", "truncated"],
  ["update-shorter-than-its-length", `${UPDATE} 0022 01 03 0000`, "4.7", "truncated"],
  ["update-behind-remove", `${UPDATE} 0022 02 00`, "4.7", "trailing-bytes"],
  [
    "app-data-update-with-length",
    `${UPDATE} 07 0022 01 03 000000`,
    "4.7",
    "unknown-value",
    "A body behind a length, as some engines write unknown proposals: 0700 is read as the component, 22 as op.",
  ],
  ["app-ephemeral-without-data", `${EPHEMERAL} 0005`, "4.8", "truncated"],
  ["app-ephemeral-length-not-minimal", `${EPHEMERAL} 0005 4001 00`, "4.8", "non-minimal-length"],
  ["self-remove-with-length", `${SELF_REMOVE} 00`, "6.3", "trailing-bytes", "An empty body has no length."],
  ["proposal-type-unknown", "000b 00", "6.3", "unknown-value", "A body cannot be skipped: it has no length."],
  ["proposal-type-grease", "0a0a 00", "6.3", "unknown-value"],
];

const REFERENCE = `02 20 ${"5a".repeat(32)}`;
const COMMITS: readonly Sketch[] = [
  [
    "commit-two-updates",
    `11 01 ${UPDATE} 0022 01 02 aabb  01 ${UPDATE} 0023 01 01 cc 00`,
    "4.7",
    undefined,
    "By value, without path.",
  ],
  ["commit-self-remove-by-reference", `22 ${REFERENCE} 00`, "6.3"],
  [
    "commit-mixed",
    `2e ${REFERENCE} 01 ${UPDATE} 0023 02  01 ${EPHEMERAL} f0f0 00 00`,
    "4.8",
    undefined,
    "A reference, then two values.",
  ],
  ["commit-update-cut-by-vector", `07 01 ${UPDATE} 0022 01 02 aabb 00`, "4.7", "truncated"],
  [
    "commit-self-remove-with-length",
    `04 01 ${SELF_REMOVE} 00 00`,
    "6.3",
    "unknown-value",
    "The length octet is read as the next item's type.",
  ],
];

function caseOf(struct: string, [id, octets, section, reason, notes]: Sketch): Case {
  return {
    id,
    section,
    input: { struct, octets: octets.replaceAll(" ", "") },
    ...(reason === undefined ? {} : { reason }),
    ...(notes === undefined ? {} : { notes }),
  };
}

/** The file of encodings. */
export function proposalFile(): GeneratedFile {
  const base = { draft: Draft.extensions, section: "4.7", readings: [] };
  const cases = [
    ...PROPOSALS.map((sketch) => caseOf("Proposal", sketch)),
    ...COMMITS.map((sketch) => caseOf("Commit", sketch)),
  ];
  const vectors = makeVectors("extension-proposals/proposals", base, cases, evaluateProposal);
  return vectorFile(
    "extension-proposals",
    "proposals",
    "Proposals of the extensions draft in octets",
    vectors,
  );
}
