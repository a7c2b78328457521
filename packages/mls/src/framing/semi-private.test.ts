import { decode, encode } from "@openmimi/tls";
import { beforeEach, describe, expect, it } from "vitest";
import {
  add,
  crypto,
  keysOf,
  mergeCommit,
  mimiCapabilities,
  options,
  suite,
  suiteId,
  text,
} from "../../test/actors.ts";
import { coded, expectRefused, flipped, insideOf } from "../../test/forge.ts";
import {
  type Capabilities,
  type Extension,
  ExtensionType,
  ExternalReceivers,
  MLSMessage,
  type Proposal,
  ProposalTypeId,
  RequiredCapabilities,
  type SemiPrivateMessage,
  WireFormatId,
  WireFormats,
} from "../codec/index.ts";
import { createKeyPackage } from "../key-package.ts";
import { MemberGroup } from "../member/group.ts";
import { PublicGroup } from "../public-group.ts";
import { protectSemiPrivate, type ReceiverKeys } from "./semi-private.ts";

const formats = (extensionType: number): Extension => ({
  extensionType,
  extensionData: encode(WireFormats, { wireFormats: [WireFormatId.semiPrivateMessage] }),
});
const capabilities: Capabilities = {
  ...mimiCapabilities,
  extensions: [
    ...mimiCapabilities.extensions,
    ExtensionType.supportedWireFormats,
    ExtensionType.requiredWireFormats,
    ExtensionType.externalReceivers,
  ],
};
const clientOf = (name: string) =>
  createKeyPackage(crypto, suiteId, {
    credential: { credentialType: "basic", identity: text(name) },
    capabilities,
    lifetime: { notBefore: 0n, notAfter: 2n ** 63n },
    leafExtensions: [formats(ExtensionType.supportedWireFormats)],
  });

function receiverOf(name: string): ReceiverKeys {
  const { publicKey, privateKey } = suite.generateHpkeKeyPair();
  const credential = { credentialType: "basic" as const, identity: text(name) };
  return { receiver: { externalReceiverPublicKey: publicKey, credential }, privateKey };
}
const receivers = [receiverOf("hub"), receiverOf("archive")];
const required: Extension = {
  extensionType: ExtensionType.requiredCapabilities,
  extensionData: encode(RequiredCapabilities, {
    extensionTypes: [ExtensionType.externalReceivers],
    proposalTypes: [ProposalTypeId.selfRemove],
    credentialTypes: [],
  }),
};
const extensions: Extension[] = [
  required,
  formats(ExtensionType.requiredWireFormats),
  {
    extensionType: ExtensionType.externalReceivers,
    extensionData: encode(
      ExternalReceivers,
      receivers.map(({ receiver }) => receiver),
    ),
  },
];

let alice: MemberGroup;
let bob: MemberGroup;
let hubs: PublicGroup[];

function begin(groupExtensions = extensions): void {
  const init = {
    cipherSuite: suiteId,
    groupId: text("g"),
    own: clientOf("alice"),
    extensions: groupExtensions,
  };
  alice = MemberGroup.create(crypto, init, options);
  const bobKeys = clientOf("bob");
  const { welcome } = alice.commit({ proposals: [add(bobKeys)], treeInWelcome: true });
  alice.mergePendingCommit();
  bob = MemberGroup.join(crypto, { welcome: welcome!, keyPackages: [bobKeys] }, options);
  hubs = receivers.map((receiver) =>
    PublicGroup.fromGroupInfo(crypto, alice.groupInfo(), alice.public.ratchetTree(), {
      ...options,
      receiver,
    }),
  );
}
beforeEach(() => begin());

const wireFormat = "semiPrivateMessage" as const;
const semiPrivateOf = (message: MLSMessage): SemiPrivateMessage => {
  if (message.wireFormat !== wireFormat) throw new Error(message.wireFormat);
  return message.semiPrivateMessage;
};
const changed = (message: MLSMessage, changes: Partial<SemiPrivateMessage>): MLSMessage => ({
  version: "mls10",
  wireFormat,
  semiPrivateMessage: { ...semiPrivateOf(message), ...changes },
});

