/**
 * Groups that the provider under test lets the suite's clients into: by Welcome, or by GroupInfo. Both engines join,
 * and have to come to the same epoch. RFC 9420 §12.4.3.
 * @module
 */

import {
  type CryptoProvider,
  GroupInfo,
  KeyPackage,
  MemberGroup,
  type MemberOptions,
  MLSMessage,
  nobleCrypto,
  type OwnKeyPackage,
  PublicGroup,
  RatchetTreeNodes,
  Welcome,
} from "@openmimi/mls";
import { encode } from "@openmimi/tls";
import {
  type CiphersuiteImpl,
  type ClientState,
  decodeMlsMessage,
  defaultAuthenticationService,
  defaultLifetimeConfig,
  emptyPskIndex,
  joinGroup,
  processPrivateMessage,
} from "ts-mls";
import { validateRatchetTree } from "ts-mls/clientState.js";
import { decodeGroupInfo, verifyGroupInfoSignature } from "ts-mls/groupInfo.js";
import { decodeKeyPackage } from "ts-mls/keyPackage.js";
import { decodeRatchetTree } from "ts-mls/ratchetTree.js";
import { decodeWelcome } from "ts-mls/welcome.js";
import { Abstention, ask, type Opinions } from "./opinion.ts";
import { orThrow, tsMlsDecode, tsMlsSuite } from "./ts-mls.ts";

const hex = (octets: Uint8Array): string => Buffer.from(octets).toString("hex");
const fingerprint = (epoch: bigint, authenticator: Uint8Array): string =>
  `epoch ${epoch}, authenticator ${hex(authenticator)}`;

/** What a client needs to join by Welcome. */
interface WelcomeToJudge {
  readonly welcome: Welcome;
  readonly own: OwnKeyPackage;
  /** The tree, where the Welcome does not carry it. */
  readonly ratchetTree?: RatchetTreeNodes;
}

/** What became of a join. */
interface SecondJoin {
  readonly opinions: Opinions;
  /** The second engine's member; absent when it did not get in. It lives in the epoch of the Welcome only. */
  readonly member?: SecondMember;
}

/** The second engine inside the group, for reading application messages of the epoch it joined. */
interface SecondMember {
  /** Has both answers about one message; `ours` is what our own member made of it, or what it threw. */
  open(message: MLSMessage, ours: () => Uint8Array): Promise<Opinions>;
}

/**
 * Has both engines join by the same Welcome. Ours joins a copy of its own, so the caller's group is not touched.
 * If both get in but to different epochs, that is a disagreement too.
 */
export async function welcomeOpinions(
  { welcome, own, ratchetTree }: WelcomeToJudge,
  options: MemberOptions = {},
  crypto: CryptoProvider = nobleCrypto,
): Promise<SecondJoin> {
  const subject = "the Welcome";
  const ours = await ask(() => {
    const group = MemberGroup.join(
      crypto,
      { welcome, keyPackages: [own], ...(ratchetTree === undefined ? {} : { ratchetTree }) },
      options,
    );
    return fingerprint(group.epoch, group.epochAuthenticator);
  });
  let joined: { readonly state: ClientState; readonly suite: CiphersuiteImpl } | undefined;
  const tsMls = await ask(async () => {
    const suite = await tsMlsSuite(welcome.cipherSuite);
    const state = await joinGroup(
      tsMlsDecode("Welcome", decodeWelcome, encode(Welcome, welcome)),
      tsMlsDecode("KeyPackage", decodeKeyPackage, encode(KeyPackage, own.keyPackage)),
      {
        initPrivateKey: own.initPrivateKey,
        hpkePrivateKey: own.encryptionPrivateKey,
        signaturePrivateKey: own.signaturePrivateKey,
      },
      emptyPskIndex,
      suite,
      ratchetTree === undefined ? undefined : theirTree(ratchetTree),
    );
    const detail = fingerprint(state.groupContext.epoch, state.keySchedule.epochAuthenticator);
    if (ours.answer === "valid" && ours.detail !== detail) throw new Error(`it came to ${detail}`);
    joined = { state, suite };
    return detail;
  });
  const opinions = { subject, ours, tsMls };
  return joined === undefined ? { opinions } : { opinions, member: secondMember(joined.state, joined.suite) };
}

function secondMember(first: ClientState, suite: CiphersuiteImpl): SecondMember {
  let state = first;
  return {
    async open(message, open) {
      const ours = await ask(() => `plaintext ${hex(open())}`);
      const tsMls = await ask(async () => {
        const theirs = tsMlsDecode("MLSMessage", decodeMlsMessage, encode(MLSMessage, message));
        if (theirs.wireformat !== "mls_private_message") throw new Abstention("it is no PrivateMessage");
        if (theirs.privateMessage.epoch !== state.groupContext.epoch) {
          throw new Abstention("it stayed in the epoch it joined");
        }
        const result = await processPrivateMessage(state, theirs.privateMessage, emptyPskIndex, suite);
        state = result.newState;
        if (result.kind !== "applicationMessage") throw new Error("it read a handshake message");
        const detail = `plaintext ${hex(result.message)}`;
        if (ours.answer === "valid" && ours.detail !== detail) throw new Error(`it read the ${detail}`);
        return detail;
      });
      return { subject: "the application message", ours, tsMls };
    },
  };
}

/** Has both engines check a GroupInfo with its tree, as somebody who is about to join. */
export async function groupInfoOpinions(
  groupInfo: GroupInfo,
  ratchetTree: RatchetTreeNodes,
  crypto: CryptoProvider = nobleCrypto,
): Promise<Opinions> {
  return {
    subject: "the GroupInfo with its tree",
    ours: await ask(() => {
      PublicGroup.fromGroupInfo(crypto, groupInfo, ratchetTree);
      return "";
    }),
    tsMls: await ask(async () => {
      const suite = await tsMlsSuite(groupInfo.groupContext.cipherSuite);
      const theirs = tsMlsDecode("GroupInfo", decodeGroupInfo, encode(GroupInfo, groupInfo));
      const tree = theirTree(ratchetTree);
      const signer = tree[2 * theirs.signer];
      if (signer?.nodeType !== "leaf") throw new Error("the signer is no member");
      const { signaturePublicKey } = signer.leaf;
      if (!(await verifyGroupInfoSignature(theirs, signaturePublicKey, suite.signature))) {
        throw new Error("the signature does not verify");
      }
      const { groupContext } = theirs;
      const lifetimes = { ...defaultLifetimeConfig, validateLifetimeOnReceive: false };
      const service = defaultAuthenticationService;
      orThrow(
        await validateRatchetTree(tree, groupContext, lifetimes, service, groupContext.treeHash, suite),
      );
      return "";
    }),
  };
}

function theirTree(nodes: RatchetTreeNodes) {
  return tsMlsDecode("tree", decodeRatchetTree, encode(RatchetTreeNodes, nodes));
}
