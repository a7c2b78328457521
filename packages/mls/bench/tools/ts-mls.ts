/**
 * ts-mls 1.6.4, on each of its crypto providers.
 * @module
 */

import { type GroupInfo, MLSMessage, RatchetTreeNodes } from "@openmimi/mls";
import { encode } from "@openmimi/tls";
import {
  acceptAll,
  type CiphersuiteImpl,
  type ClientState,
  createApplicationMessage,
  createCommit,
  decodeMlsMessage,
  defaultCapabilities,
  defaultCryptoProvider,
  defaultLifetime,
  generateKeyPackage,
  getCiphersuiteFromName,
  getCiphersuiteImpl,
  joinGroup,
  joinGroupExternal,
  makePskIndex,
  nobleCryptoProvider,
  processPrivateMessage,
  processPublicMessage,
  type MLSMessage as TheirMessage,
} from "ts-mls";
import { decodeRatchetTree } from "ts-mls/ratchetTree.js";
import type { WarmGroup } from "./warm.ts";

const SUITE = "MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519";

/** Suite 0x0001 on each of the providers of ts-mls: the faster one counts. */
export const theirSuites: readonly CiphersuiteImpl[] = await Promise.all(
  [nobleCryptoProvider, defaultCryptoProvider].map((provider) =>
    getCiphersuiteImpl(getCiphersuiteFromName(SUITE), provider),
  ),
);

/** Fresh keys of a client. */
export function theirKeys(suite: CiphersuiteImpl, name: string) {
  const credential = { credentialType: "basic" as const, identity: new TextEncoder().encode(name) };
  return generateKeyPackage(credential, defaultCapabilities(), defaultLifetime, [], suite);
}

type Keys = Awaited<ReturnType<typeof theirKeys>>;

function toTheirs(message: MLSMessage): TheirMessage {
  const decoded = decodeMlsMessage(encode(MLSMessage, message), 0);
  if (decoded === undefined) throw new Error("ts-mls cannot read the message");
  return decoded[0];
}

const theirTree = (nodes: RatchetTreeNodes) => {
  const decoded = decodeRatchetTree(encode(RatchetTreeNodes, nodes), 0);
  if (decoded === undefined) throw new Error("ts-mls cannot read the tree");
  return decoded[0];
};

/** One member. */
export class TheirMember {
  state: ClientState;
  readonly suite: CiphersuiteImpl;

  constructor(suite: CiphersuiteImpl, state: ClientState) {
    this.suite = suite;
    this.state = state;
  }

  /** By external commit. */
  static async joinExternally(suite: CiphersuiteImpl, group: WarmGroup): Promise<TheirMember> {
    const groupInfo: GroupInfo = group.theirGroupInfo;
    const theirs = toTheirs({ version: "mls10", wireFormat: "groupInfo", groupInfo });
    if (theirs.wireformat !== "mls_group_info") throw new Error("not a GroupInfo");
    const { publicPackage, privatePackage } = await theirKeys(suite, "alice");
    const tree = theirTree(group.ratchetTree);
    const { newState } = await joinGroupExternal(
      theirs.groupInfo,
      publicPackage,
      privatePackage,
      false,
      suite,
      tree,
    );
    return new TheirMember(suite, newState);
  }

  /** An empty commit with a path, or one that adds somebody. */
  async commit(adds: readonly Keys[] = []) {
    const extraProposals = adds.map(({ publicPackage }) => ({
      proposalType: "add" as const,
      add: { keyPackage: publicPackage },
    }));
    const context = { state: this.state, cipherSuite: this.suite, pskIndex: makePskIndex(this.state, {}) };
    const options = { extraProposals, wireAsPublicMessage: true, ratchetTreeExtension: adds.length > 0 };
    const made = await createCommit(context, options);
    this.state = made.newState;
    return made;
  }

  static async join(
    suite: CiphersuiteImpl,
    keys: Keys,
    welcome: NonNullable<Awaited<ReturnType<TheirMember["commit"]>>["welcome"]>,
  ): Promise<TheirMember> {
    const { publicPackage, privatePackage } = keys;
    const index = makePskIndex(undefined, {});
    return new TheirMember(suite, await joinGroup(welcome, publicPackage, privatePackage, index, suite));
  }

  async process(message: TheirMessage): Promise<void> {
    if (message.wireformat !== "mls_public_message") throw new Error(message.wireformat);
    const index = makePskIndex(this.state, {});
    this.state = (await processPublicMessage(this.state, message.publicMessage, index, this.suite)).newState;
  }

  async protect(content: Uint8Array) {
    const made = await createApplicationMessage(this.state, content, this.suite);
    this.state = made.newState;
    return made.privateMessage;
  }

  async unprotect(message: Awaited<ReturnType<TheirMember["protect"]>>): Promise<void> {
    const result = await processPrivateMessage(
      this.state,
      message,
      makePskIndex(this.state, {}),
      this.suite,
      acceptAll,
    );
    this.state = result.newState;
  }
}
