/**
 * Faults in how requests are answered that should be refused, whatever they are about.
 * @module
 */

import { KeyMaterialResponse, SubmitMessageResponse, UpdateRoomResponse } from "@openmimi/protocol";
import type { standardChecks } from "@openmimi/provider";
import { decodePrefix, encode, TlsError } from "@openmimi/tls";
import { bodyCode, bodySchema } from "../../src/decode.ts";
import type { Mutant } from "../mutant.ts";
import { ALLOWED, withChecks, yes } from "../tools/checks.ts";
import { answer, handling, type OpenRequest, octetsOf } from "../tools/http.ts";

const fails = () => new Response("TypeError: undefined is not an object", { status: 500 });

/** The answer that a hasty implementer gives before looking at the body. */
function successOf({ endpoint }: OpenRequest): Response {
  const acceptedTimestamp = BigInt(Date.now());
  switch (endpoint) {
    case "update":
      return answer(
        encode(UpdateRoomResponse, { responseCode: "success", errorDescription: "", acceptedTimestamp }),
      );
    case "submitMessage":
      return answer(
        encode(SubmitMessageResponse, {
          protocol: "mls10",
          statusCode: "accepted",
          acceptedTimestamp,
          frank: undefined,
        }),
      );
    case "keyMaterial":
      return answer(
        encode(KeyMaterialResponse, {
          protocol: "mls10",
          userStatus: "success",
          userUri: "mimi://a.example/u/anybody",
          clients: [],
        }),
      );
    default:
      return new Response(null, { status: 201, headers: { "content-length": "0" } });
  }
}

/** Every check that gives a yes or a no, with yes for its answer. */
function everyCheckHolds() {
  const booleans = [
    "certificateNamesFrom",
    "certificateTrusted",
    "credentialDomain",
    "claimComesFromHub",
    "epochMatches",
    "externalCommitCorrelated",
    "groupInfoOmitsTree",
    "groupInfoRequestSignature",
    "handshakeIsForRoom",
    "hostIsUs",
    "keyMaterialSignature",
    "keyPackageFits",
    "keyPackageIsOwn",
    "mayReceive",
    "mediaTypeAccepted",
    "messageIsForRoom",
    "notifyFromHub",
    "pathNamesTarget",
    "ratchetTreeMatches",
    "requesterIsCallers",
    "requesterMatchesCredential",
    "roomIsFollowed",
    "roomIsOurs",
    "senderDomain",
    "senderMayCommit",
    "sendingUriActive",
    "sendingUriDomain",
    "sentSinceRemoval",
    "welcomeIsExpected",
    "welcomeMatchesAdds",
  ] as const satisfies (keyof typeof standardChecks)[];
  return {
    ...Object.fromEntries(booleans.map((name) => [name, yes])),
    policyAllowsClaim: () => ALLOWED,
    policyAllowsCommit: () => ALLOWED,
    policyAllowsGroupInfo: () => ALLOWED,
    policyAllowsMessage: () => ALLOWED,
    policyAllowsProposals: () => ALLOWED,
    pendingProposalsMissing: () => [],
    messageEpoch: () => "accepted" as const,
    keyMaterialResponse: () => undefined,
    keyPackageIsValid: () => undefined,
    newRoomProblem: () => undefined,
  };
}

