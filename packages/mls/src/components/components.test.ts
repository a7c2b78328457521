import { decode, encode } from "@openmimi/tls";
import { describe, expect, it } from "vitest";
import { add, crypto, keysOf, suite, text } from "../../test/actors.ts";
import { coded } from "../../test/forge.ts";
import { AppAck, ComponentId, type MediaType, MediaTypeList } from "../codec/index.ts";
import { verifyWithLabel } from "../crypto/labels.ts";
import { dictionaryExtension } from "../extensions.ts";
import { MemberGroup } from "../member/group.ts";
import { appAckProposal, isAcknowledged, receivedRanges } from "./app-ack.ts";
import { frameContent, mediaTypesOf, readContent, supportsMediaTypes } from "./content-media-types.ts";
import {
  applicationPsk,
  componentLabel,
  safeDecryptWithLabel,
  safeEncryptWithLabel,
  safeSignWithLabel,
  safeVerifyWithLabel,
} from "./safe-labels.ts";

describe("extensions §4.1 to §4.5: keys of MLS in components", () => {
  it("label every operation with the component", () => {
    const expected = [0x0d, ...text("MLS Component"), 0x80, 0x01, 0x05, ...text("Label")];
    expect([...componentLabel(0x8001, "Label")]).toEqual(expected);
  });

  it("sign for one component and one label", () => {
    const { publicKey, privateKey } = suite.generateSignatureKeyPair();
    const signature = safeSignWithLabel(suite, privateKey, 7, "Label", text("content"));
    const verify = (componentId: number, label: string) =>
      safeVerifyWithLabel(suite, publicKey, componentId, label, text("content"), signature);
    expect(verify(7, "Label")).toBe(true);
    expect(verify(8, "Label")).toBe(false);
    expect(verify(7, "Other")).toBe(false);
    expect(verifyWithLabel(suite, publicKey, "Label", text("content"), signature)).toBe(false);
  });

  it("encrypt to one component and one label", () => {
    const { publicKey, privateKey } = suite.generateHpkeKeyPair();
    const sealed = safeEncryptWithLabel(suite, publicKey, 7, "Label", text("context"), text("secret"));
    const open = (componentId: number, label: string) =>
      safeDecryptWithLabel(suite, privateKey, componentId, label, text("context"), sealed);
    expect(open(7, "Label")).toEqual(text("secret"));
    expect(() => open(8, "Label")).toThrow(coded("decryption-failed"));
    expect(() => open(7, "Other")).toThrow(coded("decryption-failed"));
  });

  it("bring a PSK of a component into the key schedule", () => {
    const psk = applicationPsk(suite, 7, text("shared file"));
    const known = { psk: () => text("the octets of the file") };
    const alice = MemberGroup.create(
      crypto,
      { cipherSuite: suite.id, groupId: text("g"), own: keysOf("alice") },
      known,
    );
    const bobKeys = keysOf("bob");
    const made = alice.commit({
      proposals: [{ proposalType: "psk", psk }, add(bobKeys)],
      treeInWelcome: true,
    });
    alice.mergePendingCommit();
    const init = { welcome: made.welcome!, keyPackages: [bobKeys] };
    const bob = MemberGroup.join(crypto, init, known);
    expect(bob.epochAuthenticator).toEqual(alice.epochAuthenticator);
    expect(() => MemberGroup.join(crypto, init)).toThrow(coded("missing-psk"));
    const other = { psk: () => text("other octets") };
    expect(() => MemberGroup.join(crypto, init, other)).toThrow(coded("decryption-failed"));
  });
});

