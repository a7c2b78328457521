/**
 * Groups of three members for the vectors of the kind `mls-commits`.
 * @module
 */

import {
  type Capabilities,
  type ComponentData,
  ComponentId,
  ComponentsList,
  type Credential,
  createKeyPackage,
  dictionaryExtension,
  type Extension,
  ExtensionType,
  ExternalSenders,
  externalProposal,
  GroupInfo,
  KeyPackage,
  MemberGroup,
  type MemberOptions,
  MLSMessage,
  type OwnKeyPackage,
  type Proposal,
  ProposalTypeId,
  RatchetTreeNodes,
  type Welcome,
} from "@openmimi/mls";
import { encode } from "@openmimi/tls";
import { hex, type Json } from "../envelope.ts";
import { seededCrypto } from "../seeded.ts";
import { APPENDS, ASCENDS, components, ephemeralLogic, NOTE, REFUSES, REPLACES } from "./logic.ts";

export const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);
export const list = (componentIds: number[]): Uint8Array => encode(ComponentsList, { componentIds });
export const extension = (extensionType: number, extensionData: Uint8Array): Extension => ({
  extensionType,
  extensionData,
});

/** How a client differs from the others. */
export interface ClientSketch {
  readonly capabilities?: Partial<Capabilities>;
  /** The components of its app_components; `undefined`: its leaf has no dictionary. */
  readonly lists?: readonly number[] | undefined;
  /** Further entries of its leaf's dictionary. */
  readonly leafEntries?: readonly ComponentData[];
  readonly leafExtensions?: readonly Extension[];
  readonly keyPackageExtensions?: readonly Extension[];
  /** Given its signature key. */
  readonly credential?: (signatureKey: Uint8Array) => Credential;
}

/** What most clients of these vectors list. */
const usualComponents: readonly number[] = [
  ...[ComponentId.appComponents, ComponentId.safeAad, ComponentId.contentMediaTypes],
  ...[APPENDS, REPLACES, REFUSES, ASCENDS],
];

/** A group to be: what its GroupContext has, and who is in it. */
export interface SceneSketch {
  readonly extensions?: readonly Extension[];
  readonly members?: readonly ClientSketch[];
}

type Names = "alice" | "bob" | "carol";
const names: readonly Names[] = ["alice", "bob", "carol"];

/** The group at one epoch: alice has created it and added bob and carol, with a path. */
export class Scene {
  readonly #seed: string;
  readonly #stored: Readonly<Record<Names, Uint8Array>>;
  readonly #own: Readonly<Record<Names, OwnKeyPackage>>;
  readonly #welcome: Welcome;
  readonly hubPrivateKey: Uint8Array;

  constructor(seed: string, { extensions = [], members = [] }: SceneSketch = {}) {
    this.#seed = seed;
    const crypto = seededCrypto(`mls-commits ${seed}`);
    const hub = crypto.suite(1).generateSignatureKeyPair();
    this.hubPrivateKey = hub.privateKey;
    const [alice, bob, carol] = names.map((name, index) => clientOf(crypto, name, members[index]));
    this.#own = { alice: alice!, bob: bob!, carol: carol! };
    const sender = { signatureKey: hub.publicKey, credential: basic("mimi://hub.example") };
    const group = MemberGroup.create(
      crypto,
      {
        cipherSuite: 1,
        groupId: ascii(seed),
        own: alice!,
        extensions: [
          extension(ExtensionType.externalSenders, encode(ExternalSenders, [sender])),
          ...extensions,
        ],
      },
      memberOptions(),
    );
    const added = [bob!, carol!].map(({ keyPackage }): Proposal => ({ proposalType: "add", keyPackage }));
    const made = group.commit({ proposals: added, path: true });
    group.mergePendingCommit();
    this.#welcome = made.welcome!;
    const ratchetTree = group.public.ratchetTree();
    const joined = (own: OwnKeyPackage) =>
      MemberGroup.join(
        crypto,
        { welcome: made.welcome!, keyPackages: [own], ratchetTree },
        memberOptions(),
      ).serialize();
    this.#stored = { alice: group.serialize(), bob: joined(bob!), carol: joined(carol!) };
  }

