/**
 * The most that a body may hold. The drafts state no limits (reading R-010); these are far above what a provider
 * needs and far below what would hurt one.
 * @module
 */

/** Octets of one `mimi:` URI. */
export const MAX_URI_OCTETS = 4096;
/** Cipher suites that a requester may list. */
export const MAX_CIPHER_SUITES = 256;
/** Clients of one user in a KeyMaterialResponse, and KeyPackages in one consent grant. */
export const MAX_CLIENTS = 1024;
/** Octets of a public key; the largest in sight are those of ML-DSA and ML-KEM. */
export const MAX_PUBLIC_KEY_OCTETS = 8192;
/** Octets of a signature; the largest in sight are those of SLH-DSA. */
export const MAX_SIGNATURE_OCTETS = 65536;
/** Proposals beside a proposal, behind an external commit, or pending in an epoch; also references to them. */
export const MAX_PROPOSALS = 1024;
/** Octets of a reference: no hash of a cipher suite is longer. */
export const MAX_REFERENCE_OCTETS = 64;
/** Octets of a text that is shown or logged: error descriptions, field names. */
export const MAX_TEXT_OCTETS = 4096;
/** Octets of a joining code. */
export const MAX_JOINING_CODE_OCTETS = 4096;
/** FanoutMessages in one request. */
export const MAX_FANOUT_MESSAGES = 1024;
/** Elements of an identifier query. */
export const MAX_QUERY_ELEMENTS = 64;
/** Profiles, and fields of a profile, in the answer to an identifier query. */
export const MAX_PROFILES = 1024;
/** Octets of a search value or of a profile's field. */
export const MAX_FIELD_OCTETS = 65536;
/** Messages in an abuse report. */
export const MAX_ABUSIVE_MESSAGES = 64;
/** Octets of the note of an abuse report. */
export const MAX_NOTE_OCTETS = 65536;