export const answerFaults: readonly Mutant[] = [
  {
    name: "accepts-everything",
    fault: "Nothing is checked that can be left unchecked: whoever asks gets what it asks for.",
    section: "protocol §4.1, §5",
    parts: () => withChecks(everyCheckHolds()),
    caughtBy: ["hub/leave/commit-afterwards", "hub/update/from-of-another-provider"],
  },
  {
    name: "answers-500-to-malformed",
    fault: "A body that cannot be read raises an error that nobody catches, and is answered 500.",
    section: "protocol §5, reading R-010",
    parts: () =>
      handling(async (open, next) => {
        const response = await next(open);
        return response.status === 400 ? fails() : response;
      }),
    caughtBy: [
      "follower/welcome/tree-representation",
      "key-material/malformed/truncated",
      "key-material/malformed/no-cipher-suite",
      "key-material/malformed/half-a-cipher-suite",
      "key-material/malformed/long-length",
      "key-material/malformed/length-prefix",
      "key-material/malformed/length-beyond-the-end",
      "key-material/malformed/credential-type",
      "key-material/malformed/uri-in-capitals",
      "key-material/malformed/uri-of-another-scheme",
      "key-material/malformed/uri-with-nul",
      "transport/body/garbage",
      "hub/update/empty-body",
      "hub/update/random-octets",
      "hub/update/long-length",
      "hub/update/presence-octet",
      "hub/update/reserved-group-info-representation",
      "hub/update/undefined-ratchet-tree-representation",
      "hub/update/commit-without-group-info",
      "hub/update/private-commit",
      "hub/update/application-message",
      "hub/update/unknown-proposal-type",
      "hub/submit/handshake",
      "hub/submit/public-message",
      "hub/submit/truncated",
      "hub/submit/unknown-protocol",
      "hub/group-info/unknown-cipher-suite",
      "hub/group-info/truncated",
      "hub/group-info/unknown-protocol",
      "follower/notify/malformed/truncated",
      "follower/notify/malformed/version",
      "follower/notify/malformed/wire-format",
      "follower/notify/malformed/presence",
      "follower/notify/malformed/length",
    ],
  },
  {
    name: "answers-500-to-refused",
    fault: "Whatever is refused, by a status or in the body, is refused by failing: the answer is 500.",
    section: "protocol §5, reading R-012",
    parts: () =>
      handling(async (open, next) => {
        const response = await next(open);
        if (response.status >= 400) return fails();
        const body = await octetsOf(response);
        const code = bodyCode(open.endpoint, body);
        if (code !== undefined && !code.success) return fails();
        return new Response(body.length === 0 ? null : (body as Uint8Array<ArrayBuffer>), response);
      }),
    caughtBy: [
      "key-material/refused/room-unknown-to-its-hub",
      "hub/update/sender-without-leaf",
      "hub/update/commit-by-external-sender",
      "hub/update/partial-group-info-with-tree-added",
      "hub/group-info/unknown-room",
    ],
  },
  {
    name: "crashes-on-malformed",
    fault: "A body that cannot be read ends the process.",
    section: "protocol §5, reading R-010",
    parts: () =>
      handling(async (open, next) => {
        const response = await next(open);
        if (response.status === 400) process.exit(1);
        return response;
      }),
    caughtBy: ["hub/update/truncated"],
  },
  {
    name: "closes-on-malformed",
    fault: "Whoever sends a body that cannot be read gets no answer: the connection is closed.",
    section: "protocol §5, reading R-010",
    parts: () =>
      handling(async (open, next) => {
        const response = await next(open);
        if (response.status !== 400) return response;
        return new Response(new ReadableStream({ pull: (stream) => stream.error(new Error("closed")) }));
      }),
    caughtBy: ["key-material/malformed/truncated", "hub/update/truncated"],
  },
  {
    name: "answers-before-reading",
    fault: "A body that cannot be read is answered as if what it asks for had been done.",
    section: "protocol §5, reading R-010",
    parts: () =>
      handling(async (open, next) => {
        const response = await next(open);
        return response.status === 400 && open.endpoint !== undefined ? successOf(open) : response;
      }),
    caughtBy: ["hub/update/trailing-octet", "hub/submit/truncated"],
  },
  {
    name: "accepts-trailing-octets",
    fault: "What stands behind the last field of a body is ignored.",
    section: "protocol §5, reading R-010",
    parts: () =>
      handling(async (open, next) => {
        const schema = open.endpoint === "notify" ? undefined : bodySchema(open.endpoint, "request");
        if (schema === undefined) return next(open);
        try {
          const { end } = decodePrefix(schema, open.body);
          return next({ ...open, body: open.body.slice(0, end) });
        } catch (error) {
          if (!(error instanceof TlsError)) throw error;
          return next(open);
        }
      }),
    caughtBy: [
      "key-material/malformed/trailing-octet",
      "hub/update/trailing-octet",
      "hub/submit/trailing-octet",
      "hub/group-info/trailing-octet",
    ],
  },
];
