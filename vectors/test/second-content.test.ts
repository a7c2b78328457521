/**
 * Content, message IDs, statuses, franking and handling once more, by code that shares nothing with the packages.
 */

import { createHash, createHmac, createPrivateKey, sign } from "node:crypto";
import type { Vector } from "@openmimi/vectors";
import { describe, expect, it } from "vitest";
import { countParts, readMessage, readReport } from "./second-content.ts";
import { ascii, opaque, verifies } from "./second-crypto.ts";
import { octets as anyOctets, type Fields, readAll, struct, u16, vec } from "./second-decoder.ts";
import { judge, linksIn, nonsense, openDownload, process } from "./second-handling.ts";
import { follow, Room } from "./second-history.ts";
import { vectorFiles } from "./vector-files.ts";

const files = vectorFiles("content", "message-ids", "message-status", "franking", "content-handling");
const covered = new Set<string>();
const vectorsOf = (...paths: readonly string[]): [string, Vector][] =>
  paths.flatMap((path) => {
    covered.add(path);
    return (files.get(path) ?? []).map((vector): [string, Vector] => [vector.id, vector]);
  });
const bytes = (digits: unknown): Buffer => Buffer.from(String(digits), "hex");
const hmac = (key: unknown, data: string): string =>
  createHmac("sha256", bytes(key)).update(bytes(data)).digest("hex");

describe("content", () => {
  const names = ["examples", "messages", "extensions", "parts", "external-parts"];
  it.each(vectorsOf(...names.map((name) => `content/${name}.json`)))("%s", (_, { input, expected }) => {
    const isTooLarge = String(input.octets).length / 2 > Number(input.maxOctets ?? 2 ** 20);
    const value = isTooLarge ? undefined : readMessage(String(input.octets));
    expect(value !== undefined).toBe(expected.valid);
    if (!expected.valid || value === undefined) return;
    if ("parts" in expected) expect(countParts(value.nestedPart as Fields)).toBe(expected.parts);
    else expect(value).toEqual(expected.value);
  });

  it("twins differ in one place: what is before and behind it is the same", () => {
    for (const vectors of files.values()) {
      for (const { id, input, expected } of vectors) {
        if (!id.startsWith("content/") || expected.valid || "maxOctets" in input) continue;
        const twin = vectors.find((vector) => vector.id === id.replace(/[^/]+$/, String(input.twin)));
        const [octets, other] = [String(input.octets), String(twin?.input.octets)];
        expect(octets, id).not.toBe(other);
        let front = 0;
        while (octets[front] !== undefined && octets[front] === other[front]) front++;
        let back = 0;
        const shorter = Math.min(octets.length, other.length) - front;
        while (back < shorter && octets.at(-1 - back) === other.at(-1 - back)) back++;
        // All the same octets are in front of the place or behind it.
        expect(octets.slice(0, front) + octets.slice(octets.length - back), id).toBe(
          other.slice(0, front) + other.slice(other.length - back),
        );
      }
    }
  });
});

describe("message IDs", () => {
  it.each(vectorsOf("message-ids/examples.json", "message-ids/uris.json"))("%s", (_, { input, expected }) => {
    const content = readMessage(String(input.octets));
    const inside = content?.mimiExtensions as Fields | undefined;
    const derived = (input.derived ?? {}) as Fields;
    const uris = ["senderUri", "roomUri"].map((name) => {
      const [ours, theirs] = [inside?.[name], derived[name]];
      return ours !== undefined && theirs !== undefined && ours !== theirs ? undefined : (ours ?? theirs);
    });
    const sizes = uris.map((uri) => Buffer.byteLength(String(uri)));
    const hasId = content !== undefined && !uris.includes(undefined) && sizes.every((size) => size <= 65_535);
    expect(hasId).toBe(expected.valid);
    if (!expected.valid) return;
    const prefixed = uris.map(
      (uri, index) => sizes[index]?.toString(16).padStart(4, "0") + ascii(String(uri)),
    );
    const hashed = `${prefixed.join("")}${input.octets}${content?.salt}`;
    const digest = createHash("sha256").update(bytes(hashed)).digest("hex");
    expect(expected.messageId).toBe(`01${digest.slice(0, 62)}`);
  });
});

