/**
 * A member client without a provider: makes any handshake, message or request, also wrong ones.
 * @module
 */

import {
  type Capabilities,
  ComponentId,
  ComponentsList,
  type Credential,
  CredentialTypeId,
  createKeyPackage,
  dictionaryExtension,
  type Extension,
  ExtensionType,
  type ExternalSender,
  ExternalSenders,
  type GroupInfo,
  MemberGroup,
  type MLSMessage,
  nobleCrypto,
  type OwnKeyPackage,
  type Proposal,
  ProposalTypeId,
  RequiredCapabilities,
  type Welcome,
} from "@openmimi/mls";
import {
  clientCredential,
  clientUri,
  type FrankingAgentData,
  frankedAuthenticatedData,
  frankingTag,
  GroupInfoRequest,
  KeyMaterialRequest,
  MimiComponentId,
  ParticipantListUpdate,
  SubmitMessageRequest,
  signGroupInfoRequest,
  signKeyMaterialRequest,
  UpdateRequest,
  userOfClient,
} from "@openmimi/protocol";
import { cooperativeRoom, roomComponents } from "@openmimi/room";
import { encode } from "@openmimi/tls";

export const SUITE = 0x0001;
const suite = nobleCrypto.suite(SUITE);
const options = { components: roomComponents };

const capabilities: Capabilities = {
  versions: [1],
  cipherSuites: [SUITE],
  extensions: [ExtensionType.appDataDictionary],
  proposals: [ProposalTypeId.appDataUpdate, ProposalTypeId.selfRemove],
  credentials: [CredentialTypeId.basic, CredentialTypeId.jwt],
};

/** One client of one user, in one room at most. */
export class Member {
  readonly clientUri: string;
  readonly userUri: string;
  readonly domain: string;
  readonly credential: Credential;
  readonly keys = suite.generateSignatureKeyPair();
  group!: MemberGroup;

  /** @param credential default: a basic one; a function is given the key that the credential is for */
  constructor(
    domain: string,
    user: string,
    device: string,
    credential?: Credential | ((signatureKey: Uint8Array) => Credential),
  ) {
    this.domain = domain;
    this.clientUri = clientUri(domain, user, device);
    this.userUri = userOfClient(this.clientUri);
    this.credential =
      typeof credential === "function"
        ? credential(this.keys.publicKey)
        : (credential ?? clientCredential(this.clientUri));
  }

  /** Seconds. */
  keyPackage(lifetime: { notBefore?: bigint; notAfter?: bigint } = {}): OwnKeyPackage {
    const now = BigInt(Math.floor(Date.now() / 1000));
    return createKeyPackage(nobleCrypto, SUITE, {
      credential: this.credential,
      signatureKeyPair: this.keys,
      capabilities,
      lifetime: { notBefore: lifetime.notBefore ?? now - 60n, notAfter: lifetime.notAfter ?? now + 3600n },
      leafExtensions: [dictionary([MimiComponentId.frankAad])],
    });
  }

  /** Founds a group with this member in it. */
  found(
    roomUri: string,
    hub: ExternalSender,
    frankingAgent?: FrankingAgentData,
    groupId = `group of ${roomUri}`,
    more: ReadonlyMap<number, Uint8Array> = new Map(),
  ): void {
    const room = cooperativeRoom({
      roomUri,
      creator: this.userUri,
      ...(frankingAgent === undefined ? {} : { frankingAgent }),
    });
    const components = new Map([...room, ...more]);
    const extensions: Extension[] = [
      extension(ExtensionType.requiredCapabilities, {
        extensionTypes: [ExtensionType.appDataDictionary],
        proposalTypes: [ProposalTypeId.appDataUpdate, ProposalTypeId.selfRemove],
        credentialTypes: [],
      }),
      { extensionType: ExtensionType.externalSenders, extensionData: encode(ExternalSenders, [hub]) },
      dictionary([MimiComponentId.frankAad], [...components]),
    ];
    this.group = MemberGroup.create(
      nobleCrypto,
      { cipherSuite: SUITE, groupId: new TextEncoder().encode(groupId), own: this.keyPackage(), extensions },
      options,
    );
  }

  join(
    welcome: Welcome,
    own: OwnKeyPackage,
    ratchetTree: ReturnType<MemberGroup["public"]["ratchetTree"]>,
  ): void {
    this.group = MemberGroup.join(nobleCrypto, { welcome, keyPackages: [own], ratchetTree }, options);
  }

