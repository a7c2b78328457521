/**
 * A member that runs on ts-mls, seen through octets only.
 * @module
 */

import { MLSMessage, RatchetTreeNodes, type Welcome } from "@openmimi/mls";
import { decode, encode } from "@openmimi/tls";
import {
  acceptAll,
  type CiphersuiteImpl,
  type ClientState,
  type Credential,
  createApplicationMessage,
  createCommit,
  createGroup,
  createGroupInfoWithExternalPub,
  createProposal,
  decodeMlsMessage,
  defaultCapabilities,
  defaultLifetime,
  encodeMlsMessage,
  generateKeyPackage,
  getCiphersuiteFromName,
  getCiphersuiteImpl,
  joinGroup,
  joinGroupExternal,
  type KeyPackage,
  makePskIndex,
  nobleCryptoProvider,
  type PrivateKeyPackage,
  type Proposal,
  processMessage,
  type MLSMessage as TheirMessage,
  type RatchetTree as TheirTree,
} from "ts-mls";
import { decodeRatchetTree, encodeRatchetTree } from "ts-mls/ratchetTree.js";

let loaded: Promise<CiphersuiteImpl> | undefined;

/** Cipher suite 0x0001 of ts-mls. */
function theirSuite(): Promise<CiphersuiteImpl> {
  const name = "MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519";
  loaded ??= getCiphersuiteImpl(getCiphersuiteFromName(name), nobleCryptoProvider);
  return loaded;
}

/** Their message in our types, by way of the wire. */
export const toOurs = (message: TheirMessage): MLSMessage => decode(MLSMessage, encodeMlsMessage(message));

/** Our message in their types, by way of the wire. */
function toTheirs(message: MLSMessage): TheirMessage {
  const decoded = decodeMlsMessage(encode(MLSMessage, message), 0);
  if (decoded === undefined) throw new Error("ts-mls cannot read the message");
  return decoded[0];
}

/** Our KeyPackage in their types. */
export function theirKeyPackage(message: MLSMessage): KeyPackage {
  const theirs = toTheirs(message);
  if (theirs.wireformat !== "mls_key_package") throw new Error("not a KeyPackage");
  return theirs.keyPackage;
}

function theirTree(nodes: RatchetTreeNodes): TheirTree {
  const decoded = decodeRatchetTree(encode(RatchetTreeNodes, nodes), 0);
  if (decoded === undefined) throw new Error("ts-mls cannot read the tree");
  return decoded[0];
}

/** A KeyPackage made by ts-mls, with its private keys. */
export interface TheirKeys {
  readonly publicPackage: KeyPackage;
  readonly privatePackage: PrivateKeyPackage;
}

/** Fresh keys of a client on ts-mls. */
export async function theirKeysOf(name: string): Promise<TheirKeys> {
  const credential: Credential = { credentialType: "basic", identity: new TextEncoder().encode(name) };
  return generateKeyPackage(credential, defaultCapabilities(), defaultLifetime, [], await theirSuite());
}

/** What a commit of theirs gives. */
export interface TheirCommit {
  readonly commit: MLSMessage;
  readonly welcome?: Welcome;
}

/** One member. */
export class TsMlsMember {
  state: ClientState;
  readonly #suite: CiphersuiteImpl;
  readonly #psks: Record<string, Uint8Array>;

  private constructor(state: ClientState, suite: CiphersuiteImpl, psks: Record<string, Uint8Array>) {
    this.state = state;
    this.#suite = suite;
    this.#psks = psks;
  }

  static async create(
    name: string,
    groupId: Uint8Array,
    psks: Record<string, Uint8Array> = {},
  ): Promise<TsMlsMember> {
    const suite = await theirSuite();
    const keys = await theirKeysOf(name);
    const state = await createGroup(groupId, keys.publicPackage, keys.privatePackage, [], suite);
    return new TsMlsMember(state, suite, psks);
  }

