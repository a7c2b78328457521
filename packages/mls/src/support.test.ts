import { encode } from "@openmimi/tls";
import { describe, expect, it } from "vitest";
import { keysOf, mimiCapabilities } from "../test/actors.ts";
import { coded } from "../test/forge.ts";
import {
  ComponentId,
  ComponentsList,
  type Extension,
  ExtensionType,
  RequiredCapabilities,
  WireFormats,
} from "./codec/index.ts";
import { dictionaryExtension } from "./extensions.ts";
import { checkSupport, demandsNoMore, demandsOf } from "./support.ts";

const extension = (extensionType: number, extensionData: Uint8Array = new Uint8Array()): Extension => ({
  extensionType,
  extensionData,
});
const required = (extensionTypes: number[], proposalTypes: number[], credentialTypes: number[]) =>
  extension(
    ExtensionType.requiredCapabilities,
    encode(RequiredCapabilities, { extensionTypes, proposalTypes, credentialTypes }),
  );
const leafWith = (changes: Partial<typeof mimiCapabilities>, extensions: Extension[] = []) => ({
  ...keysOf("leaf", { ...mimiCapabilities, ...changes }).keyPackage.leafNode,
  extensions,
});
const list = (...componentIds: number[]) => encode(ComponentsList, { componentIds });
const missing = coded("missing-capability");

describe("RFC 9420 §7.2, §11.1: support", () => {
  it("default types need not be listed, others do", () => {
    const leaf = leafWith({});
    const senders = extension(ExtensionType.externalSenders, Uint8Array.of(0));
    checkSupport(leaf, demandsOf([senders, required([1, 3], [1, 7, 8, 10], [1])]));
    for (const extensions of [
      [extension(0xf001)],
      [required([0xf001], [], [])],
      [required([], [0xf001], [])],
      [required([], [], [2])],
    ]) {
      expect(() => checkSupport(leaf, demandsOf(extensions))).toThrow(missing);
    }
  });

  it("a GREASE value is supported by nobody who does not list it", () => {
    const demands = demandsOf([extension(0x0a0a)]);
    expect(() => checkSupport(leafWith({}), demands)).toThrow(missing);
    checkSupport(leafWith({ extensions: [0x0a0a] }), demands);
  });
});

describe("extensions §5: lists that Capabilities have no place for", () => {
  it("wire formats", () => {
    const formats = (...wireFormats: number[]) => encode(WireFormats, { wireFormats });
    const demands = demandsOf([extension(ExtensionType.requiredWireFormats, formats(1, 2, 0xf001))]);
    const capabilities = {
      extensions: [ExtensionType.requiredWireFormats, ExtensionType.supportedWireFormats],
    };
    expect(() => checkSupport(leafWith(capabilities), demands)).toThrow(missing);
    const supported = extension(ExtensionType.supportedWireFormats, formats(0xf001));
    checkSupport(leafWith(capabilities, [supported]), demands);
  });

  it.each([
    ["components", ComponentId.appComponents],
    ["components of SafeAAD", ComponentId.safeAad],
  ])("%s", (_name, componentId) => {
    const dictionary = (data: Uint8Array) => dictionaryExtension([{ componentId, data }]);
    const demands = demandsOf([dictionary(list(0x0020, 0xf001))]);
    for (const leaf of [
      leafWith({}),
      leafWith({}, [dictionary(list(0x0020))]),
      leafWith({}, [dictionary(list())]),
    ]) {
      expect(() => checkSupport(leaf, demands)).toThrow(missing);
    }
    checkSupport(leafWith({}, [dictionary(list(0xf001, 0x0a0a, 0x0020))]), demands);
  });

  it("what comes with the dictionary need not be listed (reading R-199), and what is no list demands nothing", () => {
    const appComponents = (data: Uint8Array) =>
      demandsOf([dictionaryExtension([{ componentId: ComponentId.appComponents, data }])]);
    checkSupport(leafWith({}), appComponents(list(1, 2, 3)));
    checkSupport(leafWith({}), appComponents(Uint8Array.of(7)));
  });
});

it("knows when nobody has to be asked again", () => {
  const some = demandsOf([extension(0xf001), required([5], [8], [1])]);
  const more = demandsOf([extension(0xf001), extension(0xf002), required([5], [8, 10], [1])]);
  expect(demandsNoMore(some, more)).toBe(true);
  expect(demandsNoMore(some, some)).toBe(true);
  expect(demandsNoMore(more, some)).toBe(false);
});
