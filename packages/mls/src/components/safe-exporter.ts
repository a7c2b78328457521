/**
 * The exported secret of a component. Extensions §4.4.
 * @module
 */

import type { CipherSuite } from "../crypto/provider.ts";
import { NodeSecrets } from "../node-secrets.ts";

/** Extensions §4.4: one leaf for every ComponentID. */
export const EXPORTER_LEAVES = 2 ** 16;

/**
 * SafeExportSecret from the root of an Exporter Tree, for those who check one. A member has `MemberGroup.safeExport`,
 * which also sees to it that nobody gets a secret twice.
 */
export function safeExportSecret(
  suite: CipherSuite,
  applicationExportSecret: Uint8Array,
  componentId: number,
): Uint8Array {
  return new NodeSecrets(suite, EXPORTER_LEAVES, applicationExportSecret.slice()).find(componentId).secret;
}
