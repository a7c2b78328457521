/**
 * Cases of the extensions map. Content §4.3, §6.1 to §6.3, §8.2.1.
 * @module
 */

import { bytesItem, type Group, headOf, type Spoiled, textItem, times } from "./content-tools.ts";

const field = "mimiExtensions";
const ALICE = textItem("mimi://a.example/u/alice");
const CLUB = textItem("mimi://a.example/r/club");

/** An extension map with one entry. */
const one = (key: string, value: string): string => `a1${key}${value}`;

/** A key that may stand in the map, with those that may not. */
const keyGroup = (
  name: string,
  key: string,
  spoiled: readonly Spoiled[] = [],
  readings?: string[],
): Group => ({
  id: `key-${name}`,
  field,
  octets: one(key, "00"),
  ...(readings === undefined ? {} : { readings }),
  spoiled: spoiled.map(([id, other, reason, notes]) =>
    notes === undefined ? [id, one(other, "00"), reason] : [id, one(other, "00"), reason, notes],
  ),
});

/** A value under key 256, with neighbours that are none. */
const valueGroup = (
  name: string,
  value: string,
  spoiled: readonly Spoiled[] = [],
  more: Pick<Group, "notes" | "readings" | "section"> = {},
): Group => ({
  id: `value-${name}`,
  field,
  octets: one("190100", value),
  section: "6.1",
  ...more,
  spoiled: spoiled.map(([id, other, reason, notes]) =>
    notes === undefined ? [id, one("190100", other), reason] : [id, one("190100", other), reason, notes],
  ),
});

const longKey = (octets: number): string => headOf(3, octets) + times(octets, "6b");

const MAPS: readonly Group[] = [
  {
    id: "none",
    field,
    octets: "a0",
    spoiled: [
      ["array", "80", "wrong-type"],
      ["null", "f6", "wrong-type"],
      ["long-count", "b800", "not-shortest"],
      ["indefinite", "bfff", "indefinite-length"],
      ["more-than-there-is", "bb0000000100000000", "truncated"],
    ],
  },
  {
    id: "sender",
    field,
    octets: one("01", ALICE),
    spoiled: [
      ["bytes", one("01", bytesItem("6d696d69")), "wrong-type"],
      [
        "tagged",
        one("01", `d820${ALICE}`),
        "wrong-type",
        "The changelog of the draft says that the tag was removed.",
      ],
      ["null", one("01", "f6"), "wrong-type"],
      ["indefinite", one("01", `7f${ALICE}ff`), "indefinite-length"],
      ["not-utf8", one("01", "6461ff6262"), "invalid-utf8"],
      ["long-key", one("1801", ALICE), "not-shortest"],
    ],
  },
  {
    id: "room",
    field,
    octets: one("02", CLUB),
    spoiled: [
      ["array", one("02", "80"), "wrong-type"],
      ["number", one("02", "05"), "wrong-type"],
    ],
  },
  {
    id: "sender-and-room",
    field,
    octets: `a201${ALICE}02${CLUB}`,
    spoiled: [
      ["swapped", `a202${CLUB}01${ALICE}`, "unsorted-keys"],
      ["sender-twice", `a201${ALICE}01${CLUB}`, "duplicate-key"],
      ["room-twice", `a202${ALICE}02${CLUB}`, "duplicate-key"],
    ],
  },
  {
    id: "all-kinds-of-keys",
    field,
    octets: `a6 01${ALICE} 0a00 186400 2000 617a00 62616100`.replaceAll(" ", ""),
    section: "6.1",
    readings: ["R-148"],
    notes: "Keys 1, 10, 100, -1, z, aa in the bytewise order of their encodings.",
    spoiled: [
      [
        "length-first",
        `a6 01${ALICE} 0a00 2000 186400 617a00 62616100`.replaceAll(" ", ""),
        "unsorted-keys",
        "The order of RFC 7049 §3.9 has -1 before 100, since it is shorter.",
      ],
      ["text-first", `a6 617a00 62616100 01${ALICE} 0a00 186400 2000`.replaceAll(" ", ""), "unsorted-keys"],
      [
        "alphabetical",
        `a6 01${ALICE} 0a00 186400 2000 62616100 617a00`.replaceAll(" ", ""),
        "unsorted-keys",
        "Of texts the shorter one sorts first.",
      ],
      ["by-value", `a6 2000 01${ALICE} 0a00 186400 617a00 62616100`.replaceAll(" ", ""), "unsorted-keys"],
      ["twice", `a6 01${ALICE} 0a00 186400 2000 617a00 617a00`.replaceAll(" ", ""), "duplicate-key"],
    ],
  },
];

