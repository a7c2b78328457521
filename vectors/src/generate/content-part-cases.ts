/**
 * Cases of parts. Content §4.4, §6.3, §9.1.
 * @module
 */

import { bytesItem, type Group, headOf, type Spoiled, textItem, times } from "./content-tools.ts";

const field = "nestedPart";
const NULL_PART = "83016000";

/** A SinglePart of these fields. */
const single = ({
  disposition = "01",
  language = "60",
  type = textItem("text/plain"),
  content = "4178",
}): string => `85${disposition}${language}01${type}${content}`;

/** A MultiPart of these parts. */
const multi = (semantics: string, ...parts: readonly string[]): string =>
  `85016003${semantics}${headOf(4, parts.length)}${parts.join("")}`;

/** Parts in parts, each level a MultiPart of the next and a NullPart. */
const nested = (levels: number): string =>
  levels === 1 ? NULL_PART : multi("02", nested(levels - 1), NULL_PART);

/** A MultiPart with so many parts, itself counted. */
const many = (count: number): string => multi("02", ...Array<string>(count - 1).fill(NULL_PART));

const group = (
  id: string,
  octets: string,
  spoiled: readonly Spoiled[] = [],
  more: Pick<Group, "notes" | "readings" | "section"> = {},
): Group => ({ id, field, octets, spoiled, ...more });

/** The names that dispositions have, and what stands between. */
const dispositions = [
  "unspecified",
  "render",
  "reaction",
  "profile",
  "inline",
  "icon",
  "attachment",
  "session",
  "preview",
];

const DISPOSITIONS: readonly Group[] = [
  ...dispositions.map((name, number) =>
    group(`disposition-${name}`, single({ disposition: `0${number}` }), [], { section: "8.2.2" }),
  ),
  group("disposition-9", single({ disposition: "09" }), [], {
    notes: "Without a name: it counts as render (section 9.1).",
  }),
  group(
    "disposition-255",
    single({ disposition: "18ff" }),
    [
      ["and-one", single({ disposition: "190100" }), "out-of-range"],
      ["negative", single({ disposition: "20" }), "wrong-type"],
      ["null", single({ disposition: "f6" }), "wrong-type"],
      ["text", single({ disposition: textItem("render") }), "wrong-type"],
      ["float", single({ disposition: "f93c00" }), "wrong-type"],
      ["long", single({ disposition: "1900ff" }), "not-shortest"],
    ],
    { readings: ["R-166"] },
  ),
];

const LANGUAGES: readonly Group[] = [
  group("language", single({ language: textItem("en") }), [
    ["null", single({ language: "f6" }), "wrong-type"],
    ["bytes", single({ language: "42656e" }), "wrong-type"],
    ["array", single({ language: `81${textItem("en")}` }), "wrong-type"],
    ["not-utf8", single({ language: "62c328" }), "invalid-utf8"],
    ["long-length", single({ language: "7802656e" }), "not-shortest"],
    ["indefinite", single({ language: "7f62656eff" }), "indefinite-length"],
  ]),
  group("languages", single({ language: textItem("en-GB,fr") })),
  group("languages-with-spaces", single({ language: textItem("en-GB, fr") }), [], { readings: ["R-166"] }),
  group("language-without-meaning", single({ language: textItem("?!") }), [], {
    section: "9.1",
    notes: "An unrecognized language tag makes no message invalid.",
  }),
];

const NULL_PARTS: readonly Group[] = [
  group(
    "nullpart",
    NULL_PART,
    [
      ["of-two", "820160", "wrong-length"],
      ["of-four", "8401600000", "wrong-length"],
      ["empty", "80", "wrong-length"],
      ["indefinite", "9f016000ff", "indefinite-length"],
      ["as-map", "a101600000", "wrong-type"],
      ["long-count", "9803016000", "not-shortest"],
      ["long-cardinality", "8301601800", "not-shortest"],
    ],
    { readings: ["R-154"] },
  ),
  group("nullpart-of-a-reaction", "83026000", [], {
    readings: ["R-154"],
    notes: "As the body of an unlike.",
  }),
  group("nullpart-in-a-multipart", multi("02", NULL_PART, single({})), [], { readings: ["R-154"] }),
];

