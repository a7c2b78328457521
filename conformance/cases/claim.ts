/**
 * Claims of KeyPackages (protocol §5.2): a valid one, what is changed of it, and what the cases about claims share.
 * @module
 */

import { KeyPackage, keyPackageReference } from "@openmimi/mls";
import {
  checkKeyMaterialResponse,
  KeyMaterialRequest,
  type KeyMaterialRequestTBS,
  KeyMaterialResponse,
  ProtocolError,
  roomUri,
  signKeyMaterialRequest,
  userUri,
} from "@openmimi/protocol";
import { decode, encode } from "@openmimi/tls";
import type { ConformanceCase } from "../src/case.ts";
import type { Check, Checks, ExpectedAnswer } from "../src/checks.ts";
import { fromBase64 } from "../src/checks-of.ts";
import type { Answer, CaseContext, PeerRequest } from "../src/context.ts";
import { encodeSegment } from "../src/peers/target.ts";
import { type ClaimOffsets, claimTbs, oddClaim } from "../src/play/key-material.ts";
import { SUITE, SuiteClient } from "../src/play/suite-client.ts";

/** What is different about a claim. */
export interface ClaimChanges {
  /** Who claims, and whose provider sends it. Default: a new user of the suite's hub. */
  readonly client?: SuiteClient;
  /** Whose certificate and From the request has. Default: the provider of the client. */
  readonly sender?: "hub" | "follower1" | "follower2";
  /** Changes fields before the claim is signed. */
  readonly fields?: Partial<KeyMaterialRequestTBS>;
  /** Changes octets before the claim is signed. */
  readonly signed?: (octets: Uint8Array, at: ClaimOffsets) => Uint8Array;
  /** Changes octets of the signed body. */
  readonly body?: (octets: Uint8Array) => Uint8Array;
}

/** The body of a claim for a room of the suite's hub. */
export function claimBody(context: CaseContext, targetUser: string, changes: ClaimChanges = {}): Uint8Array {
  const client = changes.client ?? SuiteClient.of(context, "hub", "requester");
  const room = roomUri(context.peers.hub.domain, context.name("room"));
  const tbs = claimTbs(client, targetUser, room, changes.fields);
  const octets =
    changes.signed === undefined
      ? encode(KeyMaterialRequest, signKeyMaterialRequest(SUITE, tbs, client.signatureKeys.privateKey))
      : oddClaim(client, tbs, changes.signed);
  return changes.body === undefined ? octets : changes.body(octets);
}

/** Sends a claim from the suite's hub; valid but for what is changed, in the HTTP request or in the claim. */
export function claim(
  context: CaseContext,
  label: string,
  targetUser: string,
  http: Partial<PeerRequest> = {},
  changes: ClaimChanges = {},
): Promise<Answer> {
  const peer = context.peers[changes.sender ?? changes.client?.peer.name ?? "hub"];
  const body = claimBody(context, targetUser, changes);
  return peer.send({ label, endpoint: "keyMaterial", about: targetUser, body, ...http });
}

/** A user of the target who does not exist. */
export function nobody(context: CaseContext): string {
  return userUri(context.target.domain, context.name("nobody"));
}

/** A user is unknown, which a provider may conceal (readings ). Protocol §5.2. */
export const UNKNOWN_USER: ExpectedAnswer = { code: ["userUnknown", "noConsent"] };

/**
 * Sends a claim for somebody who does not exist. It needs nothing of the target and shows whether a request gets
 * through: whoever looks for the user answers with a code.
 *
 * @param segment what stands in the path for the user instead of the percent-encoded URI
 */
export async function knock(
  context: CaseContext,
  label: string,
  change: Partial<PeerRequest> & { readonly segment?: string; readonly user?: string } = {},
): Promise<Answer> {
  const { segment, user = nobody(context), ...http } = change;
  if (segment === undefined) return claim(context, label, user, http);
  const { pathname, search } = new URL(await context.target.url("keyMaterial", user));
  const path = `${pathname}${search}`.replace(encodeSegment(user), segment);
  return claim(context, label, user, { path, ...http });
}

