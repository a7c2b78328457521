/**
 * The inputs of the kind `mls-extensions` that are written down or signed here. Extensions §4, §6.
 * @module
 */

import {
  CredentialBinding,
  componentLabel,
  encryptWithLabel,
  nobleCrypto,
  signCredentialBinding,
  signWithLabel,
} from "@openmimi/mls";
import { encode } from "@openmimi/tls";
import { type Case, hex } from "./envelope.ts";
import { seededCrypto } from "./seeded.ts";

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);
const octetsOf = (text: string): string => hex(ascii(text));

type Sketch = readonly [
  id: string,
  octets: string,
  section: string,
  reason?: string | undefined,
  notes?: string,
];

function decoding(struct: string, sketches: readonly Sketch[]): Case[] {
  return sketches.map(([id, octets, section, reason, notes]) => ({
    id,
    section,
    input: { function: "decode", struct, octets: octets.replaceAll(" ", "") },
    ...(reason === undefined ? {} : { reason }),
    ...(notes === undefined ? {} : { notes }),
  }));
}

/** SafeAAD. Extensions §4.9. */
export const safeAadCases: readonly Case[] = decoding("SafeAAD", [
  ["empty", "00", "4.9", undefined, "No component has anything to say: a vector of no octets."],
  ["one-item", "05 0020 02 cafe", "4.9"],
  ["two-items", "09 0020 01 aa 8000 02 bbcc", "4.9"],
  ["items-out-of-order", "09 8000 01 aa 0020 02 bbcc", "4.9", "invalid-value"],
  ["one-component-twice", "08 0020 01 aa 0020 01 bb", "4.9", "invalid-value"],
  [
    "something-behind-it",
    "05 0020 02 cafe 00",
    "4.9",
    "trailing-bytes",
    "The field is a SafeAAD and nothing else.",
  ],
  ["no-octets", "", "4.9", "truncated"],
  ["length-not-minimal", "4005 0020 02 cafe", "4.9", "non-minimal-length"],
  ["item-without-data", "03 0020 00", "4.9", undefined, "The component says something by being there."],
  ["component-0000", "03 0000 00", "4.9"],
  ["component-ffff", "03 ffff 00", "4.9"],
  ["neighbours", "06 0020 00 0021 00", "4.9"],
  ["three-items", "0c 0001 01 aa 0020 00 f001 02 bbcc", "4.9"],
  [
    "franking-tag",
    `23 0020 20 ${"f7".repeat(32)}`,
    "4.9",
    undefined,
    "What MIMI puts into it (protocol §5.4.1).",
  ],
  ["item-of-63-octets", `4042 0020 3f ${"ab".repeat(63)}`, "4.9"],
  [
    "item-of-64-octets",
    `4044 0020 4040 ${"ab".repeat(64)}`,
    "4.9",
    undefined,
    "The first length that takes two octets.",
  ],
  ["neighbours-out-of-order", "06 0021 00 0020 00", "4.9", "invalid-value"],
  ["third-item-out-of-order", "0c 0001 01 aa f001 02 bbcc 0020 00", "4.9", "invalid-value"],
  ["one-component-twice-with-the-same-data", "08 0020 01 aa 0020 01 aa", "4.9", "invalid-value"],
  ["one-component-twice-and-another-between", "09 0020 00 0021 00 0020 00", "4.9", "invalid-value"],
  ["length-alone", "05", "4.9", "truncated"],
  ["half-a-component", "01 00", "4.9", "truncated"],
  ["item-without-length", "02 0020", "4.9", "truncated"],
  ["item-behind-the-end-of-the-list", "05 0020 03 cafe", "4.9", "truncated"],
  ["list-that-ends-in-an-item", "04 0020 02 cafe", "4.9", "truncated"],
  ["length-in-four-octets", "80000005 0020 02 cafe", "4.9", "non-minimal-length"],
  ["item-length-not-minimal", "06 0020 4002 cafe", "4.9", "non-minimal-length"],
  ["length-prefix-11", "c0000005 0020 02 cafe", "4.9", "invalid-length-prefix"],
  ["item-length-prefix-11", "08 0020 c0000002 cafe", "4.9", "invalid-length-prefix"],
]);

/** Application PSKs. Extensions §4.5. */
export const pskCases: readonly Case[] = decoding("PreSharedKeyID", [
  ["application-psk", `03 0020 02 cafe 20 ${"5a".repeat(32)}`, "4.5"],
  ["application-psk-empty-id", `03 f0f0 00 20 ${"5a".repeat(32)}`, "4.5"],
  ["psk-type-unknown", `04 0020 02 cafe 20 ${"5a".repeat(32)}`, "4.5", "unknown-value"],
  ["without-component", `03 02 cafe 20 ${"5a".repeat(32)}`, "4.5", "invalid-length-prefix"],
]);

/** AppAck. Extensions §6.1. */
export const appAckCases: readonly Case[] = decoding("AppAck", [
  ["no-ranges", "00", "6.1"],
  ["one-range", "0c 00000003 00000000 00000007", "6.1"],
  ["one-message", "0c 00000003 00000007 00000007", "6.1"],
  ["range-ends-before-it-begins", "0c 00000003 00000008 00000007", "6.1", "invalid-value"],
  ["range-cut", "0b 00000003 00000000 000000", "6.1", "truncated"],
]);

/** app_data_dictionary. Extensions §4.6, §6.4. */
export const dictionaryCases: readonly Case[] = decoding("AppDataDictionary", [
  ["empty", "00", "4.6"],
  [
    "last-resort",
    "03 0004 00",
    "6.4",
    undefined,
    "The mark of a last-resort KeyPackage: component 4 without data.",
  ],
  ["grease", "05 0a0a 02 0102", "5.1", undefined, "A component that stands for nothing is kept and ignored."],
  ["out-of-order", "06 0020 00 0004 00", "4.6", "invalid-value"],
  ["component-twice", "06 0020 00 0020 00", "4.6", "invalid-value"],
]);

