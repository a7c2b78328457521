/**
 * The rooms that the vectors of the kind `group-info` are about: groups with members, as their hub knows them.
 * @module
 */

import {
  ComponentId,
  ComponentsList,
  createKeyPackage,
  dictionaryExtension,
  type Extension,
  ExtensionType,
  ExternalSenders,
  externalProposal,
  GroupInfo,
  MemberGroup,
  type MLSMessage,
  MLSMessage as MLSMessageStruct,
  type OwnKeyPackage,
  type Proposal,
  PublicGroup,
  RatchetTreeNodes,
  RequiredCapabilities,
} from "@openmimi/mls";
import { clientCredential, MimiComponentId, providerCredential } from "@openmimi/protocol";
import { roomComponents } from "@openmimi/room";
import { encode } from "@openmimi/tls";
import { hex, type Json } from "../envelope.ts";
import type { Components } from "../policy/sketch.ts";
import { STARTED_MS } from "../room.ts";
import { seededCrypto, seededOctets } from "../seeded.ts";

export const DOMAIN = "hub.example";
const crypto = seededCrypto("group-info hub");
const keys = crypto.suite(1).generateSignatureKeyPair();

/** The hub as external sender. */
export const HUB = {
  sender: { signatureKey: keys.publicKey, credential: providerCredential(DOMAIN) },
  privateKey: keys.privateKey,
};

/** `alice` of a.example with the client `A1`, and so on. */
export const clientUri = (name: string): string =>
  `mimi://${name[0]}.example/d/${name}/${name[0]?.toUpperCase()}1`;

const understood = [1, 2, 3, ...Object.values(MimiComponentId)].sort((a, b) => a - b);

function keyPackage(name: string): OwnKeyPackage {
  return createKeyPackage(seededCrypto(`group-info ${name}`), 1, {
    credential: clientCredential(clientUri(name)),
    capabilities: {
      versions: [1],
      cipherSuites: [1],
      extensions: [ExtensionType.appDataDictionary],
      proposals: [8, 10],
      credentials: [1],
    },
    lifetime: { notBefore: STARTED_MS / 1000n - 60n, notAfter: STARTED_MS / 1000n + 86_400n },
    leafExtensions: [
      dictionaryExtension([
        {
          componentId: ComponentId.appComponents,
          data: encode(ComponentsList, { componentIds: understood }),
        },
      ]),
    ],
  });
}

function extensionsOf(components: Components): Extension[] {
  return [
    {
      extensionType: ExtensionType.requiredCapabilities,
      extensionData: encode(RequiredCapabilities, {
        extensionTypes: [ExtensionType.appDataDictionary],
        proposalTypes: [8, 10],
        credentialTypes: [1],
      }),
    },
    { extensionType: ExtensionType.externalSenders, extensionData: encode(ExternalSenders, [HUB.sender]) },
    dictionaryExtension([...components].map(([componentId, data]) => ({ componentId, data }))),
  ];
}

/** A room at its hub. */
export interface HostedRoom {
  readonly roomUri: string;
  readonly groupInfo: GroupInfo;
  readonly ratchetTree: RatchetTreeNodes;
  readonly pending: readonly MLSMessage[];
  /** The participants of the room's parent. */
  readonly parentParticipants?: readonly string[];
}

/** What is proposed in the epoch: by a member, or by the hub. */
export type Proposed = (leafOf: (name: string) => number) => {
  readonly by: string;
  readonly proposal: Proposal;
};

/**
 * A room with these components, whose group has one client of each of the users named: the first creates it and adds
 * the others.
 */
export function host(
  roomUri: string,
  components: Components,
  names: readonly string[],
  proposed: readonly Proposed[] = [],
): HostedRoom {
  const options = { components: roomComponents, now: () => STARTED_MS / 1000n };
  const owns = names.map(keyPackage);
  const [own, ...others] = owns;
  if (own === undefined) throw new Error("a group has a member");
  const seed = `group-info ${roomUri} ${[...components.values()].map(hex).join(" ")}`;
  const groupId = seededOctets(seed)(16);
  const creator = MemberGroup.create(
    seededCrypto(seed),
    { cipherSuite: 1, groupId, own, extensions: extensionsOf(components) },
    options,
  );
  const adds = others.map((other): Proposal => ({ proposalType: "add", keyPackage: other.keyPackage }));
  const { welcome } = creator.commit({ proposals: adds });
  creator.mergePendingCommit();
  const leafOf = (name: string) => names.indexOf(name);
  const ratchetTree = creator.public.ratchetTree();
  const pending = proposed.map((propose): MLSMessage => {
    const { by, proposal } = propose(leafOf);
    if (by === DOMAIN) {
      const { groupContext } = creator.public;
      return externalProposal(crypto, {
        groupContext,
        senderIndex: 0,
        signaturePrivateKey: HUB.privateKey,
        proposal,
      });
    }
    const member = owns[leafOf(by)];
    if (welcome === undefined || member === undefined) throw new Error(`${by} is no member`);
    const joined = MemberGroup.join(
      seededCrypto(`${seed} ${by}`),
      { welcome, keyPackages: [member], ratchetTree },
      options,
    );
    return joined.propose(proposal).message;
  });
  const hub = PublicGroup.fromGroupInfo(crypto, creator.groupInfo(), ratchetTree, options);
  for (const message of pending) hub.addProposal(hub.stageProposal(message));
  return { roomUri, groupInfo: creator.groupInfo(), ratchetTree, pending };
}

/** When the hub took pending proposals: one a second. */
export const acceptedTime = (index: number): bigint => STARTED_MS + BigInt(index + 1) * 1000n;

/** A room as it stands in a vector. */
export function roomJson({ roomUri, groupInfo, ratchetTree, pending, parentParticipants }: HostedRoom) {
  return {
    roomUri,
    groupInfo: hex(encode(GroupInfo, groupInfo)),
    ratchetTree: hex(encode(RatchetTreeNodes, ratchetTree)),
    pendingProposals: pending.map((proposal, index) => ({
      proposal: hex(encode(MLSMessageStruct, proposal)),
      hubAcceptedTime: acceptedTime(index).toString(),
    })) as Json,
    ...(parentParticipants === undefined ? {} : { parentParticipants: parentParticipants as Json }),
  };
}
