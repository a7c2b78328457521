/**
 * The key schedule of an epoch. RFC 9420 §8, extensions §4.4.
 * @module
 */

import { encode, type Infer, opaque, struct } from "@openmimi/tls";
import { type Extension, ExtensionType, ExternalPub, type PreSharedKeyID, PSKLabel } from "./codec/index.ts";
import { deriveSecret, expandWithLabel } from "./crypto/labels.ts";
import type { CipherSuite, KeyPair } from "./crypto/provider.ts";

const empty = new Uint8Array();

/** RFC 9420 §8, Table 4, but for the roots of trees, as stored octets. */
export const StoredEpochSecrets = struct("StoredEpochSecrets", {
  senderDataSecret: opaque(),
  exporterSecret: opaque(),
  externalSecret: opaque(),
  confirmationKey: opaque(),
  membershipKey: opaque(),
  resumptionPsk: opaque(),
  epochAuthenticator: opaque(),
  initSecret: opaque(),
});
type StoredEpochSecrets = Infer<typeof StoredEpochSecrets>;

/** The secrets that trees grow from. Whoever grows a tree owns its root and overwrites it. */
export interface TreeRoots {
  /** RFC 9420 §9. */
  readonly encryptionSecret: Uint8Array;
  /** Extensions §4.4. */
  readonly applicationExportSecret: Uint8Array;
}

/** An epoch as it comes out of the key schedule. */
export interface FreshEpoch {
  readonly secrets: EpochSecrets;
  readonly roots: TreeRoots;
}

/** The secrets of one epoch that are kept while it lasts. */
export class EpochSecrets {
  readonly suite: CipherSuite;
  readonly stored: StoredEpochSecrets;

  constructor(suite: CipherSuite, stored: StoredEpochSecrets) {
    this.suite = suite;
    this.stored = stored;
  }

  get senderDataSecret(): Uint8Array {
    return this.stored.senderDataSecret;
  }
  get confirmationKey(): Uint8Array {
    return this.stored.confirmationKey;
  }
  get membershipKey(): Uint8Array {
    return this.stored.membershipKey;
  }
  get resumptionPsk(): Uint8Array {
    return this.stored.resumptionPsk;
  }
  get epochAuthenticator(): Uint8Array {
    return this.stored.epochAuthenticator;
  }
  get initSecret(): Uint8Array {
    return this.stored.initSecret;
  }

  /** RFC 9420 §8.3: the key pair that external commits are encrypted to. */
  externalKeyPair(): KeyPair {
    return this.suite.deriveHpkeKeyPair(this.stored.externalSecret);
  }

  /** RFC 9420 §12.4.3.2: the external_pub extension of a GroupInfo. */
  externalPubExtension(): Extension {
    const externalPub = this.externalKeyPair().publicKey;
    return { extensionType: ExtensionType.externalPub, extensionData: encode(ExternalPub, { externalPub }) };
  }

  /** RFC 9420 §9.2: overwrites what has no use after the epoch. What late messages need stays. */
  erase(): void {
    const { exporterSecret, externalSecret, confirmationKey, membershipKey, epochAuthenticator, initSecret } =
      this.stored;
    for (const secret of [
      exporterSecret,
      externalSecret,
      confirmationKey,
      membershipKey,
      epochAuthenticator,
      initSecret,
    ]) {
      secret.fill(0);
    }
  }

  /** RFC 9420 §8.5: MLS-Exporter. */
  exporter(label: string, context: Uint8Array, length: number): Uint8Array {
    const secret = deriveSecret(this.suite, this.stored.exporterSecret, label);
    const exported = expandWithLabel(this.suite, secret, "exported", this.suite.hash(context), length);
    secret.fill(0);
    return exported;
  }
}