const KEYS: readonly Group[] = [
  keyGroup("3", "03", [["zero", "00", "invalid-key"]], ["R-146"]),
  keyGroup("largest", "1b001fffffffffffff", [
    ["and-one", "1b0020000000000000", "invalid-key"],
    ["2-to-64-less-one", "1bffffffffffffffff", "invalid-key"],
  ]),
  keyGroup("negative", "20", [["long", "3800", "not-shortest"]]),
  keyGroup("smallest", "3b001ffffffffffffe", [
    ["less-one", "3b001fffffffffffff", "invalid-key"],
    ["2-to-64", "3bffffffffffffffff", "invalid-key"],
  ]),
  keyGroup("text", longKey(1), [["empty", "60", "invalid-key"]], ["R-147"]),
  keyGroup("text-255", longKey(255), [["and-one", longKey(256), "invalid-key"]], ["R-147"]),
  keyGroup("text-of-unicode", textItem("schlüssel"), [["not-utf8", "62c3c3", "invalid-utf8"]]),
  keyGroup("like-a-number", textItem("1"), [
    ["as-bytes", "4131", "invalid-key"],
    ["as-array", "8131", "invalid-key"],
    ["as-map", "a0", "invalid-key"],
    ["as-tag", "c100", "invalid-key"],
    ["as-true", "f5", "invalid-key"],
    ["as-null", "f6", "invalid-key"],
    ["as-float", "f93c00", "invalid-key"],
  ]),
];

const VALUES: readonly Group[] = [
  valueGroup("unsigned", "1bffffffffffffffff", [
    ["23-long", "1817", "not-shortest"],
    ["255-long", "1900ff", "not-shortest"],
    ["65535-long", "1a0000ffff", "not-shortest"],
    ["32-bits-long", "1b00000000ffffffff", "not-shortest"],
    ["reserved", "1c", "not-well-formed"],
    ["31", "1f", "not-well-formed"],
  ]),
  valueGroup("negative", "3bffffffffffffffff", [["long", "3900ff", "not-shortest"]]),
  valueGroup("bytes", "43010203", [
    ["long", "5803010203", "not-shortest"],
    ["indefinite", "5f43010203ff", "indefinite-length"],
    ["more-than-there-is", "5bffffffffffffffff", "truncated"],
  ]),
  valueGroup(
    "text",
    textItem("naïve ☃ 🍰"),
    [
      ["overlong", "62c080", "invalid-utf8", "U+0000 in two octets."],
      ["surrogate", "63eda080", "invalid-utf8"],
      ["above-10ffff", "64f4908080", "invalid-utf8"],
      ["cut-off", "62e298", "invalid-utf8"],
      ["stray-continuation", "6180", "invalid-utf8"],
      ["latin-1", "61e9", "invalid-utf8"],
    ],
    { section: "6.2" },
  ),
  valueGroup("text-with-bom", textItem("\ufeffx"), [], { notes: "U+FEFF at the front is part of the text." }),
  valueGroup("array", "83010203", [
    ["long-count", "9803010203", "not-shortest"],
    ["indefinite", "9f010203ff", "indefinite-length"],
    ["more-than-there-is", "9b8000000000000000", "truncated"],
  ]),
  valueGroup(
    "map",
    "a3 01f6 4101f6 6131f6".replaceAll(" ", ""),
    [
      ["unsorted", "a3 4101f6 01f6 6131f6".replaceAll(" ", ""), "unsorted-keys"],
      ["twice", "a3 01f6 01f6 6131f6".replaceAll(" ", ""), "duplicate-key"],
      ["array-key", "a180f6", "invalid-key"],
      ["map-key", "a1a0f6", "invalid-key"],
      ["tag-key", "a1c100f6", "invalid-key"],
      ["null-key", "a1f6f6", "invalid-key"],
      ["float-key", "a1f93c00f6", "invalid-key"],
      ["large-key", "a11b0020000000000000f6", "invalid-key"],
      ["indefinite", "bf01f6ff", "indefinite-length"],
    ],
    { section: "6.2", notes: "Inside an extension a byte string is a key, and so is 0." },
  ),
  valueGroup("map-key-zero", "a100f6", [], { section: "6.2", readings: ["R-146"] }),
  valueGroup("tag", `d820${textItem("http://a.example")}`, [
    ["long", "d80500", "not-shortest"],
    ["31", "df00", "not-well-formed"],
  ]),
  valueGroup("simple", "f0", [
    ["24", "f818", "not-well-formed"],
    ["31", "f81f", "not-well-formed"],
  ]),
  valueGroup("simple-32", "f820"),
  valueGroup("undefined", "f7", [["break", "ff", "not-well-formed"]]),
  valueGroup("true", "f5", [["two-octets", "f815", "not-well-formed"]]),
  valueGroup("half", "f93c00", [
    ["as-single", "fa3f800000", "not-shortest"],
    ["as-double", "fb3ff0000000000000", "not-shortest"],
  ]),
  valueGroup("half-subnormal", "f90001", [["as-single", "fa33800000", "not-shortest"]], { notes: "2^-24." }),
  valueGroup("single", "fa47c35000", [["as-double", "fb40f86a0000000000", "not-shortest"]], {
    notes: "100000.",
  }),
  valueGroup("double", "fb3ff199999999999a", [], { notes: "1.1." }),
  valueGroup("infinity", "f97c00", [
    ["as-single", "fa7f800000", "not-shortest"],
    ["as-double", "fbfff0000000000000", "not-shortest"],
  ]),
  valueGroup(
    "nan",
    "f97e00",
    [
      ["other-half", "f97e01", "invalid-nan"],
      ["signalling", "f97d00", "invalid-nan"],
      ["negative", "f9fe00", "invalid-nan"],
      ["single", "fa7fc00000", "invalid-nan"],
      ["double", "fb7ff8000000000000", "invalid-nan"],
    ],
    { section: "6.2" },
  ),
  valueGroup("nan-in-a-typed-array", "d85548 01ffff7f 0100c0ff".replaceAll(" ", ""), [], {
    section: "6.2",
    notes: "Tag 85: floats of an array stand in a byte string, where any NaN may be.",
  }),
  valueGroup(
    "bignum",
    `c249${times(9, "01")}`,
    [
      ["of-8-octets", `c248${times(8, "01")}`, "invalid-bignum"],
      ["leading-zero", `c24900${times(8, "01")}`, "invalid-bignum"],
      ["empty", "c240", "invalid-bignum"],
      ["text", "c26101", "invalid-bignum"],
    ],
    { readings: ["R-149"] },
  ),
  valueGroup(
    "negative-bignum",
    `c349${times(9, "ff")}`,
    [["of-8-octets", `c348${times(8, "ff")}`, "invalid-bignum"]],
    { readings: ["R-149"] },
  ),
  valueGroup("long", bytesItem(times(5000, "ee")), [], {
    section: "4.3",
    readings: ["R-145"],
    notes: "Over 4095 octets: the limit is in one CDDL and not in the other.",
  }),
];

