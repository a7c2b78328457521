/**
 * The components of message franking. Protocol §5.4.1.
 * @module
 */

import { Credential } from "@openmimi/mls";
import { fixed, type Infer, opaque, struct } from "@openmimi/tls";

/** The Safe AAD item 0x0020 of a message: HMAC-SHA256 over the application data. */
export const FrankAAD = struct("FrankAAD", { frankingTag: fixed(32) });
export type FrankAAD = Infer<typeof FrankAAD>;

/** The data of component 0x0021, and its update: who signs the franks of the hub. */
export const FrankingAgentData = struct("FrankingAgentData", {
  frankingSignatureKey: opaque(4096),
  credential: Credential,
});
export type FrankingAgentData = Infer<typeof FrankingAgentData>;
