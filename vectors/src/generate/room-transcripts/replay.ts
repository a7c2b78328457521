/**
 * Replays a transcript: every request and answer is read, applied to the hub and to the members, and made again out of
 * the key material, octet for octet. Protocol §5.2 to §5.6; RFC 9420 §12.
 * @module
 */

import { ed25519 } from "@noble/curves/ed25519.js";
import {
  type CryptoProvider,
  GroupInfo,
  KeyPackage,
  keyPackageReference,
  type MemberGroup,
  type MLSMessage,
  type Proposal,
  partialGroupInfo,
  RatchetTreeNodes,
} from "@openmimi/mls";
import {
  checkKeyMaterialResponse,
  decodeFanoutMessages,
  fromPathSegment,
  type GroupInfoRatchetTreeTBE,
  GroupInfoRequest,
  GroupInfoResponse,
  KeyMaterialRequest,
  KeyMaterialResponse,
  openGroupInfoResponse,
  SubmitMessageRequest,
  UpdateRequest,
  UpdateRoomResponse,
  verifyKeyMaterialRequest,
} from "@openmimi/protocol";
import { decode, encode } from "@openmimi/tls";
import { hex, type Json, unhex } from "../envelope.ts";
import { creatingDraws, drawingCrypto, nodeCrypto, ScriptedDraws } from "./draws.ts";
import { Hub } from "./hub.ts";
import { type Delivered, Member } from "./member.ts";
import type { CreationStep, RequestStep, Step, Transcript } from "./transcript.ts";

/** What is true when a step is over. */
export interface StateAfter {
  readonly epoch: string;
  readonly treeHash: string;
  readonly participants: Json;
  /** By leaf; `null` where a leaf is blank. */
  readonly members: readonly (string | null)[];
  /** ProposalRefs. */
  readonly pending: readonly string[];
  /** Clients that are in the group as far as they know, with their epoch and its epoch_authenticator. */
  readonly clients: Readonly<Record<string, { readonly epoch: string; readonly epochAuthenticator: string }>>;
  /** Of a /notify with an application message: who read what. */
  readonly delivered: readonly Delivered[];
}

function differ(what: string): never {
  throw new Error(`${what} is not made again to the same octets`);
}

class Replay {
  readonly #transcript: Transcript;
  readonly #base: CryptoProvider;
  readonly #draws = new Map<string, ScriptedDraws>();
  readonly #members = new Map<string, Member>();
  readonly #hubDraws = new ScriptedDraws();
  readonly #issued = new Set<string>();
  #hub: Hub | undefined;
  /** What the last /groupInfo of a client brought. */
  readonly #found = new Map<string, GroupInfoRatchetTreeTBE>();

  constructor(transcript: Transcript, base: CryptoProvider) {
    this.#transcript = transcript;
    this.#base = base;
    for (const { client, keyPackage: octets, ...keys } of transcript.clients) {
      const keyPackage = decode(KeyPackage, unhex(octets));
      const draws = new ScriptedDraws();
      const own = {
        keyPackage,
        reference: keyPackageReference(base.suite(1), keyPackage),
        initPrivateKey: unhex(keys.initPrivateKey),
        encryptionPrivateKey: unhex(keys.encryptionPrivateKey),
        signaturePrivateKey: unhex(keys.signaturePrivateKey),
      };
      this.#draws.set(client, draws);
      this.#members.set(client, new Member(client, drawingCrypto(draws, base), own, transcript.roomUri));
    }
  }

