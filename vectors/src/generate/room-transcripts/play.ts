import { GroupInfo, type Proposal, partialGroupInfo, RatchetTreeNodes } from "@openmimi/mls";
import {
  fromHeader,
  GroupInfoRequest,
  GroupInfoResponse,
  MIMI_MEDIA_TYPE,
  openGroupInfoResponse,
  SubmitMessageRequest,
  toPathSegment,
  UpdateRequest,
  UpdateRoomResponse,
} from "@openmimi/protocol";
import { decode, encode } from "@openmimi/tls";
import { hex } from "../envelope.ts";
import { STARTED_MS } from "../room.ts";
import { claimAnswer, claimBody, frankedText, groupInfoRequest } from "./asking.ts";
import { clientJson, HUB_DOMAIN, type HubKeys, hubKeys, keyPackageOf, roomExtensions } from "./cast.ts";
import { creatingDraws, drawingCrypto, nodeCrypto, RecordedDraws } from "./draws.ts";
import { type Event, Hub, notification } from "./hub.ts";
import { Member } from "./member.ts";
import type { Draw, Step, Transcript, TranscriptProvider } from "./transcript.ts";

const ascii = (octets: string): Uint8Array => new TextEncoder().encode(octets);

/** How a request comes to differ from the usual. */
interface Sent {
  readonly client?: string;
  readonly applicationData?: string;
  readonly groupInfoPrivateKey?: string;
  readonly randomness?: readonly Draw[];
  readonly status?: number;
}

/** How a commit is sent. */
interface CommitManner {
  /** Of the GroupInfo. */
  readonly representation?: "full" | "partial";
  /** Its fan-out comes when {@link Play.deliver} is called next. */
  readonly isLate?: boolean;
  /** What the hub has to answer. Default: success. */
  readonly wanted?: UpdateRoomResponse["responseCode"];
}

export class Play {
  readonly roomUri: string;
  readonly #seed: string;
  readonly #steps: Step[] = [];
  readonly #draws = new Map<string, RecordedDraws>();
  readonly #members = new Map<string, Member>();
  readonly #hubDraws: RecordedDraws;
  readonly #keys: HubKeys;
  #hub: Hub | undefined;
  #clockMs = STARTED_MS;

  /** @param clients by their URIs: `mimi://b.example/d/bob/B1`, ... */
  constructor(name: string, clients: readonly string[]) {
    this.#seed = `room-transcripts ${name}`;
    this.roomUri = `mimi://${HUB_DOMAIN}/r/${name}`;
    this.#keys = hubKeys(this.#seed);
    this.#hubDraws = new RecordedDraws(`${this.#seed} hub draws`);
    for (const uri of clients) this.newClient(uri);
  }

