/**
 * Registration of clients, and their KeyPackages. Not part of MIMI; protocol §4.3.1, §5.2; reading R-041.
 * @module
 */

import {
  ComponentId,
  type CryptoProvider,
  componentOf,
  findExtension,
  KeyPackage,
  keyPackageReference,
  MlsError,
} from "@openmimi/mls";
import { clientUri as makeClientUri, userUri as makeUserUri, ProtocolError } from "@openmimi/protocol";
import { decode, encode, TlsError } from "@openmimi/tls";
import type { ProviderChecks } from "../checks.ts";
import { ProviderError } from "../errors.ts";
import { toHex } from "../octets.ts";
import { StoreError } from "../store/errors.ts";
import type { ClientRecord, KeyPackageRecord, Store } from "../store/store.ts";

/** What registering and publishing need. */
export interface ClientsParts {
  readonly domain: string;
  readonly crypto: CryptoProvider;
  readonly store: Pick<Store, "clients" | "keyPackages">;
  readonly checks: ProviderChecks;
  readonly keyPackagesPerClient: number;
  readonly nowMs: () => number;
}

/** A registered client with its bearer token, which is shown once. */
export interface Registration extends ClientRecord {
  readonly token: string;
}

/** @throws {ProviderError} `client-exists`, or `conflict` for a user that was deleted, {IdentifierError} for names that cannot be */
export async function registerClient(
  parts: ClientsParts,
  user: string,
  device: string,
): Promise<Registration> {
  const userUri = makeUserUri(parts.domain, user);
  const clientUri = makeClientUri(parts.domain, user, device);
  const token = Buffer.from(parts.crypto.random(32)).toString("base64url");
  try {
    await parts.store.clients.register({ userUri, clientUri, token, nowMs: parts.nowMs() });
  } catch (error) {
    if (error instanceof StoreError && (error.code === "client-exists" || error.code === "user-deleted")) {
      const code = error.code === "client-exists" ? "client-exists" : "conflict";
      throw new ProviderError(code, error.message, undefined, { cause: error });
    }
    throw error;
  }
  return { userUri, clientUri, token };
}

/** How many KeyPackages of a client can be claimed now. */
export function availableKeyPackages({ store, nowMs }: ClientsParts, client: ClientRecord): Promise<number> {
  return store.keyPackages.available(client.clientUri, seconds(nowMs()));
}

/**
 * Publishes KeyPackages of a client. Those that were published before are passed over, so that a repeated request
 * does no harm.
 *
 * @param encoded bare KeyPackages (reading R-040)
 * @returns the references of those that are stored now, in hexadecimal
 * @throws {ProviderError} `malformed` for one that is invalid or of somebody else, `conflict` for too many
 */
export async function publishKeyPackages(
  parts: ClientsParts,
  client: ClientRecord,
  encoded: readonly Uint8Array[],
): Promise<{ references: string[]; available: number }> {
  const records = encoded.map((octets, index) => recordOf(parts, client, octets, `keyPackages[${index}]`));
  const before = await availableKeyPackages(parts, client);
  if (before + records.length > parts.keyPackagesPerClient) {
    throw new ProviderError("conflict", `more than ${parts.keyPackagesPerClient} KeyPackages of one client`);
  }
  const { published } = await parts.store.keyPackages.publish(records);
  return { references: published.map(toHex), available: await availableKeyPackages(parts, client) };
}

function recordOf(
  parts: ClientsParts,
  client: ClientRecord,
  octets: Uint8Array,
  path: string,
): KeyPackageRecord {
  const { crypto, checks, nowMs } = parts;
  try {
    const keyPackage = decode(KeyPackage, octets);
    if (!checks.keyPackageIsOwn(keyPackage, client)) {
      throw new ProviderError("malformed", `${path}: the KeyPackage is of another client`);
    }
    checks.keyPackageIsValid(crypto, keyPackage, seconds(nowMs()));
    const { leafNode, cipherSuite } = keyPackage;
    const lifetime =
      leafNode.leafNodeSource === "keyPackage" ? leafNode.lifetime : { notBefore: 0n, notAfter: 0n };
    return {
      reference: keyPackageReference(crypto.suite(cipherSuite), keyPackage),
      clientUri: client.clientUri,
      cipherSuite,
      notBeforeSeconds: lifetime.notBefore,
      notAfterSeconds: lifetime.notAfter,
      lastResort: isLastResort(keyPackage),
      octets: encode(KeyPackage, keyPackage),
    };
  } catch (error) {
    if (error instanceof TlsError || error instanceof MlsError || error instanceof ProtocolError) {
      throw new ProviderError("malformed", `${path}: ${error.message}`, undefined, { cause: error });
    }
    throw error;
  }
}

/** The extension type that earlier drafts gave to last-resort KeyPackages. */
const LAST_RESORT_EXTENSION = 0x000a;

/** Both markings that are found (reading R-041): component 0x0004, and the former extension. */
function isLastResort({ extensions }: KeyPackage): boolean {
  return (
    findExtension(extensions, LAST_RESORT_EXTENSION) !== undefined ||
    componentOf(extensions, ComponentId.lastResortKeyPackage) !== undefined
  );
}

function seconds(ms: number): bigint {
  return BigInt(Math.floor(ms / 1000));
}
