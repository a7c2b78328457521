/**
 * What a provider is put together from. Everything has a default; tests and the conformance suite's mutants replace
 * one part, and production code knows no faults.
 * @module
 */

import * as nodeModule from "node:crypto";
import { type CryptoProvider, createNodeCrypto } from "@openmimi/mls";
import { basicClaims, type ClaimsSource } from "@openmimi/room";
import { type ProviderChecks, standardChecks } from "./checks.ts";
import type { ProviderConfig } from "./config.ts";
import { type ConsentPolicy, openConsent } from "./follower/key-material.ts";
import type { Fetch } from "./http/listener.ts";
import { createLogger, type Logger } from "./logging.ts";
import type { Send } from "./outgoing/send.ts";
import { openSqliteStore } from "./store/sqlite.ts";
import type { Store } from "./store/store.ts";

/** Where the time comes from. */
export interface Clock {
  /** Milliseconds since the UNIX epoch. */
  nowMs(): number;
}

/** The replaceable parts of a provider. */
export interface ProviderParts {
  /** Default: Node's own, in native code. */
  readonly crypto: CryptoProvider;
  readonly clock: Clock;
  /** Closed together with the provider. */
  readonly store: Store;
  readonly checks: ProviderChecks;
  /**
   * What credentials claim, for preauthorization (policy §4). Default: the identity of basic ones. Take `credentialClaims`
   * or `examinedClaims` of `@openmimi/room` with what this provider believes.
   */
  readonly claims: ClaimsSource;
  /** Whether a user may be added by another. Protocol §8. */
  readonly consent: ConsentPolicy;
  readonly logger: Logger;
  /** Stands in front of the MIMI endpoints. */
  readonly wrapHandler: (fetch: Fetch) => Fetch;
  /** Stands behind every request to another provider. */
  readonly wrapOutgoing: (send: Send) => Send;
}

/** The parts that a provider has unless others are given. */
export function standardParts(config: ProviderConfig, given: Partial<ProviderParts>): ProviderParts {
  return {
    crypto: given.crypto ?? createNodeCrypto(nodeModule),
    clock: given.clock ?? { nowMs: () => Date.now() },
    store: given.store ?? openSqliteStore(config.database),
    checks: given.checks ?? standardChecks,
    claims: given.claims ?? basicClaims,
    consent: given.consent ?? openConsent,
    logger: given.logger ?? createLogger(config.logLevel ?? "info"),
    wrapHandler: given.wrapHandler ?? ((fetch) => fetch),
    wrapOutgoing: given.wrapOutgoing ?? ((send) => send),
  };
}
