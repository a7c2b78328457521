/**
 * Group information once more: what a hub answers, and what a joiner believes, with the second decoder and Node's own
 * cryptography. Policy is asked of the oracle of the room package.
 * @module
 */

import { createHash } from "node:crypto";
import type { Json } from "@openmimi/vectors";
import { ascii, opaque, openAsSender, openWithLabel, verifies } from "./second-crypto.ts";
import { type Fields, octets, opt, type Read, readAll, struct, u16, u64, vec } from "./second-decoder.ts";
import { BODIES, contents } from "./second-structs.ts";
import { groupInfo, mlsMessage, node } from "./second-structs-mls.ts";

const LABEL = "GroupInfo and ratchet_tree encryption";
const body = (name: string, digits: Json | undefined): Fields | undefined => {
  const value = readAll(BODIES[name] as Read, String(digits));
  return value === "refused" ? undefined : (value as Fields);
};
const identityIn = (credential: Json | undefined): string =>
  Buffer.from(String((credential as Fields).identity), "hex").toString("latin1");
const text = (fields: Fields, key: string): string => String(fields[key]);
const sha256 = (digits: string): string =>
  createHash("sha256").update(Buffer.from(digits, "hex")).digest("hex");
const withoutLast = (digits: string, last: string): string =>
  digits.slice(0, digits.length - opaque(last).length);

/** The octets of what is read, in place of its value. */
const octetsOf =
  (read: Read): Read =>
  (cursor) => {
    const start = cursor.at;
    read(cursor);
    return cursor.octets.subarray(start, cursor.at).toString("hex");
  };

/** The components in the dictionary of a GroupContext, as policy-decisions has them. */
export function componentsOf(info: Fields): Record<string, string> {
  const { extensions: list } = info.groupContext as Fields;
  const dictionary = (list as Fields[]).find(({ extensionType }) => extensionType === 6);
  const entries = struct(["all", vec(struct(["id", u16], ["data", octets]))]);
  const { all } = readAll(entries, text(dictionary as Fields, "extensionData")) as Fields;
  return Object.fromEntries(
    (all as Fields[]).map(({ id, data }) => [`0x${Number(id).toString(16).padStart(4, "0")}`, String(data)]),
  );
}
/** Who asks, or why nobody is known to. */
export function requesterOf(input: Fields): { readonly user: string; readonly identity: string } | string {
  const digits = text(input, "request");
  const request = body("GroupInfoRequest", digits);
  if (request === undefined) return "malformed";
  if (request.cipherSuite !== 1) return "unsupported-cipher-suite";
  const identity = identityIn(request.requestingCredential);
  const [, provider, letter, name] = /^mimi:\/\/([^/]+)\/([udp])\/([^/]+)(?:\/[^/]+)?$/.exec(identity) ?? [];
  if (name === undefined) return "no-identity";
  if (provider !== input.from) return "not-of-the-caller";
  const { signature, joiningCode, requestingSignatureKey } = request as Record<string, string>;
  const plain = withoutLast(digits, signature ?? "");
  const front = withoutLast(plain, joiningCode ?? "");
  const withPresence = joiningCode === "" ? `${front}00` : `${front}01${opaque(joiningCode ?? "")}`;
  const isSigned = [plain, withPresence].some((signed) =>
    verifies(String(requestingSignatureKey), "GroupInfoRequestTBS", signed, String(signature)),
  );
  if (!isSigned) return "invalid-signature";
  return { user: letter === "d" ? `mimi://${provider}/u/${name}` : identity, identity };
}

/** What stands in the answer: GroupInfo, the whole tree, and the pending proposals with their times. */
export function contentsOf(room: Fields): string {
  const pending = (room.pendingProposals as Fields[]).map(
    ({ proposal, hubAcceptedTime }) =>
      String(proposal) + BigInt(String(hubAcceptedTime)).toString(16).padStart(16, "0"),
  );
  return `${text(room, "groupInfo")}01${text(room, "ratchetTree")}${opaque(pending.join(""))}`;
}

/** @returns what the hub encrypted, or undefined where the answer is not what the hub has to make of it */
export function openedBySender(input: Fields, roomUri: string, response: string): string | undefined {
  const answer = body("GroupInfoResponse", response);
  const request = body("GroupInfoRequest", input.request);
  if (answer?.status !== "success" || request === undefined) return undefined;
  const { kemOutput, ciphertext } = answer.encryptedGroupinfoAndTree as Record<string, string>;
  const { signatureKey } = answer.hubSender as Record<string, string>;
  const signed = withoutLast(response, text(answer, "signature"));
  if (!verifies(String(signatureKey), "GroupInfoResponseTBS", signed, text(answer, "signature")))
    return undefined;
  const opened = openAsSender(
    text(input, "ephemeralKey"),
    text(request, "groupInfoPublicKey"),
    LABEL,
    roomUri,
    String(ciphertext),
  );
  const isOurs = signed.includes(text(input, "hubSender")) && answer.roomId === roomUri;
  return opened.kemOutput === kemOutput && isOurs ? opened.plaintext : undefined;
}

