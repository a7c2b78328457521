/**
 * What a target provider answers to claims for KeyPackages: its users, their clients, the stock of each, and whom they
 * allow. Protocol §5.2; readings.
 * @module
 */

import {
  type Capabilities,
  ComponentId,
  componentOf,
  KeyPackage,
  supportsExtension,
  supportsProposal,
} from "@openmimi/mls";
import type { ClientKeyMaterial, KeyMaterialRequest, KeyMaterialUserCode } from "@openmimi/protocol";
import { decode } from "@openmimi/tls";
import { unhex } from "../envelope.ts";

/** A client with its KeyPackages in the order in which it published them, in hexadecimal. */
export interface StockedClient {
  readonly client: string;
  readonly keyPackages: readonly string[];
}

/** A user of the target provider. */
export interface TargetUser {
  readonly user: string;
  readonly status: "active" | "deleted";
  /** In the order in which they were registered. */
  readonly clients: readonly StockedClient[];
}

/** A user lets another one claim: for one room, or for any. */
export interface Grant {
  readonly requestingUser: string;
  readonly targetUser: string;
  readonly roomId?: string;
}

/** What the target provider knows. */
export interface Target {
  readonly domain: string;
  readonly nowSeconds: bigint;
  readonly users: readonly TargetUser[];
  readonly consent: readonly Grant[];
}

/** Reading R-042: whoever is given a KeyPackage has so many seconds left to use it. */
const MARGIN_SECONDS = 60n;

/** What is said of one client. */
export interface ClientAnswer {
  readonly client: string;
  readonly clientStatus: ClientKeyMaterial["clientStatus"];
  /** Of a success: which one of the client's KeyPackages, from 0. */
  readonly keyPackage?: number;
  /** Of a success: those that the draft would have allowed as well, this one among them. */
  readonly allowed?: readonly number[];
}

/** What is said of one claim. */
export interface UserAnswer {
  readonly userStatus: KeyMaterialUserCode;
  /** Codes that the draft allows in its place. */
  readonly alsoAllowed: readonly KeyMaterialUserCode[];
  readonly clients: readonly ClientAnswer[];
}

interface Candidate {
  readonly index: number;
  readonly keyPackage: KeyPackage;
}

/** The extension type that earlier drafts gave to last-resort KeyPackages. */
const LAST_RESORT_EXTENSION = 0x000a;

/** Either mark of a last resort (reading R-041). */
function isLastResort({ extensions }: KeyPackage): boolean {
  return (
    extensions.some(({ extensionType }) => extensionType === LAST_RESORT_EXTENSION) ||
    componentOf(extensions, ComponentId.lastResortKeyPackage) !== undefined
  );
}

function lifetimeOf({ leafNode }: KeyPackage) {
  if (leafNode.leafNodeSource !== "keyPackage") throw new Error("the leaf of a KeyPackage has a lifetime");
  return leafNode.lifetime;
}

function fits(capabilities: Capabilities, required: KeyMaterialRequest["requiredCapabilities"]): boolean {
  return (
    required.extensionTypes.every((type) => supportsExtension(capabilities, type)) &&
    required.proposalTypes.every((type) => supportsProposal(capabilities, type)) &&
    required.credentialTypes.every((type) => capabilities.credentials.includes(type))
  );
}

/** Last resorts behind all others; then what expires first; then what was published first. */
function inOrderOfIssue(a: Candidate, b: Candidate): number {
  const rank = ({ keyPackage }: Candidate) => Number(isLastResort(keyPackage));
  const after = ({ keyPackage }: Candidate) => lifetimeOf(keyPackage).notAfter;
  if (rank(a) !== rank(b)) return rank(a) - rank(b);
  if (after(a) !== after(b)) return after(a) < after(b) ? -1 : 1;
  return a.index - b.index;
}

/** A target provider that answers one claim after another, and issues no KeyPackage twice. */
export class KeyMaterialTarget {
  readonly #target: Target;
  /** `client index` of what is gone. */
  readonly #issued = new Set<string>();

  constructor(target: Target) {
    this.#target = target;
  }