describe("message status", () => {
  it.each(vectorsOf("message-status/reports.json"))("%s", (_, { input, expected }) => {
    const value = readReport(String(input.octets));
    expect(value).toEqual(expected.valid ? expected.value : undefined);
  });

  it.each(vectorsOf("message-status/transitions.json"))("%s", (_, { input, expected }) => {
    let standing: number | undefined;
    for (const status of input.statuses as number[]) standing = follow(standing, status);
    expect(expected).toEqual({ valid: true, standing });
  });
});

/** ServerFrankingContext. */
function contextOf(input: Fields): string {
  const { senderUri, roomUri, acceptedTimestamp } = input.context as Fields;
  const time = BigInt(String(acceptedTimestamp)).toString(16).padStart(16, "0");
  return opaque(ascii(String(senderUri))) + opaque(ascii(String(roomUri))) + time;
}

describe("franking", () => {
  it.each(vectorsOf("franking/tags.json"))("%s", (_, { input, expected }) => {
    const content = String(input.content);
    // Extensions §6.2.4: a media type without parameters, then the content.
    const framed = `${opaque(ascii(String(input.mediaType)))}00${opaque(content)}`;
    const applicationData = input.mediaType === undefined ? content : framed;
    const tag = hmac(readMessage(content)?.salt, applicationData);
    const verified = input.frankingTag === undefined || input.frankingTag === tag;
    expect(verified).toBe(expected.valid);
    if (expected.valid) expect(expected).toEqual({ valid: true, applicationData, frankingTag: tag });
  });

  it.each(vectorsOf("franking/stamps.json"))("%s", (_, { input, expected }) => {
    const contextOctets = contextOf(input as Fields);
    const serverFrank = hmac(input.hubKey, `${input.frankingTag}${contextOctets}`);
    const signed = `${serverFrank}0001${contextOctets}`;
    const der = bytes(`302e020100300506032b657004220420${input.frankingPrivateKey}`);
    const key = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
    const signContent = opaque(ascii("MLS 1.0 FrankingIntegrityTBS")) + opaque(signed);
    const frankingIntegritySignature = sign(null, bytes(signContent), key).toString("hex");
    expect(expected).toEqual({ valid: true, contextOctets, serverFrank, signed, frankingIntegritySignature });
  });

  it.each(vectorsOf("franking/franks.json"))("%s", (_, { input, expected }) => {
    const [, key, identity] = /^20(.{64})0001..(.*)$/.exec(String(input.frankingAgent)) ?? [];
    const suite = Number(input.frankingSignatureCiphersuite);
    const signed = `${input.serverFrank}${suite.toString(16).padStart(4, "0")}${contextOf(input as Fields)}`;
    const { roomUri } = input.context as Fields;
    const isHub = String(roomUri).startsWith(`${bytes(identity).toString()}/`);
    const signature = String(input.frankingIntegritySignature);
    const verified = suite === 1 && isHub && verifies(String(key), "FrankingIntegrityTBS", signed, signature);
    expect(verified).toBe(expected.valid);
  });

  it.each(vectorsOf("franking/reports.json"))("%s", (_, { input, expected }) => {
    const content = String(input.content);
    const framed = `${opaque(ascii(String(input.mediaType)))}00${opaque(content)}`;
    const tag = hmac(readMessage(content)?.salt, input.mediaType === undefined ? content : framed);
    const context = contextOf(input as Fields);
    const isOurs = (input.hubKeys as string[]).some((key) => hmac(key, tag + context) === input.serverFrank);
    const key = String(input.frankingAgent).slice(2, 66);
    const suite = Number(input.frankingSignatureCiphersuite);
    const signature = String(input.frankingIntegritySignature);
    const signed = `${String(input.serverFrank)}0001${context}`;
    const isSigned = suite === 1 && verifies(key, "FrankingIntegrityTBS", signed, signature);
    expect(isOurs && isSigned).toBe(expected.valid);
  });

  it.each(vectorsOf("franking/authenticated-data.json"))("%s", (_, { input, expected }) => {
    const safeAad = vec(struct(["componentId", u16], ["aadItemData", anyOctets]));
    const items = readAll(safeAad, String(input.authenticatedData));
    const rising = (list: Fields[]) =>
      list.every(
        ({ componentId }, index) => index === 0 || Number(list[index - 1]?.componentId) < Number(componentId),
      );
    const tag = Array.isArray(items)
      ? (items as Fields[]).find(({ componentId }) => componentId === 0x20)?.aadItemData
      : undefined;
    const valid =
      Array.isArray(items) && rising(items as Fields[]) && (tag === undefined || String(tag).length === 64);
    expect(valid).toBe(expected.valid);
    if (expected.valid) expect(expected.frankingTag).toBe(tag ?? null);
  });
});