/** RFC 9420 §7.8: the hash of the tree over these nodes, undefined for a blank one. */
function treeHash(nodes: readonly (string | undefined)[], first: number, width: number): string {
  const at = first + (width - 1) / 2;
  const own = nodes[at];
  const present = own === undefined ? "00" : `01${own.slice(2)}`;
  if (width === 1) return sha256(`01${(first / 2).toString(16).padStart(8, "0")}${present}`);
  const half = (width - 1) / 2;
  const left = treeHash(nodes, first, half);
  const right = treeHash(nodes, at + 1, half);
  return sha256(`02${present}${opaque(left)}${opaque(right)}`);
}

const nodes = vec(opt(octetsOf(node)));

/** The leaf's key and the tree's hash, by the octets of optional<Node>. */
function readTree(digits: string): { readonly hash: string; readonly keys: readonly (string | undefined)[] } {
  const list = (readAll(struct(["all", nodes]), digits) as Fields).all as (string | null)[];
  const known = list.map((entry) => entry ?? undefined);
  let width = 1;
  while (width < known.length) width = 2 * width + 1;
  const keys = known.map((octetsOfNode) => {
    if (octetsOfNode === undefined) return undefined;
    const value = readAll(node, octetsOfNode) as Fields;
    return String(((value.leaf ?? value.leafNode ?? {}) as Fields).signatureKey);
  });
  return { hash: treeHash(known, 0, width), keys };
}

/** @returns what a joiner learns, or undefined where it must not believe the answer */
export function believed(input: Fields): Fields | undefined {
  const digits = text(input, "response");
  const answer = body("GroupInfoResponse", digits);
  const request = body("GroupInfoRequest", input.request);
  if (answer === undefined || request === undefined) return undefined;
  const roomUri = text(input, "roomUri");
  if (answer.roomId !== roomUri) return undefined;
  if (answer.status !== "success") return { status: String(answer.status) };
  if (answer.cipherSuite !== request.cipherSuite) return undefined;
  const { signatureKey, credential } = answer.hubSender as Fields;
  if (identityIn(credential) !== `mimi://${roomUri.slice(7).split("/")[0]}`) return undefined;
  const signature = text(answer, "signature");
  if (!verifies(String(signatureKey), "GroupInfoResponseTBS", withoutLast(digits, signature), signature))
    return undefined;
  const sealed = answer.encryptedGroupinfoAndTree as Record<string, string>;
  let plaintext: string;
  try {
    plaintext = openWithLabel(
      text(input, "groupInfoPrivateKey"),
      LABEL,
      roomUri,
      String(sealed.kemOutput),
      String(sealed.ciphertext),
    );
  } catch {
    return undefined;
  }
  const opened = readAll(contents, plaintext);
  return opened === "refused" ? undefined : checked(plaintext, opened as Fields, String(signatureKey));
}

function checked(plaintext: string, opened: Fields, hubKey: string): Fields | undefined {
  const info = opened.groupInfo as Fields;
  const context = info.groupContext as Fields;
  const parts = struct(["info", octetsOf(groupInfo)], ["rest", (cursor) => restOf(cursor)]);
  const { info: infoDigits, rest } = readAll(parts, plaintext) as Record<string, string>;
  const tree = readTree(treeDigits(String(rest)));
  const signed = withoutLast(String(infoDigits), text(info, "signature"));
  const signer = tree.keys[2 * Number(info.signer)];
  if (tree.hash !== context.treeHash || signer === undefined) return undefined;
  if (!verifies(signer, "GroupInfoTBS", signed, text(info, "signature"))) return undefined;
  const senders = (context.extensions as Fields[]).find(({ extensionType }) => extensionType === 5);
  if (senders === undefined || !String(senders.extensionData).includes(opaque(hubKey))) return undefined;
  const pendingReferences: string[] = [];
  for (const message of proposalsIn(String(rest))) {
    const value = readAll(mlsMessage, message) as Fields;
    const { content, membershipTag } = value.publicMessage as Fields;
    if ((content as Fields).groupId !== context.groupId) return undefined;
    const whole = membershipTag === undefined ? message : withoutLast(message, String(membershipTag));
    const label = opaque(ascii("MLS 1.0 Proposal Reference"));
    pendingReferences.push(sha256(label + opaque(whole.slice(4))));
  }
  const { epoch, treeHash: hash } = context;
  return { status: "success", epoch: epoch ?? null, treeHash: hash ?? null, pendingReferences };
}

const restOf: Read = (cursor) => {
  const start = cursor.at;
  cursor.at = cursor.end;
  return cursor.octets.subarray(start, cursor.end).toString("hex");
};
const afterTree = struct(
  ["tree", octetsOf(nodes)],
  ["pending", vec(struct(["proposal", octetsOf(mlsMessage)], ["time", u64]))],
);
/** Behind the octet that says that the tree is whole. */
const treeDigits = (rest: string): string => text(readAll(afterTree, rest.slice(2)) as Fields, "tree");
const proposalsIn = (rest: string): string[] =>
  ((readAll(afterTree, rest.slice(2)) as Fields).pending as Fields[]).map(({ proposal }) => String(proposal));
