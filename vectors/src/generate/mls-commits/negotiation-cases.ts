/**
 * Who may be added to a group that demands something, and what authenticated_data it takes. Extensions §4.6, §4.9, §5,
 * §5.1, §6.2, §7.5.
 * @module
 */

import {
  ComponentId,
  dictionaryExtension,
  type Extension,
  ExtensionType,
  type MadeGroupCommit,
  MediaTypeList,
  type Proposal,
  ProposalTypeId,
  RequiredCapabilities,
  SafeAAD,
  WireFormats,
} from "@openmimi/mls";
import { encode } from "@openmimi/tls";
import { type Case, unhex } from "../envelope.ts";
import { changedCommit, withoutPath, withValues } from "./forge.ts";
import { APPENDS, REPLACES, UNKNOWN } from "./logic.ts";
import { ascii, type ClientSketch, extension, list, Scene, type Stage } from "./scene.ts";

/** A wire format that only these vectors know. */
const FORMAT = 0xf0b0;
const formats = (extensionType: number, ...wireFormats: number[]): Extension =>
  extension(extensionType, encode(WireFormats, { wireFormats }));
const capable = {
  extensions: [
    ExtensionType.appDataDictionary,
    ExtensionType.supportedWireFormats,
    ExtensionType.requiredWireFormats,
  ],
  proposals: [ProposalTypeId.appDataUpdate],
};
const formatClient: ClientSketch = {
  capabilities: capable,
  leafExtensions: [formats(ExtensionType.supportedWireFormats, FORMAT)],
};
const requiresThem = extension(
  ExtensionType.requiredCapabilities,
  encode(RequiredCapabilities, {
    extensionTypes: [ExtensionType.requiredWireFormats],
    proposalTypes: [],
    credentialTypes: [],
  }),
);
const entry = (componentId: number, data: Uint8Array) => ({ componentId, data });
const whole = (stage: Stage, { commit, groupInfo }: MadeGroupCommit) => stage.server([commit], groupInfo);

/** Adds one client to a group. */
function adds(scene: Scene, section: string) {
  const addOf = (stage: Stage, client: ClientSketch): Proposal => ({
    proposalType: "add",
    keyPackage: stage.client("dave", client).keyPackage,
  });
  return {
    valid: (id: string, client: ClientSketch, notes?: string): Case => {
      const stage = scene.stage(id);
      const input = whole(stage, stage.alice.commit({ proposals: [addOf(stage, client)], path: true }));
      return { id, section, input, ...(notes === undefined ? {} : { notes }) };
    },
    invalid: (id: string, client: ClientSketch, notes?: string): Case => {
      const stage = scene.stage(id);
      const { commit } = stage.alice.commit({ path: true });
      const key = stage.signaturePrivateKey("alice");
      const forged = changedCommit(stage, commit, key, (body) =>
        withoutPath(withValues(addOf(stage, client))(body)),
      );
      const input = stage.server([forged]);
      return { id, section, input, reason: "missing-capability", ...(notes === undefined ? {} : { notes }) };
    },
  };
}

/** Extensions §4.6, §5: app_components. */
function componentCases(): Case[] {
  const required = dictionaryExtension([entry(ComponentId.appComponents, list([APPENDS, REPLACES]))]);
  const { valid, invalid } = adds(new Scene("app components", { extensions: [required] }), "5");
  const open = adds(new Scene("app components, none required"), "4.6");
  return [
    valid("components-listed", {}, "In the GroupContext app_components means required, in a leaf supported."),
    valid("more-components-listed", { lists: [1, APPENDS, REPLACES, UNKNOWN] }),
    { ...valid("lists-not-itself", { lists: [APPENDS, REPLACES] }), readings: ["R-199"] },
    invalid("one-component-missing", { lists: [1, 2, 3, APPENDS] }),
    {
      ...invalid("no-app-components", { lists: undefined }),
      notes: "The leaf supports app_data_dictionary and has no dictionary.",
    },
    open.valid("nothing-required", { lists: undefined }),
  ];
}

/** Extensions §4.6, §4.9, §5: safe_aad. */
function safeAadCases(): Case[] {
  const component = 0xf0f0;
  const required = dictionaryExtension([entry(ComponentId.safeAad, list([component]))]);
  const lists = (...ids: number[]): ClientSketch => ({
    leafEntries: [entry(ComponentId.safeAad, list(ids))],
  });
  const all = [lists(component), lists(component), lists(component)];
  const { valid, invalid } = adds(new Scene("safe aad", { extensions: [required], members: all }), "5");
  const nothing = dictionaryExtension([entry(ComponentId.safeAad, list([]))]);
  const framed = new Scene("safe aad, none required", { extensions: [nothing] });
  const add = adds(framed, "4.6");
  const sends = (id: string, digits: string, reason?: string): Case => {
    const stage = framed.stage(id);
    const made = stage.alice.commit({ path: true });
    const data = { authenticatedData: unhex(digits) };
    const key = stage.signaturePrivateKey("alice");
    const commit = changedCommit(stage, made.commit, key, (body) => body, data);
    const input = stage.server([commit]);
    return { id, section: "4.9", input, readings: ["R-197"], ...(reason === undefined ? {} : { reason }) };
  };
  const items = encode(SafeAAD, { aadItems: [{ componentId: component, aadItemData: ascii("x") }] });
  const withItem = framed.stage("authenticated-data-with-an-item");
  const bad = "invalid-authenticated-data";
  return [
    valid("safe-aad-listed", lists(component)),
    invalid("safe-aad-component-missing", lists(0xf0f1)),
    invalid("safe-aad-not-listed", {}),
    add.valid(
      "safe-aad-understood-unlisted",
      { lists: [1] },
      "Who supports the dictionary understands safe_aad. The GroupContext requires none of its components.",
    ),
    {
      ...{ id: "authenticated-data-with-an-item", section: "4.9", readings: ["R-197"] },
      input: whole(withItem, withItem.alice.commit({ path: true, authenticatedData: items })),
    },
    sends("authenticated-data-without-frame", "", bad),
    sends("authenticated-data-of-something-else", "cafe", bad),
    sends("authenticated-data-with-more-behind", "0001", bad),
  ];
}