describe("content handling", () => {
  const message = ({ input }: Vector): Fields => readMessage(String(input.octets)) ?? {};

  it.each(vectorsOf("content-handling/nonsense.json"))("%s", (_, vector) => {
    const reason = nonsense(vector.input as Fields, message(vector));
    expect(vector.expected).toEqual(reason === undefined ? { valid: true } : { valid: false, reason });
  });

  it.each(vectorsOf("content-handling/processing.json"))("%s", (_, vector) => {
    expect(vector.expected).toEqual({ valid: true, ...process(vector.input as Fields, message(vector)) });
  });

  it.each(vectorsOf("content-handling/history.json"))("%s", (_, { input, expected }) => {
    const room = new Room(input as Fields);
    const { taken, ...shown } = expected as unknown as Fields;
    const of = typeof input.of === "string" ? input.of : undefined;
    const about =
      of === undefined
        ? {}
        : {
            firstVersion: room.root(of),
            newestVersion: room.newest(of),
            ...room.replyChain(of),
            statuses: room.statuses(of),
          };
    expect(shown).toEqual({ valid: true, messages: room.messages(), ...about });
    expect((taken as string[]).length).toBe((input.messages as Fields[]).length);
  });

  it.each(vectorsOf("content-handling/external-content.json"))("%s", (_, { input, expected }) => {
    const opened = openDownload(input as Fields);
    expect(expected).toEqual({ valid: "content" in opened, ...opened });
  });

  it.each(vectorsOf("content-handling/salts.json"))("%s", (_, { input, expected }) => {
    const salt = hmac(input.saltBaseSecret, String(input.nonce)).slice(0, 32);
    expect(expected).toEqual({ valid: true, salt });
  });

  it.each(vectorsOf("content-handling/advertised.json"))("%s", (_, { input, expected }) => {
    const parameter = struct(["name", anyOctets], ["value", anyOctets]);
    const list = vec(struct(["type", anyOctets], ["parameters", vec(parameter)]));
    const types = input.advertised === null ? "none" : readAll(list, String(input.advertised));
    const low = (digits: unknown): string => bytes(digits).toString("latin1").toLowerCase();
    const has = (type: string, name?: string, value?: string): boolean =>
      (types as Fields[]).some(({ type: own, parameters }) => {
        const pairs = (parameters as Fields[]).map((each) => `${low(each.name)}=${low(each.value)}`);
        return low(own) === type && (pairs.length === 0 || pairs.includes(`${name}=${value}`));
      });
    if (!Array.isArray(types) || types.length === 0) {
      const reasons = types === "none" ? ["not-advertised"] : ["truncated", "invalid-value"];
      return expect(reasons).toContain(expected.valid ? "" : expected.reason);
    }
    const isEnough =
      has("application/mimi-content") &&
      has("text/plain", "charset", "utf-8") &&
      has("text/markdown", "variant", "gfm-mimi");
    if (!isEnough) return expect(expected).toEqual({ valid: false, reason: "missing-media-type" });
    const wanted: [string, boolean][] = [
      ["text/markdown;variant=CommonMark", has("text/markdown", "variant", "commonmark")],
      ["text/html", has("text/html")],
      ["image/jpeg", has("image/jpeg")],
      ["image/png", has("image/png")],
    ];
    const recommendedMissing = wanted.filter(([, there]) => !there).map(([name]) => name);
    expect(expected).toEqual({ valid: true, recommendedMissing });
  });

  it.each(vectorsOf("content-handling/links.json"))("%s", (_, { input, expected }) => {
    if (typeof input.markdown !== "string") {
      expect(expected).toEqual({ valid: true, verdict: judge(String(input.text), String(input.target)) });
      return;
    }
    const links = linksIn(input.markdown);
    const mentions = links.filter(({ target }) => (input.members as string[]).includes(target));
    expect(expected).toEqual({ valid: true, links: links.map(({ target }) => target), mentions });
  });
});

it("no file is left out", () => {
  expect([...covered].sort()).toEqual([...files.keys()].sort());
});
