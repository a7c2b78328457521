/**
 * Whether a credential belongs to its signature key and to the group. RFC 9420 §5.3, §7.3, extensions §6.5.
 * @module
 */

import { encode } from "@openmimi/tls";
import {
  type Capabilities,
  type Credential,
  type CredentialBinding,
  CredentialBindingTBS,
  CredentialTypeId,
  type LeafNode,
} from "../codec/index.ts";
import { signWithLabel, verifyWithLabel } from "../crypto/labels.ts";
import type { CipherSuite } from "../crypto/provider.ts";
import { MlsError } from "../errors.ts";
import { sameOctets } from "../octets.ts";
import { certificatePublicKey } from "./certificate.ts";

/** A credential where it stands. */
export interface PresentedCredential {
  readonly credential: Credential;
  /** The key that the credential has to speak for. */
  readonly signatureKey: Uint8Array;
  /** The member's leaf; absent for an external sender. */
  readonly leafIndex?: number;
  /**
   * The credential that the same member had before (RFC 9420 §5.3.1: the new one has to be its successor), or that the
   * leaf has which a joiner removes as an old one of its own (§12.2).
   */
  readonly replaces?: Credential;
}

/**
 * The Authentication Service: judges who stands behind a credential. RFC 9420 §5.3.1.
 *
 * @throws anything, to refuse the credential
 */
export type CredentialLogic = (presented: PresentedCredential) => void;

const refused = (message: string, section: string, cause?: unknown): MlsError =>
  new MlsError("invalid-credential", message, section, cause === undefined ? undefined : { cause });

/**
 * Checks what can be seen in a credential itself, then asks the application.
 *
 * @throws {MlsError} `invalid-credential`
 */
export function validateCredential(
  suite: CipherSuite,
  presented: PresentedCredential,
  logic: CredentialLogic | undefined,
): void {
  const { credential, signatureKey } = presented;
  switch (credential.credentialType) {
    case "x509":
      checkCertificates(credential, signatureKey);
      break;
    case "multi":
    case "weakMulti":
      checkBindings(suite, credential, signatureKey);
      break;
  }
  try {
    logic?.(presented);
  } catch (cause) {
    if (cause instanceof MlsError) throw cause;
    throw refused(cause instanceof Error ? cause.message : String(cause), "RFC 9420 §5.3.1", cause);
  }
}

/** RFC 9420 §5.3: the first certificate is for the signature key. */
function checkCertificates(
  { certificates }: Extract<Credential, { credentialType: "x509" }>,
  key: Uint8Array,
): void {
  const [endEntity] = certificates;
  if (endEntity === undefined) throw refused("the credential holds no certificate", "RFC 9420 §5.3");
  const certified = certificatePublicKey(endEntity.certData);
  if (certified === undefined) throw refused("the certificate cannot be read", "RFC 9420 §5.3");
  if (!sameOctets(certified, key)) throw refused("the certificate is for another key", "RFC 9420 §5.3");
}

type BoundCredential = Extract<Credential, { credentialType: "multi" | "weakMulti" }>;

/** Extensions §6.5.2: every binding has to be valid, but for those of a weak one that cannot be read here. */
function checkBindings(suite: CipherSuite, credential: BoundCredential, signatureKey: Uint8Array): void {
  for (const binding of credential.bindings) {
    const bindingSuite = knownSuite(suite, binding.cipherSuite);
    if (bindingSuite === undefined) {
      if (credential.credentialType === "weakMulti") continue;
      throw refused(
        `cipher suite ${binding.cipherSuite} of a binding is not known here`,
        "extensions §6.5.2",
      );
    }
    if (binding.credential.credentialType === "x509")
      checkCertificates(binding.credential, binding.credentialKey);
    if (!verifyCredentialBinding(bindingSuite, binding, signatureKey))
      throw refused("the signature of a binding does not verify", "extensions §6.5.2");
  }
}

function knownSuite(suite: CipherSuite, id: number): CipherSuite | undefined {
  try {
    return suite.sibling(id);
  } catch (error) {
    if (error instanceof MlsError && error.code === "unsupported-cipher-suite") return undefined;
    throw error;
  }
}

/**
 * Extensions §6.5.1: says, as the holder of `credential`, that `signatureKey` is one's own.
 *
 * @param suite the suite of `credentialKey`; it may be another one than the group's
 * @param credentialPrivateKey the private key of `credentialKey`
 */
export function signCredentialBinding(
  suite: CipherSuite,
  binding: Pick<CredentialBinding, "credential" | "credentialKey">,
  signatureKey: Uint8Array,
  credentialPrivateKey: Uint8Array,
): CredentialBinding {
  const body = { ...binding, cipherSuite: suite.id };
  const content = encode(CredentialBindingTBS, { ...body, signatureKey });
  return { ...body, signature: signWithLabel(suite, credentialPrivateKey, "CredentialBindingTBS", content) };
}

/** Extensions §6.5.1: whether the holder of the binding's credential says that `signatureKey` is its own. */
export function verifyCredentialBinding(
  suite: CipherSuite,
  binding: CredentialBinding,
  signatureKey: Uint8Array,
): boolean {
  const content = encode(CredentialBindingTBS, { ...binding, signatureKey });
  return verifyWithLabel(suite, binding.credentialKey, "CredentialBindingTBS", content, binding.signature);
}

/**
 * Extensions §6.5.2: whether a member supports the bindings of another member's credential: all of a multi-credential,
 * one of a weak one. Credentials of one piece have no bindings.
 */
export function supportsBindings(
  { cipherSuites, credentials }: Capabilities,
  { credential }: Pick<LeafNode, "credential">,
): boolean {
  if (credential.credentialType !== "multi" && credential.credentialType !== "weakMulti") return true;
  const supports = ({ cipherSuite, credential: bound }: CredentialBinding) =>
    cipherSuites.includes(cipherSuite) && credentials.includes(CredentialTypeId[bound.credentialType]);
  return credential.credentialType === "multi"
    ? credential.bindings.every(supports)
    : credential.bindings.some(supports);
}
