/**
 * MLS group state: RFC 9420 and draft-ietf-mls-extensions-10, as server (public) and as member.
 * @module
 */

export * from "./codec/index.ts";
export { MlsError, type MlsErrorCode } from "./errors.ts";
export { decryptWithLabel, encryptWithLabel, equalOctets, refHash, signWithLabel, verifyWithLabel } from "./crypto/labels.ts";
export { nobleCrypto } from "./crypto/noble.ts";
export type { CipherSuite, CryptoProvider, HpkeMessage, KeyPair } from "./crypto/provider.ts";
export { createKeyPackage, defaultCapabilities, keyPackageReference, type OwnKeyPackage } from "./key-package.ts";
