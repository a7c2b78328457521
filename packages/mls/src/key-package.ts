/**
 * Making KeyPackages and leaf nodes. RFC 9420 §7.2, §10.
 * @module
 */

import { encode } from "@openmimi/tls";
import {
  type Capabilities,
  type Credential,
  type Extension,
  KeyPackage,
  KeyPackageTBS,
  type LeafNode,
  LeafNodeTBS,
  type LeafPosition,
  type Lifetime,
} from "./codec/index.ts";
import { refHash, signWithLabel } from "./crypto/labels.ts";
import type { CipherSuite, CryptoProvider, KeyPair } from "./crypto/provider.ts";

/** A KeyPackage with the private keys that belong to it. */
export interface OwnKeyPackage {
  readonly keyPackage: KeyPackage;
  /** RFC 9420 §5.2: the KeyPackageRef. */
  readonly reference: Uint8Array;
  readonly initPrivateKey: Uint8Array;
  readonly encryptionPrivateKey: Uint8Array;
  readonly signaturePrivateKey: Uint8Array;
}

/** What a client says of itself. */
export interface ClientDescription {
  readonly credential: Credential;
  /** The client's signature key; a fresh one where absent. */
  readonly signatureKeyPair?: KeyPair;
  readonly capabilities?: Capabilities;
  /** Seconds since the UNIX epoch. */
  readonly lifetime: Lifetime;
  readonly leafExtensions?: Extension[];
  readonly keyPackageExtensions?: Extension[];
}

/** RFC 9420 §7.2: a client with nothing but what the RFC gives everyone. */
export function defaultCapabilities(cipherSuite: number): Capabilities {
  return { versions: [1], cipherSuites: [cipherSuite], extensions: [], proposals: [], credentials: [1] };
}

/** The body of a leaf before it is signed. */
export type UnsignedLeafNode = LeafNode extends infer L
  ? L extends LeafNode
    ? Omit<L, "signature">
    : never
  : never;

/** What a member may change of its leaf in an Update or a commit. RFC 9420 §12.1.2. */
export interface LeafChanges {
  readonly credential?: Credential;
  readonly capabilities?: Capabilities;
  readonly extensions?: Extension[];
  readonly signatureKeyPair?: KeyPair;
}

/** The leaf that follows another one: from an Update, or, once a path is made, from a commit. RFC 9420 §7.2. */
export function nextLeaf(before: LeafNode, changes: LeafChanges = {}): UnsignedLeafNode {
  return {
    encryptionKey: before.encryptionKey,
    signatureKey: changes.signatureKeyPair?.publicKey ?? before.signatureKey,
    credential: changes.credential ?? before.credential,
    capabilities: changes.capabilities ?? before.capabilities,
    leafNodeSource: "update",
    extensions: changes.extensions ?? before.extensions,
  };
}

/** RFC 9420 §7.2: signs a leaf; `position` is needed unless it goes into a KeyPackage. */
export function signLeafNode(
  suite: CipherSuite,
  leaf: UnsignedLeafNode,
  signaturePrivateKey: Uint8Array,
  position?: LeafPosition,
): LeafNode {
  const signature = signWithLabel(
    suite,
    signaturePrivateKey,
    "LeafNodeTBS",
    encode(LeafNodeTBS, { ...leaf, ...position }),
  );
  return { ...leaf, signature };
}

/**
 * Makes a KeyPackage with fresh init and encryption keys.
 *
 * @throws {MlsError} `unsupported-cipher-suite`
 */
export function createKeyPackage(
  crypto: CryptoProvider,
  cipherSuite: number,
  client: ClientDescription,
): OwnKeyPackage {
  const suite = crypto.suite(cipherSuite);
  const init = suite.generateHpkeKeyPair();
  const encryption = suite.generateHpkeKeyPair();
  const signature = client.signatureKeyPair ?? suite.generateSignatureKeyPair();
  const leafNode = signLeafNode(
    suite,
    {
      encryptionKey: encryption.publicKey,
      signatureKey: signature.publicKey,
      credential: client.credential,
      capabilities: client.capabilities ?? defaultCapabilities(cipherSuite),
      leafNodeSource: "keyPackage",
      lifetime: client.lifetime,
      extensions: client.leafExtensions ?? [],
    },
    signature.privateKey,
  );
  const body = {
    version: "mls10" as const,
    cipherSuite,
    initKey: init.publicKey,
    leafNode,
    extensions: client.keyPackageExtensions ?? [],
  };
  const keyPackage = {
    ...body,
    signature: signWithLabel(suite, signature.privateKey, "KeyPackageTBS", encode(KeyPackageTBS, body)),
  };
  return {
    keyPackage,
    reference: keyPackageReference(suite, keyPackage),
    initPrivateKey: init.privateKey,
    encryptionPrivateKey: encryption.privateKey,
    signaturePrivateKey: signature.privateKey,
  };
}

/** RFC 9420 §5.2: the KeyPackageRef of a KeyPackage. */
export function keyPackageReference(suite: CipherSuite, keyPackage: KeyPackage): Uint8Array {
  return refHash(suite, "MLS 1.0 KeyPackage Reference", encode(KeyPackage, keyPackage));
}