const DEPTH: readonly Group[] = [
  valueGroup(
    "of-four-levels",
    "81818100",
    [
      ["fifth-array", "8181818100", "too-deep"],
      ["fifth-tag", "818181c100", "too-deep"],
      ["fifth-map", "818181a0", "too-deep"],
    ],
    {
      section: "6.3",
      readings: ["R-152"],
      notes: "The extensions map is the first level, the value the second.",
    },
  ),
  valueGroup("of-four-maps", "a101a101a10100", [["fifth", "a101a101a101a0", "too-deep"]], {
    section: "6.3",
    readings: ["R-152"],
  }),
  valueGroup("of-four-tags", "c1c1c100", [["fifth", "c1c1c1c100", "too-deep"]], {
    section: "6.3",
    readings: ["R-152"],
  }),
  valueGroup("of-few-levels", "8100", [["and-of-3000", `${times(3000, "81")}00`, "too-deep"]], {
    section: "6.3",
  }),
  {
    id: "draft-sample",
    field,
    octets:
      `a201${ALICE}190100 82 82421234 d82072 687474703a2f2f6578616d706c652e636f6d 82423456 19168b`.replaceAll(
        " ",
        "",
      ),
    section: "6.3",
    readings: ["R-152"],
    notes: "Four levels, as counted in the draft: the tag is the fourth.",
    spoiled: [
      [
        "one-deeper",
        `a201${ALICE}190100 82 82421234 d8208172 687474703a2f2f6578616d706c652e636f6d 82423456 19168b`.replaceAll(
          " ",
          "",
        ),
        "too-deep",
      ],
    ],
  },
];

export const EXTENSION_GROUPS: readonly Group[] = [...MAPS, ...KEYS, ...VALUES, ...DEPTH];
