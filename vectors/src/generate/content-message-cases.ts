/**
 * Cases of the behaviour fields. Content §4.1, §6.1, §9.1.
 * @module
 */

import { FIELDS, type Group, times } from "./content-tools.ts";

const SALT = times(16, "5a");
const ID = `01${times(31, "c3")}`;

/** A field that is null or a message ID. */
function reference(field: "replaces" | "inReplyTo"): Group[] {
  return [
    {
      id: `${field}-null`,
      field,
      octets: "f6",
      spoiled: [
        ["undefined", "f7", "wrong-type"],
        ["false", "f4", "wrong-type"],
        ["zero", "00", "wrong-type"],
        ["empty", "40", "wrong-length"],
        ["break", "ff", "not-well-formed"],
        [
          "simple-22-in-two-octets",
          "f816",
          "not-well-formed",
          "RFC 8949 §3.3: simple values below 32 take one octet.",
        ],
      ],
    },
    {
      id: `${field}-id`,
      field,
      octets: `5820${ID}`,
      spoiled: [
        ["31-octets", `581f${ID.slice(2)}`, "wrong-length"],
        ["33-octets", `5821${ID}00`, "wrong-length"],
        ["as-text", `7820${times(32, "41")}`, "wrong-type"],
        ["long-length", `590020${ID}`, "not-shortest"],
        ["indefinite", `5f5820${ID}ff`, "indefinite-length"],
        ["tagged", `c15820${ID}`, "wrong-type"],
      ],
    },
  ];
}

/** An absolute expiry at a time in its shortest form, and in a longer one. */
function timeOf(name: string, shortest: string, longer: string): Group {
  return {
    id: `expires-at-${name}`,
    field: "expires",
    octets: `82f4${shortest}`,
    spoiled: [["longer", `82f4${longer}`, "not-shortest"]],
  };
}

export const MESSAGE_GROUPS: readonly Group[] = [
  {
    id: "message",
    field: "head",
    octets: "87",
    notes: "The plainest message: every field that may be null or empty is.",
    spoiled: [
      ["of-six", "86", "wrong-length"],
      ["of-eight", "88", "wrong-length"],
      ["as-map", "a7", "wrong-type"],
      ["as-bytes", "57", "wrong-type"],
      ["long-count", "9807", "not-shortest"],
      ["indefinite", "9f", "indefinite-length"],
      ["tagged", "d9d9f787", "wrong-type", "The tag of RFC 8949 §3.4.6, self-described CBOR."],
      ["reserved-28", "9c", "not-well-formed"],
      ["reserved-29", "9d", "not-well-formed"],
      ["reserved-30", "9e", "not-well-formed"],
    ],
  },
  {
    id: "salt",
    field: "salt",
    octets: `50${SALT}`,
    spoiled: [
      ["15-octets", `4f${SALT.slice(2)}`, "wrong-length"],
      ["17-octets", `51${SALT}5a`, "wrong-length"],
      ["empty", "40", "wrong-length"],
      ["as-text", `70${times(16, "5a")}`, "wrong-type"],
      ["null", "f6", "wrong-type"],
      ["long-length", `5810${SALT}`, "not-shortest"],
      ["indefinite", `5f50${SALT}ff`, "indefinite-length"],
      ["array", `90${times(16, "00")}`, "wrong-type"],
    ],
  },
  ...reference("replaces"),
  {
    id: "topicId-empty",
    field: "topicId",
    octets: "40",
    spoiled: [
      ["null", "f6", "wrong-type"],
      ["text", "60", "wrong-type"],
      ["array", "80", "wrong-type"],
      ["indefinite", "5fff", "indefinite-length"],
      ["long-length", "5800", "not-shortest"],
      ["longer-length", "590000", "not-shortest"],
      ["longest-length", "5b0000000000000000", "not-shortest"],
    ],
  },
  {
    id: "topicId-seven",
    field: "topicId",
    octets: "47546f7069632037",
    spoiled: [
      ["as-text", "67546f7069632037", "wrong-type"],
      [
        "eight-announced",
        "48546f7069632037",
        "wrong-type",
        "The eighth octet is the null of expires, so fields shift.",
      ],
    ],
  },
  {
    id: "topicId-4096",
    field: "topicId",
    octets: `591000${times(4096, "7e")}`,
    section: "9.1",
    notes: "The longest topicId.",
    spoiled: [["4097", `591001${times(4097, "7e")}`, "too-large"]],
  },
  {
    id: "expires-null",
    field: "expires",
    octets: "f6",
    spoiled: [
      ["undefined", "f7", "wrong-type"],
      ["false", "f4", "wrong-type"],
      ["number", "00", "wrong-type"],
      ["empty-array", "80", "wrong-length"],
      ["map", "a0", "wrong-type"],
    ],
  },
  {
    id: "expires-absolute",
    field: "expires",
    octets: "82f41a6b49d200",
    spoiled: [
      ["alone", "81f4", "wrong-length"],
      ["three", "83f41a6b49d20000", "wrong-length"],
      ["indefinite", "9ff41a6b49d200ff", "indefinite-length"],
      ["relative-zero", "82001a6b49d200", "wrong-type"],
      ["relative-null", "82f61a6b49d200", "wrong-type"],
      ["relative-text", "82601a6b49d200", "wrong-type"],
      ["swapped", "821a6b49d200f4", "wrong-type"],
      ["negative", "82f43a6b49d200", "wrong-type"],
      ["float", "82f4fa4ed693a4", "wrong-type"],
      ["time-null", "82f4f6", "wrong-type"],
      [
        "time-tagged",
        "82f4c11a6b49d200",
        "wrong-type",
        "Tag 1 is an epoch-based time, but the CDDL has a plain uint.",
      ],
      [
        "milliseconds",
        "82f41b000001a315cfa600",
        "out-of-range",
        "A time in milliseconds has more than 32 bits.",
      ],
    ],
  },
  {
    id: "expires-relative",
    field: "expires",
    octets: "82f5190e10",
    spoiled: [["true-in-two-octets", "82f815190e10", "not-well-formed"]],
  },
  timeOf("0", "00", "1800"),
  timeOf("23", "17", "1817"),
  timeOf("24", "1818", "190018"),
  timeOf("255", "18ff", "1900ff"),
  timeOf("256", "190100", "1a00000100"),
  timeOf("65535", "19ffff", "1a0000ffff"),
  timeOf("65536", "1a00010000", "1b0000000000010000"),
  {
    id: "expires-at-4294967295",
    field: "expires",
    octets: "82f41affffffff",
    spoiled: [
      ["longer", "82f41b00000000ffffffff", "not-shortest"],
      ["and-one", "82f41b0000000100000000", "out-of-range"],
      ["2-to-63", "82f41b8000000000000000", "out-of-range"],
      ["2-to-64-less-one", "82f41bffffffffffffffff", "out-of-range"],
      ["bignum", "82f4c24101", "wrong-type"],
    ],
  },
  ...reference("inReplyTo"),
  {
    id: "part-at-the-end",
    field: "nestedPart",
    octets: FIELDS.nestedPart,
    spoiled: [
      ["missing", "", "truncated"],
      ["null", "f6", "wrong-type"],
      ["and-an-octet", `${FIELDS.nestedPart}00`, "trailing-bytes"],
      ["and-a-null", `${FIELDS.nestedPart}f6`, "trailing-bytes"],
      ["and-another", FIELDS.nestedPart.repeat(2), "trailing-bytes"],
      ["cut-off", FIELDS.nestedPart.slice(0, -2), "truncated"],
      ["cut-off-before-content", "8501600160", "truncated"],
    ],
  },
];
