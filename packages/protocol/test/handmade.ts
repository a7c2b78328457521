/**
 * Octets put together by hand from the drafts' notation, without the codec: every function returns hexadecimal.
 * @module
 */

import { decode, type Schema, TlsError } from "@openmimi/tls";

/** One octet, or a number in as many octets as given. */
export function uint(octets: 1 | 2 | 4 | 8, value: number | bigint): string {
  return BigInt(value)
    .toString(16)
    .padStart(2 * octets, "0");
}

/** RFC 9420 §2.1.2: `opaque x<V>` or a vector of elements: the length in octets, then what is in it. */
export function v(...parts: string[]): string {
  const content = parts.join("").replaceAll(" ", "");
  const octets = content.length / 2;
  if (octets < 0x40) return uint(1, octets) + content;
  if (octets < 0x4000) return uint(2, 0x4000 | octets) + content;
  return uint(4, 0x8000_0000 + octets) + content;
}

/** The octets of a text. */
export function ascii(text: string): string {
  return Buffer.from(text, "utf8").toString("hex");
}

/** `IdentifierUri`. */
export function uri(text: string): string {
  return v(ascii(text));
}

/** Hexadecimal, with spaces where they help, to octets. */
export function octets(...parts: string[]): Uint8Array {
  return new Uint8Array(Buffer.from(parts.join("").replaceAll(/\s/g, ""), "hex"));
}

/** Octets to hexadecimal. */
export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}

/** The refusal of hexadecimal by a schema, as `code path @offset: reason`. */
export function refusal<T>(schema: Schema<T>, ...parts: string[]): string {
  try {
    decode(schema, octets(...parts));
  } catch (error) {
    if (error instanceof TlsError) return `${error.code} ${error.path} @${error.offset}: ${error.reason}`;
    throw error;
  }
  return "accepted";
}

export const ALICE = "mimi://a.example/u/alice";
export const BOB = "mimi://b.example/u/bob";
export const ROOM = "mimi://a.example/r/clubhouse";

/** RFC 9420 §5.3: a basic credential. */
export const basic = (identity: string): string => `0001 ${uri(identity)}`;
/** RFC 9420 §7.2: Capabilities: versions, cipher suites, extensions, proposals, credentials. */
export const capabilities = `${v("0001")} ${v("0001")} ${v("0006")} ${v("0008", "000a")} ${v("0001")}`;

/** RFC 9420 §7.2: the leaf of a KeyPackage, valid from 0 to 255. */
const leafNode = (client: string): string =>
  [v("e0 e1"), v("50 51"), basic(client), capabilities, "01", uint(8, 0), uint(8, 255), v(), v("5a")].join(
    "",
  );

/** RFC 9420 §10: version, suite, init key, leaf, extensions, signature. */
export const keyPackage = (client: string): string =>
  ["0001", "0001", v("1a 1b"), leafNode(client), v(), v("6b")].join("");

/** RFC 9420 §8.1: version, suite, group id, epoch, tree hash, transcript hash, extensions. */
const groupContext = (epoch: number, extensions = v()): string =>
  ["0001", "0001", v("67 01"), uint(8, epoch), v("77"), v("78"), extensions].join("");

/** RFC 9420 §12.4.3: context, extensions, confirmation tag, signer, signature. */
export const groupInfo = (epoch: number, extensions = v()): string =>
  [groupContext(epoch, extensions), v(), v("c7"), uint(4, 1), v("7c")].join("");

/** RFC 9420 §12.4.3.1: suite, secrets, encrypted GroupInfo. */
export const welcome = ["0001", v(v("a1 a2"), v("b1"), v("b2")), v("d1 d2")].join("");

/** Semi-private §3: a handshake for one receiver outside, as MLSMessage (readings ). */
export const semiPrivateMessage = (contentType: 2 | 3, epoch = 5): string => {
  const forReceiver = v(v("e1 e2"), v("b1"), v("b2"));
  const header = ["0001 f006", v("67 01"), uint(8, epoch), uint(1, contentType), v(), v("f1"), forReceiver];
  return [...header, v("f2"), v("d5"), v("c1 c2")].join("");
};

/** RFC 9420 §6, §6.2: a member's proposal in a PublicMessage, as MLSMessage: `body` is the proposal. */
export const publicProposal = (body: string, epoch = 5): string =>
  ["0001 0001", v("67 01"), uint(8, epoch), "01", uint(4, 2), v(), "02", body, v("51"), v("3d")].join("");

/** RFC 9420 §6, §6.2: a member's commit without proposals and path, as MLSMessage. */
export const publicCommit = (epoch = 5): string =>
  [
    "0001 0001",
    v("67 01"),
    uint(8, epoch),
    "01",
    uint(4, 2),
    v(),
    "03",
    v(),
    "00",
    v("51"),
    v("c7"),
    v("3d"),
  ].join("");

/** RFC 9420 §6.3: a PrivateMessage as MLSMessage; content type 1 is application, 2 proposal, 3 commit. */
export const privateMessage = (contentType: number): string =>
  ["0001 0002", v("67 01"), uint(8, 5), uint(1, contentType), v("aa"), v("5d 5e"), v("c1 c2 c3")].join("");

/** RFC 9420 §12.1.3: Remove of leaf 3. Extensions §6.3: SelfRemove. */
export const remove = "0003 00000003";
export const selfRemove = "000a";
