/**
 * Clients for the tests of this package.
 * @module
 */

import * as nodeModule from "node:crypto";
import {
  type Capabilities,
  CipherSuiteId,
  type ComponentLogic,
  createKeyPackage,
  createNodeCrypto,
  type Extension,
  ExtensionType,
  MemberGroup,
  type MemberOptions,
  type OwnKeyPackage,
  type Proposal,
  ProposalTypeId,
  type PublicGroup,
  RequiredCapabilities,
} from "@openmimi/mls";
import { encode } from "@openmimi/tls";

export const suiteId = CipherSuiteId.MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519;
/** The faster provider; both pass the published vectors. */
export const crypto = createNodeCrypto(nodeModule);
export const suite = crypto.suite(suiteId);

export const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const always = { notBefore: 0n, notAfter: 2n ** 63n };

/** What a client of MIMI supports. */
export const mimiCapabilities: Capabilities = {
  versions: [1],
  cipherSuites: [suiteId],
  extensions: [ExtensionType.appDataDictionary],
  proposals: [ProposalTypeId.appDataUpdate, ProposalTypeId.appEphemeral, ProposalTypeId.selfRemove],
  credentials: [1],
};

/** A component that appends every update to its data. */
export const appending: ComponentLogic = (_id, current, updates) =>
  Uint8Array.from([...(current ?? []), ...updates.flatMap((update) => [...update])]);

export const options: MemberOptions = { components: appending };

/** Fresh keys of a client. */
export function keysOf(name: string, capabilities: Capabilities = mimiCapabilities): OwnKeyPackage {
  return createKeyPackage(crypto, suiteId, {
    credential: { credentialType: "basic", identity: text(name) },
    capabilities,
    lifetime: always,
  });
}

/** What MIMI groups require. */
export const mimiRequired: Extension = {
  extensionType: ExtensionType.requiredCapabilities,
  extensionData: encode(RequiredCapabilities, {
    extensionTypes: [ExtensionType.appDataDictionary],
    proposalTypes: [ProposalTypeId.appDataUpdate, ProposalTypeId.selfRemove],
    credentialTypes: [],
  }),
};

/** A group of one. */
export function newGroup(name = "alice", extensions: readonly Extension[] = [mimiRequired]): MemberGroup {
  return MemberGroup.create(
    crypto,
    { cipherSuite: suiteId, groupId: text("group"), own: keysOf(name), extensions },
    options,
  );
}

export const add = (own: OwnKeyPackage): Proposal => ({ proposalType: "add", keyPackage: own.keyPackage });

/** Adds clients in one commit, which everyone merges; returns the new members. */
export function addMembers(
  committer: MemberGroup,
  others: readonly MemberGroup[],
  names: readonly string[],
): MemberGroup[] {
  const keys = names.map((name) => keysOf(name));
  const { commit, welcome } = committer.commit({ proposals: keys.map(add) });
  committer.mergePendingCommit();
  for (const other of others) mergeCommit(other.process(commit));
  const ratchetTree = committer.public.ratchetTree();
  return keys.map((own) =>
    MemberGroup.join(crypto, { welcome: welcome!, keyPackages: [own], ratchetTree }, options),
  );
}

/** Merges what must be a commit. */
export function mergeCommit(processed: ReturnType<MemberGroup["process"]>): void {
  if (processed.kind !== "commit") throw new Error(`expected a commit, got a ${processed.kind}`);
  processed.merge();
}

/** What all members of one epoch have in common; a server knows all but the first. */
export function agreement(group: MemberGroup | PublicGroup): string {
  const view = group instanceof MemberGroup ? group.public : group;
  const { treeHash, epoch, confirmedTranscriptHash, extensions } = view.groupContext;
  const parts = [
    view.tree.rootHash(view.suite),
    treeHash,
    confirmedTranscriptHash,
    view.state.interimTranscriptHash,
  ];
  const hex = (octets: Uint8Array) => Buffer.from(octets).toString("hex");
  const data = extensions.map(({ extensionType, extensionData }) => `${extensionType}:${hex(extensionData)}`);
  return [epoch, ...parts.map(hex), ...data].join(" ");
}
