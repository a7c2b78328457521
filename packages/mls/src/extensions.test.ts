import { encode } from "@openmimi/tls";
import { describe, expect, it } from "vitest";
import { mimiRequired, text } from "../test/actors.ts";
import { coded } from "../test/forge.ts";
import { ComponentId, type Extension, ExtensionType, RequiredCapabilities, SafeAAD } from "./codec/index.ts";
import {
  checkAuthenticatedData,
  checkUniqueExtensions,
  componentOf,
  defaultAuthenticatedData,
  dictionaryExtension,
  dictionaryIsLocked,
  dictionaryOf,
  externalSenders,
  readGroupExtensions,
  requiredCapabilities,
} from "./extensions.ts";

const required = (extensionTypes: number[], proposalTypes: number[], credentialTypes: number[]) => ({
  extensionTypes,
  proposalTypes,
  credentialTypes,
});
const extension = (extensionType: number, extensionData: Uint8Array = new Uint8Array()): Extension => ({
  extensionType,
  extensionData,
});

it("RFC 9420 §13.4: a type stands once", () => {
  checkUniqueExtensions([extension(1), extension(2)]);
  expect(() => checkUniqueExtensions([extension(1), extension(1)])).toThrow(coded("invalid-extension"));
});

it("what a group's extensions say is read when they come in", () => {
  readGroupExtensions([mimiRequired, extension(0xf001, text("anything"))]);
  for (const type of [
    ExtensionType.requiredCapabilities,
    ExtensionType.externalSenders,
    ExtensionType.appDataDictionary,
    ExtensionType.requiredWireFormats,
  ]) {
    expect(() => readGroupExtensions([extension(type, text("no"))])).toThrow(coded("invalid-extension"));
  }
  expect(requiredCapabilities([])).toEqual(required([], [], []));
  expect(externalSenders([])).toEqual([]);
});

it("extensions §4.6: entries of a dictionary are put in order", () => {
  const made = dictionaryExtension([
    { componentId: 9, data: text("nine") },
    { componentId: 2, data: text("two") },
  ]);
  expect(dictionaryOf([made]).map(({ componentId }) => componentId)).toEqual([2, 9]);
  expect(componentOf([made], 9)).toEqual(text("nine"));
  expect(componentOf([made], 3)).toBeUndefined();
  expect(componentOf([], 3)).toBeUndefined();
});

it("extensions §4.7: AppDataUpdate in required_capabilities locks the dictionary", () => {
  expect(dictionaryIsLocked([mimiRequired])).toBe(true);
  expect(dictionaryIsLocked([])).toBe(false);
  const others = encode(RequiredCapabilities, required([6], [10], []));
  expect(dictionaryIsLocked([extension(ExtensionType.requiredCapabilities, others)])).toBe(false);
});

describe("extensions §4.9: SafeAAD, whole (readings R-197, R-198)", () => {
  const framed = [dictionaryExtension([{ componentId: ComponentId.safeAad, data: Uint8Array.of(0) }])];
  const items = encode(SafeAAD, { aadItems: [{ componentId: 0x20, aadItemData: text("frank") }] });

  it("binds groups that have the component", () => {
    checkAuthenticatedData(framed, items);
    checkAuthenticatedData(framed, Uint8Array.of(0));
    for (const bad of [new Uint8Array(), text("anything"), Uint8Array.from([...items, 0])]) {
      expect(() => checkAuthenticatedData(framed, bad)).toThrow(coded("invalid-authenticated-data"));
    }
    const twice = Uint8Array.of(6, 0, 1, 0, 0, 1, 0);
    expect(() => checkAuthenticatedData(framed, twice)).toThrow(coded("invalid-authenticated-data"));
    checkAuthenticatedData([], text("anything"));
  });

  it("is empty where the application has nothing to say", () => {
    expect(defaultAuthenticatedData(framed)).toEqual(Uint8Array.of(0));
    expect(defaultAuthenticatedData([])).toEqual(new Uint8Array());
  });
});
