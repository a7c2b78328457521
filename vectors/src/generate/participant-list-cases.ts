/**
 * The inputs of the participant-list vectors. Protocol §7.5.
 * @module
 */

type Pair = readonly [user: string, roleIndex: number];

/** One update, with what it does not do left out. */
interface Update {
  readonly change?: readonly (readonly [userIndex: number, roleIndex: number])[];
  readonly remove?: readonly number[];
  readonly add?: readonly Pair[];
}

/** One commit: the list before it, and the updates in the order of the commit. */
export interface ListCase {
  readonly id: string;
  readonly list: readonly Pair[];
  readonly updates: readonly Update[];
  readonly reason?: "invalid-update";
  readonly notes?: string;
  readonly readings?: readonly string[];
}

const ALICE: Pair = ["mimi://a.example/u/alice", 4];
const BOB: Pair = ["mimi://b.example/u/bob", 2];
const CATHY: Pair = ["mimi://c.example/u/cathy", 2];
const DIANA: Pair = ["mimi://d.example/u/diana", 3];
const ERIC: Pair = ["mimi://e.example/u/eric", 2];
const ZOE: Pair = ["mimi://z.example/u/zo%C3%AB", 2];
/** Not in alphabetical order, and it has to stay so. */
const FOUR = [DIANA, ALICE, CATHY, BOB];
const MANY = Array.from({ length: 70 }, (_, index): Pair => [`mimi://m.example/u/user${index}`, 2]);

const valid: readonly ListCase[] = [
  { id: "nothing", list: [ALICE], updates: [{}], readings: ["R-133"], notes: "Three empty lists are valid." },
  { id: "add-one", list: [ALICE], updates: [{ add: [BOB] }] },
  { id: "add-to-nobody", list: [], updates: [{ add: [ALICE] }] },
  {
    id: "add-in-order",
    list: [ALICE],
    updates: [{ add: [DIANA, BOB, CATHY] }],
    notes: "Appended as given, not sorted.",
  },
  { id: "add-percent-encoded", list: [ALICE], updates: [{ add: [ZOE] }] },
  { id: "add-with-largest-role", list: [ALICE], updates: [{ add: [[BOB[0], 0xffff_ffff]] }] },
  { id: "add-same-name-elsewhere", list: [BOB], updates: [{ add: [["mimi://c.example/u/bob", 2]] }] },
  {
    id: "add-other-case",
    list: [BOB],
    updates: [{ add: [["mimi://b.example/u/Bob", 2]] }],
    notes: "Another user.",
  },
  { id: "remove-first", list: FOUR, updates: [{ remove: [0] }], notes: "The others keep their order." },
  { id: "remove-middle", list: FOUR, updates: [{ remove: [1] }] },
  { id: "remove-last", list: FOUR, updates: [{ remove: [3] }] },
  {
    id: "remove-two",
    list: FOUR,
    updates: [{ remove: [0, 2] }],
    notes: "Both indexes count before the first removal.",
  },
  { id: "remove-two-descending", list: FOUR, updates: [{ remove: [3, 0] }] },
  { id: "remove-everybody", list: FOUR, updates: [{ remove: [0, 1, 2, 3] }] },
  { id: "change-one", list: FOUR, updates: [{ change: [[3, 3]] }] },
  { id: "change-to-same", list: FOUR, updates: [{ change: [[3, 2]] }] },
  {
    id: "change-all",
    list: FOUR,
    updates: [
      {
        change: [
          [0, 2],
          [1, 3],
          [2, 4],
          [3, 1],
        ],
      },
    ],
  },
  { id: "change-ban", list: FOUR, updates: [{ change: [[2, 1]] }], notes: "Role 1 is that of the banned." },
  {
    id: "all-three",
    list: FOUR,
    updates: [{ change: [[3, 3]], remove: [0], add: [ERIC] }],
    notes: "The index of the change counts before the removal.",
  },
  { id: "remove-then-add", list: FOUR, updates: [{ remove: [3], add: [ERIC] }] },
  { id: "replace-everybody", list: [ALICE, BOB], updates: [{ remove: [0, 1], add: [CATHY, DIANA] }] },
  {
    id: "two-updates-remove",
    list: FOUR,
    updates: [{ remove: [0] }, { remove: [1] }],
    notes: "The second update counts in the list as the epoch began: it removes Alice, not Cathy.",
  },
  {
    id: "two-updates-remove-and-change",
    list: FOUR,
    updates: [{ remove: [0] }, { change: [[3, 3]] }],
    notes: "The index is out of range only in a list that is one shorter.",
  },
  {
    id: "two-updates-add",
    list: [ALICE],
    updates: [{ add: [CATHY] }, { add: [BOB] }],
    notes: "In the order of the proposals.",
  },
  {
    id: "two-updates-add-then-remove",
    list: [ALICE, BOB],
    updates: [{ add: [CATHY] }, { remove: [1] }],
    notes: "Removals come before additions whatever the order of the proposals.",
  },
  {
    id: "three-updates",
    list: FOUR,
    updates: [
      { add: [ERIC] },
      { remove: [2], add: [ZOE] },
      {
        change: [
          [0, 2],
          [3, 3],
        ],
      },
    ],
  },
  { id: "two-updates-one-empty", list: [ALICE], updates: [{}, { add: [BOB] }] },
  { id: "long-list", list: MANY, updates: [{ remove: [0, 69], change: [[35, 3]], add: [ALICE] }] },
];

