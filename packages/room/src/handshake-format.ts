/**
 * In which wire formats a room takes handshakes. Policy §7; reading R-063.
 * @module
 */

import { type Decision, decide, deny } from "./decision.ts";
import type { RoomState } from "./state.ts";

/** RFC 9420 §17.2. */
const PUBLIC_MESSAGE = 1;

/** How a handshake came. */
export interface HandshakeFormat {
  /** The number of its wire format. RFC 9420 §17.2, semi-private §3. */
  readonly wireFormat: number;
  readonly senderType: "member" | "external" | "newMemberProposal" | "newMemberCommit";
  /** Of a proposal: whether it is a SelfRemove. */
  readonly selfRemove?: boolean;
}

/**
 * Whether a handshake may come in its wire format. handshake_formats binds the commits of members and their proposals
 * other than SelfRemove; everything else has to be a PublicMessage anyway (reading R-063). An empty list binds nothing.
 */
export function authorizeHandshakeFormat(state: RoomState, handshake: HandshakeFormat): Decision {
  const { wireFormat, senderType, selfRemove = false } = handshake;
  return decide({ rule: "handshake_formats", section: "policy §7" }, () => {
    if (senderType !== "member" || selfRemove) {
      if (wireFormat === PUBLIC_MESSAGE) return;
      deny(
        "wire-format-not-allowed",
        `a handshake of this kind is a PublicMessage, not of format ${wireFormat}`,
        {
          section: selfRemove ? "extensions §6.3" : "RFC 9420 §12.1.8",
        },
      );
    }
    const formats = state.operational?.handshakeFormats ?? [];
    if (formats.length === 0 || formats.includes(wireFormat)) return;
    deny("wire-format-not-allowed", `format ${wireFormat} is not one of ${formats.join(", ")}`, {
      section: "policy §7",
    });
  });
}