  /** Somebody has a further client. */
  newClient(uri: string): void {
    const draws = new RecordedDraws(`${this.#seed} ${uri} draws`);
    this.#draws.set(uri, draws);
    const own = keyPackageOf(this.#seed, uri);
    this.#members.set(uri, new Member(uri, drawingCrypto(draws), own, this.roomUri));
  }

  member(uri: string): Member {
    const member = this.#members.get(uri);
    if (member === undefined) throw new Error(`there is no ${uri}`);
    return member;
  }

  get hub(): Hub {
    if (this.#hub === undefined) throw new Error("there is no room yet");
    return this.#hub;
  }

  /** The transcript so far. */
  transcript(): Transcript {
    const { senderPrivateKey, frankingPrivateKey, hubKey } = this.#keys;
    const clients = [...this.#members.values()].map(clientJson);
    const followers = [...new Set(clients.map(({ client }) => client.split("/")[2] ?? ""))].filter(
      (domain) => domain !== HUB_DOMAIN,
    );
    const hub: TranscriptProvider = {
      domain: HUB_DOMAIN,
      senderPrivateKey: hex(senderPrivateKey),
      frankingPrivateKey: hex(frankingPrivateKey),
      hubKey: hex(hubKey),
    };
    const providers = [hub, ...followers.map((domain): TranscriptProvider => ({ domain }))];
    return { roomUri: this.roomUri, providers, clients, steps: [...this.#steps] };
  }

  #taken(uri: string): { randomness?: readonly Draw[] } {
    const randomness = this.#draws.get(uri)?.taken() ?? [];
    return randomness.length === 0 ? {} : { randomness };
  }

  #request(
    what: string,
    from: string,
    to: string,
    endpoint: string,
    segment: string,
    request: Uint8Array,
    answer: Uint8Array,
    more: Sent = {},
  ): void {
    const { status = 200, ...rest } = more;
    this.#steps.push({
      what,
      from,
      to,
      ...(from === to ? { local: true as const } : {}),
      ...rest,
      method: "POST",
      url: `https://${to}/v1/${endpoint}/${toPathSegment(segment)}`,
      headers: { from: fromHeader(from), "content-type": MIMI_MEDIA_TYPE },
      request: hex(request),
      clockMs: this.#clockMs.toString(),
      status,
      answer: hex(answer),
    });
  }

  /** A client makes the room; its provider is the hub. */
  create(uri: string, title: string): void {
    const creator = this.member(uri);
    const extensions = roomExtensions(this.#keys, this.roomUri, creator.user, title);
    const draws = this.#draws.get(uri);
    if (draws === undefined) throw new Error(`there is no ${uri}`);
    creator.create(drawingCrypto(creatingDraws(draws)), ascii(`mimi://${HUB_DOMAIN}/g/${title}`), extensions);
    const groupInfo = creator.group.groupInfo();
    const ratchetTree = creator.group.public.ratchetTree();
    this.#hub = new Hub(nodeCrypto, this.#keys, this.roomUri, groupInfo, ratchetTree);
    this.#steps.push({
      what: `${uri} creates the room`,
      client: uri,
      groupInfo: hex(encode(GroupInfo, groupInfo)),
      ratchetTree: hex(encode(RatchetTreeNodes, ratchetTree)),
      randomness: draws.taken(),
    });
  }