describe("extensions §6.2: content advertisement", () => {
  const plain: MediaType = { type: "text/plain", parameters: [] };
  const utf8: MediaType = {
    type: "Text/Plain",
    parameters: [{ parameterName: text("Charset"), parameterValue: text("UTF-8") }],
  };
  const png: MediaType = { type: "image/png", parameters: [] };
  const dictionary = (...mediaTypeList: MediaType[]) => [
    dictionaryExtension([
      { componentId: ComponentId.contentMediaTypes, data: encode(MediaTypeList, { mediaTypeList }) },
    ]),
  ];
  const leaf = (...types: MediaType[]) => ({
    ...keysOf("alice").keyPackage.leafNode,
    extensions: dictionary(...types),
  });

  it("frames content with its media type; an empty one is the first of the group", () => {
    const group = dictionary(png, plain);
    expect(readContent(group, frameContent(group, text("hi"), plain))).toEqual({
      mediaType: plain,
      content: text("hi"),
    });
    expect(readContent(group, frameContent(group, text("hi")))).toEqual({
      mediaType: png,
      content: text("hi"),
    });
    expect(() => readContent(group, text("hi"))).toThrow(coded("invalid-extension"));
  });

  it("frames nothing where the group has no media types", () => {
    expect(mediaTypesOf([])).toBeUndefined();
    expect(frameContent([], text("hi"), plain)).toEqual(text("hi"));
    expect(readContent([], text("hi"))).toEqual({ content: text("hi") });
  });

  it("compares media types as media types (reading R-204)", () => {
    const lower = {
      type: "text/plain",
      parameters: [{ parameterName: text("charset"), parameterValue: text("UTF-8") }],
    };
    expect(supportsMediaTypes(leaf(utf8), dictionary(lower))).toBe(true);
    expect(supportsMediaTypes(leaf(utf8), dictionary(plain))).toBe(false);
    expect(supportsMediaTypes(leaf(utf8, plain, png), dictionary(plain, png))).toBe(true);
    expect(supportsMediaTypes(keysOf("bob").keyPackage.leafNode, dictionary(plain))).toBe(false);
    expect(supportsMediaTypes(keysOf("bob").keyPackage.leafNode, [])).toBe(true);
  });

  it("refuses an empty list and malformed octets", () => {
    const broken = (data: Uint8Array) => [
      dictionaryExtension([{ componentId: ComponentId.contentMediaTypes, data }]),
    ];
    expect(() => mediaTypesOf(broken(Uint8Array.of(0)))).toThrow(coded("invalid-extension"));
    expect(() => mediaTypesOf(broken(text("x")))).toThrow(coded("invalid-extension"));
  });
});

describe("extensions §6.1: AppAck", () => {
  const received = [
    { sender: 1, generation: 5 },
    { sender: 0, generation: 0 },
    { sender: 1, generation: 4 },
    { sender: 1, generation: 4 },
    { sender: 1, generation: 7 },
  ];

  it("names what was received in ranges without gaps", () => {
    expect(receivedRanges(received)).toEqual([
      { sender: 0, firstGeneration: 0, lastGeneration: 0 },
      { sender: 1, firstGeneration: 4, lastGeneration: 5 },
      { sender: 1, firstGeneration: 7, lastGeneration: 7 },
    ]);
    expect(receivedRanges([])).toEqual([]);
  });

  it("travels in an AppEphemeral of component 0x0005", () => {
    const proposal = appAckProposal(received);
    if (proposal.proposalType !== "appEphemeral") throw new Error(proposal.proposalType);
    expect(proposal.appEphemeral.componentId).toBe(0x0005);
    const ack = decode(AppAck, proposal.appEphemeral.data);
    for (const message of received) expect(isAcknowledged(ack, message)).toBe(true);
    expect(isAcknowledged(ack, { sender: 1, generation: 6 })).toBe(false);
    expect(isAcknowledged(ack, { sender: 2, generation: 0 })).toBe(false);
  });

  it("has no range that ends before it begins", () => {
    expect(() => decode(AppAck, Uint8Array.of(12, 0, 0, 0, 1, 0, 0, 0, 5, 0, 0, 0, 4))).toThrow();
  });
});