  /** The same group for one vector, with chance of its own: others do not change when a vector is added. */
  stage(id: string): Stage {
    const crypto = seededCrypto(`mls-commits ${this.#seed} ${id}`);
    const member = (name: Names) => MemberGroup.deserialize(crypto, this.#stored[name], memberOptions());
    return new Stage(
      { crypto, hubPrivateKey: this.hubPrivateKey, own: this.#own, welcome: this.#welcome },
      { alice: member("alice"), bob: member("bob"), carol: member("carol") },
    );
  }
}

interface Backstage {
  readonly crypto: ReturnType<typeof seededCrypto>;
  readonly hubPrivateKey: Uint8Array;
  readonly own: Readonly<Record<Names, OwnKeyPackage>>;
  readonly welcome: Welcome;
}

/** One vector's copy of the group. What is sent goes to all members. */
export class Stage {
  readonly #back: Backstage;
  readonly alice: MemberGroup;
  readonly bob: MemberGroup;
  readonly carol: MemberGroup;
  readonly known: { readonly groupInfo: string; readonly ratchetTree: string };

  constructor(back: Backstage, members: Readonly<Record<Names, MemberGroup>>) {
    this.#back = back;
    this.alice = members.alice;
    this.bob = members.bob;
    this.carol = members.carol;
    this.known = {
      groupInfo: hex(encode(GroupInfo, this.alice.groupInfo())),
      ratchetTree: hex(encode(RatchetTreeNodes, this.alice.public.ratchetTree())),
    };
  }

  get crypto() {
    return this.#back.crypto;
  }
  get suite() {
    return this.#back.crypto.suite(1);
  }
  /** A further client. */
  client(name: string, sketch: ClientSketch = {}): OwnKeyPackage {
    return clientOf(this.crypto, name, sketch);
  }
  signaturePrivateKey(name: Names): Uint8Array {
    return this.#back.own[name].signaturePrivateKey;
  }

  /** A proposal of a member, or of the hub, which everybody receives. */
  proposed(from: MemberGroup | "hub", proposal: Proposal | "update"): MLSMessage {
    const message = this.#made(from, proposal);
    for (const member of [this.alice, this.bob, this.carol]) if (member !== from) member.process(message);
    return message;
  }

  #made(from: MemberGroup | "hub", proposal: Proposal | "update"): MLSMessage {
    if (from === "hub") {
      if (proposal === "update") throw new Error("the hub has no leaf");
      return this.fromHub(proposal);
    }
    return (proposal === "update" ? from.proposeUpdate() : from.propose(proposal)).message;
  }

  /** A proposal of the hub, which nobody has received. */
  fromHub(proposal: Proposal): MLSMessage {
    return externalProposal(this.crypto, {
      groupContext: this.alice.public.groupContext,
      senderIndex: 0,
      signaturePrivateKey: this.#back.hubPrivateKey,
      proposal,
    });
  }

  /** The input of a server that receives these messages. */
  server(messages: readonly MLSMessage[], newGroupInfo?: GroupInfo): Record<string, Json> {
    return {
      ...this.known,
      messages: messages.map(message),
      ...(newGroupInfo === undefined ? {} : { newGroupInfo: hex(encode(GroupInfo, newGroupInfo)) }),
    };
  }

  /** The input of a member that joins by the Welcome and receives these messages. */
  member(name: "bob" | "carol", messages: readonly MLSMessage[]): Record<string, Json> {
    const own = this.#back.own[name];
    const { welcome } = this.#back;
    return {
      ratchetTree: this.known.ratchetTree,
      member: {
        keyPackage: hex(encode(KeyPackage, own.keyPackage)),
        initPrivateKey: hex(own.initPrivateKey),
        encryptionPrivateKey: hex(own.encryptionPrivateKey),
        signaturePrivateKey: hex(own.signaturePrivateKey),
        welcome: message({ version: "mls10", wireFormat: "welcome", welcome }),
      },
      messages: messages.map(message),
    };
  }
}

const message = (value: MLSMessage): string => hex(encode(MLSMessage, value));
const basic = (name: string): Credential => ({ credentialType: "basic", identity: ascii(name) });
const memberOptions = (): MemberOptions => ({ components, ephemeral: ephemeralLogic() });

function clientOf(
  crypto: ReturnType<typeof seededCrypto>,
  name: string,
  sketch: ClientSketch = {},
): OwnKeyPackage {
  const { lists = "lists" in sketch ? undefined : usualComponents, leafEntries = [] } = sketch;
  const entries = [
    ...(lists === undefined ? [] : [{ componentId: ComponentId.appComponents, data: list([...lists]) }]),
    ...leafEntries,
  ];
  const signatureKeyPair = crypto.suite(1).generateSignatureKeyPair();
  return createKeyPackage(crypto, 1, {
    credential: sketch.credential?.(signatureKeyPair.publicKey) ?? basic(name),
    signatureKeyPair,
    capabilities: {
      versions: [1],
      cipherSuites: [1],
      extensions: [ExtensionType.appDataDictionary, NOTE],
      proposals: [ProposalTypeId.appDataUpdate, ProposalTypeId.appEphemeral, ProposalTypeId.selfRemove],
      credentials: [1],
      ...sketch.capabilities,
    },
    lifetime: { notBefore: 0n, notAfter: 1n << 40n },
    leafExtensions: [
      ...(entries.length === 0 ? [] : [dictionaryExtension(entries)]),
      ...(sketch.leafExtensions ?? []),
    ],
    keyPackageExtensions: [...(sketch.keyPackageExtensions ?? [])],
  });
}
