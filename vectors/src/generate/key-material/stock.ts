/**
 * The people of the vectors of the kind `key-material`, and their KeyPackages. Every key comes from a seed.
 * @module
 */

import {
  ComponentId,
  type Credential,
  createKeyPackage,
  dictionaryExtension,
  type Extension,
  KeyPackage,
  signWithLabel,
} from "@openmimi/mls";
import {
  clientCredential,
  KeyMaterialRequest,
  KeyMaterialRequestTBS,
  toPathSegment,
} from "@openmimi/protocol";
import { encode } from "@openmimi/tls";
import { hex, type Json } from "../envelope.ts";
import { ALICE, BOB, CATHY, ROOM, STARTED_MS } from "../room.ts";
import { seededCrypto } from "../seeded.ts";
import type { Grant, StockedClient, TargetUser } from "./target.ts";

/** The clock of the target provider, in seconds. */
const NOW = STARTED_MS / 1000n;
const DAY = 86_400n;

export const B1 = "mimi://b.example/d/bob/B1";
export const B2 = "mimi://b.example/d/bob/B2";
export const B3 = "mimi://b.example/d/bob/B3";
export const OTHER_ROOM = "mimi://a.example/r/library";

/** What is special about a KeyPackage; usually it is of suite 0x0001, lives a month, and can all that MIMI needs. */
export interface Sketch {
  readonly suite?: number;
  /** Seconds from now. */
  readonly from?: bigint;
  readonly until?: bigint;
  readonly extensions?: readonly number[];
  readonly proposals?: readonly number[];
  readonly credentials?: readonly number[];
  /** The mark of a last resort: the component, or the extension of earlier drafts. */
  readonly lastResort?: "component" | "extension";
  readonly identity?: string;
}

function marks(lastResort: Sketch["lastResort"]): Extension[] {
  if (lastResort === undefined) return [];
  if (lastResort === "extension") return [{ extensionType: 0x000a, extensionData: new Uint8Array() }];
  return [dictionaryExtension([{ componentId: ComponentId.lastResortKeyPackage, data: new Uint8Array() }])];
}

/** @returns a KeyPackage of a client, always another one */
function keyPackageOf(client: string, number: number, sketch: Sketch): KeyPackage {
  const { suite = 1, from = -DAY, until = 30n * DAY, lastResort, identity } = sketch;
  const credential: Credential =
    identity === undefined
      ? clientCredential(client)
      : { credentialType: "basic", identity: new TextEncoder().encode(identity) };
  return createKeyPackage(seededCrypto(`key-material ${client} ${number} ${suite}`), suite, {
    credential,
    capabilities: {
      versions: [1],
      cipherSuites: [suite],
      extensions: [...(sketch.extensions ?? [0x0006])],
      proposals: [...(sketch.proposals ?? [0x0008, 0x0009, 0x000a])],
      credentials: [...(sketch.credentials ?? [1])],
    },
    lifetime: { notBefore: NOW + from, notAfter: NOW + until },
    keyPackageExtensions: marks(lastResort),
  }).keyPackage;
}

/** A client with these KeyPackages. */
export function stocked(client: string, ...sketches: readonly Sketch[]): StockedClient {
  const keyPackages = sketches.map((sketch, number) =>
    hex(encode(KeyPackage, keyPackageOf(client, number, sketch))),
  );
  return { client, keyPackages };
}

/** @returns the KeyPackage that {@link stocked} puts first, for answers that are made by hand */
export const firstKeyPackage = (client: string, sketch: Sketch = {}): KeyPackage =>
  keyPackageOf(client, 0, sketch);

const requester = seededCrypto("key-material requester");
/** Keys of Alice's client by cipher suite: they sign the claims. */
const keys = new Map([1, 2, 3].map((suite) => [suite, requester.suite(suite).generateSignatureKeyPair()]));

/** What a claim asks other than usual, and how it is sent. */
export interface ClaimSketch extends Partial<KeyMaterialRequestTBS> {
  readonly from?: string;
  /** Whom the path names. */
  readonly path?: string;
  /** The suite that signs; default: the first that is acceptable and has keys. */
  readonly signedWith?: number;
  /** What is changed when it has been signed. */
  readonly changed?: Partial<KeyMaterialRequest>;
}

/** Alice asks for KeyPackages of Bob, by way of the hub of her room. */
export function claim(sketch: ClaimSketch = {}): { readonly [key: string]: Json } {
  const { from = "a.example", path, signedWith, changed = {}, ...fields } = sketch;
  const requestingUser = fields.requestingUser ?? ALICE;
  const acceptableCiphersuites = fields.acceptableCiphersuites ?? [1];
  const suite = signedWith ?? acceptableCiphersuites.find((id) => keys.has(id)) ?? 1;
  const pair = keys.get(suite);
  if (pair === undefined) throw new Error(`nobody has keys of suite ${suite}`);
  const tbs: KeyMaterialRequestTBS = {
    protocol: "mls10",
    requestingUser,
    targetUser: BOB,
    roomId: ROOM,
    acceptableCiphersuites,
    requiredCapabilities: { extensionTypes: [0x0006], proposalTypes: [0x0008, 0x000a], credentialTypes: [1] },
    requesterSignatureKey: pair.publicKey,
    requesterCredential: { credentialType: "basic", identity: new TextEncoder().encode(requestingUser) },
    ...fields,
  };
  const octets = encode(KeyMaterialRequestTBS, tbs);
  const keyMaterialRequestSignature = signWithLabel(
    requester.suite(suite),
    pair.privateKey,
    "KeyMaterialRequestTBS",
    octets,
  );
  const request = { ...tbs, keyMaterialRequestSignature, ...changed };
  return {
    from,
    pathSegment: toPathSegment(path ?? request.targetUser),
    request: hex(encode(KeyMaterialRequest, request)),
  };
}

const usualConsent: readonly Grant[] = [
  { requestingUser: ALICE, targetUser: BOB },
  { requestingUser: CATHY, targetUser: BOB },
];

/** What b.example knows, and what it is asked. */
export interface Scene {
  readonly users?: readonly TargetUser[];
  readonly clients?: readonly StockedClient[];
  readonly consent?: readonly Grant[];
  readonly claims?: readonly { readonly [key: string]: Json }[];
}

/** An input: Bob at b.example, who has consented, and Alice who asks once, unless said otherwise. */
export function sceneOf({ users, clients, consent = usualConsent, claims = [claim()] }: Scene) {
  const bob: TargetUser = { user: BOB, status: "active", clients: clients ?? [stocked(B1, {})] };
  return {
    domain: "b.example",
    nowSeconds: NOW.toString(),
    users: (users ?? [bob]) as unknown as Json,
    consent: consent as unknown as Json,
    claims: claims as Json,
  };
}
