/**
 * Cases of ExternalParts. Content §4.5, §5.9, §5.10.
 * @module
 */

import { bytesItem, type Group, type Spoiled, textItem, times } from "./content-tools.ts";

const KEY = bytesItem(times(16, "4b"));
const NONCE = bytesItem(times(12, "6e"));
const HASH = bytesItem(times(32, "68"));

/** The items of an ExternalPart behind its cardinality. */
const USUAL = {
  contentType: textItem("video/mp4"),
  url: textItem("https://a.example/asset/1"),
  expires: "00",
  size: "00",
  encAlg: "00",
  key: "40",
  nonce: "40",
  aad: "40",
  hashAlg: "00",
  contentHash: "40",
  description: "60",
  filename: "60",
};
type Fields = Partial<typeof USUAL>;
const ENCRYPTED: Fields = { encAlg: "01", key: KEY, nonce: NONCE, hashAlg: "01", contentHash: HASH };

const external = (fields: Fields, head = "8f066002"): string =>
  head + Object.values({ ...USUAL, ...fields }).join("");

/** A valid part, and what it is with one item other than it has to be. */
function group(
  id: string,
  fields: Fields,
  spoiled: readonly (readonly [id: string, fields: Fields, reason: string, notes?: string])[] = [],
  more: Pick<Group, "notes" | "readings" | "section"> = {},
): Group {
  const neighbours = spoiled.map(([name, changes, reason, notes]): Spoiled => {
    const octets = external({ ...fields, ...changes });
    return notes === undefined ? [name, octets, reason] : [name, octets, reason, notes];
  });
  return { id, field: "nestedPart", octets: external(fields), spoiled: neighbours, ...more };
}

const TEXTS = ["contentType", "url", "description", "filename"] as const;
const OCTETS = ["key", "nonce", "aad", "contentHash"] as const;
const NUMBERS = ["expires", "size", "encAlg", "hashAlg"] as const;

const plain = group("plain", {}, [
  ...TEXTS.map((name) => [`${name}-bytes`, { [name]: "4161" }, "wrong-type"] as const),
  ...TEXTS.map((name) => [`${name}-null`, { [name]: "f6" }, "wrong-type"] as const),
  ...TEXTS.map((name) => [`${name}-not-utf8`, { [name]: "62c361" }, "invalid-utf8"] as const),
  ...OCTETS.map((name) => [`${name}-text`, { [name]: "60" }, "wrong-type"] as const),
  ...OCTETS.map((name) => [`${name}-null`, { [name]: "f6" }, "wrong-type"] as const),
  ...NUMBERS.map((name) => [`${name}-null`, { [name]: "f6" }, "wrong-type"] as const),
  ...NUMBERS.map((name) => [`${name}-negative`, { [name]: "20" }, "wrong-type"] as const),
  ...NUMBERS.map((name) => [`${name}-long`, { [name]: "1800" }, "not-shortest"] as const),
  ["url-tagged", { url: `d820${textItem("https://a.example/asset/1")}` }, "wrong-type"],
  ["key-without-encryption", { key: KEY }, "inconsistent"],
  ["nonce-without-encryption", { nonce: NONCE }, "inconsistent"],
  ["aad-without-encryption", { aad: "4161" }, "inconsistent"],
  ["hash-without-algorithm", { contentHash: HASH }, "inconsistent"],
  ["algorithm-without-hash", { hashAlg: "01" }, "inconsistent"],
]);

const arity: Group = {
  id: "external-of-fifteen",
  field: "nestedPart",
  octets: external({}),
  spoiled: [
    ["of-fourteen", external({}, "8e066002"), "wrong-length"],
    ["of-sixteen", `${external({}, "90066002")}00`, "wrong-length"],
    ["cut-off", external({}).slice(0, -2), "truncated"],
    ["indefinite", `${external({}, "9f066002")}ff`, "indefinite-length"],
  ],
};

/** Numbers of the width of a field: the largest, and one more. */
const widths: readonly Group[] = [
  group("expires-largest", { expires: "1affffffff" }, [
    ["and-one", { expires: "1b0000000100000000" }, "out-of-range"],
  ]),
  group("size-largest", { size: "1bffffffffffffffff" }, [
    ["and-one", { size: `c249${`01${times(8)}`}` }, "wrong-type", "2^64 is a bignum, which is no uint."],
  ]),
  group("size-above-2-to-53", { size: "1b0020000000000001" }, [], {
    notes: "2^53 + 1: it does not pass through a double.",
  }),
  group("encAlg-largest", { encAlg: "19ffff" }, [["and-one", { encAlg: "1a00010000" }, "out-of-range"]]),
  group("hashAlg-largest", { hashAlg: "18ff", contentHash: "4161" }, [
    ["and-one", { hashAlg: "190100" }, "out-of-range"],
  ]),
];

export const EXTERNAL_GROUPS: readonly Group[] = [
  plain,
  arity,
  ...widths.map((each) => ({ ...each, readings: ["R-163"] })),
  group(
    "encrypted",
    ENCRYPTED,
    [
      ["key-15", { key: bytesItem(times(15, "4b")) }, "inconsistent"],
      ["key-17", { key: bytesItem(times(17, "4b")) }, "inconsistent"],
      ["key-32", { key: bytesItem(times(32, "4b")) }, "inconsistent"],
      ["key-none", { key: "40" }, "inconsistent"],
      ["nonce-11", { nonce: bytesItem(times(11, "6e")) }, "inconsistent"],
      ["nonce-13", { nonce: bytesItem(times(13, "6e")) }, "inconsistent"],
      ["nonce-none", { nonce: "40" }, "inconsistent"],
      ["hash-none", { contentHash: "40" }, "inconsistent"],
      ["hashAlg-none", { hashAlg: "00" }, "inconsistent"],
    ],
    { readings: ["R-163"] },
  ),
  group("encrypted-with-aad", { ...ENCRYPTED, aad: bytesItem("616164") }),
  group(
    "encrypted-with-another-algorithm",
    { encAlg: "181d", key: bytesItem(times(32, "4b")), nonce: NONCE },
    [],
    {
      readings: ["R-163"],
      notes: "29 is AEAD_CHACHA20_POLY1305; the lengths of its key and nonce are not judged.",
    },
  ),
  group("encrypted-without-hash", { encAlg: "01", key: KEY, nonce: NONCE }),
  group("hashed-only", { hashAlg: "01", contentHash: HASH }),
  group("hashed-with-sha-512", { hashAlg: "08", contentHash: bytesItem(times(64, "68")) }),
  group("service", { contentType: "60", url: textItem("https://a.example/join/1") }, [], {
    section: "5.10",
    readings: ["R-164"],
    notes: "A service has no media type.",
  }),
  group("complete", {
    ...ENCRYPTED,
    expires: "1a70000000",
    size: "1a00100010",
    description: textItem("Two hours of a walk"),
    filename: textItem("walk.mp4"),
  }),
  group("url-of-any-scheme", { url: textItem("mimi://a.example/x") }, [], {
    notes: "Which URLs a client opens is not a matter of the format.",
  }),
];