  /** A client claims KeyPackages of a user, by way of the hub. @returns an Add for each */
  claim(uri: string, targetUser: string): Proposal[] {
    const requester = this.member(uri);
    this.#clockMs += 1000n;
    const request = claimBody(requester, this.roomUri, targetUser);
    const clients = [...this.#members.values()].filter(({ user }) => user === targetUser);
    const answer = claimAnswer(targetUser, clients);
    const target = clients[0]?.provider ?? "";
    const what = `${uri} claims KeyPackages of ${targetUser}`;
    const send = (from: string, to: string, whose: Sent) =>
      this.#request(what, from, to, "keyMaterial", targetUser, request, answer, whose);
    send(requester.provider, HUB_DOMAIN, { client: uri });
    if (target !== HUB_DOMAIN) send(HUB_DOMAIN, target, {});
    return clients.map(({ own }) => ({ proposalType: "add", keyPackage: own.keyPackage }));
  }

  #submitUpdate(
    what: string,
    uri: string,
    request: UpdateRequest,
    wanted: UpdateRoomResponse["responseCode"] = "success",
  ): boolean {
    const member = this.member(uri);
    const body = encode(UpdateRequest, request);
    this.#clockMs += 1000n;
    const { answer, events } = this.hub.update(body, this.#clockMs);
    this.#request(what, member.provider, HUB_DOMAIN, "update", this.roomUri, body, answer, {
      client: uri,
      ...this.#taken(uri),
    });
    const response = decode(UpdateRoomResponse, answer);
    if (response.responseCode !== wanted) throw new Error(`${what}: ${response.responseCode}`);
    this.#afterwards.push(...events);
    return wanted === "success";
  }

  #afterwards: Event[] = [];

  /** Hands out what the last acceptances led to. */
  deliver(): void {
    for (const { message, to } of this.#afterwards) {
      for (const domain of to) {
        const body = notification(message);
        const empty = new Uint8Array();
        this.#request("fan-out", HUB_DOMAIN, domain, "notify", this.roomUri, body, empty, { status: 201 });
        for (const member of this.#members.values()) if (member.provider === domain) member.take(message);
      }
    }
    this.#afterwards = [];
  }

  /** A member commits these proposals, and all that are pending. */
  commit(
    what: string,
    uri: string,
    proposals: readonly Proposal[],
    { representation = "full", isLate = false, wanted = "success" }: CommitManner = {},
  ): void {
    const member = this.member(uri);
    const { commit, groupInfo, welcome } = member.group.commit({ proposals, path: true });
    const update = {
      proposalOrCommit: commit,
      ...(welcome === undefined ? {} : { welcome }),
      groupInfoOption:
        representation === "full"
          ? { representation, groupInfo }
          : { representation, partialGroupInfo: partialGroupInfo(groupInfo) },
      ratchetTreeOption: { representation: "distributionService" },
    } as UpdateRequest;
    if (this.#submitUpdate(what, uri, update, wanted)) {
      member.sent(commit);
      member.group.mergePendingCommit();
      if (!isLate) this.deliver();
    } else member.group.clearPendingCommit();
  }

  /** A member proposes, and leaves the commit to others. */
  propose(what: string, uri: string, proposals: readonly Proposal[]): void {
    const member = this.member(uri);
    const messages = proposals.map((proposal) => member.group.propose(proposal).message);
    for (const message of messages) member.sent(message);
    const [first, ...moreProposals] = messages;
    if (first === undefined) throw new Error("there is nothing to propose");
    this.#submitUpdate(what, uri, { proposalOrCommit: first, moreProposals } as UpdateRequest);
    this.deliver();
  }

  /** A member sends a text. */
  send(uri: string, words: string): void {
    const member = this.member(uri);
    const { applicationData, authenticatedData } = frankedText(member, this.roomUri, this.#seed, words);
    const message = member.group.protect(applicationData, { authenticatedData });
    member.sent(message);
    const body = encode(SubmitMessageRequest, {
      protocol: "mls10",
      appMessage: message,
      sendingUri: member.user,
    });
    this.#clockMs += 1000n;
    const { answer, events } = this.hub.submitMessage(body, this.#clockMs);
    this.#request(
      `${uri} says "${words}"`,
      member.provider,
      HUB_DOMAIN,
      "submitMessage",
      this.roomUri,
      body,
      answer,
      {
        client: uri,
        applicationData: hex(applicationData),
        ...this.#taken(uri),
      },
    );
    this.#afterwards.push(...events);
    this.deliver();
  }

  /** A client that is in no group fetches the group information and joins. */
  join(what: string, uri: string, wanted: UpdateRoomResponse["responseCode"] = "success"): void {
    const member = this.member(uri);
    const { request, privateKey } = groupInfoRequest(member, this.#seed);
    this.#clockMs += 1000n;
    const body = encode(GroupInfoRequest, request);
    const answer = this.hub.groupInfo(drawingCrypto(this.#hubDraws), body);
    this.#request(
      `${uri} asks for the group information`,
      member.provider,
      HUB_DOMAIN,
      "groupInfo",
      this.roomUri,
      body,
      answer,
      {
        client: uri,
        groupInfoPrivateKey: hex(privateKey),
        randomness: this.#hubDraws.taken(),
      },
    );
    const response = decode(GroupInfoResponse, answer);
    if (response.status !== "success")
      throw new Error(`the group information is refused: ${response.status}`);
    const opened = openGroupInfoResponse(nodeCrypto, {
      request,
      roomId: this.roomUri,
      groupInfoPrivateKey: privateKey,
      response,
    });
    const { groupInfo, ratchetTreeOption, pendingProposals } = opened;
    if (ratchetTreeOption.representation !== "full") throw new Error("the tree is missing");
    const pending = pendingProposals.map(({ proposal }) => proposal);
    const joined = member.joinExternally(groupInfo, ratchetTreeOption.ratchetTree, pending, []);
    const update = {
      proposalOrCommit: joined.commit,
      groupInfoOption: { representation: "full", groupInfo: joined.groupInfo },
      ratchetTreeOption: { representation: "distributionService" },
    } as UpdateRequest;
    if (!this.#submitUpdate(what, uri, update, wanted)) return;
    member.sent(joined.commit);
    member.entered(joined.group);
    this.deliver();
  }

  /** The leaf of a client. */
  leafOf(uri: string): number {
    const leaf = this.hub.members().indexOf(uri);
    if (leaf < 0) throw new Error(`${uri} is no member`);
    return leaf;
  }
}
