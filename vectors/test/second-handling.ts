/**
 * What a receiver does, once more: nonsense, the choice of parts, external content, links. Content §4.4, §4.5, §9.
 * @module
 */

import { createDecipheriv, createHash } from "node:crypto";
import type { Json } from "@openmimi/vectors";
import type { Fields } from "./second-decoder.ts";

const ms = (value: Json | undefined): bigint => BigInt(String(value));
const MINUTE = 60_000n;
const DAY = 86_400_000n;

/** @returns the reason to discard a message */
export function nonsense(input: Fields, message: Fields): string | undefined {
  const [accepted, now] = [ms(input.acceptedTimestampMs), ms(input.nowMs)];
  if (input.senderIsMember !== true) return "sender-not-member";
  if (input.isKnown === true) return "duplicate-message-id";
  const ids = [input.messageId, message.replaces, message.inReplyTo].filter((id) => id !== null);
  if (ids.some((id) => !String(id).startsWith("01"))) return "unknown-hash-algorithm";
  if (accepted > now + 5n * MINUTE) return "timestamp-in-the-future";
  if (accepted < BigInt(Date.UTC(2024, 0, 1))) return "timestamp-before-format";
  if (input.roomCreatedMs !== undefined && accepted < ms(input.roomCreatedMs)) return "timestamp-before-room";
  const expires = message.expires as Fields | null;
  if (expires === null) return undefined;
  const end = BigInt(String(expires.time)) * 1000n + (expires.relative === true ? now : 0n);
  if (end > now + 366n * DAY) return "expires-too-late";
  return end < now - 366n * DAY ? "expired-too-long-ago" : undefined;
}

interface Part {
  readonly index: number;
  readonly fields: Fields;
  readonly inner: readonly Part[];
}

function number(fields: Fields, next: { index: number }): Part {
  const index = next.index++;
  return { index, fields, inner: ((fields.parts ?? []) as Fields[]).map((each) => number(each, next)) };
}

