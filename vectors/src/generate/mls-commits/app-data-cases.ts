/**
 * Commits with AppDataUpdate and AppEphemeral. Extensions §4.7, §4.8.
 * @module
 */

import {
  dictionaryExtension,
  type Extension,
  ExtensionType,
  type MadeGroupCommit,
  MemberGroup,
  type Proposal,
  ProposalTypeId,
  RequiredCapabilities,
} from "@openmimi/mls";
import { encode } from "@openmimi/tls";
import { type Case, unhex } from "../envelope.ts";
import { changedCommit, withoutPath, withValues } from "./forge.ts";
import {
  APPENDS,
  ASCENDS,
  components,
  ephemeralLogic,
  NOTE,
  REFUSES,
  REPLACES,
  SEES_APPENDS,
  SEES_NOTE,
  UNKNOWN,
} from "./logic.ts";
import { extension, Scene, type Stage } from "./scene.ts";

export const update = (componentId: number, digits: string): Proposal => ({
  proposalType: "appDataUpdate",
  appDataUpdate: { componentId, op: "update", update: unhex(digits) },
});
const remove = (componentId: number): Proposal => ({
  proposalType: "appDataUpdate",
  appDataUpdate: { componentId, op: "remove" },
});
const ephemeral = (componentId: number, digits: string): Proposal => ({
  proposalType: "appEphemeral",
  appEphemeral: { componentId, data: unhex(digits) },
});

const note = (digits: string): Extension => extension(NOTE, unhex(digits));
const dictionary = dictionaryExtension([{ componentId: APPENDS, data: unhex("aa") }]);
/** What the groups require; with AppDataUpdate among it the dictionary is locked. */
const requires = (...proposalTypes: number[]): Extension =>
  extension(
    ExtensionType.requiredCapabilities,
    encode(RequiredCapabilities, {
      extensionTypes: [ExtensionType.appDataDictionary, NOTE],
      proposalTypes,
      credentialTypes: [],
    }),
  );
const locked = requires(ProposalTypeId.appDataUpdate);

/** A commit of the group's next epoch with its GroupInfo, sent behind these messages. */
const whole = (
  stage: Stage,
  { commit, groupInfo }: MadeGroupCommit,
  before: Parameters<Stage["server"]>[0] = [],
) => stage.server([...before, commit], groupInfo);

/** The commit of alice with these values, which nobody would accept. */
function refused(stage: Stage, values: readonly Proposal[], path: boolean) {
  const made = stage.alice.commit({ path: true });
  const key = stage.signaturePrivateKey("alice");
  return stage.server([
    changedCommit(stage, made.commit, key, (commit) =>
      withValues(...values)(path ? commit : withoutPath(commit)),
    ),
  ]);
}

function joinExternally(stage: Stage, proposals: readonly Proposal[]) {
  const own = stage.client("dave");
  const { alice } = stage;
  const init = { groupInfo: alice.groupInfo(), ratchetTree: alice.public.ratchetTree(), own, proposals };
  const joined = MemberGroup.joinExternally(stage.crypto, init, { components, ephemeral: ephemeralLogic() });
  return { own, ...joined };
}