/** A knock was refused before anybody looked for the user: status 4xx and none of the endpoint's own answers. */
export function keptOut(check: Checks, label: string): Check {
  const refused = check.refused(label, { status: ["4xx"] });
  if (refused.holds !== "yes" || check.decoded(label, KeyMaterialResponse) === undefined) return refused;
  return { ...refused, holds: "no", saw: `${refused.saw}, so that the request was looked at` };
}

/** Labels of the exchanges of a case in which something is refused. */
export const REFUSED = "the request to refuse";
export const VALID = "the valid request afterwards";

/** The KeyPackages in an answer. */
export function keyPackagesIn(check: Checks, label: string): KeyPackage[] {
  const { clients = [] } = check.decoded(label, KeyMaterialResponse) ?? {};
  return clients.flatMap((one) => (one.clientStatus === "success" ? [one.keyPackage] : []));
}

/** The answer fits the claim and itself: codes, list of clients, suites, owners. Protocol §5.2. */
export function fitsClaim(check: Checks, label: string): Check {
  const exchange = check.exchange(label);
  const response = check.decoded(label, KeyMaterialResponse);
  const expected = `${label}: codes, clients and KeyPackages that fit the request and each other`;
  if (exchange === undefined || response === undefined) return check.unknown(expected, "no such answer");
  try {
    checkKeyMaterialResponse(decode(KeyMaterialRequest, fromBase64(exchange.request.body)), response);
    return check.that(true, expected, "they do", exchange.n);
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return check.that(false, expected, error.message, exchange.n);
  }
}

/** No KeyPackage stands in two of these answers. */
export function allDifferent(check: Checks, labels: readonly string[]): Check {
  const references = labels.flatMap((label) => keyPackagesIn(check, label)).map(referenceOf);
  const different = new Set(references).size;
  const at = labels.map((label) => check.exchange(label)?.n).at(-1);
  const saw = `${references.length} KeyPackages, ${different} of them different`;
  return check.that(different === references.length, "no KeyPackage is handed out twice", saw, at);
}

/** Different packages are told apart by what they hold where their suite is not known here. */
function referenceOf(keyPackage: KeyPackage): string {
  const octets =
    keyPackage.cipherSuite === SUITE.id
      ? keyPackageReference(SUITE, keyPackage)
      : encode(KeyPackage, keyPackage);
  return Buffer.from(octets).toString("hex");
}

/** The codes of the clients in an answer, by client URI. */
export function clientCodes(check: Checks, label: string): Record<string, string> {
  const { clients = [] } = check.decoded(label, KeyMaterialResponse) ?? {};
  return Object.fromEntries(clients.map(({ clientUri, clientStatus }) => [clientUri, clientStatus]));
}

/** A claim that has to be refused and must not cost a KeyPackage. */
export interface RefusedClaim extends Pick<ConformanceCase, "id" | "title" | "requirements" | "readings"> {
  readonly expected?: ExpectedAnswer;
  readonly http?: (context: CaseContext) => Partial<PeerRequest>;
  readonly changes?: (context: CaseContext, targetUser: string) => ClaimChanges;
  readonly judge?: (check: Checks) => readonly Check[];
}

/** Makes the case: the claim is refused, one that is right in that one field is then served. */
export function refusedClaim(one: RefusedClaim): ConformanceCase {
  const { id, title, requirements, readings, expected = { status: ["4xx"] } } = one;
  return {
    ...{ id, title, requirements, ...(readings === undefined ? {} : { readings }) },
    level: "MUST",
    role: "key-publisher",
    needs: { level: "L1", fixtures: ["user"] },
    twin: "key-material/claim",
    async run(context) {
      const { userUri: target } = await context.fixture("user");
      await claim(context, REFUSED, target, one.http?.(context), one.changes?.(context, target));
      await claim(context, VALID, target);
    },
    judge: (_, check) => [
      check.refused(REFUSED, expected),
      ...(one.judge?.(check) ?? []),
      check.that(
        keyPackagesIn(check, REFUSED).length === 0,
        "no KeyPackage comes with the refusal",
        `${keyPackagesIn(check, REFUSED).length}`,
        check.exchange(REFUSED)?.n,
      ),
      check.answered(VALID, { code: ["success"] }),
    ],
  };
}
