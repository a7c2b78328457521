/** @module Certificates made at run time; see README.md. */
export {
  type Authority,
  type CertificateRequest,
  createAuthority,
  createSelfSigned,
  type IssuedCertificate,
  PkiError,
} from "./authority.ts";