  step(step: Step): StateAfter {
    const delivered = "groupInfo" in step ? this.#create(step) : this.#request(step);
    const group = this.#room.group;
    const clients = [...this.#members.values()].flatMap((member) => {
      const standing = member.standing();
      return standing === undefined ? [] : [[member.uri, standing] as const];
    });
    return {
      epoch: group.groupContext.epoch.toString(),
      treeHash: hex(group.groupContext.treeHash),
      participants: this.#room.participants().map(({ user, roleIndex }) => ({ user, roleIndex })),
      members: this.#room.members().map((client) => client ?? null),
      pending: group.pending.map(({ reference }) => hex(reference)),
      clients: Object.fromEntries(clients),
      delivered,
    };
  }

  get #room(): Hub {
    if (this.#hub === undefined) throw new Error("the first step is to create the room");
    return this.#hub;
  }

  #member(client: string | undefined): Member {
    const member = this.#members.get(client ?? "");
    if (member === undefined) throw new Error(`there is no client ${client}`);
    return member;
  }

  #create({ client, groupInfo, ratchetTree, randomness }: CreationStep): Delivered[] {
    const info = decode(GroupInfo, unhex(groupInfo));
    const tree = decode(RatchetTreeNodes, unhex(ratchetTree));
    const member = this.#member(client);
    const draws = this.#draws.get(client)!;
    draws.begin(randomness);
    const { groupId, extensions } = info.groupContext;
    member.create(drawingCrypto(creatingDraws(draws), this.#base), groupId, extensions);
    if (hex(encode(GroupInfo, member.group.groupInfo())) !== groupInfo) differ("the GroupInfo");
    if (hex(encode(RatchetTreeNodes, member.group.public.ratchetTree())) !== ratchetTree) differ("the tree");
    const [hub] = this.#transcript.providers;
    const { domain = "", senderPrivateKey = "", frankingPrivateKey = "", hubKey = "" } = hub ?? {};
    const secrets = {
      domain,
      senderKey: ed25519.getPublicKey(unhex(senderPrivateKey)),
      senderPrivateKey: unhex(senderPrivateKey),
      frankingPrivateKey: unhex(frankingPrivateKey),
      hubKey: unhex(hubKey),
    };
    this.#hub = new Hub(this.#base, secrets, this.#transcript.roomUri, info, tree);
    return [];
  }

  #request(step: RequestStep): Delivered[] {
    const [, endpoint = "", segment = ""] = /\/v1\/([A-Za-z]+)\/(.+)$/.exec(step.url) ?? [];
    const about = fromPathSegment(segment);
    if (endpoint !== "keyMaterial" && about !== this.#transcript.roomUri)
      throw new Error(`another room: ${about}`);
    const body = unhex(step.request);
    switch (endpoint) {
      case "keyMaterial":
        this.#keyMaterial(step, body, about);
        return [];
      case "update":
        this.#update(step, body);
        return [];
      case "submitMessage":
        this.#submitMessage(step, body);
        return [];
      case "groupInfo":
        this.#groupInfo(step, body);
        return [];
      case "notify":
        return this.#notify(step, body);
      default:
        throw new Error(`there is no endpoint ${endpoint}`);
    }
  }

  #keyMaterial(step: RequestStep, body: Uint8Array, about: string): void {
    const request = decode(KeyMaterialRequest, body);
    const response = decode(KeyMaterialResponse, unhex(step.answer));
    if (request.targetUser !== about) throw new Error("path and body name different users");
    if (!verifyKeyMaterialRequest(this.#base, request)) throw new Error("the claim is not signed");
    checkKeyMaterialResponse(request, response);
    // The hub passes requests and answers on as they are: only the provider of the target issues.
    if (step.to !== about.split("/")[2]) return;
    for (const client of response.clients) {
      if (client.clientStatus !== "success") continue;
      const octets = hex(encode(KeyPackage, client.keyPackage));
      if (!this.#transcript.clients.some(({ keyPackage }) => keyPackage === octets))
        throw new Error("a KeyPackage of nobody");
      const { leafNode } = client.keyPackage;
      const seconds = BigInt(step.clockMs) / 1000n;
      if (leafNode.leafNodeSource !== "keyPackage" || leafNode.lifetime.notAfter < seconds)
        throw new Error("a KeyPackage that has expired");
      if (this.#issued.has(octets)) throw new Error("a KeyPackage is issued twice");
      this.#issued.add(octets);
    }
  }

  #update(step: RequestStep, body: Uint8Array): void {
    const request = decode(UpdateRequest, body);
    const member = this.#member(step.client);
    this.#draws.get(member.uri)!.begin(step.randomness ?? []);
    const { again, messages, joined } = this.#makeAgain(member, request);
    if (hex(encode(UpdateRequest, again)) !== step.request) differ("the update");
    const { answer } = this.#room.update(body, BigInt(step.clockMs));
    if (hex(answer) !== step.answer) differ("the answer to the update");
    const accepted = decode(UpdateRoomResponse, answer).responseCode === "success";
    if (joined !== undefined) {
      if (accepted) member.entered(joined);
    } else if (member.group.pendingCommit !== undefined) {
      if (accepted) member.group.mergePendingCommit();
      else member.group.clearPendingCommit();
    }
    if (accepted) for (const message of messages) member.sent(message);
  }

  /** Makes a commit or proposals again, from what can be read in them. */
  #makeAgain(
    member: Member,
    request: UpdateRequest,
  ): { again: UpdateRequest; messages: readonly MLSMessage[]; joined?: MemberGroup } {
    const { proposalOrCommit: message, groupInfoOption: option, ratchetTreeOption } = request;
    if (message.wireFormat !== "publicMessage") throw new Error("no PublicMessage");
    const { content } = message.publicMessage;
    if (content.contentType === "proposal") {
      const wanted = [message, ...(request.moreProposals ?? [])];
      const messages = wanted.map((one) => member.group.propose(proposalIn(one)).message);
      const [proposalOrCommit, ...moreProposals] = messages;
      return { again: { proposalOrCommit, moreProposals } as UpdateRequest, messages };
    }
    if (content.contentType !== "commit") throw new Error("neither proposal nor commit");
    const items = content.commit.proposals;
    const proposals = items.flatMap((item) => (item.type === "proposal" ? [item.proposal] : []));
    const references = items.flatMap((item) => (item.type === "reference" ? [item.reference] : []));
    const infoOption = (groupInfo: GroupInfo) =>
      option?.representation === "partial"
        ? { representation: "partial", partialGroupInfo: partialGroupInfo(groupInfo) }
        : { representation: "full", groupInfo };
    if (content.sender.senderType === "newMemberCommit") {
      const { commit, groupInfo, group } = this.#joinAgain(member, proposals);
      const again = { proposalOrCommit: commit, groupInfoOption: infoOption(groupInfo), ratchetTreeOption };
      return { again: again as UpdateRequest, messages: [commit], joined: group };
    }
    const made = member.group.commit({ proposals, references, path: content.commit.path !== undefined });
    const again = {
      proposalOrCommit: made.commit,
      ...(made.welcome === undefined ? {} : { welcome: made.welcome }),
      groupInfoOption: infoOption(made.groupInfo),
      ratchetTreeOption,
    };
    return { again: again as UpdateRequest, messages: [made.commit] };
  }

  #joinAgain(member: Member, proposals: readonly Proposal[]) {
    const found = this.#found.get(member.uri);
    if (found?.ratchetTreeOption.representation !== "full") throw new Error("it has no group information");
    const { groupInfo, ratchetTreeOption, pendingProposals } = found;
    const pending = pendingProposals.map(({ proposal }) => proposal);
    const others = proposals.filter(({ proposalType }) => proposalType !== "externalInit");
    return member.joinExternally(groupInfo, ratchetTreeOption.ratchetTree, pending, others);
  }

  #submitMessage(step: RequestStep, body: Uint8Array): void {
    const { appMessage, sendingUri } = decode(SubmitMessageRequest, body);
    const member = this.#member(step.client);
    if (sendingUri !== member.user || appMessage.wireFormat !== "privateMessage")
      throw new Error("another sender");
    this.#draws.get(member.uri)!.begin(step.randomness ?? []);
    const { authenticatedData } = appMessage.privateMessage;
    const again = member.group.protect(unhex(step.applicationData ?? ""), { authenticatedData });
    const octets = encode(SubmitMessageRequest, { protocol: "mls10", appMessage: again, sendingUri });
    if (hex(octets) !== step.request) differ("the message");
    member.sent(again);
    const { answer } = this.#room.submitMessage(body, BigInt(step.clockMs));
    if (hex(answer) !== step.answer) differ("the answer to the message");
  }

  #groupInfo(step: RequestStep, body: Uint8Array): void {
    this.#hubDraws.begin(step.randomness ?? []);
    const answer = this.#room.groupInfo(drawingCrypto(this.#hubDraws, this.#base), body);
    if (hex(answer) !== step.answer) differ("the group information");
    const response = decode(GroupInfoResponse, answer);
    if (response.status !== "success") return;
    const opening = {
      request: decode(GroupInfoRequest, body),
      roomId: this.#transcript.roomUri,
      groupInfoPrivateKey: unhex(step.groupInfoPrivateKey ?? ""),
      response,
    };
    this.#found.set(this.#member(step.client).uri, openGroupInfoResponse(this.#base, opening));
  }

  #notify(step: RequestStep, body: Uint8Array): Delivered[] {
    return decodeFanoutMessages(body).flatMap((fanout) =>
      [...this.#members.values()]
        .filter(({ provider }) => provider === step.to)
        .flatMap((member) => member.take(fanout) ?? []),
    );
  }
}

function proposalIn(message: MLSMessage): Proposal {
  if (message.wireFormat !== "publicMessage") throw new Error("no PublicMessage");
  const { content } = message.publicMessage;
  if (content.contentType !== "proposal") throw new Error("no proposal");
  return content.proposal;
}

/**
 * Replays a transcript.
 *
 * @param base the cryptography to do it with
 * @returns the state after each step
 * @throws {Error} where something is not as the transcript has it
 */
export function replay(transcript: Transcript, base: CryptoProvider = nodeCrypto): StateAfter[] {
  const played = new Replay(transcript, base);
  return transcript.steps.map((step, index) => {
    try {
      return played.step(step);
    } catch (cause) {
      const message = cause instanceof Error ? cause.message : String(cause);
      throw new Error(`step ${index} (${step.what}): ${message}`, { cause });
    }
  });
}
