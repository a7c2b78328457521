/**
 * The target provider's answer to a claim for KeyPackages of its user. Protocol §5.2; readings.
 * @module
 */

import { type CryptoProvider, KeyPackage } from "@openmimi/mls";
import {
  type ClientKeyMaterial,
  type KeyMaterialRequest,
  KeyMaterialResponse,
  type KeyMaterialUserCode,
} from "@openmimi/protocol";
import { decode, encode } from "@openmimi/tls";
import type { ProviderChecks } from "../checks.ts";
import type { ClaimedClient, KeyPackageRecord, Store } from "../store/store.ts";

/** What a user allows to a requester. Protocol §8. */
export type Consent = "granted" | "noConsent" | "noConsentForThisRoom";

/**
 * Decides about consent. `roomUri` is absent where the claim is for no particular room, which needs consent for any
 * room (reading R-034).
 */
export type ConsentPolicy = (claim: {
  readonly requestingUser: string;
  readonly targetUser: string;
  readonly roomUri?: string;
}) => Promise<Consent> | Consent;

/** Everybody may add everybody: the policy of a provider that has no other. */
export const openConsent: ConsentPolicy = () => "granted";

/** What {@link answerClaim} needs. */
export interface ClaimParts {
  readonly store: Pick<Store, "clients" | "keyPackages">;
  readonly crypto: CryptoProvider;
  readonly checks: ProviderChecks;
  readonly consent: ConsentPolicy;
  readonly nowMs: () => number;
}

/**
 * Issues one KeyPackage of each client of the target user, or says why not. The request's signature and who relays it
 * were checked before.
 *
 * @param claimedBy the domain that the answer goes to
 * @returns the encoded KeyMaterialResponse
 */
export async function answerClaim(
  parts: ClaimParts,
  request: KeyMaterialRequest,
  claimedBy: string,
): Promise<Uint8Array> {
  const { targetUser, requestingUser, roomId } = request;
  const refuse = (userStatus: KeyMaterialUserCode) => response(request, userStatus, []);
  const status = await parts.store.clients.userStatus(targetUser);
  if (status !== "active") return refuse(status === "deleted" ? "userDeleted" : "userUnknown");
  const scope = { requestingUser, targetUser, ...(roomId === "" ? {} : { roomUri: roomId }) };
  const consent = await parts.consent(scope);
  if (consent !== "granted") return refuse(consent);

  const capabilities = new Map<string, KeyPackage["leafNode"]["capabilities"]>();
  const claimed = await parts.store.keyPackages.claim({
    userUri: targetUser,
    cipherSuites: request.acceptableCiphersuites,
    nowSeconds: BigInt(Math.floor(parts.nowMs() / 1000)),
    marginSeconds: parts.checks.keyPackageMargin(),
    claimedBy,
    compatible: (candidate) => {
      const { leafNode } = keyPackageOf(candidate);
      capabilities.set(candidate.clientUri, leafNode.capabilities);
      return parts.checks.keyPackageFits(leafNode.capabilities, request.requiredCapabilities);
    },
  });
  const clients = claimed.map((client) => clientEntry(client, capabilities));
  return response(request, userStatusOf(claimed), clients);
}

/** Reading R-036: without any KeyPackage it is noCompatibleMaterial, whose list of clients says why. */
function userStatusOf(claimed: readonly ClaimedClient[]): KeyMaterialUserCode {
  const served = claimed.filter(({ status }) => status === "success").length;
  if (served === 0) return "noCompatibleMaterial";
  return served === claimed.length ? "success" : "partialSuccess";
}

function clientEntry(
  claimed: ClaimedClient,
  capabilities: ReadonlyMap<string, KeyPackage["leafNode"]["capabilities"]>,
): ClientKeyMaterial {
  const { clientUri } = claimed;
  switch (claimed.status) {
    case "success":
      return { clientStatus: "success", clientUri, keyPackage: keyPackageOf(claimed.keyPackage) };
    case "keyMaterialExhausted":
      return { clientStatus: "keyMaterialExhausted", clientUri };
    case "nothingCompatible":
      return {
        clientStatus: "nothingCompatible",
        clientUri,
        clientCapabilities: capabilities.get(clientUri),
      } as ClientKeyMaterial;
  }
}

function keyPackageOf(record: KeyPackageRecord): KeyPackage {
  return decode(KeyPackage, record.octets);
}

function response(
  request: KeyMaterialRequest,
  userStatus: KeyMaterialUserCode,
  clients: ClientKeyMaterial[],
): Uint8Array {
  return encode(KeyMaterialResponse, {
    protocol: "mls10",
    userStatus,
    // Reading R-038: always the target of the request.
    userUri: request.targetUser,
    clients,
  });
}