/** Extensions §5: wire formats. */
function wireFormatCases(): Case[] {
  const required = formats(ExtensionType.requiredWireFormats, 1, FORMAT);
  const scene = new Scene("wire formats", {
    extensions: [required],
    members: [formatClient, formatClient, formatClient],
  });
  const { valid, invalid } = adds(scene, "5");
  const one = new Scene("wire formats, one lacks it", {
    extensions: [requiresThem],
    members: [formatClient, formatClient, { capabilities: capable }],
  });
  const demands = (stage: Stage): Proposal => ({
    proposalType: "groupContextExtensions",
    extensions: [...stage.alice.public.groupContext.extensions, required],
  });
  const changed = one.stage("required-by-a-commit");
  const { commit } = changed.alice.commit({ path: true });
  const key = changed.signaturePrivateKey("alice");
  const removes = one.stage("required-by-a-commit-that-removes-who-lacks-it");
  return [
    valid("wire-format-listed", formatClient),
    invalid("wire-format-not-listed", {
      capabilities: capable,
      leafExtensions: [formats(ExtensionType.supportedWireFormats, FORMAT + 1)],
    }),
    invalid("no-wire-formats", { capabilities: capable }),
    {
      ...{ id: "required-by-a-commit", section: "5", reason: "missing-capability" },
      input: changed.server([changedCommit(changed, commit, key, withValues(demands(changed)))]),
      notes: "One member does not list the format.",
    },
    {
      ...{ id: "required-by-a-commit-that-removes-who-lacks-it", section: "5" },
      input: whole(
        removes,
        removes.alice.commit({ proposals: [demands(removes), { proposalType: "remove", removed: 2 }] }),
      ),
    },
  ];
}

/** Extensions §5.1, §6.2, §6.4, §7.5: components where nobody expects them. */
function placeCases(): Case[] {
  const anywhere = new Scene("components anywhere", {
    extensions: [
      dictionaryExtension([
        entry(0x0000, ascii("reserved")),
        entry(ComponentId.lastResortKeyPackage, new Uint8Array()),
        entry(ComponentId.appAck, ascii("of AppEphemerals")),
      ]),
    ],
  });
  const { valid } = adds(anywhere, "7.5");
  const mediaTypes = encode(MediaTypeList, { mediaTypeList: [{ type: "text/plain", parameters: [] }] });
  const typed = new Scene("media types", {
    extensions: [dictionaryExtension([entry(ComponentId.contentMediaTypes, mediaTypes)])],
  });
  return [
    valid(
      "components-in-unusual-places",
      {
        leafEntries: [entry(ComponentId.lastResortKeyPackage, new Uint8Array()), entry(0x0005, ascii("x"))],
        keyPackageExtensions: [
          dictionaryExtension([entry(ComponentId.appComponents, list([7])), entry(0x0000, ascii("x"))]),
        ],
      },
      "Where a component may stand is for the application: neither GroupContext nor leaf nor KeyPackage is refused.",
    ),
    {
      ...valid("grease", {
        lists: [0x0a0a, APPENDS, 0x7a7a],
        leafEntries: [entry(0x1a1a, ascii("grease")), entry(ComponentId.safeAad, list([0x2a2a]))],
        keyPackageExtensions: [dictionaryExtension([entry(0x3a3a, new Uint8Array())])],
      }),
      section: "5.1",
    },
    {
      ...valid("last-resort", {
        keyPackageExtensions: [
          dictionaryExtension([entry(ComponentId.lastResortKeyPackage, new Uint8Array())]),
        ],
      }),
      section: "6.4",
    },
    {
      ...adds(typed, "6.2").valid("media-types-required", {
        leafEntries: [entry(ComponentId.contentMediaTypes, mediaTypes)],
      }),
      notes: "The GroupContext says which media types every member can receive.",
    },
  ];
}

/** Extensions §4.6: the dictionary of the GroupInfo that comes with a commit. */
function groupInfoCases(): Case[] {
  const scene = new Scene("dictionaries of GroupInfos");
  const sends = (id: string, dictionary: string, reason?: string): Case => {
    const stage = scene.stage(id);
    const own = extension(ExtensionType.appDataDictionary, unhex(dictionary.replaceAll(" ", "")));
    const input = whole(stage, stage.alice.commit({ path: true, groupInfoExtensions: [own] }));
    return { id, section: "4.6", input, ...(reason === undefined ? {} : { reason }) };
  };
  return [
    sends("group-info-dictionary", "08 0001 01 00 0a0a 01 7f"),
    sends("group-info-dictionary-out-of-order", "06 0020 00 0004 00", "invalid-extension"),
    sends("group-info-component-twice", "06 0020 00 0020 00", "invalid-extension"),
  ];
}

/** Components, SafeAAD and wire formats that a group requires. */
export function negotiationCases(): Case[] {
  return [...componentCases(), ...safeAadCases(), ...wireFormatCases(), ...placeCases(), ...groupInfoCases()];
}
