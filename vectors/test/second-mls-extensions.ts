/**
 * The extensions draft, the tree options and SemiPrivateMessage once more, from the drafts alone and with Node's own
 * cryptography: it takes the input of a vector to what has to come out, or to undefined where it is to be refused.
 * @module
 */

import { createHash } from "node:crypto";
import type { Json } from "@openmimi/vectors";
import {
  ascii,
  expandWithLabel,
  opaque,
  openAead,
  openWithOctets,
  verifies,
  verifiesOctets,
} from "./second-crypto.ts";
import {
  type Fields,
  named,
  octets,
  opt,
  raw,
  readAll,
  select,
  struct,
  u16,
  u32,
  u64,
  utf8,
  vec,
} from "./second-decoder.ts";
import {
  commit,
  credential,
  extensions,
  groupInfo,
  hpke,
  mlsMessage,
  node,
  proposal,
} from "./second-structs-mls.ts";

type Input = Record<string, Json>;
type Outcome = Record<string, Json> | undefined;

const text = (input: Input, key: string): string => String(input[key]);
const sha256 = (digits: string): string =>
  createHash("sha256").update(Buffer.from(digits, "hex")).digest("hex");
const uint = (value: Json | undefined, octetCount: number): string =>
  BigInt(String(value))
    .toString(16)
    .padStart(2 * octetCount, "0");
const xor = (digits: string, mask: string): Buffer => {
  const guarded = Buffer.from(digits, "hex");
  Buffer.from(mask, "hex").forEach((octet, index) => {
    guarded[index] = (guarded[index] ?? 0) ^ octet;
  });
  return guarded;
};

const parameter = struct(["parameterName", octets], ["parameterValue", octets]);
const mediaType = struct(["type", utf8], ["parameters", vec(parameter)]);
const range = struct(["sender", u32], ["firstGeneration", u32], ["lastGeneration", u32]);
const items = (name: string, data: string) =>
  struct([name, vec(struct(["componentId", u16], [data, octets]))]);
const structs = {
  SafeAAD: items("aadItems", "aadItemData"),
  AppDataDictionary: items("componentData", "data"),
  AppAck: struct(["receivedRanges", vec(range)]),
  PreSharedKeyID: struct(
    ["pskType", named({ 3: "application" })],
    ["componentId", u16],
    ["pskId", octets],
    ["pskNonce", octets],
  ),
  RatchetTreeOption: select(
    "representation",
    named({ 1: "full", 2: "httpsUri", 3: "outOfBand", 4: "distributionService" }),
    {
      full: [["ratchetTree", vec(opt(node))]],
      httpsUri: [
        ["ratchetTreeUrl", octets],
        ["treeSignature", octets],
      ],
      outOfBand: [["treeSignature", octets]],
    },
  ),
} as const;

function ascending(list: Json | undefined): boolean {
  const ids = (list as Fields[]).map(({ componentId }) => Number(componentId));
  return ids.every((id, index) => index === 0 || id > (ids[index - 1] ?? 0));
}

function decodeStruct(input: Input): Outcome {
  const name = text(input, "struct") as keyof typeof structs;
  const value = readAll(structs[name], text(input, "octets"));
  if (value === "refused") return undefined;
  const fields = value as Fields;
  if (name === "SafeAAD" && !ascending(fields.aadItems)) return undefined;
  if (name === "AppDataDictionary" && !ascending(fields.componentData)) return undefined;
  const ranges = (fields.receivedRanges ?? []) as Fields[];
  if (ranges.some((item) => Number(item.firstGeneration) > Number(item.lastGeneration))) return undefined;
  return { value };
}

/** RFC 9420 §9 for a tree of 2^16 leaves: sixteen steps, each to the side that the bits of the component say. */
function exporter(input: Input): Outcome {
  const root = expandWithLabel(text(input, "epochSecret"), "application_export", "", 32);
  let secret = root;
  for (let bit = 15; bit >= 0; bit--) {
    const side = (Number(input.componentId) >> bit) & 1 ? "right" : "left";
    secret = expandWithLabel(secret, "tree", ascii(side), 32);
  }
  return { applicationExportSecret: root, exportedSecret: secret };
}

const componentLabel = (input: Input): string =>
  opaque(ascii("MLS Component")) + uint(input.componentId, 2) + opaque(ascii(text(input, "label")));

function safeVerify(input: Input): Outcome {
  const [publicKey, content, signature] = ["publicKey", "content", "signature"].map((key) =>
    text(input, key),
  );
  return verifiesOctets(publicKey!, componentLabel(input), content!, signature!) ? {} : undefined;
}

