/**
 * Who takes part in a transcript, and how a room begins. Protocol §7; extensions §4.9, §5, §6.2.
 * @module
 */

import {
  ComponentId,
  ComponentsList,
  createKeyPackage,
  dictionaryExtension,
  type Extension,
  ExtensionType,
  ExternalSenders,
  KeyPackage,
  MediaTypeList,
  type OwnKeyPackage,
  RequiredCapabilities,
} from "@openmimi/mls";
import { clientCredential, MimiComponentId, providerCredential } from "@openmimi/protocol";
import { cooperativeRoom } from "@openmimi/room";
import { encode } from "@openmimi/tls";
import { hex } from "../envelope.ts";
import { STARTED_MS } from "../room.ts";
import { seededCrypto } from "../seeded.ts";
import type { HubSecrets } from "./hub.ts";
import type { Member } from "./member.ts";
import type { TranscriptClient } from "./transcript.ts";

export const HUB_DOMAIN = "a.example";
const understood = [1, 2, 3, ...Object.values(MimiComponentId)].sort((a, b) => a - b);
const mimiContent = { type: "application/mimi-content", parameters: [] };
const LIFETIME = { notBefore: STARTED_MS / 1000n - 60n, notAfter: STARTED_MS / 1000n + 86_400n };
const required = {
  extensionTypes: [ExtensionType.appDataDictionary],
  proposalTypes: [8, 10],
  credentialTypes: [1],
};

const dictionary = (components: readonly (readonly [number, Uint8Array])[]) =>
  dictionaryExtension(components.map(([componentId, data]) => ({ componentId, data })));
const content = [
  ComponentId.contentMediaTypes,
  encode(MediaTypeList, { mediaTypeList: [mimiContent] }),
] as const;
const aad = [
  ComponentId.safeAad,
  encode(ComponentsList, { componentIds: [MimiComponentId.frankAad] }),
] as const;

/** What is required of KeyPackages. */
export const REQUIRED_CAPABILITIES: RequiredCapabilities = required;

/** A client's KeyPackage, with its private keys. */
export function keyPackageOf(seed: string, uri: string): OwnKeyPackage {
  return createKeyPackage(seededCrypto(`${seed} ${uri}`), 1, {
    credential: clientCredential(uri),
    capabilities: {
      versions: [1],
      cipherSuites: [1],
      extensions: [ExtensionType.appDataDictionary],
      proposals: [8, 10],
      credentials: [1],
    },
    lifetime: LIFETIME,
    leafExtensions: [
      dictionary([
        [ComponentId.appComponents, encode(ComponentsList, { componentIds: understood })],
        aad,
        content,
      ]),
    ],
  });
}

/** The keys of the hub, and its franking agent's public key. */
export interface HubKeys extends HubSecrets {
  readonly frankingKey: Uint8Array;
}

/** All that the hub keeps secret, out of a seed. */
export function hubKeys(seed: string): HubKeys {
  const suite = seededCrypto(`${seed} hub`).suite(1);
  const sender = suite.generateSignatureKeyPair();
  const franking = suite.generateSignatureKeyPair();
  return {
    domain: HUB_DOMAIN,
    senderKey: sender.publicKey,
    senderPrivateKey: sender.privateKey,
    frankingKey: franking.publicKey,
    frankingPrivateKey: franking.privateKey,
    hubKey: suite.random(32),
  };
}

/** The extensions of the GroupContext with which a room begins. */
export function roomExtensions(keys: HubKeys, roomUri: string, creator: string, name: string): Extension[] {
  const credential = providerCredential(HUB_DOMAIN);
  const frankingAgent = { frankingSignatureKey: keys.frankingKey, credential };
  const room = cooperativeRoom({ roomUri, creator, name, frankingAgent });
  const componentIds = [...room.keys()].sort((a, b) => a - b);
  return [
    {
      extensionType: ExtensionType.requiredCapabilities,
      extensionData: encode(RequiredCapabilities, required),
    },
    {
      extensionType: ExtensionType.externalSenders,
      extensionData: encode(ExternalSenders, [{ signatureKey: keys.senderKey, credential }]),
    },
    dictionary([
      [ComponentId.appComponents, encode(ComponentsList, { componentIds })],
      aad,
      content,
      ...[...room].sort(([a], [b]) => a - b),
    ]),
  ];
}

/** A client with all its keys, as a transcript has it. */
export function clientJson({ uri, user, own }: Member): TranscriptClient {
  return {
    client: uri,
    user,
    signaturePrivateKey: hex(own.signaturePrivateKey),
    keyPackage: hex(encode(KeyPackage, own.keyPackage)),
    initPrivateKey: hex(own.initPrivateKey),
    encryptionPrivateKey: hex(own.encryptionPrivateKey),
  };
}