/** AppDataUpdate. Extensions §4.7. */
export function appDataUpdateCases(): Case[] {
  const scene = new Scene("app data update", { extensions: [locked, note("01"), dictionary] });
  const open = new Scene("app data update, not locked", { extensions: [requires(), dictionary, note("01")] });
  const deaf = new Scene("app data update, not for all", {
    extensions: [dictionary],
    members: [{}, {}, { capabilities: { proposals: [ProposalTypeId.selfRemove] } }],
  });
  const section = "4.7";
  const valid = (id: string, play: (stage: Stage) => Case["input"], notes?: string): Case => ({
    ...{ id, section, input: play(scene.stage(id)) },
    ...(notes === undefined ? {} : { notes }),
  });
  const invalid = (
    id: string,
    reason: string,
    play: (stage: Stage) => Case["input"],
    notes?: string,
  ): Case => ({
    ...valid(id, play, notes),
    reason,
  });
  const bad = "invalid-app-data-update";
  return [
    valid(
      "no-path",
      (stage) => whole(stage, stage.alice.commit({ proposals: [update(APPENDS, "bb")] })),
      "AppDataUpdate needs no path.",
    ),
    valid("with-path", (stage) =>
      whole(stage, stage.alice.commit({ proposals: [update(APPENDS, "bb")], path: true })),
    ),
    valid(
      "no-path-with-add",
      (stage) => {
        const add: Proposal = { proposalType: "add", keyPackage: stage.client("dave").keyPackage };
        return whole(stage, stage.alice.commit({ proposals: [add, update(APPENDS, "bb")] }));
      },
      "Neither does Add.",
    ),
    valid(
      "by-reference-and-by-value",
      (stage) => {
        const sent = [
          stage.proposed(stage.bob, update(APPENDS, "b1")),
          stage.proposed(stage.carol, update(APPENDS, "c1")),
          stage.proposed(stage.bob, update(APPENDS, "b2")),
        ];
        const made = stage.alice.commit({ proposals: [update(APPENDS, "a1"), update(REPLACES, "a2")] });
        return whole(stage, made, sent);
      },
      "All updates of one component, in the order of the commit.",
    ),
    valid(
      "in-front-of-context-extensions",
      (stage) => {
        const proposals: Proposal[] = [
          update(APPENDS, "bb"),
          {
            proposalType: "groupContextExtensions",
            extensions: stage.alice.public.groupContext.extensions.map((item) =>
              item.extensionType === NOTE ? note("02") : item,
            ),
          },
        ];
        return whole(stage, stage.alice.commit({ proposals }));
      },
      "The GroupContextExtensions is applied first; the dictionary is the same in it.",
    ),
    valid("remove", (stage) => whole(stage, stage.alice.commit({ proposals: [remove(APPENDS)] }))),
    valid(
      "external-sender",
      (stage) => {
        const sent = stage.proposed("hub", update(APPENDS, "bb"));
        return whole(stage, stage.alice.commit(), [sent]);
      },
      "The hub is an external sender of the group.",
    ),
    valid("external-commit", (stage) => {
      const { commit, groupInfo } = joinExternally(stage, [update(APPENDS, "bb"), update(REPLACES, "cc")]);
      return stage.server([commit], groupInfo);
    }),
    {
      ...invalid("external-commit-by-reference", "invalid-proposal-list", (stage) => {
        const sent = stage.proposed(stage.bob, update(APPENDS, "bb"));
        const { own, commit } = joinExternally(stage, []);
        const { reference } = stage.alice.public.pending[0]!;
        const changed = changedCommit(stage, commit, own.signaturePrivateKey, ({ proposals, path }) => ({
          proposals: [{ type: "reference", reference }, ...proposals],
          path,
        }));
        return stage.server([sent, changed]);
      }),
      readings: ["R-201"],
    },
    invalid("path-missing", "missing-path", (stage) =>
      refused(
        stage,
        [
          update(APPENDS, "bb"),
          {
            proposalType: "groupContextExtensions",
            extensions: stage.alice.public.groupContext.extensions,
          },
        ],
        false,
      ),
    ),
    invalid("remove-absent", bad, (stage) => refused(stage, [remove(REPLACES)], false)),
    invalid("remove-and-update", bad, (stage) =>
      refused(stage, [remove(APPENDS), update(APPENDS, "bb")], false),
    ),
    invalid("unknown-component", bad, (stage) => refused(stage, [update(UNKNOWN, "bb")], false)),
    invalid("component-refuses", bad, (stage) =>
      refused(stage, [update(APPENDS, "bb"), update(REFUSES, "cc")], false),
    ),
    invalid("external-sender-component-refuses", bad, (stage) => {
      const sent = stage.fromHub(update(REFUSES, "bb"));
      const { reference } = stage.alice.public.stageProposal(sent);
      const { commit } = stage.alice.commit({ path: true });
      const changed = changedCommit(stage, commit, stage.signaturePrivateKey("alice"), ({ path }) => ({
        proposals: [{ type: "reference", reference }],
        path,
      }));
      return stage.server([sent, changed]);
    }),
    invalid("locked-dictionary-changed", "invalid-proposal-list", (stage) =>
      refused(
        stage,
        [
          {
            proposalType: "groupContextExtensions",
            extensions: stage.alice.public.groupContext.extensions.filter(
              ({ extensionType }) => extensionType !== ExtensionType.appDataDictionary,
            ),
          },
        ],
        true,
      ),
    ),
    {
      ...valid("dictionary-replaced-and-updated", () => {
        const stage = open.stage("dictionary-replaced-and-updated");
        const extensions = stage.alice.public.groupContext.extensions.map((item) =>
          item.extensionType === ExtensionType.appDataDictionary
            ? dictionaryExtension([{ componentId: APPENDS, data: unhex("ee") }])
            : item,
        );
        const replaces: Proposal = { proposalType: "groupContextExtensions", extensions };
        return whole(stage, stage.alice.commit({ proposals: [replaces, update(APPENDS, "bb")] }));
      }),
      notes: "Nothing locks the dictionary: the update applies to the new one, wherever both stand.",
    },
    {
      ...invalid("not-supported-by-all", "missing-capability", () =>
        refused(deaf.stage("not-supported-by-all"), [update(APPENDS, "bb")], false),
      ),
      notes: "One member does not list proposal 8.",
    },
    {
      ...valid("not-supported-by-the-removed", () => {
        const stage = deaf.stage("not-supported-by-the-removed");
        const removes: Proposal = { proposalType: "remove", removed: 2 };
        return whole(stage, stage.alice.commit({ proposals: [removes, update(APPENDS, "bb")] }));
      }),
      notes: "The member that does not list proposal 8 is removed by the same commit.",
    },
    invalid(
      "group-info-without-the-update",
      "invalid-group-info",
      (stage) => {
        const made = stage.alice.commit({ proposals: [update(APPENDS, "bb")] });
        stage.alice.clearPendingCommit();
        const other = stage.alice.commit({ proposals: [update(APPENDS, "bc")] });
        return stage.server([made.commit], other.groupInfo);
      },
      "The GroupInfo of the new epoch says something else than the commit.",
    ),
  ];
}

