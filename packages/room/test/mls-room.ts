/** A room on real MLS groups: a hub that follows, and members. */
import {
  createKeyPackage,
  defaultCapabilities,
  dictionaryExtension,
  type Extension,
  ExtensionType,
  ExternalSenders,
  MemberGroup,
  type MLSMessage,
  nobleCrypto,
  type OwnKeyPackage,
  type Proposal,
  PublicGroup,
  RequiredCapabilities,
  type StagedCommit,
} from "@openmimi/mls";
import { clientUri, MimiComponentId, ParticipantListUpdate, providerCredential } from "@openmimi/protocol";
import { encode } from "@openmimi/tls";
import { roomComponents } from "../src/components.ts";
import { cooperativeRoom } from "../src/presets/index.ts";
import { type ListChange, listUpdate, ROOM, uri } from "./kit.ts";

const SUITE = 1;
export const options = { components: roomComponents };
const lifetime = { notBefore: 0n, notAfter: 2n ** 40n };
const hubKeys = nobleCrypto.suite(SUITE).generateSignatureKeyPair();

export function keyPackage(name: string, device = "1", credential?: Uint8Array): OwnKeyPackage {
  const identity = credential ?? new TextEncoder().encode(clientUri(`${name[0]}.example`, name, device));
  const capabilities = { ...defaultCapabilities(SUITE), extensions: [6], proposals: [8, 10] };
  return createKeyPackage(nobleCrypto, SUITE, {
    credential: { credentialType: "basic", identity },
    capabilities,
    lifetime,
  });
}

function extensions(components: ReadonlyMap<number, Uint8Array>): Extension[] {
  const required = { extensionTypes: [6], proposalTypes: [8, 10], credentialTypes: [] };
  const senders = [{ signatureKey: hubKeys.publicKey, credential: providerCredential("hub.example") }];
  return [
    {
      extensionType: ExtensionType.requiredCapabilities,
      extensionData: encode(RequiredCapabilities, required),
    },
    { extensionType: ExtensionType.externalSenders, extensionData: encode(ExternalSenders, senders) },
    dictionaryExtension([...components].map(([componentId, data]) => ({ componentId, data }))),
  ];
}

/** Alice's new room. */
export function createRoom(): MemberGroup {
  return MemberGroup.create(
    nobleCrypto,
    {
      cipherSuite: SUITE,
      groupId: new TextEncoder().encode("mimi://hub.example/g/den"),
      own: keyPackage("alice"),
      extensions: extensions(cooperativeRoom({ roomUri: ROOM, creator: uri("alice"), name: "Den" })),
    },
    options,
  );
}

/** The hub's view of a member's group. */
export function follow(group: MemberGroup): PublicGroup {
  return PublicGroup.fromGroupInfo(nobleCrypto, group.groupInfo(), group.public.ratchetTree(), options);
}

export function listProposal(change: ListChange): Proposal {
  const update = encode(ParticipantListUpdate, listUpdate(change));
  return {
    proposalType: "appDataUpdate",
    appDataUpdate: { componentId: MimiComponentId.participantList, op: "update", update },
  };
}

/** Alice adds a user with some KeyPackages. */
export function adding(name: string, packages: readonly OwnKeyPackage[]): Proposal[] {
  const adds = packages.map(({ keyPackage }): Proposal => ({ proposalType: "add", keyPackage }));
  return [listProposal({ add: { [name]: 2 } }), ...adds];
}

/** Everybody else takes a commit that was made and is allowed; its maker merges it. */
export function deliver(
  hub: PublicGroup,
  maker: MemberGroup,
  commit: MLSMessage,
  others: readonly MemberGroup[],
): StagedCommit {
  const staged = hub.stage(commit);
  hub.merge(staged);
  if (maker.pendingCommit !== undefined) maker.mergePendingCommit();
  for (const other of others) {
    const processed = other.process(commit);
    if (processed.kind === "commit") processed.merge();
  }
  return staged;
}