const SINGLE_PARTS: readonly Group[] = [
  group("single", single({}), [
    ["of-four", `84016001${textItem("text/plain")}`, "wrong-length"],
    ["of-six", `86016001${textItem("text/plain")}417800`, "wrong-length"],
    ["type-bytes", single({ type: "4178" }), "wrong-type"],
    ["type-null", single({ type: "f6" }), "wrong-type"],
    ["type-not-utf8", single({ type: "61ff" }), "invalid-utf8"],
    ["content-text", single({ content: "6178" }), "wrong-type"],
    ["content-null", single({ content: "f6" }), "wrong-type"],
    ["content-array", single({ content: "8178" }), "wrong-type"],
    ["content-longer-than-there-is", single({ content: "4278" }), "truncated"],
    ["content-long-length", single({ content: "580178" }), "not-shortest"],
    ["cardinality-4", `85016004${textItem("text/plain")}4178`, "unknown-value"],
    ["cardinality-255", `85016018ff${textItem("text/plain")}4178`, "unknown-value"],
    ["cardinality-256", `850160190100${textItem("text/plain")}4178`, "out-of-range"],
    ["cardinality-null", `850160f6${textItem("text/plain")}4178`, "wrong-type"],
    ["cardinality-of-a-nullpart", `85016000${textItem("text/plain")}4178`, "wrong-length"],
  ]),
  group("single-empty", single({ content: "40" })),
  group("single-without-type", single({ type: "60" }), [], { readings: ["R-164"] }),
  group("single-of-an-unknown-type", single({ type: textItem("application/vnd.example.new") }), [], {
    section: "9.1",
  }),
  group("single-without-a-media-type-in-its-type", single({ type: textItem("no media type") }), [], {
    section: "9.1",
    notes: "What is not a media type counts as an unknown one.",
  }),
  group(
    "single-of-markdown",
    single({ type: textItem("text/markdown;variant=GFM-MIMI"), content: bytesItem("48692e") }),
    [],
    {
      section: "7.1",
    },
  ),
  group("single-of-300-octets", single({ content: bytesItem(times(300, "42")) }), [
    ["in-five-octets", single({ content: `5a0000012c${times(300, "42")}` }), "not-shortest"],
  ]),
];

const MULTI_PARTS: readonly Group[] = [
  group("chooseOne", multi("00", single({}), single({ language: textItem("fr") })), [
    ["of-none", multi("00"), "wrong-length"],
    ["of-one", multi("00", single({})), "wrong-length"],
    ["of-four", "8401600300", "wrong-length"],
    ["of-six", `86016003008283016000${NULL_PART}00`, "wrong-length"],
    ["parts-map", "8501600300a0", "wrong-type"],
    ["parts-null", "8501600300f6", "wrong-type"],
    ["parts-indefinite", `85016003009f${NULL_PART}${NULL_PART}ff`, "indefinite-length"],
    ["parts-long-count", `85016003009802${NULL_PART}${NULL_PART}`, "not-shortest"],
    ["part-null", `850160030082f6${NULL_PART}`, "wrong-type"],
    ["part-missing", `850160030083${NULL_PART}${NULL_PART}`, "truncated"],
    ["part-of-a-deeper-error", multi("00", single({}), single({ content: "6178" })), "wrong-type"],
  ]),
  group("singleUnit", multi("01", single({}), NULL_PART)),
  group("processAll", multi("02", single({}), NULL_PART), [
    ["semantics-3", multi("03", single({}), NULL_PART), "unknown-value"],
    ["semantics-255", multi("18ff", single({}), NULL_PART), "unknown-value"],
    ["semantics-256", multi("190100", single({}), NULL_PART), "out-of-range"],
    ["semantics-negative", multi("20", single({}), NULL_PART), "wrong-type"],
    ["semantics-null", multi("f6", single({}), NULL_PART), "wrong-type"],
    ["semantics-long", multi("1802", single({}), NULL_PART), "not-shortest"],
  ]),
  group(
    "levels-4",
    nested(4),
    [
      ["5", nested(5), "too-deep"],
      ["6", nested(6), "too-deep"],
    ],
    {
      section: "6.3",
      readings: ["R-151"],
      notes: "The root is the first level.",
    },
  ),
  group("parts-1024", many(1024), [["1025", many(1025), "too-many-parts"]], {
    section: "9.1",
    readings: ["R-153"],
    notes: "All parts count, with the root.",
  }),
  group(
    "parts-1024-in-two",
    multi("02", many(1022), NULL_PART),
    [
      ["1025", multi("02", many(1023), NULL_PART), "too-many-parts"],
      [
        "13000-announced",
        `8501600302828501600302 9932c8${NULL_PART}${NULL_PART}`.replaceAll(" ", ""),
        "too-many-parts",
      ],
    ],
    { section: "9.1", readings: ["R-153"] },
  ),
];

export const PART_GROUPS: readonly Group[] = [
  ...DISPOSITIONS,
  ...LANGUAGES,
  ...NULL_PARTS,
  ...SINGLE_PARTS,
  ...MULTI_PARTS,
];