/** Type, subtype and parameters of a media type, written one way. */
function essence(type: string): { name: string; parameters: Map<string, string> } {
  const [name = "", ...rest] = type.split(";").map((piece) => piece.trim());
  const parameters = new Map(
    rest.map((pair) => {
      const [key = "", value = ""] = pair.split("=");
      const plain = value.replaceAll('"', "");
      return [key.toLowerCase(), key.toLowerCase() === "charset" ? plain.toLowerCase() : plain];
    }),
  );
  if (/^text\//i.test(name) && !parameters.has("charset")) parameters.set("charset", "utf-8");
  return { name: name.toLowerCase(), parameters };
}

/** Content §4.4: which parts are processed. */
export function process(input: Fields, message: Fields): Fields {
  const wanted = (input.mediaTypes as string[]).map(essence);
  const root = number(message.nestedPart as Fields, { index: 0 });
  const understood = ({ fields, inner }: Part): boolean => {
    if (fields.cardinality === "nullpart") return true;
    if (fields.cardinality === "multi")
      return fields.partSemantics === "singleUnit" ? inner.every(understood) : inner.some(understood);
    if (fields.contentType === "") return fields.cardinality === "external" && input.services === true;
    const { name, parameters } = essence(String(fields.contentType));
    return wanted.some(
      (each) =>
        each.name === name && [...each.parameters].every(([key, value]) => parameters.get(key) === value),
    );
  };
  const whole = (part: Part): boolean => {
    if (part.fields.cardinality !== "multi") return understood(part);
    return part.fields.partSemantics === "chooseOne" ? part.inner.some(whole) : part.inner.every(whole);
  };
  const notUnderstood: number[] = [];
  const leaves: Part[] = [];
  const go = (part: Part): void => {
    const { fields, inner, index } = part;
    if (!understood(part)) notUnderstood.push(index);
    else if (fields.cardinality !== "multi") leaves.push(part);
    else if (fields.partSemantics === "chooseOne") go(choose(inner.filter(understood), whole, input));
    else inner.forEach(go);
  };
  go(root);
  return { ...inOrder(leaves.filter(({ fields }) => fields.cardinality !== "nullpart")), notUnderstood };
}

function choose(parts: readonly Part[], isWhole: (part: Part) => boolean, input: Fields): Part {
  const real = parts.filter(({ fields }) => fields.cardinality !== "nullpart");
  const among = [real.filter(isWhole), real, parts].find(({ length }) => length > 0) as readonly Part[];
  for (const language of (input.languages ?? []) as string[]) {
    const spoken = new RegExp(`(?:^|,) *${language}(?:-[^,]*)? *(?:,|$)`, "i");
    const found = among.find(({ fields }) => spoken.test(String(fields.language)));
    if (found !== undefined) return found;
  }
  return among[0] as Part;
}

function inOrder(leaves: readonly Part[]): Fields {
  const done = new Set<number>();
  const referredTo = ({ index, fields }: Part): number[] => {
    if (fields.cardinality !== "single" || !String(fields.contentType).startsWith("text/")) return [];
    const body = Buffer.from(String(fields.content), "hex").toString();
    const found = [...body.matchAll(/(?:^|[^\w+.-])cid:(0|[1-9]\d*)@local\.invalid(?![\w-]|\.[\w-])/gi)].map(
      (match) => Number(match[1]),
    );
    return [...new Set(found)].filter((to) => to !== index && leaves.some((leaf) => leaf.index === to));
  };
  const visit = (leaf: Part): void => {
    if (done.has(leaf.index)) return;
    done.add(leaf.index);
    for (const to of referredTo(leaf)) visit(leaves.find(({ index }) => index === to) as Part);
  };
  const [parts, skipped]: [Json[], number[]] = [[], []];
  for (const leaf of leaves) {
    if (done.has(leaf.index)) skipped.push(leaf.index);
    else {
      visit(leaf);
      parts.push({ partIndex: leaf.index, references: referredTo(leaf) });
    }
  }
  return { parts, skipped };
}

/** @returns the content, or the reason why there is none */
export function openDownload(input: Fields): { content: string } | { reason: string } {
  const bytes = (key: string): Buffer => Buffer.from(String(input[key]), "hex");
  const downloaded = bytes("downloaded");
  if (!/^https?:/.test(String(input.url))) return { reason: "unsupported" };
  const end = BigInt(String(input.expires ?? 0)) * 1000n;
  if (end !== 0n && ms(input.nowMs) > end) return { reason: "expired" };
  if (Number(input.encAlg) > 1 || Number(input.hashAlg) > 1) return { reason: "unsupported" };
  if (ms(input.size) > ms(input.maxOctets)) return { reason: "too-large" };
  if (input.size !== "0" && downloaded.length !== Number(input.size)) return { reason: "wrong-length" };
  const hash = createHash("sha256").update(downloaded).digest("hex");
  if (input.hashAlg === 1 && hash !== input.contentHash) return { reason: "hash-mismatch" };
  if (input.encAlg === 0) return { content: downloaded.toString("hex") };
  const decipher = createDecipheriv("aes-128-gcm", bytes("key"), bytes("nonce")).setAAD(bytes("aad"));
  decipher.setAuthTag(downloaded.subarray(-16));
  try {
    const content = Buffer.concat([decipher.update(downloaded.subarray(0, -16)), decipher.final()]);
    return { content: content.toString("hex") };
  } catch {
    return { reason: "not-authentic" };
  }
}

/** Content §9.6: the text of a link against its target. */
export function judge(text: string, target: string): string {
  if (target === text && target.startsWith("mimi:")) return "same";
  const scheme = target.slice(0, target.indexOf(":"));
  if (!["https", "http", "mimi", "mailto", "im"].includes(scheme)) return "unsafe";
  if (!scheme.startsWith("http")) return "different";
  if (new URL(target).username !== "") return "unsafe";
  const shown = plain(URL.parse(/^https?:/.test(text) ? text : `https://${text}`)?.href);
  const leadsTo = plain(new URL(target).href);
  if (shown === leadsTo) return "same";
  return shown?.replace("https:", "http:") === leadsTo ? "downgraded" : "different";
}

/** RFC 3986 §6.2.2.2: what need not be percent-encoded is not. */
function plain(url: string | undefined): string | undefined {
  const parts = url?.split("%");
  return parts?.reduce((before, part) => {
    const character = Buffer.from(part.slice(0, 2), "hex").toString("latin1");
    if (/[\w.~-]/.test(character)) return before + character + part.slice(2);
    return `${before}%${part.slice(0, 2).toUpperCase()}${part.slice(2)}`;
  });
}

/** The links in a Markdown text, for texts as simple as those of the vectors. */
export function linksIn(markdown: string): { target: string; hint: string | null }[] {
  const links = /\[([^\]]*)\]\(([^)]*)\)|<([a-z]+:[^>]*)>/g;
  return [...markdown.replaceAll(/`[^`]*`/g, "").matchAll(links)].map(([, text, target, bare]) => ({
    target: target ?? bare ?? "",
    hint: text === undefined || text === target ? null : text,
  }));
}
