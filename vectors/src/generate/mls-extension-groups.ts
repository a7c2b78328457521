/**
 * The inputs of the kind `mls-extensions` that come out of a group: PartialGroupInfo and SemiPrivateMessage.
 * Tree options §3, §4; semi-private §3.
 * @module
 */

import {
  createKeyPackage,
  type Extension,
  ExtensionType,
  ExternalReceiver,
  ExternalReceivers,
  GroupInfo,
  MemberGroup,
  MLSMessage,
  PartialGroupInfo,
  partialGroupInfo,
  RatchetTreeNodes,
  type SemiPrivateMessage,
  WireFormatId,
  WireFormats,
} from "@openmimi/mls";
import { encode } from "@openmimi/tls";
import { type Case, hex } from "./envelope.ts";
import { seededCrypto } from "./seeded.ts";

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);
const flipped = (octets: Uint8Array): Uint8Array =>
  octets.map((octet, index) => (index === octets.length - 1 ? octet ^ 1 : octet));
const formats = (extensionType: number): Extension => ({
  extensionType,
  extensionData: encode(WireFormats, { wireFormats: [WireFormatId.semiPrivateMessage] }),
});

/** A group of two members with these extensions, and what a server knows of it. */
function play(seed: string, extensions: (receiver: ExternalReceiver) => Extension[], groupId = seed) {
  const crypto = seededCrypto(seed);
  const suite = crypto.suite(1);
  const receiverKeys = suite.generateHpkeKeyPair();
  const receiver: ExternalReceiver = {
    externalReceiverPublicKey: receiverKeys.publicKey,
    credential: { credentialType: "basic", identity: ascii("mimi://hub.example") },
  };
  const client = (name: string) =>
    createKeyPackage(crypto, 1, {
      credential: { credentialType: "basic", identity: ascii(name) },
      capabilities: {
        versions: [1],
        cipherSuites: [1],
        extensions: [
          ExtensionType.supportedWireFormats,
          ExtensionType.requiredWireFormats,
          ExtensionType.externalReceivers,
        ],
        proposals: [],
        credentials: [1],
      },
      lifetime: { notBefore: 0n, notAfter: 1n << 40n },
      leafExtensions: [formats(ExtensionType.supportedWireFormats)],
    });
  const alice = MemberGroup.create(crypto, {
    cipherSuite: 1,
    groupId: ascii(groupId),
    own: client("alice"),
    extensions: extensions(receiver),
  });
  alice.commit({ proposals: [{ proposalType: "add", keyPackage: client("bob").keyPackage }], path: true });
  alice.mergePendingCommit();
  const known = {
    groupInfo: hex(encode(GroupInfo, alice.groupInfo())),
    ratchetTree: hex(encode(RatchetTreeNodes, alice.public.ratchetTree())),
  };
  return { alice, client, known, receiver, receiverPrivateKey: receiverKeys.privateKey };
}

/** Tree options §4. */
export function partialCases(): readonly Case[] {
  const { alice, client, known } = play("partial-group-info", () => []);
  const carol = client("carol").keyPackage;
  const withTree = hex(encode(GroupInfo, alice.groupInfo({ ratchetTree: true })));
  const made = alice.commit({ proposals: [{ proposalType: "add", keyPackage: carol }], path: true });
  const partial = partialGroupInfo(made.groupInfo);
  const tree: Extension = { extensionType: ExtensionType.ratchetTree, extensionData: new Uint8Array() };
  const input = (changes: Partial<PartialGroupInfo>) => ({
    function: "partialGroupInfo",
    ...known,
    commit: hex(encode(MLSMessage, made.commit)),
    partialGroupInfo: hex(encode(PartialGroupInfo, { ...partial, ...changes })),
  });
  const refused = { section: "4", reason: "invalid-group-info" };
  return [
    { id: "rebuilt", section: "4", input: input({}) },
    {
      id: "tree-was-removed",
      section: "4",
      input: { ...input({ ratchetTreePresence: "removed" }), groupInfo: withTree },
      notes: "The tree was in the GroupInfo before; it is not any more, so what is signed is the same.",
    },
    {
      id: "tree-is-present",
      ...refused,
      input: input({ ratchetTreePresence: "present" }),
      readings: ["R-052"],
    },
    { id: "tree-was-added", ...refused, input: input({ ratchetTreePresence: "added" }), readings: ["R-052"] },
    {
      id: "tree-among-the-extensions",
      ...refused,
      input: input({ groupInfoExtensions: [...partial.groupInfoExtensions, tree] }),
    },
    { id: "an-extension-less", ...refused, input: input({ groupInfoExtensions: [] }) },
    { id: "another-signature", ...refused, input: input({ signature: flipped(partial.signature) }) },
  ];
}

