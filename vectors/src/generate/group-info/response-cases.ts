/**
 * Answers to requests for group information, and which of them a joiner believes. Protocol §5.6; readings.
 * @module
 */

import { type ExternalSender, encryptWithLabel, type GroupInfo, signWithLabel } from "@openmimi/mls";
import {
  GroupInfoRatchetTreeTBE,
  GroupInfoRequest,
  GroupInfoResponse,
  GroupInfoResponseTBS,
  providerCredential,
} from "@openmimi/protocol";
import { encode } from "@openmimi/tls";
import { type Case, hex } from "../envelope.ts";
import { ROOM } from "../policy/sketch.ts";
import { cryptoWithEphemeralKey, seededCrypto, seededOctets } from "../seeded.ts";
import { CLOSED, hpkeKeys, LEAVING, LEAVING_ELSEWHERE, requestOf } from "./request-cases.ts";
import { acceptedTime, type HostedRoom, HUB } from "./rooms.ts";

const OTHER_ROOM = "mimi://hub.example/r/other";
const suite = cryptoWithEphemeralKey(seededOctets("group-info response ephemeral")(32)).suite(1);
const otherKeys = seededCrypto("group-info other hub").suite(1);
const other = otherKeys.generateSignatureKeyPair();
const otherHpke = otherKeys.generateHpkeKeyPair();

type Contents = GroupInfoRatchetTreeTBE;
const contentsOf = ({ groupInfo, ratchetTree, pending }: HostedRoom): Contents => ({
  groupInfo,
  ratchetTreeOption: { representation: "full", ratchetTree: [...ratchetTree] },
  pendingProposals: pending.map((proposal, index) => ({ proposal, hubAcceptedTime: acceptedTime(index) })),
});
const flipped = (octets: Uint8Array): Uint8Array =>
  octets.map((octet, at) => (at === octets.length - 1 ? octet ^ 1 : octet));

/** How an answer is made, where it is not as usual. */
interface Made {
  readonly contents?: Contents;
  /** In place of the encoded contents. */
  readonly plaintext?: Uint8Array;
  readonly publicKey?: Uint8Array;
  readonly label?: string;
  readonly context?: string;
  readonly signedWith?: Uint8Array;
  readonly signatureLabel?: string;
  readonly hubSender?: ExternalSender;
  readonly roomId?: string;
  readonly cipherSuite?: number;
  readonly changed?: (response: Success) => Partial<Success>;
}
type Success = Extract<GroupInfoResponse, { status: "success" }>;

function make(made: Made): Uint8Array {
  const contents = made.plaintext ?? encode(GroupInfoRatchetTreeTBE, made.contents ?? contentsOf(CLOSED));
  const body = {
    version: "mls10" as const,
    roomId: made.roomId ?? ROOM,
    status: "success" as const,
    cipherSuite: made.cipherSuite ?? 1,
    hubSender: made.hubSender ?? HUB.sender,
    encryptedGroupinfoAndTree: encryptWithLabel(
      suite,
      made.publicKey ?? hpkeKeys.publicKey,
      made.label ?? "GroupInfo and ratchet_tree encryption",
      new TextEncoder().encode(made.context ?? ROOM),
      contents,
    ),
  };
  const signature = signWithLabel(
    suite,
    made.signedWith ?? HUB.privateKey,
    made.signatureLabel ?? "GroupInfoResponseTBS",
    encode(GroupInfoResponseTBS, body),
  );
  const response = { ...body, signature };
  return encode(GroupInfoResponse, { ...response, ...made.changed?.(response) });
}

const changedInfo = (change: (info: GroupInfo) => Partial<GroupInfo>): Contents => {
  const contents = contentsOf(CLOSED);
  return { ...contents, groupInfo: { ...contents.groupInfo, ...change(contents.groupInfo) } };
};
const ciphertext =
  (change: (octets: Uint8Array) => Uint8Array, field: "kemOutput" | "ciphertext") => (response: Success) => {
    const sealed = response.encryptedGroupinfoAndTree;
    return { encryptedGroupinfoAndTree: { ...sealed, [field]: change(sealed[field]) } };
  };

type Row = readonly [
  id: string,
  made: Made,
  reason: string,
  notes?: string | undefined,
  readings?: readonly string[],
];

