/**
 * Faults in handing out KeyPackages, as their home and as a hub. Protocol §5.2.
 * @module
 */

import { KeyMaterialResponse } from "@openmimi/protocol";
import type { ClaimedClient, KeyPackageStore, ProviderConfig } from "@openmimi/provider";
import { decode, encode, TlsError } from "@openmimi/tls";
import type { Mutant } from "../mutant.ts";
import { ALLOWED, withChecks, withoutVerifying, yes } from "../tools/checks.ts";
import { answer, handling, octetsOf } from "../tools/http.ts";
import { withStore } from "../tools/store.ts";

/** The provider with other operations on KeyPackages. */
function withKeyPackages(
  config: ProviderConfig,
  change: (keyPackages: KeyPackageStore) => Partial<KeyPackageStore>,
): ReturnType<Mutant["parts"]> {
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

const DECADE_SECONDS = 315_360_000n;

export const keyMaterialFaults: readonly Mutant[] = [
  {
    name: "key-packages-twice",
    fault: "KeyPackages stay in the stock after they were handed out.",
    section: "protocol §5.2, PROTO-KM-02",
    parts(config) {
      const given = new Map<string, readonly ClaimedClient[]>();
      return withKeyPackages(config, (keyPackages) => ({
        async claim(claim) {
          const key = `${claim.userUri} ${claim.cipherSuites}`;
          const before = given.get(key);
          if (before?.some(({ status }) => status === "success") === true) return before;
          const claimed = await keyPackages.claim(claim);
          given.set(key, claimed);
          return claimed;
        },
      }));
    },
    caughtBy: [],
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
    caughtBy: [],
  },
  {
    name: "expired-key-packages",
    fault: "The end of a KeyPackage's lifetime is not looked at.",
    section: "protocol §5.2, reading R-042",
    parts: () => withChecks({ keyPackageMargin: () => -DECADE_SECONDS, keyPackageIsValid: () => undefined }),
    caughtBy: [],
  },
  {
    name: "capabilities-ignored",
    fault: "The capabilities that a request requires are not looked at.",
    section: "protocol §5.2, PROTO-KM-09",
    parts: () => withChecks({ keyPackageFits: yes }),
    caughtBy: [],
  },
  {
    name: "cipher-suites-ignored",
    fault: "KeyPackages are handed out of the provider's favourite cipher suite, whichever are acceptable.",
    section: "protocol §5.2, reading R-043",
    parts: (config) =>
      withKeyPackages(config, (keyPackages) => ({
        claim: (claim) => keyPackages.claim({ ...claim, cipherSuites: [1] }),
      })),
    caughtBy: [],
  },
  {
    name: "first-cipher-suite-only",
    fault: "Of the acceptable cipher suites only the first is looked at.",
    section: "protocol §5.2, reading R-043",
    parts: (config) =>
      withKeyPackages(config, (keyPackages) => ({
        claim: (claim) => keyPackages.claim({ ...claim, cipherSuites: claim.cipherSuites.slice(0, 1) }),
      })),
    caughtBy: [],
  },
  {
    name: "one-client-only",
    fault: "Only the user's first client is handed out.",
    section: "protocol §5.2, PROTO-KM-04",
    parts: (config) =>
      withKeyPackages(config, (keyPackages) => ({
        claim: async (claim) => (await keyPackages.claim(claim)).slice(0, 1),
      })),
    caughtBy: [],
  },
  {
    name: "exhausted-clients-left-out",
    fault: "Clients without a KeyPackage are not mentioned, and the answer is success.",
    section: "protocol §5.2, reading R-036",
    parts: (config) =>
      withKeyPackages(config, (keyPackages) => ({
        claim: async (claim) => (await keyPackages.claim(claim)).filter(({ status }) => status === "success"),
      })),
    caughtBy: [],
  },
  {
    name: "claims-not-verified",
    fault: "The signature of a request for KeyPackages is not verified.",
    section: "protocol §5.2, PROTO-KM-01",
    parts: () => withoutVerifying("KeyMaterialRequestTBS"),
    caughtBy: [],
  },
  {
    name: "claims-for-the-path",
    fault: "Path and body may name different target users; the body wins.",
    section: "protocol §5.2, reading R-035",
    parts: () => withChecks({ pathNamesTarget: yes }),
    caughtBy: [],
  },
  {
    name: "claims-in-any-name",
    fault: "The requesting user is not compared with the credential in the request.",
    section: "protocol §5.2, reading R-035",
    parts: () => withChecks({ requesterMatchesCredential: yes }),
    caughtBy: [],
  },
  {
    name: "claims-by-anybody",
    fault: "A provider may ask in the name of another one's users.",
    section: "protocol §5.2, reading R-068",
    parts: () => withChecks({ requesterIsCallers: yes }),
    caughtBy: [],
  },
  {
    name: "claims-around-the-hub",
    fault: "KeyPackages for a room are handed out to others than its hub.",
    section: "protocol §5.2, reading R-033",
    parts: () => withChecks({ claimComesFromHub: yes }),
    caughtBy: [],
  },
  {
    name: "claims-by-nonparticipants",
    fault: "The hub passes on the claims of those who could not add anybody.",
    section: "protocol §5.2, reading R-033",
    parts: () => withChecks({ policyAllowsClaim: () => ALLOWED }),
    caughtBy: [],
  },
  {
    name: "answers-not-compared",
    fault: "The hub passes on whatever a target provider answers, KeyPackages of others included.",
    section: "protocol §5.2, readings R-036, R-038",
    parts: () => withChecks({ keyMaterialResponse: () => undefined }),
    caughtBy: [],
  },
  {
    name: "claims-not-passed-on",
    fault: "The hub answers claims for other providers' users by itself: it knows no such user.",
    section: "protocol §5.2",
    parts: ({ domain }) => ({
      wrapOutgoing: (send) => (request) => {
        if (!request.url.pathname.includes("/keyMaterial/")) return send(request);
        return Promise.resolve({ status: 404, headers: {}, body: new TextEncoder().encode(domain) });
      },
    }),
    caughtBy: [],
  },
  {
    name: "claims-signed-anew",
    fault: "The hub decodes a claim and passes on what it understood of it, without the signature.",
    section: "protocol §5.2, reading R-033",
    parts: () => ({
      wrapOutgoing: (send) => (request) => {
        const { body, url } = request;
        if (body === undefined || !url.pathname.includes("/keyMaterial/")) return send(request);
        const changed = body.slice();
        changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1;
        return send({ ...request, body: changed });
      },
    }),
    caughtBy: [],
  },
  {
    name: "unknown-users-exist",
    fault: "Of a user that does not exist it is said that there are no KeyPackages.",
    section: "protocol §5.2, PROTO-KM-05",
    parts: () =>
      respondingOther((response) =>
        response.userStatus === "userUnknown"
          ? { ...response, userStatus: "noCompatibleMaterial" }
          : response,
      ),
    caughtBy: [],
  },
  {
    name: "no-user-in-answer",
    fault: "The answer names another user than the request.",
    section: "protocol §5.2, reading R-038",
    parts: () => respondingOther((response) => ({ ...response, userUri: `${response.userUri}-2` })),
    caughtBy: [],
  },
  {
    name: "consent-ignored",
    fault: "No user can be added by anybody.",
    section: "protocol §8",
    parts: () => ({ consent: () => "noConsent" }),
    caughtBy: [],
  },
];