/** Tree options §3: one option of each kind. */
export const treeOptionCases: readonly Case[] = (
  [
    ["distribution-service", "04"],
    [
      "full-of-one-blank-node",
      "01 01 00",
      undefined,
      "In octets only: no joiner takes a tree that ends blank.",
    ],
    ["out-of-band", "03 02 cafe"],
    ["https-uri", "02 09 68747470733a2f2f61 02 cafe"],
    ["representation-unknown", "05", "unknown-value"],
    ["representation-zero", "00", "unknown-value"],
    ["something-behind-distribution-service", "04 00", "trailing-bytes"],
  ] as const
).map(
  ([id, octets, reason, notes]): Case => ({
    id,
    section: "3",
    input: { function: "decode", struct: "RatchetTreeOption", octets: octets.replaceAll(" ", "") },
    ...(reason === undefined ? {} : { reason }),
    ...(notes === undefined ? {} : { notes }),
  }),
);

/** The octets of a SemiPrivateMessage with another content type: behind format, group name and epoch. */
function withContentType(digits: string, contentType: string): string {
  const at = 2 * (4 + 1 + Number.parseInt(digits.slice(8, 10), 16) + 8);
  return digits.slice(0, at) + contentType + digits.slice(at + 2);
}

/** Semi-private §3. */
export function semiPrivateCases(): readonly Case[] {
  const scene = play("semi-private-message", (receiver) => [
    formats(ExtensionType.requiredWireFormats),
    {
      extensionType: ExtensionType.externalReceivers,
      extensionData: encode(ExternalReceivers, [receiver]),
    },
  ]);
  const { alice, known, receiver, receiverPrivateKey } = scene;
  const wireFormat = "semiPrivateMessage" as const;
  const carol = scene.client("carol").keyPackage;
  const sent = alice.propose({ proposalType: "add", keyPackage: carol }, { wireFormat }).message;
  alice.public.dropProposal(alice.public.pending[0]?.reference ?? new Uint8Array());
  const { commit } = alice.commit({ references: [], path: true, wireFormat });
  const keys = {
    externalReceiver: hex(encode(ExternalReceiver, receiver)),
    receiverPrivateKey: hex(receiverPrivateKey),
  };
  const input = (message: MLSMessage) => ({
    function: "semiPrivateMessage",
    ...known,
    ...keys,
    message: hex(encode(MLSMessage, message)),
  });
  const changed = (changes: (message: SemiPrivateMessage) => Partial<SemiPrivateMessage>): MLSMessage => {
    if (sent.wireFormat !== wireFormat) throw new Error(sent.wireFormat);
    const { semiPrivateMessage } = sent;
    return { ...sent, semiPrivateMessage: { ...semiPrivateMessage, ...changes(semiPrivateMessage) } };
  };
  const readings = ["R-207", "R-208", "R-209", "R-210", "R-212", "R-215"];
  const closed = { section: "3.3", readings, reason: "decryption-failed" };
  // The same group id, epoch and receiver: all that is missing is required_wire_formats.
  const receivers = encode(ExternalReceivers, [receiver]);
  const plain = play(
    "semi-private-plain",
    () => [{ extensionType: ExtensionType.externalReceivers, extensionData: receivers }],
    "semi-private-message",
  );
  return [
    { id: "proposal", section: "3.3", readings, input: input(sent) },
    { id: "commit", section: "3.3", readings, input: input(commit) },
    {
      id: "application-content",
      section: "3",
      readings,
      reason: "unknown-value",
      input: { ...input(sent), message: withContentType(hex(encode(MLSMessage, sent)), "01") },
    },
    {
      id: "no-entry-for-this-receiver",
      ...closed,
      input: input(changed(() => ({ keysForExternalReceivers: [] }))),
    },
    {
      id: "other-partial-context-hash",
      ...closed,
      input: input(changed(({ partialContextHash: hash }) => ({ partialContextHash: flipped(hash) }))),
    },
    {
      id: "other-framed-content-tbs-hash",
      ...closed,
      input: input(changed(({ framedContentTbsHash: hash }) => ({ framedContentTbsHash: flipped(hash) }))),
    },
    {
      id: "other-authenticated-data",
      ...closed,
      input: input(changed(() => ({ authenticatedData: ascii("x") }))),
    },
    {
      id: "other-ciphertext",
      ...closed,
      input: input(changed(({ ciphertext }) => ({ ciphertext: flipped(ciphertext) }))),
    },
    {
      id: "other-epoch",
      section: "3.1",
      readings,
      reason: "wrong-epoch",
      input: input(changed(() => ({ epoch: 9n }))),
    },
    {
      id: "wire-format-not-required",
      section: "3",
      readings,
      reason: "wrong-wire-format",
      input: { ...input(sent), ...plain.known },
    },
  ];
}
