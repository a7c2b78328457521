/**
 * Faults in handing out KeyPackages, as their home and as a hub. Protocol §5.2.
 * @module
 */

import { domainOf, domainOfFrom, KeyMaterialRequest, KeyMaterialResponse } from "@openmimi/protocol";
import type { ClaimedClient, KeyPackageStore, ProviderConfig } from "@openmimi/provider";
import { decode, decodePrefix, encode, TlsError } from "@openmimi/tls";
import type { Mutant, Parts } from "../mutant.ts";
import { withChecks, withoutVerifying, yes } from "../tools/checks.ts";
import { answer, handling, octetsOf } from "../tools/http.ts";
import { withStore } from "../tools/store.ts";

/** The provider with other operations on KeyPackages. */
function withKeyPackages(
  config: ProviderConfig,
  change: (keyPackages: KeyPackageStore) => Partial<KeyPackageStore>,
): Parts {
  return withStore(config, ({ keyPackages }) => ({
    keyPackages: { ...keyPackages, ...change(keyPackages) },
  }));
}

/** The provider that says something else than it means in its KeyMaterialResponses. */
function respondingOther(change: (response: KeyMaterialResponse) => KeyMaterialResponse) {
  return handling(async (open, next) => {
    const response = await next(open);
    if (open.endpoint !== "keyMaterial" || response.status !== 200) return response;
    const octets = await octetsOf(response);
    try {
      return answer(encode(KeyMaterialResponse, change(decode(KeyMaterialResponse, octets))));
    } catch (error) {
      if (!(error instanceof TlsError)) throw error;
      return answer(octets);
    }
  });
}

/** The claim in a body, and who sends it. */
function refusing(isRefused: (request: KeyMaterialRequest, from: string | undefined) => boolean): Parts {
  return handling(async (open, next) => {
    const request = open.endpoint === "keyMaterial" ? claimIn(open.body) : undefined;
    const from = domainOfFrom(open.request.headers.get("from") ?? "");
    if (request === undefined || !isRefused(request, from)) return next(open);
    return new Response("refused", { status: 403 });
  });
}

function claimIn(body: Uint8Array): KeyMaterialRequest | undefined {
  try {
    return decodePrefix(KeyMaterialRequest, body).value;
  } catch (error) {
    if (error instanceof TlsError) return undefined;
    throw error;
  }
}

/** Takes a KeyPackage away for every claim that is refused by a status. */
function costly(config: ProviderConfig): Parts {
  let stock: KeyPackageStore | undefined;
  const parts = withKeyPackages(config, (keyPackages) => {
    stock = keyPackages;
    return {};
  });
  return {
    ...parts,
    ...handling(async (open, next) => {
      const response = await next(open);
      const request = claimIn(open.body);
      if (open.endpoint !== "keyMaterial" || response.status < 400 || request === undefined) return response;
      await stock?.claim({
        userUri: request.targetUser,
        cipherSuites: request.acceptableCiphersuites,
        nowSeconds: BigInt(Math.floor(Date.now() / 1000)),
        marginSeconds: 0n,
        claimedBy: "nobody.example",
      });
      return response;
    }),
  };
}

const DECADE_SECONDS = 315_360_000n;