const invalid: readonly Omit<ListCase, "reason">[] = [
  { id: "remove-out-of-range", list: FOUR, updates: [{ remove: [4] }] },
  { id: "remove-from-nobody", list: [], updates: [{ remove: [0] }] },
  { id: "remove-largest-index", list: FOUR, updates: [{ remove: [0xffff_ffff] }] },
  { id: "change-out-of-range", list: FOUR, updates: [{ change: [[4, 2]] }] },
  {
    id: "change-of-added",
    list: [ALICE],
    updates: [{ change: [[1, 3]], add: [BOB] }],
    notes: "Added in the same update: no index yet.",
  },
  { id: "remove-of-added", list: [ALICE], updates: [{ add: [BOB] }, { remove: [1] }] },
  { id: "remove-twice", list: FOUR, updates: [{ remove: [1, 1] }] },
  { id: "remove-twice-in-two-updates", list: FOUR, updates: [{ remove: [1] }, { remove: [1] }] },
  {
    id: "change-twice",
    list: FOUR,
    updates: [
      {
        change: [
          [1, 2],
          [1, 3],
        ],
      },
    ],
  },
  { id: "change-twice-in-two-updates", list: FOUR, updates: [{ change: [[1, 2]] }, { change: [[1, 2]] }] },
  { id: "change-and-remove", list: FOUR, updates: [{ change: [[1, 2]], remove: [1] }] },
  { id: "change-and-remove-in-two-updates", list: FOUR, updates: [{ remove: [1] }, { change: [[1, 2]] }] },
  {
    id: "change-to-role-0",
    list: FOUR,
    updates: [{ change: [[1, 0]] }],
    notes: "Role 0 is not being in the list.",
  },
  { id: "add-with-role-0", list: [ALICE], updates: [{ add: [[BOB[0], 0]] }] },
  { id: "add-listed", list: [ALICE, BOB], updates: [{ add: [BOB] }] },
  { id: "add-listed-with-other-role", list: [ALICE, BOB], updates: [{ add: [[BOB[0], 3]] }] },
  { id: "add-twice", list: [ALICE], updates: [{ add: [BOB, BOB] }] },
  { id: "add-twice-in-two-updates", list: [ALICE], updates: [{ add: [BOB] }, { add: [[BOB[0], 3]] }] },
  {
    id: "remove-and-add",
    list: [ALICE, BOB],
    updates: [{ remove: [1], add: [BOB] }],
    notes: "The same user more than once in one commit.",
  },
  { id: "remove-and-add-in-two-updates", list: [ALICE, BOB], updates: [{ remove: [1] }, { add: [BOB] }] },
  {
    id: "second-update-invalid",
    list: FOUR,
    updates: [{ add: [ERIC] }, { remove: [4] }],
    notes: "The whole commit is invalid.",
  },
];

export const LIST_CASES: readonly ListCase[] = [
  ...valid,
  ...invalid.map((item): ListCase => ({ ...item, reason: "invalid-update" })),
];

const NOBODY = "00";

/** Octets that are no ParticipantListUpdate: list, update, what is wrong. */
export const MALFORMED_CASES: readonly (readonly [
  id: string,
  list: string,
  update: string,
  notes: string,
])[] = [
  ["update-empty", NOBODY, "", "No octets at all."],
  ["update-two-lists", NOBODY, "0000", "The third list is missing."],
  ["update-octet-behind", NOBODY, "00000000", "One octet is left over."],
  ["update-half-an-index", NOBODY, "000300000000", "A length that is no multiple of four octets."],
  ["update-length-not-minimal", NOBODY, "0040000000", "The length 0 written in two octets."],
  ["update-user-empty", NOBODY, "0000050000000002", "An added user without a URI."],
  ["update-user-not-utf8", NOBODY, "00000601ff00000002", "An added user that is not UTF-8."],
  [
    "update-user-no-mimi-uri",
    NOBODY,
    `00001c17${Buffer.from("https://a.example/u/bob").toString("hex")}00000002`,
    "An added user with a URI of another scheme.",
  ],
  ["list-cut", "05", "000000", "The stored list itself is cut."],
];
