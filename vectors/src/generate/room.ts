/**
 * The example flow of protocol §3 played with seeded cryptography: where the bodies of the vectors come from.
 * The group has the components that the flow needs; its policy is not what these vectors are about.
 * @module
 */

import {
  ApplicationFraming,
  ComponentId,
  ComponentsList,
  type CryptoProvider,
  createKeyPackage,
  dictionaryExtension,
  type Extension,
  ExtensionType,
  ExternalSenders,
  externalProposal,
  type MadeGroupCommit,
  MediaTypeList,
  MemberGroup,
  type MLSMessage,
  type OwnKeyPackage,
  PublicGroup,
  RequiredCapabilities,
} from "@openmimi/mls";
import {
  clientCredential,
  domainOf,
  type Frank,
  FrankingAgentData,
  frankedAuthenticatedData,
  frankingTag,
  identityOf,
  MimiComponentId,
  makeFrank,
  ParticipantListData,
  ParticipantListUpdate,
  providerCredential,
  RoomMetaData,
} from "@openmimi/protocol";
import { roomComponents } from "@openmimi/room";
import { encode } from "@openmimi/tls";
import { seededCrypto, seededOctets } from "./seeded.ts";

export const ROOM = "mimi://a.example/r/clubhouse";
export const ALICE = "mimi://a.example/u/alice";
export const BOB = "mimi://b.example/u/bob";
export const CATHY = "mimi://c.example/u/cathy";

/** Milliseconds since the UNIX epoch: 25 April 2026, the date of the draft. */
export const STARTED_MS = 1_777_075_200_000n;
/** Seconds: 2026 to 2100, so that the KeyPackages of the vectors do not expire. */
const LIFETIME = { notBefore: 1_767_225_600n, notAfter: 4_102_444_800n };

const options = { components: roomComponents, now: () => STARTED_MS / 1000n };

/** A client that acts in the room. */
export interface Client {
  readonly uri: string;
  readonly user: string;
  readonly crypto: CryptoProvider;
  readonly own: OwnKeyPackage;
}

const mimiContent = { type: "application/mimi-content", parameters: [] };

/** Extensions §5, §6.2: what a client understands, as far as MLS's Capabilities have no place for it. */
function leafDictionary(): Extension {
  const components: [number, Uint8Array][] = [
    [
      ComponentId.appComponents,
      encode(ComponentsList, {
        componentIds: [1, 2, 3, ...Object.values(MimiComponentId)].sort((a, b) => a - b),
      }),
    ],
    [ComponentId.safeAad, encode(ComponentsList, { componentIds: [MimiComponentId.frankAad] })],
    [ComponentId.contentMediaTypes, encode(MediaTypeList, { mediaTypeList: [mimiContent] })],
  ];
  return dictionaryExtension(components.map(([componentId, data]) => ({ componentId, data })));
}

/** A client with a KeyPackage, the same every time. */
export function makeClient(uri: string): Client {
  const crypto = seededCrypto(`client ${uri}`);
  const credential = clientCredential(uri);
  const own = createKeyPackage(crypto, 1, {
    credential,
    capabilities: {
      versions: [1],
      cipherSuites: [1],
      extensions: [ExtensionType.appDataDictionary],
      proposals: [8, 9, 10],
      credentials: [1],
    },
    lifetime: LIFETIME,
    leafExtensions: [leafDictionary()],
  });
  return { uri, user: identityOf(credential).userUri, crypto, own };
}

const hubCrypto = seededCrypto("hub a.example");
const hubKeys = hubCrypto.suite(1).generateSignatureKeyPair();
const frankingKeys = hubCrypto.suite(1).generateSignatureKeyPair();

/** The hub of the room, as external sender and as franking agent. */
export const HUB = {
  crypto: hubCrypto,
  sender: { signatureKey: hubKeys.publicKey, credential: providerCredential(domainOf(ROOM)) },
  privateKey: hubKeys.privateKey,
  frankingAgent: {
    frankingSignatureKey: frankingKeys.publicKey,
    credential: providerCredential(domainOf(ROOM)),
  },
  frankingPrivateKey: frankingKeys.privateKey,
  hubKey: seededOctets("hub_key a.example")(32),
};

