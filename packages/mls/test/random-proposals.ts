/**
 * Proposals that may stand beside what is pending already, as a seed chooses them.
 * @module
 */

import {
  dictionaryOf,
  type Extension,
  ExtensionType,
  externalProposal,
  findExtension,
  joinProposal,
  type MemberGroup,
  type MLSMessage,
  type OwnKeyPackage,
  type Proposal,
  type PublicGroup,
} from "@openmimi/mls";
import { crypto, mimiRequired, suite, text } from "./actors.ts";
import type { Choices } from "./random.ts";

/** The hub as an external sender. */
export const hubKeys = suite.generateSignatureKeyPair();

/** Leaves that a pending proposal changes or takes away. */
export function touchedLeaves({ pending }: PublicGroup): Set<number> {
  return new Set(
    pending.flatMap(({ proposal, sender }) => {
      if (proposal.proposalType === "remove") return [proposal.removed];
      const own = proposal.proposalType === "update" || proposal.proposalType === "selfRemove";
      return own && sender.senderType === "member" ? [sender.leafIndex] : [];
    }),
  );
}

/** A proposal of the hub. */
export function fromHub(hub: PublicGroup, proposal: Proposal): MLSMessage {
  const { groupContext } = hub;
  const { privateKey: signaturePrivateKey } = hubKeys;
  return externalProposal(crypto, { groupContext, senderIndex: 0, signaturePrivateKey, proposal });
}

/** An Add by the one who wants in. */
export function fromNewcomer(hub: PublicGroup, own: OwnKeyPackage): MLSMessage {
  const { keyPackage, signaturePrivateKey } = own;
  return joinProposal(crypto, { groupContext: hub.groupContext, keyPackage, signaturePrivateKey });
}

/** Components that anybody may change. */
const COMPONENTS = [1, 0x22, 0x8000];
/** One that is only ever removed by commits, so that no pending update stands beside the removal. */
const REMOVABLE = 0x8001;

/** An update of some component. */
export function someUpdate(choices: Choices, componentId = choices.pick(COMPONENTS)): Proposal {
  const update = Uint8Array.of(choices.below(256));
  return { proposalType: "appDataUpdate", appDataUpdate: { componentId, op: "update", update } };
}

/** An AppEphemeral. */
export function someEphemeral(choices: Choices): Proposal {
  const data = Uint8Array.of(choices.below(256));
  return { proposalType: "appEphemeral", appEphemeral: { componentId: 5, data } };
}

/** A PSK that everybody knows. */
export function externalPsk(): Proposal {
  const pskNonce = suite.random(suite.hashLength);
  return { proposalType: "psk", psk: { pskType: "external", pskId: text("id"), pskNonce } };
}

/** The PSK that the members of this epoch have, and those who join it do not. RFC 9420 §8.6. */
function resumptionPsk({ groupId, epoch }: PublicGroup): Proposal {
  const pskNonce = suite.random(suite.hashLength);
  const id = { usage: "application" as const, pskGroupId: groupId, pskEpoch: epoch, pskNonce };
  return { proposalType: "psk", psk: { pskType: "resumption", ...id } };
}

/** A GroupContextExtensions that leaves the locked dictionary as it is. */
function sameExtensions(hub: PublicGroup, choices: Choices, hubSender: Extension): Proposal {
  const dictionary = findExtension(hub.groupContext.extensions, ExtensionType.appDataDictionary);
  const kept = choices.once(2) ? [mimiRequired, hubSender] : [hubSender, mimiRequired];
  if (dictionary === undefined) return { proposalType: "groupContextExtensions", extensions: kept };
  const extension = { extensionType: ExtensionType.appDataDictionary, extensionData: dictionary };
  const extensions = choices.once(2) ? [extension, ...kept] : [...kept, extension];
  return { proposalType: "groupContextExtensions", extensions };
}

/** What a member commits by value besides Adds. */
export function byValue(
  choices: Choices,
  hub: PublicGroup,
  committer: MemberGroup,
  hubSender: Extension,
  withNewcomers: boolean,
): Proposal[] {
  const touched = touchedLeaves(hub);
  const proposals: Proposal[] = [];
  for (const { leafIndex } of hub.tree.leaves()) {
    if (leafIndex === committer.ownLeafIndex || touched.has(leafIndex) || !choices.once(8)) continue;
    proposals.push({ proposalType: "remove", removed: leafIndex });
  }
  if (choices.once(4)) proposals.push(someUpdate(choices));
  if (choices.once(6)) {
    const entries = dictionaryOf(hub.groupContext.extensions);
    const isThere = entries.some(({ componentId }) => componentId === REMOVABLE);
    proposals.push(
      isThere
        ? { proposalType: "appDataUpdate", appDataUpdate: { componentId: REMOVABLE, op: "remove" } }
        : someUpdate(choices, REMOVABLE),
    );
  }
  if (choices.once(6)) proposals.push(someEphemeral(choices));
  if (choices.once(6)) proposals.push(sameExtensions(hub, choices, hubSender));
  if (choices.once(6)) proposals.push(externalPsk());
  if (choices.once(6) && !withNewcomers) proposals.push(resumptionPsk(hub));
  return proposals;
}