function safeDecrypt(input: Input): Outcome {
  const [key, context, kemOutput, ciphertext] = ["privateKey", "context", "kemOutput", "ciphertext"].map(
    (name) => text(input, name),
  );
  try {
    return { plaintext: openWithOctets(key!, componentLabel(input), context!, kemOutput!, ciphertext!) };
  } catch {
    return undefined;
  }
}

function content(input: Input): Outcome {
  const list = readAll(struct(["list", vec(mediaType)]), text(input, "mediaTypes"));
  const framing = struct(["mediaType", mediaType], ["content", octets]);
  const framed = readAll(framing, text(input, "applicationData"));
  if (list === "refused" || framed === "refused") return undefined;
  const [first] = (list as Fields).list as Fields[];
  if (first === undefined) return undefined;
  const { mediaType: named_, content: inner } = framed as Fields;
  return { mediaType: (named_ as Fields).type === "" ? first : (named_ ?? null), content: inner ?? null };
}

const bindingBody = [
  ["cipherSuite", u16],
  ["credential", credential],
  ["credentialKey", octets],
] as const;

function credentialBinding(input: Input): Outcome {
  const binding = readAll(struct(...bindingBody, ["signature", octets]), text(input, "binding"));
  if (binding === "refused") return undefined;
  const { credentialKey, signature } = binding as Fields;
  const digits = text(input, "binding");
  const body = digits.slice(0, digits.length - opaque(String(signature)).length);
  const tbs = body + opaque(text(input, "signatureKey"));
  return verifies(String(credentialKey), "CredentialBindingTBS", tbs, String(signature))
    ? { binding }
    : undefined;
}

const encodeExtensions = (list: Json | undefined): string =>
  opaque(
    (list as Fields[])
      .map(({ extensionType, extensionData }) => uint(extensionType, 2) + opaque(String(extensionData)))
      .join(""),
  );

const encodeContext = (context: Fields): string =>
  `0001${uint(context.cipherSuite, 2)}${opaque(String(context.groupId))}${uint(context.epoch, 8)}${opaque(
    String(context.treeHash),
  )}${opaque(String(context.confirmedTranscriptHash))}${encodeExtensions(context.extensions)}`;

/**
 * @param treeHash of the new tree, which a second path takes from the expectation: the signature covers it
 */
function partialGroupInfo(input: Input, treeHash: string): Outcome {
  const presence = named({ 0: "noRatchetTree", 1: "present", 2: "removed", 3: "added" });
  const partialStruct = struct(["presence", presence], ["extensions", extensions], ["signature", octets]);
  const partial = readAll(partialStruct, text(input, "partialGroupInfo")) as Fields;
  const before = readAll(groupInfo, text(input, "groupInfo")) as Fields;
  const message = readAll(mlsMessage, text(input, "commit")) as Fields;
  const { content: framed, auth } = message.publicMessage as { content: Fields; auth: Fields };
  const [added, path] = [
    (framed.commit as Fields).proposals as Fields[],
    (framed.commit as Fields).path as Fields,
  ];
  if (added.length !== 1 || partial.presence === "present" || partial.presence === "added") return undefined;
  if ((partial.extensions as Fields[]).some(({ extensionType }) => extensionType === 2)) return undefined;
  const old = before.groupContext as Fields;
  // RFC 9420 §8.2. Behind the content of the PublicMessage: signature, confirmation tag, membership tag.
  const behind = 2 * (66 + 33 + 33);
  const contentDigits = text(input, "commit").slice(8, -behind);
  const interim = sha256(String(old.confirmedTranscriptHash) + opaque(String(before.confirmationTag)));
  const confirmed = sha256(`${interim}0001${contentDigits}${opaque(String(auth.signature))}`);
  const context = {
    ...old,
    epoch: String(Number(old.epoch) + 1),
    treeHash,
    confirmedTranscriptHash: confirmed,
  };
  const signer = uint((framed.sender as Fields).leafIndex, 4);
  const tbs =
    encodeContext(context) +
    encodeExtensions(partial.extensions) +
    opaque(String(auth.confirmationTag)) +
    signer;
  const key = String((path.leafNode as Fields).signatureKey);
  if (!verifies(key, "GroupInfoTBS", tbs, String(partial.signature))) return undefined;
  return { newGroupInfo: tbs + opaque(String(partial.signature)) };
}