function contextExtensions(): Extension[] {
  const components: [number, Uint8Array][] = [
    [ComponentId.appComponents, encode(ComponentsList, { componentIds: [1, 2, 3, 0x21, 0x22, 0x23] })],
    [ComponentId.safeAad, encode(ComponentsList, { componentIds: [MimiComponentId.frankAad] })],
    [ComponentId.contentMediaTypes, encode(MediaTypeList, { mediaTypeList: [mimiContent] })],
    [MimiComponentId.frankingAgent, encode(FrankingAgentData, HUB.frankingAgent)],
    [
      MimiComponentId.participantList,
      encode(ParticipantListData, { participants: [{ user: ALICE, roleIndex: 4 }] }),
    ],
    [
      MimiComponentId.roomMetadata,
      encode(RoomMetaData, {
        roomUri: ROOM,
        roomName: "Clubhouse",
        roomDescriptions: [],
        roomAvatar: "",
        roomSubject: "",
        roomMood: "",
      }),
    ],
  ];
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
    dictionaryExtension(components.map(([componentId, data]) => ({ componentId, data }))),
  ];
}

/** An AppDataUpdate of the participant list. */
function listUpdate(update: Partial<ParticipantListUpdate>) {
  const whole = { changedRoleParticipants: [], removedIndices: [], addedParticipants: [], ...update };
  return {
    proposalType: "appDataUpdate" as const,
    appDataUpdate: {
      componentId: MimiComponentId.participantList,
      op: "update" as const,
      update: encode(ParticipantListUpdate, whole),
    },
  };
}

/** A message that Cathy sends, and what the hub makes of it. */
interface SentMessage {
  readonly message: MLSMessage;
  readonly applicationData: Uint8Array;
  readonly frank: Frank;
  readonly acceptedTimestamp: bigint;
}

/** Everything that is sent in the flow. */
export interface Flow {
  readonly clients: Readonly<Record<"a1" | "b1" | "b2" | "c1" | "c3", Client>>;
  /** Alice adds Bob with two clients. */
  readonly addBob: MadeGroupCommit;
  /** The tree that Bob joins with. */
  readonly treeWithBob: ReturnType<PublicGroup["ratchetTree"]>;
  /** Bob adds Cathy. */
  readonly addCathy: MadeGroupCommit;
  readonly message: SentMessage;
  /** Bob leaves: SelfRemove of the client that sends, Remove of the other one, the participant list. */
  readonly leave: readonly [MLSMessage, MLSMessage, MLSMessage];
  /** Cathy's commit of the three. */
  readonly commitLeave: MadeGroupCommit;
  /** The hub as it answers Cathy's new client: in the epoch behind commitLeave, with a proposal of its own pending. */
  readonly hubBeforeJoin: PublicGroup;
  readonly hubProposal: MLSMessage;
  readonly groupInfo: MadeGroupCommit["groupInfo"];
  /** The external commit of Cathy's new client. */
  readonly join: { readonly commit: MLSMessage; readonly groupInfo: MadeGroupCommit["groupInfo"] };
  /** The hub's proposal, made again for the epoch behind the external commit. */
  readonly replacement: MLSMessage;
}

function accept(hub: PublicGroup, made: MadeGroupCommit): void {
  const staged = hub.stage(made.commit);
  hub.verifyGroupInfo(staged, made.groupInfo);
  hub.merge(staged);
}

function take(member: MemberGroup, commit: MLSMessage): void {
  const processed = member.process(commit);
  if (processed.kind !== "commit") throw new Error("the flow is broken: no commit");
  processed.merge();
}

function sendMessage(sender: MemberGroup, client: Client): SentMessage {
  const random = seededOctets("message 1");
  // Not a whole MIMI content: a salt and some octets, which is all that franking looks at.
  const salt = random(16);
  const applicationData = encode(ApplicationFraming, {
    mediaType: { type: "", parameters: [] },
    innerApplicationContent: random(40),
  });
  const tag = frankingTag(salt, applicationData);
  const acceptedTimestamp = STARTED_MS + 3000n;
  return {
    message: sender.protect(applicationData, { authenticatedData: frankedAuthenticatedData(tag) }),
    applicationData,
    acceptedTimestamp,
    frank: makeFrank({
      suite: HUB.crypto.suite(1),
      hubKey: HUB.hubKey,
      frankingPrivateKey: HUB.frankingPrivateKey,
      frankingTag: tag,
      context: { senderUri: client.user, roomUri: ROOM, acceptedTimestamp },
    }),
  };
}

