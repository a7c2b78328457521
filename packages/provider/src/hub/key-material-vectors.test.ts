/** The vectors of key material, played with a real store: this provider answers what they say. */

import { readFileSync } from "node:fs";
import { ComponentId, componentOf, KeyPackage, keyPackageReference, nobleCrypto } from "@openmimi/mls";
import { type ClientKeyMaterial, fromPathSegment, KeyMaterialResponse } from "@openmimi/protocol";
import { decode, encode } from "@openmimi/tls";
import { expect, it } from "vitest";
import { standardChecks } from "../checks.ts";
import { ProviderError } from "../errors.ts";
import type { Consent } from "../follower/key-material.ts";
import { openSqliteStore } from "../store/sqlite.ts";
import type { KeyPackageRecord, Store } from "../store/store.ts";
import { keyMaterial } from "./key-material.ts";
import { RequestLimiter } from "./request-limiter.ts";
import type { HubRooms } from "./rooms.ts";

interface Input {
  readonly domain: string;
  readonly nowSeconds: string;
  readonly users: readonly {
    readonly user: string;
    readonly status: string;
    readonly clients: readonly { readonly client: string; readonly keyPackages: readonly string[] }[];
  }[];
  readonly consent: readonly {
    readonly requestingUser: string;
    readonly targetUser: string;
    readonly roomId?: string;
  }[];
  readonly claims: readonly {
    readonly from: string;
    readonly pathSegment: string;
    readonly request: string;
  }[];
}
type Expected =
  | { readonly valid: true; readonly answers: readonly { readonly octets: string }[] }
  | { readonly valid: false; readonly httpStatus: number };

const vectorsIn = (name: string) => {
  const path = new URL(`../../../../vectors/key-material/${name}.json`, import.meta.url);
  const { vectors } = JSON.parse(readFileSync(path, "utf8")) as {
    vectors: { id: string; input: Input; expected: Expected }[];
  };
  // Users are known here by their clients, so that there is none without.
  const canBe = ({ input }: { input: Input }) =>
    input.users.every(({ status, clients }) => status === "deleted" || clients.length > 0);
  return vectors.filter(canBe).map(({ id, input, expected }) => [id, input, expected] as const);
};

function recordOf(clientUri: string, digits: string): KeyPackageRecord {
  const octets = Uint8Array.from(Buffer.from(digits, "hex"));
  const keyPackage = decode(KeyPackage, octets);
  const { leafNode, cipherSuite, extensions } = keyPackage;
  if (leafNode.leafNodeSource !== "keyPackage") throw new Error("a KeyPackage has a lifetime");
  return {
    reference: keyPackageReference(nobleCrypto.suite(cipherSuite), keyPackage),
    clientUri,
    cipherSuite,
    notBeforeSeconds: leafNode.lifetime.notBefore,
    notAfterSeconds: leafNode.lifetime.notAfter,
    lastResort:
      extensions.some(({ extensionType }) => extensionType === 10) ||
      componentOf(extensions, ComponentId.lastResortKeyPackage) !== undefined,
    octets,
  };
}

async function fill(store: Store, { users, nowSeconds }: Input): Promise<void> {
  const nowMs = Number(nowSeconds) * 1000;
  for (const { user, status, clients } of users) {
    const registered =
      status === "deleted" ? [{ client: user.replace("/u/", "/d/").concat("/X"), keyPackages: [] }] : clients;
    for (const { client, keyPackages } of registered) {
      await store.clients.register({ userUri: user, clientUri: client, token: client, nowMs });
      await store.keyPackages.publish(keyPackages.map((digits) => recordOf(client, digits)));
    }
    if (status === "deleted") await store.clients.markUserDeleted(user, nowMs);
  }
}

function consentOf({ consent }: Input) {
  return (claim: { requestingUser: string; targetUser: string; roomUri?: string }): Consent => {
    const grants = consent.filter(
      ({ requestingUser, targetUser }) =>
        requestingUser === claim.requestingUser && targetUser === claim.targetUser,
    );
    if (grants.some(({ roomId }) => roomId === undefined || roomId === claim.roomUri)) return "granted";
    return grants.length > 0 && claim.roomUri !== undefined ? "noConsentForThisRoom" : "noConsent";
  };
}

/** The vectors leave out what clients can that have nothing compatible. */
function withoutCapabilities(octets: Uint8Array): string {
  if (octets[0] !== 1) return Buffer.from(octets).toString("hex");
  const response = decode(KeyMaterialResponse, octets);
  const clients = response.clients.map((client): ClientKeyMaterial => {
    const { clientStatus, clientUri } = client;
    return clientStatus === "nothingCompatible" ? ({ clientStatus, clientUri } as ClientKeyMaterial) : client;
  });
  return Buffer.from(encode(KeyMaterialResponse, { ...response, clients })).toString("hex");
}

it.each([...vectorsIn("claims"), ...vectorsIn("refusals")])("%s", async (_, input, expected) => {
  const store = openSqliteStore(":memory:");
  await fill(store, input);
  const nowMs = () => Number(input.nowSeconds) * 1000;
  const parts = {
    domain: input.domain,
    store,
    crypto: nobleCrypto,
    checks: standardChecks,
    consent: consentOf(input),
    nowMs,
    rooms: { find: () => Promise.resolve(undefined) } as unknown as HubRooms,
    peers: { call: () => Promise.reject(new Error("nobody else is asked")) },
    limiter: new RequestLimiter(100, nowMs),
  };
  const answers: string[] = [];
  let status = 200;
  for (const { from, pathSegment, request } of input.claims) {
    const body = Uint8Array.from(Buffer.from(request, "hex"));
    try {
      const uri = fromPathSegment(pathSegment);
      answers.push(withoutCapabilities(await keyMaterial(parts, { domain: from }, uri, body)));
    } catch (error) {
      // What cannot be read at all is malformed: 400.
      status = error instanceof ProviderError && error.code === "forbidden" ? 403 : 400;
    }
  }
  if (expected.valid) expect(answers).toEqual(expected.answers.map(({ octets }) => octets));
  else expect(status).toBe(expected.httpStatus);
  await store.close();
});
