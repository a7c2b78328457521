/**
 * The keys of a hub: made at its first start, kept in the database, never logged. Protocol §5.4.1, §7.4; reading R-078.
 * @module
 */

import { hkdfSync } from "node:crypto";
import {
  type CipherSuite,
  type CryptoProvider,
  type ExternalSender,
  type KeyPair,
  MlsError,
} from "@openmimi/mls";
import { type FrankingAgentData, providerCredential } from "@openmimi/protocol";
import { decode, encode, opaque, struct } from "@openmimi/tls";
import type { SecretStore } from "../store/store.ts";

const StoredKeyPair = struct("StoredKeyPair", { publicKey: opaque(), privateKey: opaque() });

/** The keys for one cipher suite. */
interface SuiteKeys {
  readonly sender: KeyPair;
  readonly franking: KeyPair;
}

/** What a hub signs and franks with. */
export interface HubKeys {
  /** The hub as external sender of groups of this suite; `undefined` for suites that are not supported. Protocol §7.4. */
  hubSender(cipherSuite: number): ExternalSender | undefined;
  /** The private key that belongs to {@link hubSender}. */
  senderPrivateKey(cipherSuite: number): Uint8Array | undefined;
  /** The hub as franking agent of groups of this suite. Protocol §5.4.1.2. */
  frankingAgent(cipherSuite: number): FrankingAgentData | undefined;
  frankingPrivateKey(cipherSuite: number): Uint8Array | undefined;
  /** The hub_key of the day in which a message was accepted: a report can name the day years later (reading R-078). */
  frankingHubKey(acceptedTimestampMs: bigint): Uint8Array;
}

/** RFC 9420 §17.1: those with a signature scheme of their own are asked for one by one. */
const CIPHER_SUITES = [1, 2, 3, 4, 5, 6, 7];
const DAY_MS = 86_400_000n;

/**
 * Takes the keys out of the database; those that are missing are made.
 *
 * @param domain whose keys they are, named in the credentials
 */
export async function obtainHubKeys(
  crypto: CryptoProvider,
  secrets: SecretStore,
  domain: string,
): Promise<HubKeys> {
  const keys = new Map<number, SuiteKeys>();
  for (const id of CIPHER_SUITES) {
    const suite = supported(crypto, id);
    if (suite === undefined) continue;
    keys.set(id, {
      sender: await keyPair(secrets, `external-sender/${id}`, suite),
      franking: await keyPair(secrets, `franking-agent/${id}`, suite),
    });
  }
  const master = await secrets.obtain("hub-key", () => crypto.random(32));
  const credential = providerCredential(domain);
  return {
    hubSender: (id) => {
      const found = keys.get(id);
      return found && { signatureKey: found.sender.publicKey, credential };
    },
    senderPrivateKey: (id) => keys.get(id)?.sender.privateKey,
    frankingAgent: (id) => {
      const found = keys.get(id);
      return found && { frankingSignatureKey: found.franking.publicKey, credential };
    },
    frankingPrivateKey: (id) => keys.get(id)?.franking.privateKey,
    frankingHubKey: (time) =>
      new Uint8Array(hkdfSync("sha256", master, "", `OpenMIMI hub_key of day ${time / DAY_MS}`, 32)),
  };
}

async function keyPair(secrets: SecretStore, name: string, suite: CipherSuite): Promise<KeyPair> {
  const stored = await secrets.obtain(name, () => encode(StoredKeyPair, suite.generateSignatureKeyPair()));
  const { publicKey, privateKey } = decode(StoredKeyPair, stored);
  return { publicKey: publicKey.slice(), privateKey: privateKey.slice() };
}

function supported(crypto: CryptoProvider, id: number): CipherSuite | undefined {
  try {
    return crypto.suite(id);
  } catch (error) {
    if (error instanceof MlsError && error.code === "unsupported-cipher-suite") return undefined;
    throw error;
  }
}