function hubRemoves(hub: PublicGroup, removed: number): MLSMessage {
  return externalProposal(HUB.crypto, {
    groupContext: hub.groupContext,
    senderIndex: 0,
    signaturePrivateKey: HUB.privateKey,
    proposal: { proposalType: "remove", removed },
  });
}

/** Plays the flow of protocol §3.1 to §3.6. */
export function playFlow(): Flow {
  const clients = {
    a1: makeClient("mimi://a.example/d/alice/A1"),
    b1: makeClient("mimi://b.example/d/bob/B1"),
    b2: makeClient("mimi://b.example/d/bob/B2"),
    c1: makeClient("mimi://c.example/d/cathy/C1"),
    c3: makeClient("mimi://c.example/d/cathy/C3"),
  };
  const { a1, b1, b2, c1, c3 } = clients;
  const groupId = seededOctets("group clubhouse")(32);
  const alice = MemberGroup.create(
    a1.crypto,
    { cipherSuite: 1, groupId, own: a1.own, extensions: contextExtensions() },
    options,
  );
  const hub = PublicGroup.fromGroupInfo(HUB.crypto, alice.groupInfo(), alice.public.ratchetTree(), options);
  const add = ({ own }: Client) => ({ proposalType: "add" as const, keyPackage: own.keyPackage });

  const addBob = alice.commit({
    proposals: [listUpdate({ addedParticipants: [{ user: BOB, roleIndex: 2 }] }), add(b1), add(b2)],
  });
  accept(hub, addBob);
  alice.mergePendingCommit();
  const treeWithBob = hub.ratchetTree();
  const bob = join(b1, addBob, treeWithBob);

  const addCathy = bob.commit({
    proposals: [listUpdate({ addedParticipants: [{ user: CATHY, roleIndex: 2 }] }), add(c1)],
  });
  accept(hub, addCathy);
  bob.mergePendingCommit();
  take(alice, addCathy.commit);
  const cathy = join(c1, addCathy, hub.ratchetTree());

  const message = sendMessage(cathy, c1);

  const leave: Flow["leave"] = [
    bob.propose({ proposalType: "selfRemove" }).message,
    bob.propose({ proposalType: "remove", removed: 2 }).message,
    bob.propose(listUpdate({ removedIndices: [1] })).message,
  ];
  for (const proposal of leave) {
    hub.addProposal(hub.stageProposal(proposal));
    cathy.process(proposal);
  }
  const commitLeave = cathy.commit();
  accept(hub, commitLeave);
  cathy.mergePendingCommit();

  const hubBeforeJoin = PublicGroup.deserialize(HUB.crypto, hub.serialize(), options);
  const hubProposal = hubRemoves(hub, 0);
  hub.addProposal(hub.stageProposal(hubProposal));
  const groupInfo = cathy.groupInfo();
  const joined = MemberGroup.joinExternally(
    c3.crypto,
    { groupInfo, ratchetTree: hub.ratchetTree(), own: c3.own, pending: [hubProposal] },
    options,
  );
  const staged = hub.stage(joined.commit);
  hub.verifyGroupInfo(staged, joined.groupInfo);
  hub.merge(staged);
  return {
    clients,
    addBob,
    treeWithBob,
    addCathy,
    message,
    leave,
    commitLeave,
    hubBeforeJoin,
    hubProposal,
    groupInfo,
    join: { commit: joined.commit, groupInfo: joined.groupInfo },
    replacement: hubRemoves(hub, 0),
  };
}

function join(client: Client, { welcome }: MadeGroupCommit, ratchetTree: Flow["treeWithBob"]): MemberGroup {
  if (welcome === undefined) throw new Error("the flow is broken: no Welcome");
  return MemberGroup.join(client.crypto, { welcome, keyPackages: [client.own], ratchetTree }, options);
}
