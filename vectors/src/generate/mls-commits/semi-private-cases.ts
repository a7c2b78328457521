/**
 * SemiPrivateMessages as members and as the receiver outside read them. Semi-private §3.
 * @module
 */

import type { MLSMessage, Proposal } from "@openmimi/mls";
import type { Case } from "../envelope.ts";
import {
  changedCommit,
  changedSemiPrivate,
  flipped,
  type Opened,
  type Receiver,
  withoutPath,
  withValues,
} from "./forge.ts";
import { receiverCapabilities, receiverClient, receiverInput, receiverScene } from "./receiver.ts";
import type { Scene, Stage } from "./scene.ts";

const readings = ["R-207", "R-208", "R-209", "R-210", "R-212", "R-215"];
const wireFormat = "semiPrivateMessage" as const;
const remove = { proposalType: "remove" as const, removed: 2 };

interface Given {
  readonly scene: Scene;
  readonly receiver: Receiver;
}

/** One message as a member and as the receiver get it. */
function twice(
  { scene, receiver }: Given,
  id: string,
  section: string,
  play: (stage: Stage) => readonly MLSMessage[],
  reasons: readonly [member: string | undefined, receiver: string | undefined] = [undefined, undefined],
  notes?: string,
): Case[] {
  const stage = scene.stage(id);
  const messages = play(stage);
  const [asMember, asReceiver] = reasons;
  const given = { readings, ...(notes === undefined ? {} : { notes }) };
  const because = (reason: string | undefined) => (reason === undefined ? {} : { reason });
  return [
    {
      ...{ id: `${id}-as-member`, section: `${section}.2`, ...given, ...because(asMember) },
      input: stage.member("bob", messages),
    },
    {
      ...{ id: `${id}-as-receiver`, section: `${section}.3`, ...given, ...because(asReceiver) },
      input: { ...stage.server(messages), receiver: receiverInput(receiver) },
    },
  ];
}

/** What was sent well. */
function validCases(given: Given): Case[] {
  return [
    ...twice(given, "proposal", "3", (stage) => [stage.alice.propose(remove, { wireFormat }).message]),
    ...twice(given, "commit", "3", (stage) => [stage.alice.commit({ path: true, wireFormat }).commit]),
    ...twice(
      given,
      "two-in-a-row",
      "3",
      (stage) => [
        stage.alice.propose(remove, { wireFormat }).message,
        stage.alice.propose({ ...remove, removed: 0 }, { wireFormat }).message,
      ],
      undefined,
      "Each has a key, a nonce and a guard of its own, of the next generation.",
    ),
    ...twice(
      given,
      "commit-of-a-reference",
      "3",
      (stage) => {
        const sent = stage.alice.propose(remove, { wireFormat }).message;
        return [sent, stage.alice.commit({ wireFormat }).commit];
      },
      undefined,
      "The reference is the hash of the AuthenticatedContent, whose wire format is 0xf006.",
    ),
  ];
}

/** What was changed by its sender, who alone can seal it again. */
function changedCases(given: Given): Case[] {
  const changed = (
    id: string,
    change: (opened: Opened) => Opened,
    reasons: readonly [string, string],
    notes?: string,
  ): Case[] =>
    twice(
      given,
      id,
      "3",
      (stage) => {
        const { message } = stage.alice.propose(remove, { wireFormat });
        return [changedSemiPrivate(stage, message, given.receiver, change)];
      },
      reasons,
      notes,
    );
  const closed = ["decryption-failed", "decryption-failed"] as const;
  return [
    ...changed(
      "signature-wrong",
      (opened) => ({
        ...opened,
        inner: { ...opened.inner, auth: { signature: flipped(opened.inner.auth.signature) } },
      }),
      ["invalid-signature", "invalid-signature"],
    ),
    ...changed("padding-not-zero", (opened) => ({ ...opened, padding: Uint8Array.of(0, 0, 1) }), closed),
    ...changed(
      "framed-content-tbs-hash-of-another-content",
      ({ header, ...rest }) => ({
        header: { ...header, framedContentTbsHash: flipped(header.framedContentTbsHash) },
        ...rest,
      }),
      closed,
      "It opens: the hash is part of the AAD that it was sealed with.",
    ),
    ...changed(
      "partial-context-hash-of-another-nonce",
      ({ header, ...rest }) => ({
        header: { ...header, partialContextHash: flipped(header.partialContextHash) },
        ...rest,
      }),
      closed,
    ),
  ];
}

/** Generations, and who may be in such a group. */
function otherCases({ scene }: Given): Case[] {
  const again = scene.stage("generation-used-before");
  const first = again.alice.propose(remove, { wireFormat }).message;
  const adding = scene.stage("add-of-a-client-that-lists-the-format");
  const keyPackage = adding.client("dave", receiverClient).keyPackage;
  const made = adding.alice.commit({ proposals: [{ proposalType: "add", keyPackage }] });
  const deaf = scene.stage("add-of-a-client-that-does-not");
  const other = deaf.client("dave", { capabilities: receiverCapabilities });
  const { commit } = deaf.alice.commit({ path: true });
  const key = deaf.signaturePrivateKey("alice");
  const value: Proposal = { proposalType: "add", keyPackage: other.keyPackage };
  return [
    {
      ...{ id: "generation-used-before", section: "3.1", readings, reason: "generation-consumed" },
      input: again.member("bob", [first, first]),
      notes: "The same message again: its key is gone.",
    },
    {
      ...{ id: "add-of-a-client-that-lists-the-format", section: "3", readings },
      input: adding.server([made.commit], made.groupInfo),
    },
    {
      ...{ id: "add-of-a-client-that-does-not", section: "3", readings, reason: "missing-capability" },
      input: deaf.server([changedCommit(deaf, commit, key, (body) => withoutPath(withValues(value)(body)))]),
    },
  ];
}

/** SemiPrivateMessage. */
export function semiPrivateCommitCases(): Case[] {
  const given = receiverScene("semi-private messages");
  return [...validCases(given), ...changedCases(given), ...otherCases(given)];
}
