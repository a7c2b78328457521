import { encode } from "@openmimi/tls";
import { describe, expect, it } from "vitest";
import { keysOf, mimiCapabilities, mimiRequired, text } from "../test/actors.ts";
import { coded } from "../test/forge.ts";
import {
  ComponentId,
  type Extension,
  ExtensionType,
  RequiredCapabilities,
  SafeAAD,
  WireFormats,
} from "./codec/index.ts";
import {
  checkAuthenticatedData,
  checkSupport,
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
const leafWith = (changes: Partial<typeof mimiCapabilities>, extensions: Extension[] = []) => ({
  ...keysOf("leaf", { ...mimiCapabilities, ...changes }).keyPackage.leafNode,
  extensions,
});
const extension = (extensionType: number, extensionData: Uint8Array = new Uint8Array()): Extension => ({
  extensionType,
  extensionData,
});

describe("RFC 9420 §7.2, §11.1: support", () => {
  it("default types need not be listed, others do", () => {
    const leaf = leafWith({});
    checkSupport(leaf, [extension(ExtensionType.externalSenders)], required([1, 3], [1, 7, 8, 10], [1]));
    const bad: [string, Extension[], RequiredCapabilities][] = [
      ["an extension of the group", [extension(0xf001)], required([], [], [])],
      ["a required extension", [], required([0xf001], [], [])],
      ["a required proposal", [], required([], [0xf001], [])],
      ["a required credential", [], required([], [], [2])],
    ];
    for (const [, extensions, needs] of bad) {
      expect(() => checkSupport(leaf, extensions, needs)).toThrow(coded("missing-capability"));
    }
  });

  it("a GREASE value is supported by nobody who does not list it", () => {
    expect(() => checkSupport(leafWith({}), [extension(0x0a0a)], required([], [], []))).toThrow(
      coded("missing-capability"),
    );
    checkSupport(leafWith({ extensions: [0x0a0a] }), [extension(0x0a0a)], required([], [], []));
  });

  it("extensions §5: required wire formats", () => {
    const formats = (...wireFormats: number[]) => encode(WireFormats, { wireFormats });
    const group = [extension(ExtensionType.requiredWireFormats, formats(1, 2, 0xf001))];
    const capabilities = {
      extensions: [ExtensionType.requiredWireFormats, ExtensionType.supportedWireFormats],
    };
    const none = required([], [], []);
    expect(() => checkSupport(leafWith(capabilities), group, none)).toThrow(coded("missing-capability"));
    const supported = extension(ExtensionType.supportedWireFormats, formats(0xf001));
    checkSupport(leafWith(capabilities, [supported]), group, none);
  });
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
