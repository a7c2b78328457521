/**
 * The structs of RFC 9420 and of the extensions draft, for the second decoder.
 * @module
 */

import {
  Depends,
  type Fields,
  flat,
  named,
  octets,
  opt,
  select,
  struct,
  u16,
  u32,
  u64,
  vec,
} from "./second-decoder.ts";

const version = named({ 1: "mls10" }, u16);

// RFC 9420
export const credential = select("credentialType", named({ 1: "basic", 2: "x509" }, u16), {
  basic: [["identity", octets]],
  x509: [["certificates", vec(struct(["certData", octets]))]],
});
const extension = struct(["extensionType", u16], ["extensionData", octets]);
export const extensions = vec(extension);
export const capabilities = struct(
  ["versions", vec(u16)],
  ["cipherSuites", vec(u16)],
  ["extensions", vec(u16)],
  ["proposals", vec(u16)],
  ["credentials", vec(u16)],
);
const leafNode = flat(
  struct(
    ["encryptionKey", octets],
    ["signatureKey", octets],
    ["credential", credential],
    ["capabilities", capabilities],
  ),
  select("leafNodeSource", named({ 1: "keyPackage", 2: "update", 3: "commit" }), {
    keyPackage: [["lifetime", struct(["notBefore", u64], ["notAfter", u64])]],
    commit: [["parentHash", octets]],
  }),
  struct(["extensions", extensions], ["signature", octets]),
);
export const keyPackage = struct(
  ["version", version],
  ["cipherSuite", u16],
  ["initKey", octets],
  ["leafNode", leafNode],
  ["extensions", extensions],
  ["signature", octets],
);
export const hpke = struct(["kemOutput", octets], ["ciphertext", octets]);
const groupContext = struct(
  ["version", version],
  ["cipherSuite", u16],
  ["groupId", octets],
  ["epoch", u64],
  ["treeHash", octets],
  ["confirmedTranscriptHash", octets],
  ["extensions", extensions],
);
export const groupInfo = struct(
  ["groupContext", groupContext],
  ["extensions", extensions],
  ["confirmationTag", octets],
  ["signer", u32],
  ["signature", octets],
);
export const welcome = struct(
  ["cipherSuite", u16],
  ["secrets", vec(struct(["newMember", octets], ["encryptedGroupSecrets", hpke]))],
  ["encryptedGroupInfo", octets],
);
export const node = select("nodeType", named({ 1: "leaf", 2: "parent" }), {
  leaf: [["leafNode", leafNode]],
  parent: [
    ["parentNode", struct(["encryptionKey", octets], ["parentHash", octets], ["unmergedLeaves", vec(u32)])],
  ],
});

const appDataUpdate = flat(
  struct(["componentId", u16]),
  select("op", named({ 1: "update", 2: "remove" }), { update: [["update", octets]] }),
);
export const proposal = select(
  "proposalType",
  named(
    {
      1: "add",
      3: "remove",
      6: "externalInit",
      7: "groupContextExtensions",
      8: "appDataUpdate",
      9: "appEphemeral",
      10: "selfRemove",
    },
    u16,
  ),
  {
    add: [["keyPackage", keyPackage]],
    remove: [["removed", u32]],
    externalInit: [["kemOutput", octets]],
    groupContextExtensions: [["extensions", extensions]],
    appDataUpdate: [["appDataUpdate", appDataUpdate]],
    appEphemeral: [["appEphemeral", struct(["componentId", u16], ["data", octets])]],
  },
);
const pathNode = struct(["encryptionKey", octets], ["encryptedPathSecret", vec(hpke)]);
export const commit = struct(
  [
    "proposals",
    vec(
      select("type", named({ 1: "proposal", 2: "reference" }), {
        proposal: [["proposal", proposal]],
        reference: [["reference", octets]],
      }),
    ),
  ],
  ["path", opt(struct(["leafNode", leafNode], ["nodes", vec(pathNode)]))],
);
const sender = select(
  "senderType",
  named({ 1: "member", 2: "external", 3: "newMemberProposal", 4: "newMemberCommit" }),
  { member: [["leafIndex", u32]], external: [["senderIndex", u32]] },
);
const content = flat(
  struct(["groupId", octets], ["epoch", u64], ["sender", sender], ["authenticatedData", octets]),
  select("contentType", named({ 1: "application", 2: "proposal", 3: "commit" }), {
    application: [["applicationData", octets]],
    proposal: [["proposal", proposal]],
    commit: [["commit", commit]],
  }),
);
const isCommit = (before: Fields) => (before.content as Fields).contentType === "commit";
const publicMessage = struct(
  ["content", content],
  [
    "auth",
    new Depends((before) =>
      isCommit(before)
        ? struct(["signature", octets], ["confirmationTag", octets])
        : struct(["signature", octets]),
    ),
  ],
  [
    "membershipTag",
    new Depends((before) =>
      ((before.content as Fields).sender as Fields).senderType === "member" ? octets : undefined,
    ),
  ],
);
const privateMessage = struct(
  ["groupId", octets],
  ["epoch", u64],
  ["contentType", named({ 1: "application", 2: "proposal", 3: "commit" })],
  ["authenticatedData", octets],
  ["encryptedSenderData", octets],
  ["ciphertext", octets],
);
export const mlsMessage = flat(
  struct(["version", version]),
  select(
    "wireFormat",
    named({ 1: "publicMessage", 2: "privateMessage", 3: "welcome", 4: "groupInfo", 5: "keyPackage" }, u16),
    {
      publicMessage: [["publicMessage", publicMessage]],
      privateMessage: [["privateMessage", privateMessage]],
      welcome: [["welcome", welcome]],
      groupInfo: [["groupInfo", groupInfo]],
      keyPackage: [["keyPackage", keyPackage]],
    },
  ),
);