  /** The answer to a claim that may be made. */
  answer(request: KeyMaterialRequest): UserAnswer {
    const refusal = this.#refusal(request);
    if (refusal !== undefined) return { ...refusal, clients: [] };
    const user = this.#target.users.find((known) => known.user === request.targetUser);
    const clients = this.#issue(request, user?.clients ?? []);
    const served = clients.filter(({ clientStatus }) => clientStatus === "success").length;
    // Reading R-036: without any KeyPackage it is noCompatibleMaterial, whose list of clients says why.
    const userStatus =
      served === 0 ? "noCompatibleMaterial" : served === clients.length ? "success" : "partialSuccess";
    return { userStatus, alsoAllowed: [], clients };
  }

  #refusal({
    targetUser,
    requestingUser,
    roomId,
  }: KeyMaterialRequest): Omit<UserAnswer, "clients"> | undefined {
    const user = this.#target.users.find((known) => known.user === targetUser);
    if (user === undefined) return { userStatus: "userUnknown", alsoAllowed: ["noConsent"] };
    if (user.status === "deleted")
      return { userStatus: "userDeleted", alsoAllowed: ["userUnknown", "noConsent"] };
    const grants = this.#target.consent.filter(
      (grant) => grant.targetUser === targetUser && grant.requestingUser === requestingUser,
    );
    // Reading R-034: a claim for no particular room needs consent for any room.
    if (grants.some((grant) => grant.roomId === undefined || (roomId !== "" && grant.roomId === roomId)))
      return undefined;
    return grants.length === 0 || roomId === ""
      ? { userStatus: "noConsent", alsoAllowed: grants.length === 0 ? [] : ["noConsentForThisRoom"] }
      : { userStatus: "noConsentForThisRoom", alsoAllowed: ["noConsent"] };
  }

  #issue(request: KeyMaterialRequest, clients: readonly StockedClient[]): ClientAnswer[] {
    const suites = [...new Set(request.acceptableCiphersuites)];
    const stocks = clients.map((client) => {
      const live = this.#liveStock(client);
      const fitting = live.filter(({ keyPackage }) =>
        fits(keyPackage.leafNode.capabilities, request.requiredCapabilities),
      );
      const of = (suite: number) => fitting.filter(({ keyPackage }) => keyPackage.cipherSuite === suite);
      return { client, live, of };
    });
    const common = suites
      .map((suite) => ({ suite, count: stocks.filter(({ of }) => of(suite).length > 0).length }))
      .reduce((best, next) => (next.count > best.count ? next : best), { suite: -1, count: 0 }).suite;
    return stocks.map(({ client: { client }, live, of }): ClientAnswer => {
      // Reading R-043: the suite that most clients share, else the earliest listed one that this client has.
      const suite = [common, ...suites].find((candidate) => of(candidate).length > 0);
      if (suite === undefined)
        return { client, clientStatus: live.length > 0 ? "nothingCompatible" : "keyMaterialExhausted" };
      const [chosen] = of(suite).sort(inOrderOfIssue);
      if (chosen === undefined) throw new Error("a suite without KeyPackage was chosen");
      this.#issued.add(`${client} ${chosen.index}`);
      return {
        client,
        clientStatus: "success",
        keyPackage: chosen.index,
        allowed: allowedOf(suites.flatMap(of)),
      };
    });
  }

  #liveStock({ client, keyPackages }: StockedClient): Candidate[] {
    const { nowSeconds } = this.#target;
    return keyPackages
      .map((octets, index) => ({ index, keyPackage: decode(KeyPackage, unhex(octets)) }))
      .filter(({ index, keyPackage }) => {
        const { notBefore, notAfter } = lifetimeOf(keyPackage);
        const lives = notBefore <= nowSeconds && notAfter >= nowSeconds + MARGIN_SECONDS;
        return lives && !this.#issued.has(`${client} ${index}`);
      });
  }
}

/** Which of these may be issued: any, but a last resort only where there is nothing else. */
function allowedOf(candidates: readonly Candidate[]): number[] {
  const others = candidates.filter(({ keyPackage }) => !isLastResort(keyPackage));
  return (others.length > 0 ? others : candidates).map(({ index }) => index).sort((a, b) => a - b);
}