export const keyMaterialFaults: readonly Mutant[] = [
  {
    name: "key-packages-twice",
    fault: "KeyPackages stay in the stock after they were handed out.",
    section: "protocol §5.2, PROTO-KM-15",
    parts(config) {
      const given = new Map<string, Promise<readonly ClaimedClient[]>>();
      return withKeyPackages(config, (keyPackages) => ({
        async claim(claim) {
          const key = `${claim.userUri} ${claim.cipherSuites}`;
          const before = given.get(key);
          if (before !== undefined) {
            const clients = await before;
            if (clients.some(({ status }) => status === "success")) return clients;
          }
          const claimed = keyPackages.claim(claim);
          given.set(key, claimed);
          return claimed;
        },
      }));
    },
    caughtBy: ["key-material/once", "key-material/once-at-once"],
  },
  {
    name: "last-resort-twice",
    fault: "The last-resort KeyPackage is handed out again and again, as MLS allows and MIMI does not.",
    section: "protocol §5.2, reading R-041",
    parts(config) {
      const kept = new Map<string, ClaimedClient>();
      return withKeyPackages(config, (keyPackages) => ({
        async claim(claim) {
          const claimed = await keyPackages.claim(claim);
          return claimed.map((client) => {
            if (client.status === "success" && client.keyPackage.lastResort)
              kept.set(client.clientUri, client);
            return client.status === "success" ? client : (kept.get(client.clientUri) ?? client);
          });
        },
      }));
    },
    caughtBy: ["key-material/last-resort"],
  },
  {
    name: "expired-key-packages",
    fault: "The end of a KeyPackage's lifetime is not looked at.",
    section: "protocol §5.2, reading R-042",
    parts: () => withChecks({ keyPackageMargin: () => -DECADE_SECONDS, keyPackageIsValid: () => undefined }),
    caughtBy: ["key-material/expired"],
  },
  {
    name: "capabilities-ignored",
    fault: "The capabilities that a request requires are not looked at.",
    section: "protocol §5.2, PROTO-KM-08",
    parts: () => withChecks({ keyPackageFits: yes }),
    caughtBy: ["key-material/capabilities-unmet"],
  },
  {
    name: "cipher-suites-ignored",
    fault: "KeyPackages are handed out of the provider's favourite cipher suite, whichever are acceptable.",
    section: "protocol §5.2, reading R-043",
    parts: (config) =>
      withKeyPackages(config, (keyPackages) => ({
        claim: (claim) => keyPackages.claim({ ...claim, cipherSuites: [1] }),
      })),
    caughtBy: ["key-material/cipher-suites"],
  },
  {
    name: "one-client-only",
    fault: "Only the user's first client is handed out.",
    section: "protocol §5.2, PROTO-KM-11",
    parts: (config) =>
      withKeyPackages(config, (keyPackages) => ({
        claim: async (claim) => (await keyPackages.claim(claim)).slice(0, 1),
      })),
    caughtBy: ["key-material/two-clients", "key-material/partial-success"],
  },
  {
    name: "claims-not-verified",
    fault: "The signature of a request for KeyPackages is not verified.",
    section: "protocol §5.2, PROTO-KM-05",
    parts: () => withoutVerifying("KeyMaterialRequestTBS"),
    caughtBy: [
      "key-material/refused/signature",
      "key-material/refused/signature-by-another-key",
      "key-material/relay/bad-signature",
    ],
  },
  {
    name: "claims-for-the-path",
    fault: "Path and body may name different target users; the body wins.",
    section: "protocol §5.2, reading R-035",
    parts: () => withChecks({ pathNamesTarget: yes }),
    caughtBy: ["key-material/refused/path-of-another-user", "key-material/refused/body-of-another-user"],
  },
  {
    name: "claims-in-any-name",
    fault: "The requesting user is not compared with the credential in the request.",
    section: "protocol §5.2, reading R-035",
    parts: () => withChecks({ requesterMatchesCredential: yes }),
    caughtBy: ["key-material/refused/requester-not-in-credential"],
  },
  {
    name: "claims-around-the-hub",
    fault: "KeyPackages for a room are handed out to others than its hub.",
    section: "protocol §5.2, reading R-033",
    parts: () => withChecks({ claimComesFromHub: yes }),
    caughtBy: ["key-material/refused/not-from-the-hub"],
  },
  {
    name: "unknown-users-exist",
    fault: "Of a user that does not exist it is said that there are no KeyPackages.",
    section: "protocol §5.2, PROTO-KM-19",
    parts: () =>
      respondingOther((response) =>
        response.userStatus === "userUnknown"
          ? { ...response, userStatus: "noCompatibleMaterial" }
          : response,
      ),
    caughtBy: ["key-material/unknown-user"],
  },
  {
    name: "consent-never-given",
    fault: "No user can be added by anybody.",
    section: "protocol §8",
    parts: () => ({ consent: () => "noConsent" }),
    caughtBy: ["key-material/claim", "key-material/capabilities-met"],
  },
  {
    name: "nothing-left-is-unknown",
    fault: "A user without KeyPackages is answered as one that does not exist.",
    section: "protocol §5.2, reading R-036",
    parts: () =>
      respondingOther((response) =>
        response.userStatus === "noCompatibleMaterial"
          ? { ...response, userStatus: "userUnknown", clients: [] }
          : response,
      ),
    caughtBy: ["key-material/exhausted", "key-material/not-yet-valid"],
  },
  {
    name: "unknown-protocol-malformed",
    fault: "A claim of another protocol is refused as malformed instead of being answered.",
    section: "protocol §5.2, reading R-037",
    parts: () =>
      handling(async (open, next) =>
        open.endpoint === "keyMaterial" && open.body.length > 0 && open.body[0] !== 1
          ? new Response("not mls10", { status: 400 })
          : next(open),
      ),
    caughtBy: ["key-material/unknown-protocol", "key-material/reserved-protocol"],
  },
  {
    name: "claims-need-a-room",
    fault: "A claim that is for no particular room is refused.",
    section: "protocol §5.2, reading R-034",
    parts: () => refusing(({ roomId }) => roomId === ""),
    caughtBy: ["key-material/without-room"],
  },
  {
    name: "claims-of-own-users-only",
    fault: "A hub may claim only for users of its own, although it passes claims on.",
    section: "protocol §5.2, reading R-015",
    parts: () => refusing(({ requestingUser }, from) => domainOf(requestingUser) !== from),
    caughtBy: ["key-material/relayed"],
  },
  {
    name: "repeated-claims-fail",
    fault: "The hash of a claim is a primary key: the same claim a second time is answered 500.",
    section: "protocol §5.2, reading R-044",
    parts() {
      const known = new Set<string>();
      return handling(async (open, next) => {
        const key = Buffer.from(open.body).toString("base64");
        if (open.endpoint !== "keyMaterial" || !known.has(key)) {
          known.add(key);
          return next(open);
        }
        return new Response("UNIQUE constraint failed", { status: 500 });
      });
    },
    caughtBy: ["key-material/same-request-twice", "transport/method/get", "transport/body/empty"],
  },
  {
    name: "refused-claims-cost",
    fault: "The KeyPackage is taken out of the stock before the claim is verified.",
    section: "protocol §5.2",
    parts: costly,
    caughtBy: ["key-material/refused/costs-nothing"],
  },
];
