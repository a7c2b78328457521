/**
 * Vectors of the kind `extension-proposals`: what the AppDataUpdates of a commit do to the extensions of the
 * GroupContext. Extensions §4.6, §4.7.
 * @module
 */

import {
  AppDataDictionary,
  type ComponentLogic,
  createKeyPackage,
  Extension,
  ExtensionType,
  MemberGroup,
  MlsError,
  Proposal,
  RequiredCapabilities,
} from "@openmimi/mls";
import { decode, encode, type Infer, TlsError, vector } from "@openmimi/tls";
import {
  type Case,
  Draft,
  type Expected,
  type GeneratedFile,
  hex,
  makeVectors,
  textOf,
  unhex,
  type Vector,
  vectorFile,
} from "./envelope.ts";
import { seededCrypto } from "./seeded.ts";

const Extensions = vector(Extension);
type Extensions = Infer<typeof Extensions>;

/** The components of these vectors, all for private use. */
const APPENDS = 0xf001;
const REPLACES = 0xf002;
const REFUSES = 0xf003;
const UNKNOWN = 0xf004;

/** The application logic that the README describes. */
const logic: ComponentLogic = (componentId, current, updates) => {
  if (componentId === APPENDS) {
    return Uint8Array.from([current ?? new Uint8Array(), ...updates].flatMap((octets) => [...octets]));
  }
  if (componentId === REPLACES) return updates.at(-1) ?? new Uint8Array();
  throw new Error(componentId === REFUSES ? "the component refuses" : "the component is unknown");
};

/** What the implementation makes of a commit's proposals, played in a group of one member. */
export function evaluateDictionary(input: Vector["input"]): Expected {
  const crypto = seededCrypto("dictionary");
  try {
    const own = createKeyPackage(crypto, 1, {
      credential: { credentialType: "basic", identity: Uint8Array.of(0x61) },
      capabilities: {
        versions: [1],
        cipherSuites: [1],
        extensions: [ExtensionType.appDataDictionary, 0xf0a0, 0xf0a1],
        proposals: [8, 9, 10],
        credentials: [1],
      },
      lifetime: { notBefore: 0n, notAfter: 1n << 40n },
    });
    const extensions = decode(Extensions, unhex(textOf(input, "extensions")));
    const groupId = Uint8Array.of(1);
    const options = { components: logic };
    const group = MemberGroup.create(crypto, { cipherSuite: 1, groupId, own, extensions }, options);
    const proposals = (input.proposals as string[]).map((octets) => decode(Proposal, unhex(octets)));
    const { staged } = group.commit({ proposals });
    return { valid: true, extensions: hex(encode(Extensions, staged.groupContext.extensions)) };
  } catch (error) {
    if (error instanceof MlsError || error instanceof TlsError) return { valid: false, reason: error.code };
    throw error;
  }
}

type Entry = readonly [componentId: number, data: string];
const dictionary = (...entries: readonly Entry[]): Extension => ({
  extensionType: ExtensionType.appDataDictionary,
  extensionData: encode(AppDataDictionary, {
    componentData: entries.map(([componentId, data]) => ({ componentId, data: unhex(data) })),
  }),
});
const other = (extensionType: number, data = ""): Extension => ({
  extensionType,
  extensionData: unhex(data),
});
const locked: Extension = {
  extensionType: ExtensionType.requiredCapabilities,
  extensionData: encode(RequiredCapabilities, {
    extensionTypes: [ExtensionType.appDataDictionary],
    proposalTypes: [8],
    credentialTypes: [],
  }),
};

const update = (componentId: number, data: string): Proposal => ({
  proposalType: "appDataUpdate",
  appDataUpdate: { componentId, op: "update", update: unhex(data) },
});
const remove = (componentId: number): Proposal => ({
  proposalType: "appDataUpdate",
  appDataUpdate: { componentId, op: "remove" },
});
const contextExtensions = (...extensions: Extension[]): Proposal => ({
  proposalType: "groupContextExtensions",
  extensions,
});

type Sketch = readonly [
  id: string,
  before: Extensions,
  proposals: readonly Proposal[],
  reason?: string | undefined,
  notes?: string,
];
const REFUSED = "invalid-app-data-update";

