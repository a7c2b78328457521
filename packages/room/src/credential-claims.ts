/**
 * What credentials claim, for preauthorization. Policy §4; reading R-175.
 * @module
 */

import { Credential, CredentialTypeId } from "@openmimi/mls";
import { type Claim, cwtClaims, jwtClaims, type TokenClaim } from "@openmimi/protocol";
import { encode } from "@openmimi/tls";
import { AsnConvert, AsnObjectIdentifierConverter } from "@peculiar/asn1-schema";
import { Certificate } from "@peculiar/asn1-x509";
import type { Presented } from "./members.ts";
import { basicClaims } from "./preauthorization.ts";
import type { ClaimsOf } from "./translate.ts";

/** More extensions than this are no certificate of a person or a client. */
const MAX_EXTENSIONS = 64;
/** So many credentials are remembered as examined; the oldest are forgotten, and examined again. */
const MAX_EXAMINED = 10_000;

/** Numbers in the claims of a preauth_list for credentials that nobody has registered. */
export interface ClaimTypes {
  /** Default: 0xF001, for private use. */
  readonly jwt?: number;
  /** Default: 0xF002, for private use. */
  readonly cwt?: number;
}

/**
 * The claims of credentials that a policy accepts: basic (the identity), X.509 (every extension of the end entity's
 * certificate: the DER of its identifier, and the DER value in it), JWT (every claim: its name, and its value as JSON in
 * the form of RFC 8785) and CWT (every claim: its encoded key, and its value as it is encoded); reading R-175. Whether a
 * certificate or token is genuine, current, and about the leaf's key is the policy's to say, and so is whether a basic
 * credential is. Multi-credentials claim nothing.
 *
 * @param accepts whether a credential is what it says, and about who presents it: chain, signature, validity, revocation,
 *   and that the token is bound to the key (RFC 7800, RFC 8747), because everyone who sees a credential can copy it. For
 *   what it refuses there is no claim. Where that takes time, see {@link examinedClaims}.
 * @returns for the option `claimsOf` of `factsOfCommit` and its siblings
 * @example
 * ```ts
 * factsOfCommit(staged, group, { claimsOf: credentialClaims((credential, key) => chains.verify(credential, key)) });
 * ```
 */
export function credentialClaims(
  accepts: (credential: Credential, signatureKey: Uint8Array) => boolean,
  types: ClaimTypes = {},
): ClaimsOf {
  return (credential, key) => (accepts(credential, key) ? claimsOf(credential, types) : []);
}

/** What credentials claim, and perhaps something to await before the rules are asked about who presents them. */
export type ClaimsSource = ClaimsOf & {
  /** Examines credentials, each time anew. */
  readonly examine?: (presented: Iterable<Presented>) => Promise<void>;
};

/** {@link ClaimsOf} of credentials that were examined before; others claim nothing. */
export type ExaminedClaims = ClaimsSource & Required<Pick<ClaimsSource, "examine">>;

/**
 * As {@link credentialClaims}, for a policy that has to wait: for keys of an issuer, for WebCrypto, for revocation lists.
 * The rules themselves are synchronous, so credentials are examined first.
 *
 * @param accepts what it throws refuses the credential
 * @example
 * ```ts
 * const claims = examinedClaims(async (credential, signatureKey) => {
 *   if (credential.credentialType !== "jwt") return false;
 *   const { payload } = await jwtVerify(text(credential.token), keys, { issuer: "https://hr.example" }); // of jose
 *   return payload.exp !== undefined && isKeyIn(payload.cnf, signatureKey); // or whoever sees the token can use it
 * });
 * await claims.examine([joiner]); // a LeafNode
 * authorizeCommit(state, factsOfCommit(staged, group, { claimsOf: claims }));
 * ```
 */
export function examinedClaims(
  accepts: (credential: Credential, signatureKey: Uint8Array) => Promise<boolean>,
  types: ClaimTypes = {},
): ExaminedClaims {
  const accepted = new Map<string, boolean>();
  const nameOf = (credential: Credential, signatureKey: Uint8Array) =>
    `${signatureKey.join(",")} ${encode(Credential, credential).join(",")}`;
  const examine = async (presented: Iterable<Presented>) => {
    for (const { credential, signatureKey } of presented) {
      const name = nameOf(credential, signatureKey);
      // Asked each time: validity ends, and what was refused may be good later.
      const good = await accepts(credential, signatureKey).catch(() => false);
      accepted.delete(name);
      accepted.set(name, good);
      const [oldest] = accepted.keys();
      if (accepted.size > MAX_EXAMINED && oldest !== undefined) accepted.delete(oldest);
    }
  };
  const of: ClaimsOf = (credential, signatureKey) =>
    accepted.get(nameOf(credential, signatureKey)) === true ? claimsOf(credential, types) : [];
  return Object.assign(of, { examine });
}

function claimsOf(credential: Credential, types: ClaimTypes): readonly Claim[] {
  switch (credential.credentialType) {
    case "basic":
      return basicClaims(credential);
    case "x509":
      return x509Claims(credential);
    case "jwt":
      return tokenClaims(types.jwt ?? CredentialTypeId.jwt, jwtClaims(credential.token));
    case "cwt":
      return tokenClaims(types.cwt ?? CredentialTypeId.cwt, cwtClaims(credential.token));
    case "multi":
    case "weakMulti":
      return [];
  }
}

function tokenClaims(credentialType: number, claims: readonly TokenClaim[] = []): readonly Claim[] {
  return claims.map(({ id, value }) => ({ claimId: { credentialType, id }, claimValue: value }));
}

function x509Claims({ certificates }: Extract<Credential, { credentialType: "x509" }>): readonly Claim[] {
  const [endEntity] = certificates;
  if (endEntity === undefined) return [];
  try {
    // The library reads from an ArrayBuffer of its own.
    const { tbsCertificate } = AsnConvert.parse(endEntity.certData.slice().buffer, Certificate);
    const extensions = [...(tbsCertificate.extensions ?? [])];
    if (extensions.length > MAX_EXTENSIONS) return [];
    return extensions.map(({ extnID, extnValue }) => ({
      claimId: {
        credentialType: CredentialTypeId.x509,
        id: new Uint8Array(AsnObjectIdentifierConverter.toASN(extnID).toBER()),
      },
      claimValue: new Uint8Array(extnValue.buffer),
    }));
  } catch {
    // Whatever the library stumbles over is no certificate, and claims nothing.
    return [];
  }
}
