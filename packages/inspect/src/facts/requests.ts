/**
 * Signatures of requests and answers whose key is inside. Protocol §5.2, §5.6.
 * @module
 */

import { nobleCrypto } from "@openmimi/mls";
import {
  GroupInfoRequest,
  GroupInfoResponse,
  GroupInfoResponseTBS,
  KeyMaterialRequest,
  verifyGroupInfoRequest,
  verifyKeyMaterialRequest,
} from "@openmimi/protocol";
import { decode, encode } from "@openmimi/tls";
import { type Ledger, suiteOf, verifies } from "./ledger.ts";

/** /keyMaterial. */
export function addKeyMaterialRequestFacts(ledger: Ledger, path: string, octets: Uint8Array): void {
  const request = decode(KeyMaterialRequest, octets);
  ledger.signature(path, "signature", "protocol §5.2", () =>
    request.acceptableCiphersuites.some((id) => suiteOf(id) !== undefined)
      ? verifyKeyMaterialRequest(nobleCrypto, request)
      : undefined,
  );
}

/** /groupInfo. */
export function addGroupInfoRequestFacts(ledger: Ledger, path: string, octets: Uint8Array): void {
  const request = decode(GroupInfoRequest, octets);
  ledger.signature(path, "signature", "protocol §5.6", () =>
    suiteOf(request.cipherSuite) === undefined ? undefined : verifyGroupInfoRequest(nobleCrypto, request),
  );
}

/** The answer of /groupInfo: with the key of the hub_sender in it. */
export function addGroupInfoResponseFacts(ledger: Ledger, path: string, octets: Uint8Array): void {
  const response = decode(GroupInfoResponse, octets);
  if (response.status !== "success") return;
  const { cipherSuite, hubSender, signature } = response;
  const tbs = encode(GroupInfoResponseTBS, response);
  ledger.signature(path, "signature", "protocol §5.6", () =>
    verifies(suiteOf(cipherSuite), hubSender.signatureKey, "GroupInfoResponseTBS", tbs, signature),
  );
}
