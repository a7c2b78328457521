/**
 * A client's transport that reports what passes, so that the trace shows the requests that were really made.
 * @module
 */

import type { Transport, TransportRequest, TransportResponse } from "@openmimi/client";
import {
  GroupInfoResponse,
  KeyMaterialResponse,
  SubmitMessageResponse,
  UpdateRoomResponse,
} from "@openmimi/protocol";
import { decode, TlsError } from "@openmimi/tls";
import type { Report } from "./trace.ts";

/** What the answers of the four MIMI calls say. Protocol §5.2 to §5.6. */
const SAYS: Readonly<Record<string, (body: Uint8Array) => string>> = {
  keyMaterial: (body) => {
    const { userStatus, clients } = decode(KeyMaterialResponse, body);
    const served = clients.filter(({ clientStatus }) => clientStatus === "success").length;
    return `${userStatus}, ${served} KeyPackage${served === 1 ? "" : "s"}`;
  },
  update: (body) => decode(UpdateRoomResponse, body).responseCode,
  submitMessage: (body) => decode(SubmitMessageResponse, body).statusCode,
  groupInfo: (body) => decode(GroupInfoResponse, body).status,
};

/**
 * Reports every request but those to the inbox, once it is answered.
 *
 * @param quiet stops the reports for a while
 * @param unanswered called for a request that got no answer, or one that only says to come again
 */
export function tracedTransport(
  transport: Transport,
  names: { readonly client: string; readonly provider: string },
  report: Report,
  quiet: () => boolean,
  unanswered: () => void,
): Transport {
  return {
    close: () => transport.close(),
    request: async (request) => {
      const startedAt = performance.now();
      const response = await transport.request(request).catch((error: unknown) => {
        unanswered();
        throw error;
      });
      if (response.status >= 500) unanswered();
      const endpoint = endpointOf(request);
      if (endpoint !== "inbox" && !quiet()) {
        const answer = answerOf(endpoint, response);
        report({
          ...{ kind: "request", link: "client", from: names.client, to: names.provider },
          ...{ endpoint, status: response.status, ms: Math.round(performance.now() - startedAt) },
          ...(answer === undefined ? {} : { answer }),
        });
      }
      return response;
    },
  };
}

function endpointOf({ path }: TransportRequest): string {
  return /^\/client\/v1\/([A-Za-z]+)/.exec(path)?.[1] ?? path;
}

function answerOf(endpoint: string, { status, body }: TransportResponse): string | undefined {
  const says = SAYS[endpoint];
  if (status !== 200 || says === undefined) return undefined;
  try {
    return says(body);
  } catch (error) {
    if (error instanceof TlsError) return undefined;
    throw error;
  }
}
