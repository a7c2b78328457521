/**
 * What a client is in MLS: its credential, what it says it can do, and its KeyPackages.
 * RFC 9420 §5.3, §7.2, §10; extensions §4.6, §5, §6.2, §6.4.
 * @module
 */

import { MediaType } from "@openmimi/content";
import {
  type Capabilities,
  type CipherSuite,
  ComponentId,
  ComponentsList,
  CredentialTypeId,
  type CryptoProvider,
  createKeyPackage,
  dictionaryExtension,
  type Extension,
  ExtensionType,
  KeyPackage,
  type KeyPair,
  MediaTypeList,
  type MediaType as MlsMediaType,
  type OwnKeyPackage,
  ProposalTypeId,
  withGrease,
  withGreaseComponent,
  withGreaseListed,
} from "@openmimi/mls";
import { clientCredential, MimiComponentId } from "@openmimi/protocol";
import { decode, encode } from "@openmimi/tls";
import { fromHex, toHex } from "./octets.ts";
import type { StoredClient, StoredKeyPackage } from "./store.ts";

/** This client as a member of groups. */
export interface Identity {
  readonly userUri: string;
  readonly clientUri: string;
  readonly cipherSuite: number;
  readonly signatureKeyPair: KeyPair;
}

/** How a KeyPackage is made. */
export interface KeyPackageOptions {
  /** Milliseconds since the UNIX epoch; MLS counts whole seconds. */
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
  /** Marks it as a last resort, which MIMI hands out once like any other (reading R-041). */
  readonly lastResort?: boolean;
}

/** Components that a client of ours understands in a GroupContext. */
const SUPPORTED_COMPONENTS: readonly number[] = [
  ComponentId.appComponents,
  ComponentId.safeAad,
  ComponentId.contentMediaTypes,
  ...Object.values(MimiComponentId),
].sort((a, b) => a - b);

/** What every room of ours requires, and first in its list, so that it needs no name in a message (reading R-168). */
export const MIMI_CONTENT: MlsMediaType = { type: MediaType.mimiContent, parameters: [] };

/** Media types that a client of ours can receive. Content §7.1. */
const SUPPORTED_MEDIA_TYPES: readonly MlsMediaType[] = [
  MIMI_CONTENT,
  { type: "text/plain", parameters: [parameter("charset", "utf-8")] },
  { type: "text/markdown", parameters: [parameter("variant", "GFM-MIMI")] },
];

/** The identity of a stored client. */
export function identityOfClient(client: StoredClient): Identity {
  const { userUri, clientUri, cipherSuite, signaturePublicKey, signaturePrivateKey } = client;
  const signatureKeyPair = { publicKey: signaturePublicKey, privateKey: signaturePrivateKey };
  return { userUri, clientUri, cipherSuite, signatureKeyPair };
}

/** RFC 9420 §7.2: what every MIMI group of ours needs (reading R-137). */
function capabilitiesOf(cipherSuite: number): Capabilities {
  return {
    versions: [1],
    cipherSuites: [cipherSuite],
    extensions: [ExtensionType.appDataDictionary],
    proposals: [ProposalTypeId.appDataUpdate, ProposalTypeId.selfRemove],
    credentials: [
      CredentialTypeId.basic,
      CredentialTypeId.x509,
      // Others may have them: whom they name can be read, and what they claim is for the option `claims` (reading R-175).
      CredentialTypeId.jwt,
      CredentialTypeId.cwt,
    ],
  };
}

/** Makes a KeyPackage of this client. */
export function makeKeyPackage(
  crypto: CryptoProvider,
  identity: Identity,
  options: KeyPackageOptions,
): OwnKeyPackage {
  const suite = crypto.suite(identity.cipherSuite);
  return createKeyPackage(crypto, identity.cipherSuite, {
    credential: clientCredential(identity.clientUri),
    signatureKeyPair: identity.signatureKeyPair,
    // RFC 9420 §7.2, §13.5; extensions §5.1: something that stands for nothing, in every list that may have it.
    capabilities: withGrease(suite, capabilitiesOf(identity.cipherSuite)),
    lifetime: { notBefore: seconds(options.notBeforeMs), notAfter: seconds(options.notAfterMs) },
    leafExtensions: [leafDictionary(suite)],
    keyPackageExtensions: options.lastResort ? [lastResortMark(suite)] : [],
  });
}

/** Extensions §5, §6.2: what the leaf says that MLS's Capabilities have no place for. */
function leafDictionary(suite: CipherSuite): Extension {
  const list = (componentIds: readonly number[]): Uint8Array =>
    encode(ComponentsList, { componentIds: withGreaseListed(suite, componentIds) });
  const entries = [
    { componentId: ComponentId.appComponents, data: list(SUPPORTED_COMPONENTS) },
    { componentId: ComponentId.safeAad, data: list([MimiComponentId.frankAad]) },
    {
      componentId: ComponentId.contentMediaTypes,
      data: encode(MediaTypeList, { mediaTypeList: [...SUPPORTED_MEDIA_TYPES] }),
    },
  ];
  return dictionaryExtension(withGreaseComponent(suite, entries));
}

/** Extensions §6.4. */
function lastResortMark(suite: CipherSuite): Extension {
  const mark = { componentId: ComponentId.lastResortKeyPackage, data: new Uint8Array() };
  return dictionaryExtension(withGreaseComponent(suite, [mark]));
}

/** A KeyPackage as it is stored; the signature key is the client's own. */
export function toStoredKeyPackage(own: OwnKeyPackage): StoredKeyPackage {
  return {
    reference: toHex(own.reference),
    keyPackage: encode(KeyPackage, own.keyPackage),
    initPrivateKey: own.initPrivateKey,
    encryptionPrivateKey: own.encryptionPrivateKey,
  };
}

/** @throws {TlsError} if the stored octets are no KeyPackage */
export function fromStoredKeyPackage(stored: StoredKeyPackage, identity: Identity): OwnKeyPackage {
  return {
    keyPackage: decode(KeyPackage, stored.keyPackage),
    reference: fromHex(stored.reference),
    initPrivateKey: stored.initPrivateKey,
    encryptionPrivateKey: stored.encryptionPrivateKey,
    signaturePrivateKey: identity.signatureKeyPair.privateKey,
  };
}

function seconds(ms: number): bigint {
  return BigInt(Math.floor(ms / 1000));
}

function parameter(name: string, value: string) {
  const utf8 = new TextEncoder();
  return { parameterName: utf8.encode(name), parameterValue: utf8.encode(value) };
}