describe("semi-private §3: a handshake for the members and for receivers outside", () => {
  it("proposals and commits are read by members and by every receiver", () => {
    const { message } = bob.propose(add(clientOf("carol")), { wireFormat });
    expect(decode(MLSMessage, encode(MLSMessage, message))).toEqual(message);
    alice.process(message);
    for (const hub of hubs) hub.addProposal(hub.stageProposal(message));
    const { commit, groupInfo } = alice.commit({ path: true, wireFormat });
    for (const hub of hubs) {
      const staged = hub.stage(commit);
      hub.verifyGroupInfo(staged, groupInfo);
      hub.merge(staged);
    }
    mergeCommit(bob.process(commit));
    mergeCommit(alice.process(commit));
    expect(bob.epochAuthenticator).toEqual(alice.epochAuthenticator);
    for (const hub of hubs) expect(hub.groupContext).toEqual(alice.public.groupContext);
  });

  it("two messages differ in key, nonce and guard", () => {
    const [one, two] = [1, 2].map(() =>
      semiPrivateOf(bob.propose({ proposalType: "remove", removed: 0 }, { wireFormat }).message),
    );
    expect(one!.partialContextHash).not.toEqual(two!.partialContextHash);
    expect(one!.ciphertext).not.toEqual(two!.ciphertext);
    expect(one!.framedContentTbsHash).toEqual(two!.framedContentTbsHash);
    expect(one!.keysForExternalReceivers).toHaveLength(receivers.length);
  });

  it("needs the wire format in required_wire_formats and a receiver", () => {
    begin([required, formats(ExtensionType.requiredWireFormats)]);
    expectRefused(alice, "wrong-wire-format", () => alice.commit({ wireFormat }));
    begin([required, extensions[2]!]);
    expectRefused(alice, "wrong-wire-format", () => alice.propose(add(clientOf("carol")), { wireFormat }));
  });

  it("is not for clients that do not list it, nor for SelfRemove, nor for application messages", () => {
    expectRefused(alice, "missing-capability", () => alice.commit({ proposals: [add(keysOf("carol"))] }));
    const leave: Proposal = { proposalType: "selfRemove" };
    expectRefused(alice, "wrong-wire-format", () => alice.propose(leave, { wireFormat }));
    const { public: group, epoch } = insideOf(alice);
    const content = {
      groupId: group.groupId,
      epoch: group.epoch,
      sender: { senderType: "member" as const, leafIndex: 0 },
      authenticatedData: new Uint8Array(),
      contentType: "application" as const,
      applicationData: text("x"),
    };
    const authenticated = { wireFormat, content, auth: { signature: new Uint8Array(64) } };
    const secrets = { senderDataSecret: epoch.secrets.senderDataSecret, secretTree: epoch.secretTree };
    const list = receivers.map(({ receiver }) => receiver);
    expect(() => protectSemiPrivate(suite, secrets, authenticated, group.groupContext, list)).toThrow(
      coded("usage"),
    );
    const octets = encode(MLSMessage, alice.commit({ wireFormat }).commit);
    octets[4 + 1 + 1 + 8] = 1;
    expect(() => decode(MLSMessage, octets)).toThrow(expect.objectContaining({ code: "unknown-value" }));
  });

  it("tells nothing to somebody who is no receiver", () => {
    const { commit } = alice.commit({ wireFormat });
    const stranger = PublicGroup.deserialize(crypto, hubs[0]!.serialize(), {
      ...options,
      receiver: receiverOf("stranger"),
    });
    expectRefused(stranger, "decryption-failed", () => stranger.stage(commit));
    const plain = PublicGroup.deserialize(crypto, hubs[0]!.serialize(), options);
    expectRefused(plain, "wrong-wire-format", () => plain.stage(commit));
  });
});

describe("semi-private §3.2, §3.3: what is not as it was sent is refused by both", () => {
  const cases: [string, (message: SemiPrivateMessage) => Partial<SemiPrivateMessage>, string, string][] = [
    ["another group", () => ({ groupId: text("h") }), "wrong-group", "wrong-group"],
    ["another epoch", () => ({ epoch: 7n }), "wrong-epoch", "wrong-epoch"],
    ["another content type", () => ({ contentType: "proposal" }), "decryption-failed", "decryption-failed"],
    [
      "other authenticated data",
      () => ({ authenticatedData: text("x") }),
      "decryption-failed",
      "decryption-failed",
    ],
    [
      "another partial_context_hash",
      ({ partialContextHash }) => ({ partialContextHash: flipped(partialContextHash) }),
      "decryption-failed",
      "decryption-failed",
    ],
    [
      "an entry less",
      ({ keysForExternalReceivers }) => ({ keysForExternalReceivers: keysForExternalReceivers.slice(0, 1) }),
      "decryption-failed",
      "decryption-failed",
    ],
    [
      "another framed_content_tbs_hash",
      ({ framedContentTbsHash }) => ({ framedContentTbsHash: flipped(framedContentTbsHash) }),
      "decryption-failed",
      "decryption-failed",
    ],
    [
      "another ciphertext",
      ({ ciphertext }) => ({ ciphertext: flipped(ciphertext, 40) }),
      "decryption-failed",
      "decryption-failed",
    ],
  ];
  it.each(cases)("%s", (_name, change, member, hub) => {
    const { commit } = alice.commit({ wireFormat });
    const bad = changed(commit, change(semiPrivateOf(commit)));
    expectRefused(bob, member, () => bob.process(bad));
    expectRefused(hubs[0]!, hub, () => hubs[0]!.stage(bad));
    mergeCommit(bob.process(commit));
  });

  it("a sender that tells members and receivers different things is found out", () => {
    const { commit } = alice.commit({ wireFormat });
    const { public: group, epoch } = insideOf(bob);
    const content = {
      groupId: group.groupId,
      epoch: group.epoch,
      sender: { senderType: "member" as const, leafIndex: 1 },
      authenticatedData: new Uint8Array(),
      contentType: "proposal" as const,
      proposal: { proposalType: "remove" as const, removed: 0 },
    };
    const secrets = { senderDataSecret: epoch.secrets.senderDataSecret, secretTree: epoch.secretTree };
    const list = receivers.map(({ receiver }) => receiver);
    // A hash of another content, under a valid AEAD tag: the frame says publicMessage where it is hashed.
    const authenticated = {
      wireFormat: "publicMessage" as const,
      content,
      auth: { signature: new Uint8Array(64) },
    };
    const forged = protectSemiPrivate(suite, secrets, authenticated, group.groupContext, list);
    expectRefused(alice, "decryption-failed", () => alice.process(forged));
    expectRefused(hubs[0]!, "decryption-failed", () => hubs[0]!.stageProposal(forged));
    const unsigned = protectSemiPrivate(
      suite,
      secrets,
      { ...authenticated, wireFormat },
      group.groupContext,
      list,
    );
    expectRefused(alice, "invalid-signature", () => alice.process(unsigned));
    expectRefused(hubs[0]!, "invalid-signature", () => hubs[0]!.stageProposal(unsigned));
    expect(commit.wireFormat).toBe(wireFormat);
  });
});
