/**
 * A client of one of the suite's providers: an MLS member that says exactly what a case wants it to say.
 * RFC 9420 §10; readings.
 * @module
 */

import {
  type Capabilities,
  CredentialTypeId,
  createKeyPackage,
  ExtensionType,
  type KeyPair,
  keyPackageReference,
  type Lifetime,
  MemberGroup,
  type MemberOptions,
  nobleCrypto,
  type OwnKeyPackage,
  ProposalTypeId,
  type RatchetTreeNodes,
  type Welcome,
} from "@openmimi/mls";
import { clientCredential, clientUri, userUri } from "@openmimi/protocol";
import { roomComponents } from "@openmimi/room";
import type { CaseContext, Peer, PeerName } from "../context.ts";
import { leafDictionary } from "./room-extensions.ts";

/** The one cipher suite in which the suite's own clients speak: every MLS implementation has it. */
export const SUITE = nobleCrypto.suite(0x0001);

/** What a member of a MIMI room has to support (reading R-137). */
export const MEMBER_CAPABILITIES: Capabilities = {
  versions: [1],
  cipherSuites: [SUITE.id],
  extensions: [ExtensionType.appDataDictionary],
  proposals: [ProposalTypeId.appDataUpdate, ProposalTypeId.selfRemove],
  credentials: [CredentialTypeId.basic, CredentialTypeId.x509],
};

/** How the options of every group of the suite's clients are set. */
export const GROUP_OPTIONS = { components: roomComponents } as const;

const DAY_SECONDS = 86_400n;

/** What is different about a KeyPackage. */
export interface KeyPackageChanges {
  readonly lifetime?: Lifetime;
  readonly capabilities?: Capabilities;
  /** Media types that the client can receive. */
  readonly mediaTypes?: readonly string[];
}

/** One client of one user of a peer. */
export class SuiteClient {
  readonly peer: Peer;
  readonly userUri: string;
  readonly clientUri: string;
  readonly signatureKeys: KeyPair;
  readonly #keyPackages = new Map<string, OwnKeyPackage>();
  #group: MemberGroup | undefined;
  #joinedBy: { readonly welcome: Welcome; readonly ratchetTree: RatchetTreeNodes } | undefined;

  /** @param name the user's name, unique in the run; see `context.name` */
  constructor(peer: Peer, name: string, device = "phone") {
    this.peer = peer;
    this.userUri = userUri(peer.domain, name);
    this.clientUri = clientUri(peer.domain, name, device);
    this.signatureKeys = SUITE.generateSignatureKeyPair();
  }

  /** A client of a new user. */
  static of(context: CaseContext, peer: PeerName, base = "bob"): SuiteClient {
    return new SuiteClient(context.peers[peer], context.name(base));
  }

  /** A new user with some clients: a phone, and then tablets. */
  static devices(context: CaseContext, peer: PeerName, base: string, count: number): SuiteClient[] {
    const first = SuiteClient.of(context, peer, base);
    return [first, ...Array.from({ length: count - 1 }, (_, at) => first.sibling(`tablet${at + 1}`))];
  }

  /** Another client of the same user. */
  sibling(device: string): SuiteClient {
    return new SuiteClient(this.peer, this.userUri.slice(this.userUri.lastIndexOf("/") + 1), device);
  }

  /** Makes a KeyPackage and remembers its keys. */
  keyPackage(changes: KeyPackageChanges = {}): OwnKeyPackage {
    const now = BigInt(Math.floor(Date.now() / 1000));
    const own = createKeyPackage(nobleCrypto, SUITE.id, {
      credential: clientCredential(this.clientUri),
      signatureKeyPair: this.signatureKeys,
      capabilities: changes.capabilities ?? MEMBER_CAPABILITIES,
      lifetime: changes.lifetime ?? { notBefore: now - DAY_SECONDS, notAfter: now + 30n * DAY_SECONDS },
      leafExtensions: [leafDictionary(changes.mediaTypes)],
    });
    this.#keyPackages.set(Buffer.from(keyPackageReference(SUITE, own.keyPackage)).toString("hex"), own);
    return own;
  }

  /** The KeyPackages made so far. */
  get keyPackages(): readonly OwnKeyPackage[] {
    return [...this.#keyPackages.values()];
  }

  /** Whether the client is in a group. */
  get joined(): boolean {
    return this.#group !== undefined;
  }

  /** The client's group. @throws Error before it has joined one: a defect of the case */
  get group(): MemberGroup {
    if (this.#group === undefined) throw new Error(`${this.clientUri} has not joined a group`);
    return this.#group;
  }

  /** Enters a group that was made elsewhere: created, or joined externally. */
  enter(group: MemberGroup): void {
    this.#group = group;
  }

  /** @throws MlsError when the Welcome or the tree is not right */
  join(welcome: Welcome, ratchetTree: RatchetTreeNodes): void {
    this.enter(
      MemberGroup.join(nobleCrypto, { welcome, keyPackages: this.keyPackages, ratchetTree }, GROUP_OPTIONS),
    );
    this.#joinedBy = { welcome, ratchetTree };
  }

  /** The KeyPackage by which the client joined. */
  get welcomed(): OwnKeyPackage {
    const secrets = this.#joinedBy?.welcome.secrets ?? [];
    const own = this.keyPackages.find(({ reference }) =>
      secrets.some(({ newMember }) => Buffer.compare(newMember, reference) === 0),
    );
    if (own === undefined) throw new Error(`${this.clientUri} did not join by Welcome`);
    return own;
  }

  /** The same member once more, for something that is not to touch the group: a commit that has to be refused. */
  copy(options: MemberOptions = GROUP_OPTIONS): MemberGroup {
    return MemberGroup.deserialize(nobleCrypto, this.group.serialize(), options);
  }

  /**
   * The same member with a signature key that is not the one in its leaf, in the epoch in which it joined: whatever it
   * signs does not verify, and all else is right.
   */
  forger(): MemberGroup {
    if (this.#joinedBy === undefined) throw new Error(`${this.clientUri} did not join by Welcome`);
    const { privateKey: signaturePrivateKey } = SUITE.generateSignatureKeyPair();
    const forged = this.keyPackages.map((own) => ({ ...own, signaturePrivateKey }));
    const init = { ...this.#joinedBy, keyPackages: forged };
    const group = MemberGroup.join(nobleCrypto, init, GROUP_OPTIONS);
    if (group.epoch !== this.group.epoch) throw new Error("the forger is in an earlier epoch");
    return group;
  }
}