const semiPrivate = struct(
  ["version", u16],
  ["wireFormat", u16],
  ["groupId", octets],
  ["epoch", u64],
  ["contentType", named({ 2: "proposal", 3: "commit" })],
  ["authenticatedData", octets],
  ["partialContextHash", octets],
  ["entries", vec(struct(["reference", octets], ["encrypted", hpke]))],
  ["framedContentTbsHash", octets],
  ["encryptedSenderData", octets],
  ["ciphertext", octets],
);
const entryKeys = struct(["key", octets], ["nonce", octets], ["guard", raw(4)], ["sender", u32]);
const receiverStruct = struct(["key", octets], ["credential", credential]);

function semiPrivateMessage(input: Input): Outcome {
  const message = readAll(semiPrivate, text(input, "message")) as Fields;
  const info = readAll(groupInfo, text(input, "groupInfo")) as Fields;
  const context = info.groupContext as Fields;
  const required = (context.extensions as Fields[]).find(({ extensionType }) => extensionType === 8);
  if (message.wireFormat !== 0xf006 || required?.extensionData !== "02f006") return undefined;
  if (message.groupId !== context.groupId || message.epoch !== context.epoch) return undefined;
  if (readAll(receiverStruct, text(input, "externalReceiver")) === "refused") return undefined;
  const reference = sha256(text(input, "externalReceiver"));
  const entry = (message.entries as Fields[]).find((item) => item.reference === reference);
  if (entry === undefined) return undefined;
  const header = opaque(String(message.groupId)) + uint(message.epoch, 8);
  const hash = opaque(String(message.partialContextHash));
  const { kemOutput, ciphertext: sealed } = entry.encrypted as Record<string, string>;
  try {
    const label = ascii("SemiPrivateMessageReceiver");
    const opened = openWithOctets(
      text(input, "receiverPrivateKey"),
      label,
      header + hash,
      kemOutput!,
      sealed!,
    );
    const keys = readAll(entryKeys, opened) as Fields;
    const leaf = uint(keys.sender, 4);
    if (sha256(leaf + String(keys.nonce)) !== message.partialContextHash) return undefined;
    // The additional data are the message without its last two fields.
    const { encryptedSenderData, ciphertext } = message as Record<string, string>;
    const whole = text(input, "message");
    const aad = whole.slice(
      8,
      whole.length - opaque(encryptedSenderData!).length - opaque(ciphertext!).length,
    );
    const nonce = xor(String(keys.nonce), String(keys.guard));
    const plaintext = openAead(Buffer.from(String(keys.key), "hex"), nonce, aad, ciphertext!);
    // Behind the body: the signature, a commit's confirmation tag, and no padding.
    const isCommit = message.contentType === "commit";
    const behind = 2 * (66 + (isCommit ? 33 : 0));
    const body = plaintext.slice(0, -behind);
    if (readAll(isCommit ? commit : proposal, body) === "refused") return undefined;
    const framed = `${header}01${leaf}${opaque(String(message.authenticatedData))}${isCommit ? "03" : "02"}${body}`;
    const tbs = `0001f006${framed}${encodeContext(context)}`;
    if (sha256(tbs) !== message.framedContentTbsHash) return undefined;
    const nodes = (readAll(struct(["tree", vec(opt(node))]), text(input, "ratchetTree")) as Fields)
      .tree as Fields[];
    const { signatureKey } = (nodes[2 * Number(keys.sender)] as Record<string, Fields>).leafNode as Fields;
    const signature = plaintext.slice(-behind).slice(4, 132);
    if (!verifies(String(signatureKey), "FramedContentTBS", tbs, signature)) return undefined;
    return { sender: keys.sender ?? null, [String(message.contentType)]: body };
  } catch {
    return undefined;
  }
}

/** What has to come out of a vector of the kind `mls-extensions`; undefined for a refusal. */
export function secondMlsExtension(input: Input, treeHash: string): Outcome {
  switch (input.function) {
    case "decode":
      return decodeStruct(input);
    case "safeExporter":
      return exporter(input);
    case "safeVerify":
      return safeVerify(input);
    case "safeDecrypt":
      return safeDecrypt(input);
    case "content":
      return content(input);
    case "credentialBinding":
      return credentialBinding(input);
    case "partialGroupInfo":
      return partialGroupInfo(input, treeHash);
    case "semiPrivateMessage":
      return semiPrivateMessage(input);
    default:
      throw new Error(`there is no function ${String(input.function)}`);
  }
}

/** The tree hash in a GroupInfo. */
export function treeHashIn(digits: string): string {
  return String(((readAll(groupInfo, digits) as Fields).groupContext as Fields).treeHash);
}
