import type { Schema } from "@openmimi/tls";
import { decode, encode } from "@openmimi/tls";
import { checkSchema } from "@openmimi/tls/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as codec from "./index.ts";

const isSchema = (value: unknown): value is Schema<unknown> =>
  typeof value === "object" && value !== null && "shape" in value && "read" in value;

/** Every schema that this folder exports. */
const schemas = Object.entries(codec).flatMap(([name, value]): [string, Schema<unknown>][] =>
  isSchema(value) ? [[name, value as Schema<unknown>]] : [],
);

/** Paddings are counted, not listed. */
const overrides = new Map([[codec.zeroPadding as Schema<never>, fc.nat({ max: 40 })]]);

describe("every wire struct encodes, decodes, annotates, and refuses mutated octets or reads them canonically", () => {
  it.each(schemas)("%s", (_name, schema) => {
    checkSchema(schema, { numRuns: 40, seed: 9420, overrides });
  });

  it.each(["application", "proposal", "commit"] as const)("PrivateMessageContent of a %s", (contentType) => {
    checkSchema(codec.privateMessageContent(contentType), { numRuns: 40, seed: 9420, overrides });
    checkSchema(codec.framedContentAuthData(contentType), { numRuns: 40, seed: 9420 });
  });
});

const octets = (...values: number[]) => Uint8Array.from(values);
const coded = (code: string) => expect.objectContaining({ name: "TlsError", code });

describe("what the drafts fix to the octet", () => {
  it("extensions §4.7: AppDataUpdate", () => {
    const update = octets(0x00, 0x08, 0x00, 0x22, 0x01, 0x02, 0xab, 0xcd);
    expect(decode(codec.Proposal, update)).toEqual({
      proposalType: "appDataUpdate",
      appDataUpdate: { componentId: 0x22, op: "update", update: octets(0xab, 0xcd) },
    });
    const remove = octets(0x00, 0x08, 0x00, 0x22, 0x02);
    expect(decode(codec.Proposal, remove)).toEqual({
      proposalType: "appDataUpdate",
      appDataUpdate: { componentId: 0x22, op: "remove" },
    });
    expect(() => decode(codec.Proposal, octets(0x00, 0x08, 0x00, 0x22, 0x00))).toThrow(
      coded("unknown-value"),
    );
  });

  it("extensions §4.8, §6.3: AppEphemeral and SelfRemove", () => {
    const ephemeral = encode(codec.Proposal, {
      proposalType: "appEphemeral",
      appEphemeral: { componentId: 5, data: octets(1) },
    });
    expect(ephemeral).toEqual(octets(0x00, 0x09, 0x00, 0x05, 0x01, 0x01));
    expect(encode(codec.Proposal, { proposalType: "selfRemove" })).toEqual(octets(0x00, 0x0a));
  });

  it("RFC 9420 §12.1: a proposal of an unknown type cannot be skipped", () => {
    expect(() => decode(codec.Proposal, octets(0x0a, 0x0a, 0x00))).toThrow(coded("unknown-value"));
  });

  it("extensions §4.6: a dictionary is strictly sorted", () => {
    const entry = (id: number) => [0x00, id, 0x00];
    const dictionary = (...ids: number[]) => octets(3 * ids.length, ...ids.flatMap(entry));
    expect(decode(codec.AppDataDictionary, dictionary(1, 2, 9)).componentData).toHaveLength(3);
    expect(() => decode(codec.AppDataDictionary, dictionary(2, 1))).toThrow(coded("invalid-value"));
    expect(() => decode(codec.AppDataDictionary, dictionary(1, 1))).toThrow(coded("invalid-value"));
  });

  it("RFC 9420 §6.3.1: padding is zero", () => {
    const schema = codec.privateMessageContent("application");
    expect(decode(schema, octets(0x01, 0xaa, 0x00, 0x00, 0x00))).toMatchObject({ padding: 2 });
    expect(() => decode(schema, octets(0x01, 0xaa, 0x00, 0x00, 0x01))).toThrow(coded("invalid-value"));
  });

  it("a tree of more than 2^20 leaves is not read to its end", () => {
    const blanks = new Uint8Array(2 ** 21 + 4);
    blanks.set(octets(0x80, 0x20, 0x00, 0x00));
    expect(() => decode(codec.RatchetTreeNodes, blanks)).toThrow(coded("limit-exceeded"));
  });

  it("RFC 9420 §13.5: the GREASE values", () => {
    const grease = Array.from({ length: 15 }, (_, n) => (n << 12) | 0x0a00 | (n << 4) | 0x0a);
    expect(grease.every(codec.isGrease)).toBe(true);
    expect([0x0001, 0x0a0b, 0x1a0a, 0xfafa].some(codec.isGrease)).toBe(false);
  });
});
