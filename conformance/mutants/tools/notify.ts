/**
 * Refuses deliveries.
 * @module
 */

import { decodeFanoutMessages, type FanoutMessage } from "@openmimi/protocol";
import type { ProviderParts } from "@openmimi/provider";
import { TlsError } from "@openmimi/tls";
import { handling } from "./http.ts";

/** The provider that refuses deliveries which it should take. */
export function refusing(
  isRefused: (fanouts: readonly FanoutMessage[]) => boolean,
): Pick<ProviderParts, "wrapHandler"> {
  return handling(async (open, next) => {
    if (open.endpoint !== "notify") return next(open);
    try {
      if (!isRefused(decodeFanoutMessages(open.body))) return next(open);
    } catch (error) {
      if (!(error instanceof TlsError)) throw error;
      return next(open);
    }
    return new Response("not like this", { status: 400 });
  });
}
