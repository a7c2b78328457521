/**
 * What credentials claim, for preauthorization. Policy §4; reading R-175.
 * @module
 */

import type { Credential } from "@openmimi/mls";
import type { Claim } from "@openmimi/protocol";
import { AsnConvert, AsnObjectIdentifierConverter } from "@peculiar/asn1-schema";
import { Certificate } from "@peculiar/asn1-x509";
import { basicClaims } from "./preauthorization.ts";
import type { ClaimsOf } from "./translate.ts";

/** RFC 9420 §17.5. */
const X509 = 2;
/** More extensions than this are no certificate of a person or a client. */
const MAX_EXTENSIONS = 64;

/**
 * The claims of credentials that a policy accepts: basic (the identity) and X.509 (every extension of the end entity's
 * certificate: the DER of its identifier, and the DER value in it; reading R-175). Whether a certificate is trusted is
 * the policy's to say, and so is whether a basic credential is. JWT and CWT claim nothing until a draft says how such a
 * credential is carried in MLS and which octets of it are compared; neither do multi-credentials.
 *
 * @param accepts whether a credential is what it says: chain, validity, revocation; for what it refuses there is no claim
 * @returns for the option `claimsOf` of `factsOfCommit` and its siblings
 * @example
 * ```ts
 * factsOfCommit(staged, group, { claimsOf: credentialClaims((credential) => chains.verify(credential)) });
 * ```
 */
export function credentialClaims(accepts: (credential: Credential) => boolean): ClaimsOf {
  return (credential) => {
    if (!accepts(credential)) return [];
    return credential.credentialType === "x509" ? x509Claims(credential) : basicClaims(credential);
  };
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
        credentialType: X509,
        id: new Uint8Array(AsnObjectIdentifierConverter.toASN(extnID).toBER()),
      },
      claimValue: new Uint8Array(extnValue.buffer),
    }));
  } catch {
    // Whatever the library stumbles over is no certificate, and claims nothing.
    return [];
  }
}