/** AppEphemeral. Extensions §4.8. */
export function appEphemeralCases(): Case[] {
  const scene = new Scene("app ephemeral", { extensions: [requires(), note("01"), dictionary] });
  const section = "4.8";
  const commits = (id: string, proposals: readonly Proposal[], notes?: string): Case => {
    const stage = scene.stage(id);
    return {
      ...{ id, section, input: whole(stage, stage.alice.commit({ proposals })) },
      ...(notes === undefined ? {} : { notes }),
    };
  };
  const invalid = (id: string, proposals: readonly Proposal[], notes?: string): Case => ({
    ...{ id, section, input: refused(scene.stage(id), proposals, false), reason: "invalid-app-ephemeral" },
    ...(notes === undefined ? {} : { notes }),
  });
  const changesNote = (stage: Stage): Proposal => ({
    proposalType: "groupContextExtensions",
    extensions: stage.alice.public.groupContext.extensions.map((item) =>
      item.extensionType === NOTE ? note("02") : item,
    ),
  });
  const any = scene.stage("any");
  const external = scene.stage("external-commit");
  const bySender = scene.stage("external-sender");
  const before = scene.stage("before-default-proposals");
  return [
    commits("no-path", [ephemeral(APPENDS, "cafe")], "It leaves no trace but in the transcript."),
    commits("empty", [ephemeral(APPENDS, "")]),
    invalid("unknown-component", [ephemeral(UNKNOWN, "cafe")]),
    invalid("component-refuses", [ephemeral(REFUSES, "cafe")]),
    commits(
      "after-default-proposals",
      [ephemeral(SEES_NOTE, "02"), changesNote(any)],
      "The component sees the GroupContextExtensions applied, though it stands behind it.",
    ),
    {
      id: "before-default-proposals",
      section,
      reason: "invalid-app-ephemeral",
      input: refused(before, [ephemeral(SEES_NOTE, "01"), changesNote(before)], true),
      notes: "The same, with data that would be right before the GroupContextExtensions.",
    },
    commits(
      "before-app-data-updates",
      [update(APPENDS, "bb"), ephemeral(SEES_APPENDS, "aa")],
      "The component sees the dictionary as it was before the AppDataUpdate.",
    ),
    invalid("after-app-data-updates", [update(APPENDS, "bb"), ephemeral(SEES_APPENDS, "aabb")]),
    commits(
      "in-the-order-of-the-commit",
      [ephemeral(ASCENDS, "01"), ephemeral(APPENDS, "00"), ephemeral(ASCENDS, "02")],
      "The component takes only what is greater than what came before.",
    ),
    invalid("in-another-order", [ephemeral(ASCENDS, "02"), ephemeral(ASCENDS, "01")]),
    {
      id: "external-sender",
      section,
      input: (() => {
        const sent = bySender.proposed("hub", ephemeral(APPENDS, "cafe"));
        return whole(bySender, bySender.alice.commit(), [sent]);
      })(),
    },
    {
      id: "external-commit",
      section,
      readings: ["R-201"],
      input: (() => {
        const { commit, groupInfo } = joinExternally(external, [ephemeral(APPENDS, "cafe")]);
        return external.server([commit], groupInfo);
      })(),
    },
  ];
}
