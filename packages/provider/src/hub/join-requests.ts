/**
 * GroupInfo requests that an external commit may follow. Protocol §5.6, reading R-106.
 *
 * They are kept in memory, like the encrypted answers that they led to: after a restart a joiner asks again.
 * @module
 */

import type { LeafNode } from "@openmimi/mls";
import type { GroupInfoRequest } from "@openmimi/protocol";
import { identityOf } from "@openmimi/protocol";
import { toHex } from "../octets.ts";

/** What the hub found when it answered a request. */
export interface JoinRequest {
  /** The joining code that allowed it (reading R-105). It says no role: any that role 0 may take fits. */
  readonly code?: Uint8Array | undefined;
}

const MAX_REQUESTS = 20_000;

/** Remembers who was given a room's GroupInfo. */
export class JoinRequests {
  readonly #known = new Map<string, JoinRequest & { readonly untilMs: number }>();
  readonly #lifetimeMs: number;
  readonly #nowMs: () => number;

  constructor(lifetimeMs: number, nowMs: () => number) {
    this.#lifetimeMs = lifetimeMs;
    this.#nowMs = nowMs;
  }

  /** @throws {ProtocolError} `invalid-credential` */
  remember(roomUri: string, request: GroupInfoRequest, found: JoinRequest): void {
    const key = keyOf(roomUri, request.requestingCredential, request.requestingSignatureKey);
    this.#known.delete(key);
    this.#known.set(key, { ...found, untilMs: this.#nowMs() + this.#lifetimeMs });
    for (const [oldest, { untilMs }] of this.#known) {
      if (this.#known.size <= MAX_REQUESTS && untilMs > this.#nowMs()) break;
      this.#known.delete(oldest);
    }
  }

  /**
   * The request of the client in this leaf: the same identity and the same signature key.
   *
   * @throws {ProtocolError} `invalid-credential`
   */
  find(roomUri: string, leaf: Pick<LeafNode, "credential" | "signatureKey">): JoinRequest | undefined {
    const found = this.#known.get(keyOf(roomUri, leaf.credential, leaf.signatureKey));
    return found !== undefined && found.untilMs > this.#nowMs() ? found : undefined;
  }
}

function keyOf(roomUri: string, credential: LeafNode["credential"], signatureKey: Uint8Array): string {
  const { userUri, clientUri = "" } = identityOf(credential);
  return [roomUri, userUri, clientUri, toHex(signatureKey)].join(" ");
}
