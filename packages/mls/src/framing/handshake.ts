/**
 * Handshakes as somebody outside the group reads them. RFC 9420 §6.2, semi-private §3.3.
 * @module
 */

import type { AuthenticatedContent, MLSMessage } from "../codec/index.ts";
import { MlsError } from "../errors.ts";
import { externalReceivers } from "../extensions.ts";
import type { GroupView } from "../group-view.ts";
import { openSemiPrivate } from "./semi-private.ts";
import { checkHeader } from "./sender.ts";

/**
 * The content of a PublicMessage, or of a SemiPrivateMessage that is for the receiver of the group's options.
 *
 * @throws {MlsError} `wrong-wire-format` for what cannot be read without the group's secrets
 */
export function readHandshake(group: GroupView, message: MLSMessage): AuthenticatedContent {
  if (message.wireFormat === "publicMessage") {
    const { content, auth } = message.publicMessage;
    return { wireFormat: "publicMessage", content, auth };
  }
  const { receiver } = group.options;
  if (message.wireFormat !== "semiPrivateMessage" || receiver === undefined) {
    throw new MlsError("wrong-wire-format", `a server cannot read a ${message.wireFormat}`, "RFC 9420 §6.2");
  }
  externalReceivers(group.groupContext.extensions);
  checkHeader(group, message.semiPrivateMessage);
  return openSemiPrivate(group.suite, receiver, message.semiPrivateMessage, group.groupContext);
}
