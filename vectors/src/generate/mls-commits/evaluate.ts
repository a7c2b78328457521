/**
 * What the implementation makes of a handshake: as a server that follows the group, or as one of its members.
 * RFC 9420 §12.4.2, extensions §4.7, §4.8, §6.3, semi-private §3.
 * @module
 */

import {
  ExternalReceiver,
  GroupContext,
  GroupInfo,
  KeyPackage,
  MemberGroup,
  MLSMessage,
  MlsError,
  ownKeyPackage,
  type PendingProposal,
  PublicGroup,
  RatchetTreeNodes,
  type StagedCommit,
} from "@openmimi/mls";
import { decode, encode, type Schema, TlsError } from "@openmimi/tls";
import { type Expected, hex, type Json, textOf, unhex, type Vector } from "../envelope.ts";
import { nativeCrypto } from "../native.ts";
import { components, ephemeralLogic } from "./logic.ts";

type Fields = Readonly<Record<string, Json>>;

const read = <T>(fields: Fields, key: string, schema: Schema<T>): T =>
  decode(schema, unhex(textOf(fields, key)));
const octets = (fields: Fields, key: string): Uint8Array => unhex(textOf(fields, key));
const indexes = (list: readonly { readonly leafIndex: number }[]): number[] =>
  list.map(({ leafIndex }) => leafIndex).sort((a, b) => a - b);

/** Whether a message is a commit, which every format that can be read here says outside its ciphertext. */
function isCommit(message: MLSMessage): boolean {
  switch (message.wireFormat) {
    case "publicMessage":
      return message.publicMessage.content.contentType === "commit";
    case "privateMessage":
      return message.privateMessage.contentType === "commit";
    case "semiPrivateMessage":
      return message.semiPrivateMessage.contentType === "commit";
    default:
      return false;
  }
}

/**
 * Handles one message after the other. The verdict is on the last one: all others are accepted.
 *
 * @throws {Error} where an earlier one is refused: the vector is broken
 */
function lastOf(input: Fields, handle: (message: MLSMessage) => Expected): Expected {
  const messages = input.messages as readonly string[];
  let last: Expected | undefined;
  for (const [index, digits] of messages.entries()) {
    try {
      last = handle(decode(MLSMessage, unhex(digits)));
    } catch (error) {
      if (!(error instanceof MlsError || error instanceof TlsError)) throw error;
      if (index < messages.length - 1)
        throw new Error(`message ${index} of ${messages.length}`, { cause: error });
      return { valid: false, reason: error.code };
    }
  }
  if (last === undefined) throw new Error("no message");
  return last;
}

const proposed = ({ reference, proposal, sender }: PendingProposal): Expected => ({
  valid: true,
  proposalType: proposal.proposalType,
  sender: sender.senderType === "member" ? sender.leafIndex : sender.senderType,
  reference: hex(reference),
});

function committed(staged: StagedCommit): Expected {
  return {
    valid: true,
    committer: staged.committer,
    added: indexes(staged.added),
    removed: indexes(staged.removed),
    updated: indexes(staged.updated),
    ...(staged.joined === undefined ? {} : { joined: staged.joined.leafIndex }),
    groupContext: hex(encode(GroupContext, staged.groupContext)),
    interimTranscriptHash: hex(staged.interimTranscriptHash),
  };
}

function asServer(input: Fields): Expected {
  const given = input.receiver as Fields | undefined;
  const receiver =
    given === undefined
      ? {}
      : {
          receiver: {
            receiver: read(given, "externalReceiver", ExternalReceiver),
            privateKey: octets(given, "privateKey"),
          },
        };
  const group = PublicGroup.fromGroupInfo(
    nativeCrypto,
    read(input, "groupInfo", GroupInfo),
    read(input, "ratchetTree", RatchetTreeNodes),
    { components, ephemeral: ephemeralLogic(), ...receiver },
  );
  return lastOf(input, (message) => {
    if (!isCommit(message)) {
      const pending = group.stageProposal(message);
      group.addProposal(pending);
      return proposed(pending);
    }
    const staged = group.stage(message);
    if (input.newGroupInfo !== undefined)
      group.verifyGroupInfo(staged, read(input, "newGroupInfo", GroupInfo));
    group.merge(staged);
    return committed(staged);
  });
}

function asMember(input: Fields, own: Fields): Expected {
  const keys = {
    initPrivateKey: octets(own, "initPrivateKey"),
    encryptionPrivateKey: octets(own, "encryptionPrivateKey"),
    signaturePrivateKey: octets(own, "signaturePrivateKey"),
  };
  const welcome = read(own, "welcome", MLSMessage);
  if (welcome.wireFormat !== "welcome") throw new Error("not a Welcome");
  const group = MemberGroup.join(
    nativeCrypto,
    {
      welcome: welcome.welcome,
      keyPackages: [ownKeyPackage(nativeCrypto, read(own, "keyPackage", KeyPackage), keys)],
      ratchetTree: read(input, "ratchetTree", RatchetTreeNodes),
    },
    { components, ephemeral: ephemeralLogic() },
  );
  return lastOf(input, (message) => {
    const processed = group.process(message);
    if (processed.kind === "application") throw new Error("no handshake");
    if (processed.kind === "proposal") return proposed(processed.pending);
    processed.merge();
    const { ownRemoved } = processed;
    const secret = ownRemoved ? {} : { epochAuthenticator: hex(group.epochAuthenticator) };
    return { ...committed(processed.staged), valid: true, ownRemoved, ...secret };
  });
}

/** What the implementation makes of an input of this kind: the verdict on the last message. */
export function evaluateMlsCommit(input: Vector["input"]): Expected {
  const own = input.member as Fields | undefined;
  return own === undefined ? asServer(input) : asMember(input, own);
}
