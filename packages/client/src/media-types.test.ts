import { ComponentId, dictionaryExtension, type Extension, MediaTypeList } from "@openmimi/mls";
import { encode } from "@openmimi/tls";
import { describe, expect, it } from "vitest";
import { missingMediaTypes } from "./media-types.ts";

const utf8 = new TextEncoder();

/** `type;name=value`. */
function mediaType(text: string) {
  const [type = "", ...parameters] = text.split(";");
  return {
    type,
    parameters: parameters.map((parameter) => {
      const [name = "", value = ""] = parameter.split("=");
      return { parameterName: utf8.encode(name), parameterValue: utf8.encode(value) };
    }),
  };
}

function list(...types: string[]): Extension[] {
  const data = encode(MediaTypeList, { mediaTypeList: types.map(mediaType) });
  return [dictionaryExtension([{ componentId: ComponentId.contentMediaTypes, data }])];
}

describe("media types that a client cannot receive", () => {
  it.each([
    ["nothing is required", [], [], []],
    ["all is supported", list("a/b", "c/d"), list("c/d", "A/B", "e/f"), []],
    ["one is not", list("a/b", "c/d"), list("a/b"), ["c/d"]],
    ["the leaf lists none", list("a/b"), [], ["a/b"]],
    ["more parameters are supported", list("a/b;x=1"), list("a/b;y=2;x=1"), []],
    ["a parameter is missing", list("a/b;x=1"), list("a/b"), ["a/b"]],
    ["a parameter differs", list("a/b;x=1"), list("a/b;x=2"), ["a/b"]],
  ])("%s", (_, group, leaf, missing) => {
    expect(missingMediaTypes(group, leaf)).toEqual(missing);
  });

  it("a list that cannot be read supports nothing", () => {
    const data = Uint8Array.of(0xff);
    const broken = [dictionaryExtension([{ componentId: ComponentId.contentMediaTypes, data }])];
    expect(missingMediaTypes(list("a/b"), broken)).toEqual(["a/b"]);
  });
});