/** RFC 9420 §8: everything that comes of an epoch secret. */
export function epochFromSecret(suite: CipherSuite, epochSecret: Uint8Array): FreshEpoch {
  const derive = (label: string) => deriveSecret(suite, epochSecret, label);
  const secrets = new EpochSecrets(suite, {
    senderDataSecret: derive("sender data"),
    exporterSecret: derive("exporter"),
    externalSecret: derive("external"),
    confirmationKey: derive("confirm"),
    membershipKey: derive("membership"),
    resumptionPsk: derive("resumption"),
    epochAuthenticator: derive("authentication"),
    initSecret: derive("init"),
  });
  const roots = {
    encryptionSecret: derive("encryption"),
    applicationExportSecret: derive("application_export"),
  };
  return { secrets, roots };
}

/** What goes into the key schedule of an epoch. */
export interface KeyScheduleInput {
  readonly initSecret: Uint8Array;
  readonly commitSecret: Uint8Array;
  readonly pskSecret: Uint8Array;
  /** The encoded GroupContext of the new epoch. */
  readonly groupContext: Uint8Array;
}

/** RFC 9420 §8, Figure 22: from the init secret to the joiner secret and the secrets of the epoch. */
export function deriveEpochSecrets(
  suite: CipherSuite,
  input: KeyScheduleInput,
): FreshEpoch & { joinerSecret: Uint8Array } {
  const joiner = suite.extract(input.initSecret, input.commitSecret);
  const joinerSecret = expandWithLabel(suite, joiner, "joiner", input.groupContext, suite.hashLength);
  joiner.fill(0);
  return { joinerSecret, ...epochFromJoiner(suite, joinerSecret, input.pskSecret, input.groupContext) };
}

/** RFC 9420 §8: what a welcomed member derives. */
export function epochFromJoiner(
  suite: CipherSuite,
  joinerSecret: Uint8Array,
  pskSecretValue: Uint8Array,
  groupContext: Uint8Array,
): FreshEpoch {
  const member = suite.extract(joinerSecret, pskSecretValue);
  const epochSecret = expandWithLabel(suite, member, "epoch", groupContext, suite.hashLength);
  const fresh = epochFromSecret(suite, epochSecret);
  member.fill(0);
  epochSecret.fill(0);
  return fresh;
}

/** RFC 9420 §8: the welcome secret. */
export function welcomeSecret(
  suite: CipherSuite,
  joinerSecret: Uint8Array,
  pskSecretValue: Uint8Array,
): Uint8Array {
  const member = suite.extract(joinerSecret, pskSecretValue);
  const secret = deriveSecret(suite, member, "welcome");
  member.fill(0);
  return secret;
}

/** RFC 9420 §12.4.3.1: the key and nonce of the GroupInfo in a Welcome. */
export function welcomeKeys(
  suite: CipherSuite,
  joinerSecret: Uint8Array,
  pskSecretValue: Uint8Array,
): { key: Uint8Array; nonce: Uint8Array } {
  const secret = welcomeSecret(suite, joinerSecret, pskSecretValue);
  const key = expandWithLabel(suite, secret, "key", empty, suite.keyLength);
  const nonce = expandWithLabel(suite, secret, "nonce", empty, suite.nonceLength);
  secret.fill(0);
  return { key, nonce };
}

/** RFC 9420 §8.4: the PSKs of a commit, in order; all zero when there are none. */
export function pskSecret(
  suite: CipherSuite,
  psks: readonly { readonly id: PreSharedKeyID; readonly psk: Uint8Array }[],
): Uint8Array {
  let secret: Uint8Array = new Uint8Array(suite.hashLength);
  psks.forEach(({ id, psk }, index) => {
    const extracted = suite.extract(new Uint8Array(suite.hashLength), psk);
    const label = encode(PSKLabel, { id, index, count: psks.length });
    const input = expandWithLabel(suite, extracted, "derived psk", label, suite.hashLength);
    const before = secret;
    secret = suite.extract(input, before);
    for (const used of [extracted, input, before]) used.fill(0);
  });
  return secret;
}
