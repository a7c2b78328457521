/**
 * SelfRemove, on its own and in commits. Extensions §6.3.
 * @module
 */

import { type Commit, MemberGroup, type MLSMessage, type Proposal, ProposalTypeId } from "@openmimi/mls";
import type { Case } from "../envelope.ts";
import { update } from "./app-data-cases.ts";
import {
  anyProposal,
  changedCommit,
  changedSemiPrivate,
  flipped,
  publicMessageOf,
  signedInside,
  withoutPath,
  withValues,
} from "./forge.ts";
import { APPENDS, components } from "./logic.ts";
import { receiverInput, receiverScene } from "./receiver.ts";
import { Scene, type Stage } from "./scene.ts";

const selfRemove: Proposal = { proposalType: "selfRemove" };
const section = "6.3";

function alicesCommit(stage: Stage, message: MLSMessage, change: (commit: Commit) => Commit): MLSMessage {
  return changedCommit(stage, message, stage.signaturePrivateKey("alice"), change);
}

/** A commit of alice with one SelfRemove of bob, and the SelfRemove. */
function leaving(stage: Stage, request: Parameters<MemberGroup["commit"]>[0] = {}) {
  const sent = stage.proposed(stage.bob, selfRemove);
  return { sent, ...stage.alice.commit(request) };
}

function joining(stage: Stage, pending: readonly MLSMessage[]) {
  const own = stage.client("dave");
  const { alice } = stage;
  const init = { groupInfo: alice.groupInfo(), ratchetTree: alice.public.ratchetTree(), own, pending };
  return { own, ...MemberGroup.joinExternally(stage.crypto, init, { components }) };
}

/** Valid ones. */
function validCases(scene: Scene): Case[] {
  const valid = (id: string, play: (stage: Stage) => Case["input"], notes?: string): Case => ({
    ...{ id, section, input: play(scene.stage(id)) },
    ...(notes === undefined ? {} : { notes }),
  });
  return [
    valid("proposal", (stage) => stage.server([stage.proposed(stage.bob, selfRemove)])),
    valid(
      "membership-tag-is-not-for-servers",
      (stage) => {
        const sent = stage.proposed(stage.bob, selfRemove);
        const { membershipTag, ...rest } = publicMessageOf(sent);
        const publicMessage = { ...rest, membershipTag: flipped(membershipTag!) };
        return stage.server([{ version: "mls10", wireFormat: "publicMessage", publicMessage }]);
      },
      "Whoever is no member checks everything but the membership tag, which is wrong here.",
    ),
    valid("commit", (stage) => {
      const { sent, commit, groupInfo } = leaving(stage);
      return stage.server([sent, commit], groupInfo);
    }),
    valid(
      "commit-as-the-leaver-sees-it",
      (stage) => {
        const { sent, commit } = leaving(stage);
        return stage.member("bob", [sent, commit]);
      },
      "The leaver can read the commit, and is not a member afterwards.",
    ),
    valid("commit-as-another-member-sees-it", (stage) => {
      const { sent, commit } = leaving(stage);
      return stage.member("carol", [sent, commit]);
    }),
    valid("two-leave", (stage) => {
      const sent = [stage.bob, stage.carol].map((member) => stage.proposed(member, selfRemove));
      const { commit, groupInfo } = stage.alice.commit();
      return stage.server([...sent, commit], groupInfo);
    }),
    valid(
      "with-add-into-the-place",
      (stage) => {
        const add: Proposal = { proposalType: "add", keyPackage: stage.client("dave").keyPackage };
        const { sent, commit, groupInfo } = leaving(stage, { proposals: [add, update(APPENDS, "aa")] });
        return stage.server([sent, commit], groupInfo);
      },
      "Removals come before Adds: the new client takes the leaver's leaf.",
    ),
    valid(
      "external-commit",
      (stage) => {
        const sent = stage.proposed(stage.bob, selfRemove);
        const { commit, groupInfo } = joining(stage, [sent]);
        return stage.server([sent, commit], groupInfo);
      },
      "The joiner takes the leftmost leaf that is blank after the removals: the leaver's.",
    ),
  ];
}

