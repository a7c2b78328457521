/**
 * Vectors of the kind `franking`. Protocol §5.4.1, §5.9; readings.
 * @module
 */

import { ed25519 } from "@noble/curves/ed25519.js";
import { encode as encodeContent } from "@openmimi/content";
import { FrankingAgentData, frankedAuthenticatedData, providerCredential } from "@openmimi/protocol";
import { encode } from "@openmimi/tls";
import { ALICE, BOB, EXAMPLES, ROOM } from "./content-example-cases.ts";
import {
  type Case,
  Draft,
  type GeneratedFile,
  hex,
  makeVectors,
  unhex,
  type Vector,
  vectorFile,
} from "./envelope.ts";
import { evaluateFranking, evaluateStamp, evaluateTag } from "./franking-evaluate.ts";
import { seededOctets } from "./seeded.ts";

function tagCases(): Case[] {
  const bare = EXAMPLES.filter(({ id }) => ["original", "reply", "delete", "plain-text"].includes(id));
  const [first] = bare;
  if (first === undefined) throw new Error("there is no example");
  const tag = evaluateTag({ content: first.octets });
  const known = tag.valid ? String(tag.frankingTag) : "";
  const flipped = known.replace(/^../, (octet) =>
    (Number.parseInt(octet, 16) ^ 1).toString(16).padStart(2, "0"),
  );
  const resalted = hex(encodeContent({ ...first.content, salt: new Uint8Array(16) }));
  return [
    ...bare.map(({ id, octets }): Case => ({ id: `${id}-bare`, input: { content: octets } })),
    ...["", "application/mimi-content"].map(
      (mediaType): Case => ({
        id: mediaType === "" ? "original-framed-without-type" : "original-framed-with-type",
        input: { content: first.octets, mediaType },
        readings: ["R-076", "R-168"],
        notes: "With content advertisement the framing is under the tag too.",
      }),
    ),
    { id: "tag-verifies", input: { content: first.octets, frankingTag: known } },
    ...[
      ["tag-of-another-octet", { content: first.octets, frankingTag: flipped }],
      ["tag-of-31-octets", { content: first.octets, frankingTag: known.slice(0, 62) }],
      ["tag-of-the-bare-message", { content: first.octets, mediaType: "", frankingTag: known }],
      ["tag-under-another-salt", { content: resalted, frankingTag: known }],
    ].map(
      ([id, input]): Case => ({
        id: id as string,
        input: { ...(input as Record<string, string>), twin: "tag-verifies" },
        reason: "not-verified",
      }),
    ),
  ];
}

const random = seededOctets("franking");
const HUB_KEY = hex(random(32));
const AGENT_KEY = random(32);
const TAG = hex(random(32));
const OTHER_HUB_KEY = hex(random(32));
const OTHER_AGENT_KEY = random(32);
const CONTEXT = { senderUri: ALICE, roomUri: ROOM, acceptedTimestamp: "1800000000123" };
const agentOf = (domain: string, key: Uint8Array = AGENT_KEY): string =>
  hex(
    encode(FrankingAgentData, {
      frankingSignatureKey: ed25519.getPublicKey(key),
      credential: providerCredential(domain),
    }),
  );

function stampInput(
  changes: Record<string, string> = {},
  context: Record<string, string> = {},
): Vector["input"] {
  return {
    hubKey: HUB_KEY,
    frankingPrivateKey: hex(AGENT_KEY),
    frankingTag: TAG,
    ...changes,
    context: { ...CONTEXT, ...context },
  };
}

function stampCases(): Case[] {
  return [
    {
      id: "stamp",
      input: stampInput(),
      notes: "The private key is an Ed25519 seed: its signatures are the same each time.",
    },
    { id: "stamp-another-hub-key", input: stampInput({ hubKey: OTHER_HUB_KEY }) },
    { id: "stamp-another-tag", input: stampInput({ frankingTag: "00".repeat(32) }) },
    { id: "stamp-another-sender", input: stampInput({}, { senderUri: BOB }) },
    { id: "stamp-another-room", input: stampInput({}, { roomUri: `${ROOM}-2` }) },
    { id: "stamp-a-millisecond-later", input: stampInput({}, { acceptedTimestamp: "1800000000124" }) },
    {
      id: "stamp-at-the-last-millisecond",
      input: stampInput({}, { acceptedTimestamp: "18446744073709551615" }),
    },
  ];
}

function frankCases(): Case[] {
  const made = evaluateStamp(stampInput());
  if (!made.valid) throw new Error("there is no frank");
  const valid = {
    frankingAgent: agentOf("a.example"),
    serverFrank: String(made.serverFrank),
    frankingSignatureCiphersuite: 1,
    frankingIntegritySignature: String(made.frankingIntegritySignature),
    context: CONTEXT,
  };
  const flip = (digits: string): string => `${digits.slice(0, -1)}${digits.endsWith("0") ? "1" : "0"}`;
  const spoiled: readonly (readonly [id: string, changes: Vector["input"], notes?: string])[] = [
    ["frank-of-another-server-frank", { serverFrank: flip(valid.serverFrank) }],
    ["frank-of-another-signature", { frankingIntegritySignature: flip(valid.frankingIntegritySignature) }],
    ["frank-of-another-suite", { frankingSignatureCiphersuite: 3 }],
    ["frank-of-another-sender", { context: { ...CONTEXT, senderUri: BOB } }],
    ["frank-of-another-room", { context: { ...CONTEXT, roomUri: `${ROOM}-2` } }],
    ["frank-of-another-time", { context: { ...CONTEXT, acceptedTimestamp: "1800000000124" } }],
    ["frank-by-another-key", { frankingAgent: agentOf("a.example", OTHER_AGENT_KEY) }],
    [
      "frank-by-another-provider",
      { frankingAgent: agentOf("b.example") },
      "The agent has to be the hub of the room.",
    ],
  ];
  return [
    { id: "frank-verifies", input: valid },
    ...spoiled.map(
      ([id, changes, notes]): Case => ({
        id,
        input: { ...valid, ...changes, twin: "frank-verifies" },
        reason: "not-verified",
        ...(notes === undefined ? {} : { notes }),
      }),
    ),
  ];
}

