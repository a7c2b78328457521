/**
 * Faults of a hub that passes claims of KeyPackages on. Protocol §3.3, §5.2.
 * @module
 */

import {
  DIRECTORY_PATH,
  domainOf,
  expandTemplate,
  fromHeader,
  KeyMaterialRequest,
  KeyMaterialResponse,
  parseDirectory,
} from "@openmimi/protocol";
import type { OutgoingAnswer, OutgoingRequest, ProviderConfig, Send } from "@openmimi/provider";
import { decode, encode, TlsError } from "@openmimi/tls";
import type { Mutant, Parts } from "../mutant.ts";
import { withChecks, yes } from "../tools/checks.ts";
import { answer, handling } from "../tools/http.ts";

/** The provider that passes claims on in another way; its other requests are as they are. */
function passingOn(
  pass: (request: OutgoingRequest & { readonly body: Uint8Array }, send: Send) => Promise<OutgoingAnswer>,
): Parts {
  return {
    wrapOutgoing: (send) => (request) => {
      const { body } = request;
      if (body === undefined || !request.url.pathname.includes("/keyMaterial/")) return send(request);
      return pass({ ...request, body }, send);
    },
  };
}

/** Passes a claim on by hand. */
async function relay(send: Send, own: string, request: KeyMaterialRequest, body: Uint8Array) {
  const domain = domainOf(request.targetUser);
  const headers = { from: fromHeader(own), "content-type": "application/octet-stream" };
  const url = new URL(`https://${domain}${DIRECTORY_PATH}`);
  const directory = await send({ domain, method: "GET", url, headers });
  const { keyMaterial = "" } = parseDirectory(new TextDecoder().decode(directory.body));
  const { targetUser } = request;
  const service = new URL(expandTemplate(keyMaterial, { targetUser }));
  return send({ domain, method: "POST", url: service, headers, body });
}

/** Passes on every claim for a user of another provider, before it is looked at. */
function relayingEverything({ domain: own }: ProviderConfig): Parts {
  let outgoing: Send | undefined;
  return {
    wrapOutgoing: (send) => {
      outgoing = send;
      return send;
    },
    ...handling(async (open, next) => {
      const request = claimIn(open.body);
      const isOurs = request === undefined || domainOf(request.targetUser) === own;
      if (open.endpoint !== "keyMaterial" || isOurs || outgoing === undefined) return next(open);
      const { status, body } = await relay(outgoing, own, request, open.body);
      return answer(body, status);
    }),
  };
}

function claimIn(body: Uint8Array): KeyMaterialRequest | undefined {
  try {
    return decode(KeyMaterialRequest, body);
  } catch (error) {
    if (error instanceof TlsError) return undefined;
    throw error;
  }
}

export const claimRelayFaults: readonly Mutant[] = [
  {
    name: "claims-relayed-for-anybody",
    fault: "Claims for users of other providers are passed on before they are looked at.",
    section: "protocol §5.2, reading R-033",
    parts: relayingEverything,
    caughtBy: [
      "key-material/relay/room-of-another-hub",
      "key-material/relay/unknown-room",
      "key-material/relay/without-room",
    ],
  },
  {
    name: "claims-by-anybody",
    fault: "A provider may ask in the name of another one's users.",
    section: "protocol §5.2, reading R-068",
    parts: () => withChecks({ requesterIsCallers: yes }),
    caughtBy: [
      "key-material/refused/without-room-for-others",
      "key-material/relay/requester-of-another-provider",
    ],
  },
  {
    name: "claims-written-anew",
    fault:
      "The hub passes on what it understood of a claim: cipher suites of its own, and no valid signature.",
    section: "protocol §5.2, reading R-033",
    parts: () =>
      passingOn((request, send) => {
        const claim = decode(KeyMaterialRequest, request.body);
        const acceptableCiphersuites = [...claim.acceptableCiphersuites, 2];
        return send({ ...request, body: encode(KeyMaterialRequest, { ...claim, acceptableCiphersuites }) });
      }),
    caughtBy: ["key-material/relay/passed-on"],
  },
  {
    name: "refusals-reworded",
    fault: "Whatever the target's provider refuses, the hub says that there is no consent.",
    section: "protocol §5.2, reading R-038",
    parts: () =>
      passingOn(async (request, send) => {
        const { body, ...given } = await send(request);
        if (given.status !== 200) return { ...given, body };
        const response = decode(KeyMaterialResponse, body);
        const served = response.clients.length > 0;
        const changed = served ? response : { ...response, userStatus: "noConsent" as const };
        return { ...given, body: encode(KeyMaterialResponse, changed) };
      }),
    caughtBy: ["key-material/relay/refusal-passed-on"],
  },
];