/** The safe exporter. Extensions §4.4. */
export const exporterCases: readonly Case[] = [0x0000, 0x0001, 0x0020, 0x7fff, 0x8000, 0xffff].map(
  (componentId): Case => ({
    id: `component-${componentId.toString(16).padStart(4, "0")}`,
    section: "4.4",
    input: { function: "safeExporter", epochSecret: "e5".repeat(32), componentId },
  }),
);

/** Safe labels for signatures and HPKE. Extensions §4.1 to §4.3. */
export function labelCases(): readonly Case[] {
  const suite = seededCrypto("mls-extensions labels").suite(1);
  const signer = suite.generateSignatureKeyPair();
  const content = ascii("content");
  const signature = signWithLabel(suite, signer.privateKey, componentLabel(0x8001, "Label"), content);
  const signed = {
    function: "safeVerify",
    publicKey: hex(signer.publicKey),
    componentId: 0x8001,
    label: "Label",
    content: hex(content),
    signature: hex(signature),
  };
  const plain = signWithLabel(suite, signer.privateKey, "Label", content);
  const { publicKey, privateKey } = suite.generateHpkeKeyPair();
  const label = componentLabel(0x8001, "Label");
  const sealed = encryptWithLabel(suite, publicKey, label, ascii("context"), ascii("secret"));
  const encrypted = {
    function: "safeDecrypt",
    privateKey: hex(privateKey),
    componentId: 0x8001,
    label: "Label",
    context: octetsOf("context"),
    kemOutput: hex(sealed.kemOutput),
    ciphertext: hex(sealed.ciphertext),
  };
  const section = "4.3";
  const reason = "invalid-signature";
  const closed = { section: "4.2", reason: "decryption-failed" };
  return [
    { id: "signature", section, input: signed },
    { id: "signature-of-another-component", section, input: { ...signed, componentId: 0x8002 }, reason },
    { id: "signature-with-another-label", section, input: { ...signed, label: "Labels" }, reason },
    {
      id: "signature-over-other-content",
      section,
      input: { ...signed, content: octetsOf("Content") },
      reason,
    },
    { id: "signature-without-component", section, input: { ...signed, signature: hex(plain) }, reason },
    { id: "ciphertext", section: "4.2", input: encrypted },
    { id: "ciphertext-for-another-component", ...closed, input: { ...encrypted, componentId: 0x8002 } },
    { id: "ciphertext-with-another-label", ...closed, input: { ...encrypted, label: "Labels" } },
    { id: "ciphertext-in-another-context", ...closed, input: { ...encrypted, context: "" } },
  ];
}

const PNG = "09 696d6167652f706e67 00";
const TEXT = "0a 746578742f706c61696e 0e 07 63686172736574 05 5554462d38";

/** Content advertisement. Extensions §6.2. */
export const contentCases: readonly Case[] = (
  [
    ["named", `0b ${PNG}`, `${PNG} 02 cafe`],
    ["parameter-without-quotation-marks", `0b ${PNG}`, `${TEXT} 02 6869`],
    ["empty-type-is-the-first-of-the-group", `0b ${PNG}`, "00 00 02 cafe"],
    ["not-listed-is-for-the-application-to-judge", `1a ${TEXT}`, `${PNG} 02 cafe`],
    ["list-of-no-media-types", "00", "00 00 02 cafe", "invalid-extension"],
    ["not-framed", `0b ${PNG}`, "cafe", "invalid-extension"],
    ["more-behind-it", `0b ${PNG}`, `${PNG} 02 cafe 00`, "invalid-extension"],
  ] as const
).map(
  ([id, mediaTypes, applicationData, reason]): Case => ({
    id,
    section: "6.2",
    input: {
      function: "content",
      mediaTypes: mediaTypes.replaceAll(" ", ""),
      applicationData: applicationData.replaceAll(" ", ""),
    },
    ...(reason === undefined ? {} : { reason }),
  }),
);

/** Bindings of a multi-credential. Extensions §6.5. */
export function bindingCases(): readonly Case[] {
  const suite = seededCrypto("mls-extensions bindings").suite(1);
  const leaf = suite.generateSignatureKeyPair();
  const { publicKey: credentialKey, privateKey } = suite.generateSignatureKeyPair();
  const credential = { credentialType: "basic" as const, identity: ascii("mimi://b.example/u/bob") };
  const binding = signCredentialBinding(suite, { credential, credentialKey }, leaf.publicKey, privateKey);
  const input = (changes: Partial<CredentialBinding>, signatureKey = leaf.publicKey) => ({
    function: "credentialBinding",
    binding: hex(encode(CredentialBinding, { ...binding, ...changes })),
    signatureKey: hex(signatureKey),
  });
  const chacha = nobleCrypto.suite(3).id;
  const other = { credentialType: "basic" as const, identity: ascii("mimi://b.example/u/bert") };
  // Whose key signs: R-224.
  const readings = ["R-224"];
  const refused = { section: "6.5", readings, reason: "invalid-signature" };
  return [
    { id: "binding", section: "6.5", readings, input: input({}) },
    { id: "for-another-signature-key", ...refused, input: input({}, credentialKey) },
    { id: "with-another-credential", ...refused, input: input({ credential: other }) },
    { id: "with-another-credential-key", ...refused, input: input({ credentialKey: leaf.publicKey }) },
    { id: "with-another-cipher-suite", ...refused, input: input({ cipherSuite: chacha }) },
  ];
}