  /** An external commit; this member is then in the new epoch. */
  joinExternally(
    groupInfo: GroupInfo,
    ratchetTree: ReturnType<MemberGroup["public"]["ratchetTree"]>,
    pending: readonly MLSMessage[] = [],
    proposals: readonly Proposal[] = [],
  ): { commit: MLSMessage; groupInfo: GroupInfo } {
    const own = this.keyPackage();
    const joined = MemberGroup.joinExternally(
      nobleCrypto,
      { groupInfo, ratchetTree, own, pending, proposals },
      options,
    );
    this.group = joined.group;
    return { commit: joined.commit, groupInfo: joined.groupInfo };
  }

  keyMaterialRequest(
    targetUser: string,
    roomId: string,
    change: Partial<KeyMaterialRequest> = {},
  ): Uint8Array {
    const request = signKeyMaterialRequest(
      suite,
      {
        protocol: "mls10",
        requestingUser: this.userUri,
        targetUser,
        roomId,
        acceptableCiphersuites: [SUITE],
        requiredCapabilities: { extensionTypes: [6], proposalTypes: [8, 10], credentialTypes: [] },
        requesterSignatureKey: this.keys.publicKey,
        requesterCredential: this.credential,
        ...change,
      },
      this.keys.privateKey,
    );
    const { keyMaterialRequestSignature = request.keyMaterialRequestSignature } = change;
    return encode(KeyMaterialRequest, { ...request, keyMaterialRequestSignature });
  }

  groupInfoRequest(change: Partial<GroupInfoRequest> = {}): {
    body: Uint8Array;
    request: GroupInfoRequest;
    privateKey: Uint8Array;
  } {
    const keyPair = suite.generateHpkeKeyPair();
    const signed = signGroupInfoRequest(
      suite,
      {
        protocol: "mls10",
        cipherSuite: SUITE,
        requestingSignatureKey: this.keys.publicKey,
        requestingCredential: this.credential,
        groupInfoPublicKey: keyPair.publicKey,
        joiningCode: new Uint8Array(),
        ...change,
      },
      this.keys.privateKey,
    );
    const request = { ...signed, ...change };
    return { body: encode(GroupInfoRequest, request), request, privateKey: keyPair.privateKey };
  }

  /** A message with a franking tag in it. */
  message(text: string, change: Partial<SubmitMessageRequest> = {}): Uint8Array {
    const applicationData = new TextEncoder().encode(text);
    const tag = frankingTag(new TextEncoder().encode("salt"), applicationData);
    const appMessage = this.group.protect(applicationData, {
      authenticatedData: frankedAuthenticatedData(tag),
    });
    return submission({ appMessage, sendingUri: this.userUri, ...change });
  }
}

/** Encodes a SubmitMessageRequest. */
export function submission(change: Pick<SubmitMessageRequest, "appMessage" | "sendingUri">): Uint8Array {
  return encode(SubmitMessageRequest, { protocol: "mls10", ...change });
}

/** A body for /update with a commit. */
export function commitBody(
  commit: MLSMessage,
  groupInfo: GroupInfo,
  welcome?: Welcome,
  change: Partial<UpdateRequest> = {},
): Uint8Array {
  return encode(UpdateRequest, {
    proposalOrCommit: commit,
    welcome,
    groupInfoOption: { representation: "full", groupInfo },
    ratchetTreeOption: { representation: "distributionService" },
    ...change,
  } as UpdateRequest);
}

/** A body for /update with proposals. */
export function proposalBody(first: MLSMessage, ...moreProposals: MLSMessage[]): Uint8Array {
  return encode(UpdateRequest, { proposalOrCommit: first, moreProposals } as UpdateRequest);
}

/** A change of the participant list. */
export function listUpdate(update: Partial<ParticipantListUpdate>): Proposal {
  return {
    proposalType: "appDataUpdate",
    appDataUpdate: {
      componentId: MimiComponentId.participantList,
      op: "update",
      update: encode(ParticipantListUpdate, {
        changedRoleParticipants: [],
        removedIndices: [],
        addedParticipants: [],
        ...update,
      }),
    },
  };
}

function extension(extensionType: number, required: RequiredCapabilities): Extension {
  return { extensionType, extensionData: encode(RequiredCapabilities, required) };
}

function dictionary(safeAad: number[], components: readonly [number, Uint8Array][] = []): Extension {
  const list = (componentIds: number[]) => encode(ComponentsList, { componentIds });
  return dictionaryExtension([
    { componentId: ComponentId.safeAad, data: list(safeAad) },
    ...components.map(([componentId, data]) => ({ componentId, data })),
  ]);
}