  /** @param ratchetTree the tree, where the Welcome does not carry it */
  static async join(
    keys: TheirKeys,
    welcome: Welcome,
    ratchetTree?: RatchetTreeNodes,
    psks: Record<string, Uint8Array> = {},
  ): Promise<TsMlsMember> {
    const suite = await theirSuite();
    const theirs = toTheirs({ version: "mls10", wireFormat: "welcome", welcome });
    if (theirs.wireformat !== "mls_welcome") throw new Error("not a Welcome");
    const tree = ratchetTree === undefined ? undefined : theirTree(ratchetTree);
    const index = makePskIndex(undefined, psks);
    const state = await joinGroup(
      theirs.welcome,
      keys.publicPackage,
      keys.privatePackage,
      index,
      suite,
      tree,
    );
    return new TsMlsMember(state, suite, psks);
  }

  static async joinExternally(
    keys: TheirKeys,
    groupInfo: MLSMessage,
    ratchetTree: RatchetTreeNodes,
    resync = false,
  ): Promise<{ member: TsMlsMember; commit: MLSMessage }> {
    const suite = await theirSuite();
    const theirs = toTheirs(groupInfo);
    if (theirs.wireformat !== "mls_group_info") throw new Error("not a GroupInfo");
    const { publicPackage, privatePackage } = keys;
    const tree = theirTree(ratchetTree);
    const joined = await joinGroupExternal(
      theirs.groupInfo,
      publicPackage,
      privatePackage,
      resync,
      suite,
      tree,
    );
    const commit = toOurs({
      version: "mls10",
      wireformat: "mls_public_message",
      publicMessage: joined.publicMessage,
    });
    return { member: new TsMlsMember(joined.newState, suite, {}), commit };
  }

  get leafIndex(): number {
    return this.state.privatePath.leafIndex;
  }
  get epochAuthenticator(): Uint8Array {
    return this.state.keySchedule.epochAuthenticator;
  }
  get treeHash(): Uint8Array {
    return this.state.groupContext.treeHash;
  }
  get #pskIndex() {
    return makePskIndex(this.state, this.#psks);
  }

  async process(message: MLSMessage): Promise<Uint8Array | undefined> {
    const theirs = toTheirs(message);
    if (theirs.wireformat !== "mls_public_message" && theirs.wireformat !== "mls_private_message") {
      throw new Error("not a message to a group");
    }
    const result = await processMessage(theirs, this.state, this.#pskIndex, acceptAll, this.#suite);
    this.state = result.newState;
    return result.kind === "applicationMessage" ? result.message : undefined;
  }

  async commit(
    extraProposals: Proposal[] = [],
    options: { wireAsPublicMessage?: boolean; ratchetTreeExtension?: boolean } = {},
  ): Promise<TheirCommit> {
    const context = { state: this.state, cipherSuite: this.#suite, pskIndex: this.#pskIndex };
    const made = await createCommit(context, { extraProposals, ...options });
    this.state = made.newState;
    if (made.welcome === undefined) return { commit: toOurs(made.commit) };
    const welcome = toOurs({ version: "mls10", wireformat: "mls_welcome", welcome: made.welcome });
    if (welcome.wireFormat !== "welcome") throw new Error("not a Welcome");
    return { commit: toOurs(made.commit), welcome: welcome.welcome };
  }

  async propose(proposal: Proposal, publicMessage: boolean): Promise<MLSMessage> {
    const made = await createProposal(this.state, publicMessage, proposal, this.#suite);
    this.state = made.newState;
    return toOurs(made.message);
  }

  async protect(content: Uint8Array): Promise<MLSMessage> {
    const { newState, privateMessage } = await createApplicationMessage(this.state, content, this.#suite);
    this.state = newState;
    return toOurs({ version: "mls10", wireformat: "mls_private_message", privateMessage });
  }

  async groupInfo(): Promise<MLSMessage> {
    const groupInfo = await createGroupInfoWithExternalPub(this.state, [], this.#suite);
    return toOurs({ version: "mls10", wireformat: "mls_group_info", groupInfo });
  }

  /** The tree, in our types. */
  ratchetTree(): RatchetTreeNodes {
    return decode(RatchetTreeNodes, encodeRatchetTree(this.state.ratchetTree));
  }
}
