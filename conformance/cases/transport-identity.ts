/**
 * Who speaks to whom: Host, From and certificates, on both sides. Protocol §4.1; readings.
 * @module
 */

import type { ConformanceCase } from "../src/case.ts";
import type { Identity } from "../src/context.ts";
import { PEER_DOMAINS } from "../src/pki.ts";
import { claim, knock, REFUSED, UNKNOWN_USER } from "./claim.ts";
import { letThrough, turnedDown } from "./knock.ts";

const HUB = PEER_DOMAINS.hub;
const AUTHENTICATION = [401, 403];

/** A certificate that is not good enough. */
const certificate = (identity: Identity, title: string) =>
  turnedDown({
    id: `transport/certificate/${identity}`,
    title,
    requirements: ["PROTO-TR-05"],
    readings: ["R-014"],
    change: () => ({ identity }),
    status: AUTHENTICATION,
    tls: true,
  });

/** A From header that is not exactly `mimi@` and the provider's domain. */
const from = (what: string, title: string, requirements: string[], values: string | string[]) =>
  turnedDown({
    id: `transport/from/${what}`,
    title,
    requirements,
    readings: ["R-016"],
    change: () => ({ headers: { From: values } }),
  });

export const transportIdentity: readonly ConformanceCase[] = [
  {
    id: "transport/from/missing",
    title: "A request without a From header is refused, and nothing is claimed by it",
    requirements: ["PROTO-TR-01"],
    readings: ["R-016"],
    level: "MUST",
    role: "provider",
    needs: { level: "L1", fixtures: ["user"] },
    twin: "key-material/claim",
    async run(context) {
      const { userUri } = await context.fixture("user");
      await claim(context, "without From", userUri, { headers: { From: null } });
      await claim(context, "the same with From", userUri);
    },
    judge: (_, check) => [
      check.refused("without From", { status: ["4xx"] }),
      check.answered("the same with From", { code: ["success"] }),
    ],
  },
  from("display-name", "A From header with a display name is refused", ["PROTO-TR-03"], `Hub <mimi@${HUB}>`),
  from("angle-brackets", "A From header in angle brackets is refused", ["PROTO-TR-03"], `<mimi@${HUB}>`),
  from("local-part", "A From header of somebody else than mimi is refused", ["PROTO-TR-04"], `bob@${HUB}`),
  from(
    "local-part-contains-mimi",
    "A From header whose local part is more than mimi is refused",
    ["PROTO-TR-04"],
    `mimi2@${HUB}`,
  ),
  from("no-domain", "A From header without a domain is refused", ["PROTO-TR-04"], "mimi"),
  from("no-mailbox", "A From header that is only a domain is refused", ["PROTO-TR-03", "PROTO-TR-04"], HUB),
  from(
    "two-fields",
    "A request that names two sending providers is refused",
    ["PROTO-TR-01", "PROTO-TR-03"],
    [`mimi@${HUB}`, `mimi@${PEER_DOMAINS.follower1}`],
  ),
  from(
    "two-mailboxes",
    "A From header with two mailboxes is refused",
    ["PROTO-TR-01", "PROTO-TR-03"],
    `mimi@${HUB}, mimi@${PEER_DOMAINS.follower1}`,
  ),
  letThrough({
    id: "transport/from/domain-in-capitals",
    title: "The domain in the From header is compared without regard to case",
    requirements: ["PROTO-TR-04"],
    readings: ["R-016"],
    labels: ["in capitals"],
    changes: () => ({ "in capitals": { headers: { From: `mimi@${HUB.toUpperCase()}` } } }),
  }),
  {
    id: "transport/certificate/self-signed",
    title: "A client certificate that nobody vouches for is refused",
    requirements: ["PROTO-TR-05", "PROTO-TR-06"],
    level: "MUST",
    role: "provider",
    needs: { level: "L1", fixtures: ["user"] },
    twin: "key-material/claim",
    async run(context) {
      const { userUri } = await context.fixture("user");
      await claim(context, "self-signed", userUri, { identity: "self-signed" });
    },
    judge: (_, check) => [check.turnedAway("self-signed", { status: [401, 403] })],
  },
  certificate("none", "A request without a client certificate is refused"),
  certificate("expired", "A client certificate that has expired is refused"),
  certificate("not-yet-valid", "A client certificate that is not valid yet is refused"),
  certificate("foreign-authority", "A client certificate of an unknown authority is refused"),
  turnedDown({
    id: "transport/certificate/other-provider",
    title: "The certificate of another provider than the one in From is refused",
    requirements: ["PROTO-TR-06", "ARCH-07"],
    readings: ["R-014"],
    change: () => ({ identity: "follower1" }),
    status: AUTHENTICATION,
    tls: true,
  }),
  turnedDown({
    id: "transport/host/other-provider",
    title: "A request for another provider is refused",
    requirements: ["PROTO-TR-01", "PROTO-TR-02"],
    readings: ["R-013"],
    change: () => ({ headers: { Host: PEER_DOMAINS.follower1 } }),
  }),
  turnedDown({
    id: "transport/host/missing",
    title: "A request that names no target provider is refused",
    requirements: ["PROTO-TR-01"],
    readings: ["R-013"],
    change: () => ({ headers: { Host: null } }),
  }),
  turnedDown({
    id: "transport/host/two-fields",
    title: "A request that names two target providers is refused",
    requirements: ["PROTO-TR-01", "PROTO-TR-02"],
    readings: ["R-013"],
    change: ({ target }) => ({ headers: { Host: [target.domain, PEER_DOMAINS.follower1] } }),
  }),
  letThrough({
    id: "transport/host/with-port",
    title: "The port in the Host header is ignored",
    requirements: ["PROTO-TR-02"],
    readings: ["R-013"],
    labels: ["the standard port", "another port"],
    changes: ({ target: { domain } }) => ({
      "the standard port": { headers: { Host: `${domain}:443` } },
      "another port": { headers: { Host: `${domain}:9999` } },
    }),
  }),
  {
    id: "transport/server-certificate",
    title: "The target's certificate names the provider, and the host of its endpoints",
    requirements: ["PROTO-TR-05", "PROTO-TR-06"],
    readings: ["R-013", "R-014"],
    level: "MUST",
    role: "provider",
    needs: { level: "L0" },
    async run(context) {
      await knock(context, "an endpoint");
    },
    judge: (_, check) =>
      ["directory", "an endpoint"].map((label) => {
        const exchange = check.exchange(label);
        if (exchange?.tls === undefined) return check.unknown(`${label}: a certificate`, "no connection");
        const { targetAuthorized, targetCertificateNames, targetError = "it does" } = exchange.tls;
        const saw = `${targetError}; it names ${targetCertificateNames.join(", ")}`;
        const expected = `${label}: the certificate chains to the trust anchor and names the host`;
        return check.that(targetAuthorized, expected, saw, exchange.n);
      }),
  },
  {
    id: "transport/plain-http",
    title: "A request without TLS is not processed",
    requirements: ["PROTO-TR-05", "PROTO-TR-07"],
    level: "MUST",
    role: "provider",
    needs: { level: "L0" },
    twin: "key-material/unknown-user",
    async run(context) {
      await knock(context, REFUSED, { plain: true });
      await knock(context, "the same with TLS");
    },
    judge(_, check) {
      const exchange = check.exchange(REFUSED);
      const expected = "no answer, or one of status 4xx that says nothing of the user";
      if (exchange === undefined) return [check.unknown(expected, "it was not sent")];
      const { outcome } = exchange;
      const looked = check.answered(REFUSED, { status: ["2xx"], ...UNKNOWN_USER }).holds === "yes";
      const broken = outcome.kind === "answer" && outcome.status >= 500;
      const saw = outcome.kind === "answer" ? `status ${outcome.status}` : outcome.kind;
      return [
        check.that(!looked && !broken, expected, saw, exchange.n),
        check.answered("the same with TLS", UNKNOWN_USER),
      ];
    },
  },
];
