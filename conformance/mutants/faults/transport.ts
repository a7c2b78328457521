/**
 * Faults in finding out who is at the other end, and in how a provider presents itself. Protocol §4.1, §5.1.
 * @module
 */

import { DIRECTORY_PATH, fromHeader } from "@openmimi/protocol";
import { type PeerCertificate, standardChecks } from "@openmimi/provider";
import type { Mutant } from "../mutant.ts";
import { withChecks, yes } from "../tools/checks.ts";
import { handling, targetOf, withHeaders } from "../tools/http.ts";

const { certificateTrusted } = standardChecks;

export const transportFaults: readonly Mutant[] = [
  {
    name: "certificate-not-verified",
    fault: "Any client certificate will do, whoever issued it and whenever.",
    section: "protocol §4.1",
    parts: () => withChecks({ certificateTrusted: yes }),
    caughtBy: [],
  },
  {
    name: "expired-certificate-accepted",
    fault: "The end of a certificate's validity is not looked at.",
    section: "protocol §4.1",
    parts: () =>
      withChecks({
        certificateTrusted: (certificate: PeerCertificate, nowMs: number) =>
          certificate.notAfterMs < nowMs || certificateTrusted(certificate, nowMs),
      }),
    caughtBy: [],
  },
  {
    name: "from-not-compared",
    fault: "The domain in From need not be one that the certificate names.",
    section: "protocol §4.1, reading R-014",
    parts: () => withChecks({ certificateNamesFrom: yes }),
    caughtBy: [],
  },
  {
    name: "from-not-needed",
    fault: "Without a From header the sender is taken from the certificate.",
    section: "protocol §4.1, reading R-016",
    parts: ({ peers = {} }) =>
      handling((open, next) => {
        const { certificate } = open.connection;
        const domain = Object.keys(peers).find((name) => certificate?.names(name) === true);
        if (open.request.headers.get("from") !== null || domain === undefined) return next(open);
        return next(withHeaders(open, { from: fromHeader(domain) }));
      }),
    caughtBy: [],
  },
  {
    name: "from-any-mailbox",
    fault: "The last address that is found in From gives the domain, whatever stands before the @.",
    section: "protocol §4.1, reading R-016",
    parts: () =>
      withChecks({
        fromDomain: (header) => /^.*@([a-z0-9.-]+)/i.exec(header ?? "")?.[1]?.toLowerCase(),
      }),
    caughtBy: [],
  },
  {
    name: "from-case-matters",
    fault: "The domain in From is compared as it is written, so that a capital letter makes another one.",
    section: "protocol §4.1, reading R-016",
    parts: () =>
      withChecks({
        fromDomain: (header) => {
          const domain = standardChecks.fromDomain(header);
          return domain !== undefined && header?.endsWith(`@${domain}`) === true ? domain : undefined;
        },
      }),
    caughtBy: [],
  },
  {
    name: "ignores-host",
    fault: "Requests are answered whichever provider the Host header names.",
    section: "protocol §4.1, reading R-013",
    parts: () => withChecks({ hostIsUs: yes }),
    caughtBy: [],
  },
  {
    name: "host-with-port-refused",
    fault: "A Host header with a port is taken for another provider's name.",
    section: "protocol §4.1, reading R-013",
    parts: () =>
      handling(async (open, next) => {
        const host = open.request.headers.get("host") ?? "";
        return /:\d+$/.test(host) ? new Response("another host", { status: 421 }) : next(open);
      }),
    caughtBy: [],
  },
  {
    name: "any-media-type",
    fault: "A body is read as octets even where its media type says that it is text.",
    section: "reading R-011",
    parts: () => withChecks({ mediaTypeAccepted: yes }),
    caughtBy: [],
  },
  {
    name: "own-media-type-only",
    fault: "Only one media type is accepted, although no document names one.",
    section: "reading R-011",
    parts: () => withChecks({ mediaTypeAccepted: (type) => type === "application/mimi-protocol" }),
    caughtBy: [],
  },
  {
    name: "path-decoded-twice",
    fault: "The path is percent-decoded once by the router and once more by the handler.",
    section: "protocol §5.1, reading R-022",
    parts: () =>
      handling((open, next) => {
        const target = targetOf(open.request, open.connection).replaceAll(/%25/g, "%");
        return next({ ...open, connection: { ...open.connection, target } });
      }),
    caughtBy: [],
  },
  {
    name: "any-method",
    fault: "Endpoints answer every method as if it were POST.",
    section: "protocol §5",
    parts: () =>
      handling((open, next) => {
        const { url, headers, method } = open.request;
        if (open.endpoint === undefined || method === "POST") return next(open);
        return next({ ...open, request: new Request(url, { method: "POST", headers }) });
      }),
    caughtBy: [],
  },
  {
    name: "directory-elsewhere",
    fault: "There is no directory at the well-known URI.",
    section: "protocol §5.1",
    parts: () =>
      handling(async (open, next) => {
        const found = targetOf(open.request, open.connection) === DIRECTORY_PATH;
        return found ? new Response("not here", { status: 404 }) : next(open);
      }),
    caughtBy: [],
  },
  {
    name: "directory-without-notify",
    fault: "The directory names no notify endpoint, though it takes part in rooms of others.",
    section: "protocol §5.1, reading R-018",
    parts: () =>
      handling(async (open, next) => {
        const response = await next(open);
        if (targetOf(open.request, open.connection) !== DIRECTORY_PATH || response.status !== 200)
          return response;
        const { notify: _, ...rest } = (await response.json()) as Record<string, string>;
        return Response.json(rest);
      }),
    caughtBy: [],
  },
  {
    name: "guesses-paths",
    fault: "Other providers are asked at the paths that this one has, whatever their directories say.",
    section: "protocol §5.1, reading R-020",
    parts: () => ({
      wrapOutgoing: (send) => (request) => {
        const [, endpoint, about] = /\/(\w+)\/([^/]+)$/.exec(request.url.pathname) ?? [];
        if (request.method === "GET" || endpoint === undefined) return send(request);
        return send({ ...request, url: new URL(`/v1/${endpoint}/${about}`, request.url) });
      },
    }),
    caughtBy: [],
  },
  {
    name: "sends-no-from",
    fault: "Requests to other providers have no From header.",
    section: "protocol §4.1, reading R-015",
    parts: () => ({
      wrapOutgoing: (send) => (request) => {
        const { from: _, ...headers } = request.headers;
        return send({ ...request, headers });
      },
    }),
    caughtBy: [],
  },
];