const SKETCHES: readonly Sketch[] = [
  ["create-dictionary", [], [update(APPENDS, "aa")], undefined, "A group without a dictionary gets one."],
  [
    "create-dictionary-at-end",
    [other(0xf0a0, "01"), other(0xf0a1)],
    [update(APPENDS, "aa")],
    undefined,
    "Behind all other extensions.",
  ],
  ["dictionary-keeps-its-place", [dictionary([APPENDS, "aa"]), other(0xf0a0)], [update(APPENDS, "bb")]],
  [
    "insert-first",
    [dictionary([REPLACES, "aa"])],
    [update(APPENDS, "bb")],
    undefined,
    "Entries are sorted by component.",
  ],
  ["insert-last", [dictionary([0x0001, ""])], [update(APPENDS, "bb")]],
  ["insert-between", [dictionary([0x0001, "02"], [REPLACES, "aa"])], [update(APPENDS, "bb")]],
  [
    "append-in-order",
    [dictionary([APPENDS, "aa"])],
    [update(APPENDS, "bb"), update(APPENDS, "cc"), update(APPENDS, "dd")],
    undefined,
    "Updates reach the component in the order of the commit.",
  ],
  [
    "interleaved",
    [dictionary([APPENDS, "aa"], [REPLACES, ""])],
    [update(REPLACES, "01"), update(APPENDS, "bb"), update(REPLACES, "02"), update(APPENDS, "cc")],
    undefined,
    "One list for each component.",
  ],
  [
    "replace-with-nothing",
    [dictionary([REPLACES, "aabb"])],
    [update(REPLACES, "")],
    undefined,
    "An entry without data is not a removed one.",
  ],
  ["remove", [dictionary([APPENDS, "aa"], [REPLACES, "bb"])], [remove(APPENDS)]],
  [
    "remove-last-entry",
    [dictionary([APPENDS, "aa"])],
    [remove(APPENDS)],
    undefined,
    "The dictionary stays, empty.",
  ],
  ["remove-one-update-another", [dictionary([APPENDS, "aa"])], [remove(APPENDS), update(REPLACES, "bb")]],
  [
    "with-context-extensions",
    [locked, other(0xf0a0, "01"), dictionary([APPENDS, "aa"])],
    [update(APPENDS, "bb"), contextExtensions(locked, other(0xf0a0, "02"), dictionary([APPENDS, "aa"]))],
    undefined,
    "GroupContextExtensions first, whatever the order; it leaves the dictionary as it is.",
  ],
  [
    "unlocked-context-extensions",
    [dictionary([APPENDS, "aa"])],
    [contextExtensions(dictionary([APPENDS, "ee"])), update(APPENDS, "bb")],
    undefined,
    "Without AppDataUpdate in required_capabilities the dictionary may be set.",
  ],
  ["remove-absent", [dictionary([APPENDS, "aa"])], [remove(REPLACES)], REFUSED],
  ["remove-without-dictionary", [], [remove(APPENDS)], REFUSED],
  ["remove-twice", [dictionary([APPENDS, "aa"])], [remove(APPENDS), remove(APPENDS)], REFUSED],
  ["update-and-remove", [dictionary([APPENDS, "aa"])], [update(APPENDS, "bb"), remove(APPENDS)], REFUSED],
  ["remove-and-update", [dictionary([APPENDS, "aa"])], [remove(APPENDS), update(APPENDS, "bb")], REFUSED],
  [
    "component-refuses",
    [dictionary([APPENDS, "aa"])],
    [update(APPENDS, "bb"), update(REFUSES, "cc")],
    REFUSED,
    "The whole list is invalid.",
  ],
  ["component-unknown", [], [update(UNKNOWN, "aa")], REFUSED],
  [
    "locked-changed",
    [locked, dictionary([APPENDS, "aa"])],
    [contextExtensions(locked, dictionary([APPENDS, "ee"]))],
    "invalid-proposal-list",
  ],
  [
    "locked-removed",
    [locked, dictionary([APPENDS, "aa"])],
    [contextExtensions(locked)],
    "invalid-proposal-list",
  ],
  [
    "locked-added",
    [locked],
    [contextExtensions(locked, dictionary([APPENDS, "aa"]))],
    "invalid-proposal-list",
  ],
];

/** The file about dictionaries. */
export function dictionaryFile(): GeneratedFile {
  const base = { draft: Draft.extensions, section: "4.7", readings: [] };
  const cases = SKETCHES.map(
    ([id, before, proposals, reason, notes]): Case => ({
      id,
      input: {
        extensions: hex(encode(Extensions, before)),
        proposals: proposals.map((proposal) => hex(encode(Proposal, proposal))),
      },
      ...(reason === undefined ? {} : { reason }),
      ...(notes === undefined ? {} : { notes }),
    }),
  );
  const vectors = makeVectors("extension-proposals/dictionary", base, cases, evaluateDictionary);
  return vectorFile(
    "extension-proposals",
    "dictionary",
    "Extensions of the GroupContext before and after a commit",
    vectors,
  );
}