const INVALID: readonly Row[] = [
  [
    "signature-changed",
    { changed: ({ signature }) => ({ signature: flipped(signature) }) },
    "invalid-signature",
  ],
  ["signed-by-another-key", { signedWith: other.privateKey }, "invalid-signature"],
  ["signed-under-another-label", { signatureLabel: "GroupInfoRequestTBS" }, "invalid-signature"],
  [
    "ciphertext-exchanged-after-signing",
    { changed: ciphertext(flipped, "ciphertext") },
    "invalid-signature",
    "The ciphertext is under the signature.",
    ["R-100"],
  ],
  [
    "hub-exchanged-with-its-key",
    {
      hubSender: { signatureKey: other.publicKey, credential: HUB.sender.credential },
      signedWith: other.privateKey,
    },
    "untrusted-hub",
    "Well signed, but the key is no external sender of the group.",
    ["R-103"],
  ],
  [
    "hub-of-another-domain",
    {
      hubSender: { signatureKey: other.publicKey, credential: providerCredential("evil.example") },
      signedWith: other.privateKey,
    },
    "untrusted-hub",
    undefined,
    ["R-103"],
  ],
  [
    "hub-that-is-a-user",
    {
      hubSender: {
        signatureKey: HUB.sender.signatureKey,
        credential: {
          credentialType: "basic",
          identity: new TextEncoder().encode("mimi://hub.example/u/hub"),
        },
      },
    },
    "untrusted-hub",
    undefined,
    ["R-030", "R-103"],
  ],
  ["of-another-room", { roomId: OTHER_ROOM }, "inconsistent-response"],
  ["of-another-suite", { cipherSuite: 3 }, "inconsistent-response", undefined, ["R-102"]],
  ["encrypted-for-another-room", { context: OTHER_ROOM }, "decryption-failed", undefined, ["R-101"]],
  [
    "encrypted-with-a-length-in-the-context",
    { context: String.fromCharCode(ROOM.length) + ROOM },
    "decryption-failed",
    "The context is the URI itself; the label's encoding adds a length.",
    ["R-101"],
  ],
  ["encrypted-under-another-label", { label: "GroupInfo" }, "decryption-failed"],
  ["encrypted-to-another-key", { publicKey: otherHpke.publicKey }, "decryption-failed"],
  ["contents-that-are-none", { plaintext: Uint8Array.of(1, 2, 3) }, "decryption-failed"],
  [
    "contents-and-an-octet",
    { plaintext: Uint8Array.from([...encode(GroupInfoRatchetTreeTBE, contentsOf(CLOSED)), 0]) },
    "decryption-failed",
  ],
  [
    "group-info-signature-changed",
    { contents: changedInfo(({ signature }) => ({ signature: flipped(signature) })) },
    "invalid-group-info",
    "The hub's signature is good, and the member's inside is not.",
  ],
  [
    "group-info-of-another-epoch",
    { contents: changedInfo(({ groupContext }) => ({ groupContext: { ...groupContext, epoch: 7n } })) },
    "invalid-group-info",
  ],
  [
    "tree-of-another-group",
    {
      contents: {
        ...contentsOf(CLOSED),
        ratchetTreeOption: { representation: "full", ratchetTree: CLOSED.ratchetTree.slice(0, 1) },
      },
    },
    "invalid-tree-hash",
  ],
  [
    "proposal-of-another-group",
    { contents: { ...contentsOf(CLOSED), pendingProposals: contentsOf(LEAVING_ELSEWHERE).pendingProposals } },
    "wrong-group",
    undefined,
    ["R-104"],
  ],
];

/** Answers, and what a joiner makes of them. */
export function responseCases(): Case[] {
  const base = {
    request: hex(encode(GroupInfoRequest, requestOf("alice"))),
    roomUri: ROOM,
    groupInfoPrivateKey: hex(hpkeKeys.privateKey),
  };
  const valid = (id: string, response: Uint8Array, notes?: string): Case => ({
    id,
    input: { ...base, response: hex(response) },
    ...(notes === undefined ? {} : { notes }),
  });
  const failure = (status: "notAuthorized" | "noSuchRoom", roomId = ROOM) =>
    encode(GroupInfoResponse, { version: "mls10", roomId, status });
  return [
    valid("success", make({})),
    valid("success-with-pending-proposals", make({ contents: contentsOf(LEAVING) })),
    valid("not-authorized", failure("notAuthorized"), "It ends behind the status, and nobody signs it."),
    valid("no-such-room", failure("noSuchRoom")),
    ...INVALID.map(
      ([id, made, reason, notes, readings]): Case => ({
        id,
        input: { ...base, response: hex(make(made)), twin: "success" },
        reason,
        ...(notes === undefined ? {} : { notes }),
        ...(readings === undefined ? {} : { readings }),
      }),
    ),
    {
      id: "failure-with-a-signature",
      input: { ...base, response: `${hex(failure("notAuthorized"))}00`, twin: "not-authorized" },
      reason: "trailing-bytes",
      readings: ["R-100"],
    },
    {
      id: "failure-for-another-room",
      input: { ...base, response: hex(failure("noSuchRoom", OTHER_ROOM)), twin: "no-such-room" },
      reason: "inconsistent-response",
    },
    {
      id: "success-without-signature",
      input: { ...base, response: hex(make({})).slice(0, -2 * 65), twin: "success" },
      reason: "truncated",
      readings: ["R-100"],
    },
  ];
}
