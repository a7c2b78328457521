/**
 * Small types that everything else is made of. RFC 9420 §2, §5, §7.2.
 * @module
 */

import {
  enumeration,
  type Infer,
  opaque,
  type Schema,
  select,
  struct,
  uint16,
  uint64,
  vector,
} from "@openmimi/tls";
import { CredentialTypeId } from "./registry.ts";

/** RFC 9420 §6: the only protocol version there is. */
export const ProtocolVersion = enumeration("ProtocolVersion", { mls10: 1 }, 2);
export type ProtocolVersion = Infer<typeof ProtocolVersion>;

/**
 * The most elements of a vector that is read: as many as there are code points, or members of a large group. An element
 * can be as short as one octet and takes a hundred times as much once it is read.
 */
const MAX_ELEMENTS = 2 ** 16;

/** A vector of a bounded number of elements. */
export const list = <T>(element: Schema<T>): Schema<T[]> => vector(element, { maxElements: MAX_ELEMENTS });

/** RFC 9420 §5.3: an X.509 certificate, DER. */
export const Certificate = struct("Certificate", { certData: opaque() });

const singleCases = {
  basic: { identity: opaque() },
  x509: { certificates: list(Certificate) },
  // RFC 7519 in its compact form; RFC 8392. Whose key it is, and who signed it, is for the Authentication Service.
  jwt: { token: opaque() },
  cwt: { token: opaque() },
};
const { basic, x509, jwt, cwt } = CredentialTypeId;

/**
 * RFC 9420 §5.3. Of bindings only: a multi-credential inside another one is refused, so that no octets nest without end.
 */
export const SingleCredential = select("Credential", {
  on: ["credentialType", enumeration("CredentialType", { basic, x509, jwt, cwt }, 2)],
  cases: singleCases,
});

const bindingBody = { cipherSuite: uint16, credential: SingleCredential, credentialKey: opaque() };

/** Extensions §6.5: the holder of a credential says that the leaf's signature key is its own. */
export const CredentialBinding = struct("CredentialBinding", { ...bindingBody, signature: opaque() });
export type CredentialBinding = Infer<typeof CredentialBinding>;

/** Extensions §6.5.1: what the signature of a binding covers. */
export const CredentialBindingTBS = struct("CredentialBindingTBS", {
  ...bindingBody,
  signatureKey: opaque(),
});

/** RFC 9420 §17.5, extensions §7.4. */
export const CredentialType = enumeration("CredentialType", CredentialTypeId, 2);

/**
 * RFC 9420 §5.3, extensions §6.5. A credential of another type cannot be skipped (it has no length), so it is refused.
 */
export const Credential = select("Credential", {
  on: ["credentialType", CredentialType],
  cases: {
    ...singleCases,
    multi: { bindings: list(CredentialBinding) },
    weakMulti: { bindings: list(CredentialBinding) },
  },
});
export type Credential = Infer<typeof Credential>;

/** RFC 9420 §5.1.3. */
export const HPKECiphertext = struct("HPKECiphertext", { kemOutput: opaque(), ciphertext: opaque() });
export type HPKECiphertext = Infer<typeof HPKECiphertext>;

/** RFC 9420 §7.2: one extension; the data are read by whoever knows the type. */
export const Extension = struct("Extension", { extensionType: uint16, extensionData: opaque() });
export type Extension = Infer<typeof Extension>;

/** RFC 9420 §7.2. Code points, not names: unknown values and GREASE must pass. */
export const Capabilities = struct("Capabilities", {
  versions: list(uint16),
  cipherSuites: list(uint16),
  extensions: list(uint16),
  proposals: list(uint16),
  credentials: list(uint16),
});
export type Capabilities = Infer<typeof Capabilities>;

/** RFC 9420 §7.2: seconds since the UNIX epoch, both ends included. */
export const Lifetime = struct("Lifetime", { notBefore: uint64, notAfter: uint64 });
export type Lifetime = Infer<typeof Lifetime>;