/** Messages that are reported to the hub, with its keys: the newest first. */
function reportCases(): Case[] {
  const [message, other] = EXAMPLES.filter(({ id }) => id === "original" || id === "reply");
  if (message === undefined || other === undefined) throw new Error("there are no examples");
  const made = (content: string, mediaType?: string): Vector["input"] => {
    const framed = { content, ...(mediaType === undefined ? {} : { mediaType }) };
    const tag = evaluateTag(framed);
    const stamp = evaluateStamp(stampInput({ frankingTag: String(tag.valid && tag.frankingTag) }));
    if (!stamp.valid) throw new Error("there is no stamp");
    const { serverFrank, frankingIntegritySignature } = stamp;
    return {
      hubKeys: [HUB_KEY],
      frankingAgent: agentOf("a.example"),
      ...framed,
      serverFrank: serverFrank ?? "",
      frankingSignatureCiphersuite: 1,
      frankingIntegritySignature: frankingIntegritySignature ?? "",
      context: CONTEXT,
    };
  };
  const whole = made(message.octets);
  const good = (id: string, changes: Vector["input"], notes?: string): Case => ({
    id,
    section: "5.9",
    readings: ["R-076", "R-078"],
    input: { ...whole, ...changes },
    ...(notes === undefined ? {} : { notes }),
  });
  const bad = (id: string, changes: Vector["input"], notes?: string): Case => {
    const made = good(id, { ...changes, twin: "report" }, notes);
    return { ...made, reason: "not-verified" };
  };
  return [
    good("report", {}),
    good(
      "report-framed",
      made(message.octets, ""),
      "What is reported is the application_data as it was received.",
    ),
    good("report-under-an-older-key", { hubKeys: [OTHER_HUB_KEY, HUB_KEY] }, "The hub keeps its old keys."),
    bad("report-under-a-key-that-is-gone", { hubKeys: [OTHER_HUB_KEY] }),
    bad("report-without-keys", { hubKeys: [] }),
    bad("report-of-another-message", { content: other.octets }, "Somebody else's words under this frank."),
    bad("report-framed-afterwards", { mediaType: "" }),
    bad("report-of-another-sender", { context: { ...CONTEXT, senderUri: BOB } }),
    bad("report-of-another-room", { context: { ...CONTEXT, roomUri: `${ROOM}-2` } }),
    bad("report-of-another-time", { context: { ...CONTEXT, acceptedTimestamp: "1800000000124" } }),
    bad("report-of-another-server-frank", { serverFrank: "00".repeat(32) }),
    bad("report-of-another-signature", { frankingIntegritySignature: "00".repeat(64) }),
    bad("report-of-another-suite", { frankingSignatureCiphersuite: 2 }),
  ];
}

function authenticatedDataCases(): Case[] {
  const tag = unhex(TAG);
  const before = { componentId: 0x0005, aadItemData: Uint8Array.of(1, 2, 3) };
  const behind = { componentId: 0xff00, aadItemData: new Uint8Array() };
  const data = (id: string, authenticatedData: string, more: Partial<Case> = {}): Case => ({
    id,
    input: { authenticatedData, ...(more.reason === undefined ? {} : { twin: "aad" }) },
    readings: ["R-077"],
    ...more,
  });
  const alone = hex(frankedAuthenticatedData(tag));
  const reason = "invalid-authenticated-data";
  return [
    data("aad", alone),
    data("aad-among-others", hex(frankedAuthenticatedData(tag, [before, behind]))),
    data("aad-of-others-only", "0600050301 0203".replace(" ", "")),
    data("aad-without-items", "00"),
    data("aad-of-31-octets", `22 0020 1f ${TAG.slice(2)}`.replaceAll(" ", ""), { reason }),
    data("aad-of-33-octets", `24 0020 21 ${TAG}00`.replaceAll(" ", ""), { reason }),
    data("aad-cut-off", alone.slice(0, -2), { reason }),
    data("aad-and-an-octet", `${alone}00`, { reason }),
    data("aad-twice", `4046${alone.slice(2).repeat(2)}`, { reason }),
  ];
}

/** All files of this kind. */
export function frankingFiles(): GeneratedFile[] {
  const base = { draft: Draft.protocol, section: "5.4.1", readings: ["R-074", "R-075", "R-079"] };
  const file = (name: string, title: string, cases: readonly Case[]): GeneratedFile =>
    vectorFile("franking", name, title, makeVectors(`franking/${name}`, base, cases, evaluateFranking));
  return [
    file("tags", "The sender's franking_tag over the application_data", tagCases()),
    file("stamps", "The hub's server_frank and what it signs", stampCases()),
    file("franks", "What a receiver verifies of a frank", frankCases()),
    file("reports", "What the hub verifies of a message that is reported to it", reportCases()),
    file("authenticated-data", "The franking_tag in the SafeAAD of a message", authenticatedDataCases()),
  ];
}