/** Invalid proposals. */
function proposalCases(scene: Scene, deaf: Scene): Case[] {
  const by = (
    id: string,
    reason: string,
    play: (stage: Stage) => MLSMessage,
    notes?: string,
    from: Scene = scene,
  ): Case => {
    const stage = from.stage(id);
    const input = stage.server([play(stage)]);
    return { id, section, reason, input, ...(notes === undefined ? {} : { notes }) };
  };
  return [
    by("signature-wrong", "invalid-signature", (stage) => {
      const sent = publicMessageOf(stage.proposed(stage.bob, selfRemove));
      const auth = { signature: flipped(sent.auth.signature) };
      return { version: "mls10", wireFormat: "publicMessage", publicMessage: { ...sent, auth } };
    }),
    by("signed-by-another-member", "invalid-signature", (stage) =>
      anyProposal(
        stage,
        { senderType: "member", leafIndex: 2 },
        selfRemove,
        stage.signaturePrivateKey("bob"),
      ),
    ),
    by("by-a-blank-leaf", "unknown-sender", (stage) =>
      anyProposal(
        stage,
        { senderType: "member", leafIndex: 3 },
        selfRemove,
        stage.signaturePrivateKey("bob"),
      ),
    ),
    by("by-an-external-sender", "invalid-proposal", (stage) =>
      anyProposal(stage, { senderType: "external", senderIndex: 0 }, selfRemove, scene.hubPrivateKey),
    ),
    by("by-somebody-who-wants-in", "unknown-sender", (stage) => {
      const { signaturePrivateKey } = stage.client("dave");
      return anyProposal(stage, { senderType: "newMemberProposal" }, selfRemove, signaturePrivateKey);
    }),
    by(
      "not-supported-by-all",
      "missing-capability",
      (stage) =>
        anyProposal(
          stage,
          { senderType: "member", leafIndex: 1 },
          selfRemove,
          stage.signaturePrivateKey("bob"),
        ),
      "One member does not list proposal 10.",
      deaf,
    ),
  ];
}

/** Invalid commits. */
function commitCases(scene: Scene): Case[] {
  const invalid = (
    id: string,
    reason: string,
    play: (stage: Stage) => readonly MLSMessage[],
    notes?: string,
  ): Case => {
    const stage = scene.stage(id);
    const input = stage.server(play(stage));
    return { id, section, reason, input, ...(notes === undefined ? {} : { notes }) };
  };
  const list = "invalid-proposal-list";
  return [
    invalid("commit-without-path", "missing-path", (stage) => {
      const { sent, commit } = leaving(stage);
      return [sent, alicesCommit(stage, commit, withoutPath)];
    }),
    invalid("by-value", list, (stage) => {
      const { commit } = stage.alice.commit({ path: true });
      return [alicesCommit(stage, commit, withValues(selfRemove))];
    }),
    invalid(
      "of-the-committer",
      list,
      (stage) => {
        const sent = stage.proposed(stage.alice, selfRemove);
        const { reference } = stage.alice.public.pending[0]!;
        const { commit } = stage.alice.commit({ path: true });
        return [
          sent,
          alicesCommit(stage, commit, ({ path }) => ({
            proposals: [{ type: "reference", reference }],
            path,
          })),
        ];
      },
      "Nobody commits their own leave.",
    ),
    invalid("beside-a-remove", list, (stage) => {
      const { sent, commit } = leaving(stage);
      return [sent, alicesCommit(stage, commit, withValues({ proposalType: "remove", removed: 1 }))];
    }),
    invalid("beside-an-update", list, (stage) => {
      const refreshed = stage.proposed(stage.bob, "update");
      const { reference } = stage.alice.public.pending[0]!;
      stage.alice.public.dropProposal(reference);
      const { sent, commit } = leaving(stage);
      const both = ({ proposals, path }: Commit): Commit => ({
        proposals: [{ type: "reference", reference }, ...proposals],
        path,
      });
      return [refreshed, sent, alicesCommit(stage, commit, both)];
    }),
    invalid("referred-to-twice", list, (stage) => {
      const { sent, commit } = leaving(stage);
      const twice = ({ proposals, path }: Commit): Commit => ({
        proposals: [...proposals, ...proposals],
        path,
      });
      return [sent, alicesCommit(stage, commit, twice)];
    }),
    invalid("unknown-reference", "unknown-proposal-reference", (stage) => [leaving(stage).commit]),
    invalid("external-commit-by-value", "invalid-proposal", (stage) => {
      const { own, commit } = joining(stage, []);
      return [changedCommit(stage, commit, own.signaturePrivateKey, withValues(selfRemove))];
    }),
  ];
}

/** Extensions §6.3: never but as PublicMessage. Somebody outside can read a SemiPrivateMessage, so it shows that. */
function semiPrivateCase(): Case {
  const id = "in-a-semi-private-message";
  const { scene, receiver } = receiverScene("self remove in a semi-private message");
  const stage = scene.stage(id);
  const remove: Proposal = { proposalType: "remove", removed: 2 };
  const { message } = stage.bob.propose(remove, { wireFormat: "semiPrivateMessage" });
  const hidden = changedSemiPrivate(stage, message, receiver, (opened) =>
    signedInside(
      stage,
      { ...opened, inner: { ...opened.inner, proposal: selfRemove } },
      1,
      stage.signaturePrivateKey("bob"),
    ),
  );
  return {
    ...{ id, section, reason: "wrong-wire-format" },
    readings: ["R-207"],
    input: { ...stage.server([hidden]), receiver: receiverInput(receiver) },
  };
}

/** SelfRemove. Extensions §6.3. */
export function selfRemoveCases(): Case[] {
  const scene = new Scene("self remove");
  const proposals = [ProposalTypeId.appDataUpdate, ProposalTypeId.appEphemeral];
  const deaf = new Scene("self remove, not for all", { members: [{}, {}, { capabilities: { proposals } }] });
  return [...validCases(scene), ...proposalCases(scene, deaf), ...commitCases(scene), semiPrivateCase()];
}
