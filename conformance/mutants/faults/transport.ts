/**
 * Faults in finding out who is at the other end. Protocol §4.1.
 * @module
 */

import { createServer as createPlainServer } from "node:http";
import { createServer as createNetServer, type Socket } from "node:net";
import { createSelfSigned } from "@openmimi/pki";
import { fromHeader } from "@openmimi/protocol";
import { type Fetch, type PeerCertificate, standardChecks } from "@openmimi/provider";
import type { Mutant } from "../mutant.ts";
import { withChecks, yes } from "../tools/checks.ts";
import { handling, withHeaders } from "../tools/http.ts";
import { type MakeServer, makingListener } from "../tools/listener.ts";

const { certificateTrusted, fromDomain } = standardChecks;

/** What is taken for the certificate of those who show none. */
const ANYBODY: PeerCertificate = { trusted: true, notAfterMs: Number.POSITIVE_INFINITY, names: yes };

/** Hands every request on as if its sender had shown a certificate. */
const certified =
  (fetch: Fetch): Fetch =>
  (request, connection) =>
    fetch(request, { certificate: ANYBODY, ...connection });

/** A server with TLS that answers also those who speak HTTP without it, on the same port. */
const plainToo =
  (makeServer: MakeServer): MakeServer =>
  (options, handler) => {
    const secure = makeServer(options, handler);
    const plain = createPlainServer(handler);
    const router = createNetServer((socket: Socket) => {
      socket.once("data", (first) => {
        const server = first[0] === TLS_HANDSHAKE ? secure : plain;
        socket.pause();
        socket.unshift(first);
        server.emit("connection", socket);
        process.nextTick(() => socket.resume());
      });
    });
    secure.listen = router.listen.bind(router) as typeof secure.listen;
    secure.address = router.address.bind(router);
    router.on("listening", () => secure.emit("listening"));
    secure.on("close", () => router.close());
    secure.close = ((done) => {
      router.close(done);
      return secure;
    }) as typeof secure.close;
    return secure;
  };
/** ContentType handshake(22). RFC 8446 §5.1. */
const TLS_HANDSHAKE = 22;

export const transportFaults: readonly Mutant[] = [
  {
    name: "certificate-not-needed",
    fault: "Who shows no client certificate is believed what From says.",
    section: "protocol §4.1",
    parts: () => ({ wrapHandler: certified }),
    caughtBy: ["transport/certificate/none"],
  },
  {
    name: "certificate-not-verified",
    fault: "Any client certificate will do, whoever issued it and whenever.",
    section: "protocol §4.1",
    parts: () => withChecks({ certificateTrusted: yes }),
    caughtBy: [
      "transport/certificate/self-signed",
      "transport/certificate/not-yet-valid",
      "transport/certificate/foreign-authority",
    ],
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
    caughtBy: ["transport/certificate/expired"],
  },
  {
    name: "from-not-compared",
    fault: "The domain in From need not be one that the certificate names.",
    section: "protocol §4.1, reading R-014",
    parts: () => withChecks({ certificateNamesFrom: yes }),
    caughtBy: ["transport/certificate/other-provider"],
  },
  {
    name: "from-not-needed",
    fault: "Without a From header that can be read the sender is taken from the certificate.",
    section: "protocol §4.1, reading R-016",
    parts: ({ peers = {} }) =>
      handling((open, next) => {
        const { certificate } = open.connection;
        const domain = Object.keys(peers).find((name) => certificate?.names(name) === true);
        const isUsable = fromDomain(open.request.headers.get("from") ?? undefined) !== undefined;
        if (isUsable || domain === undefined) return next(open);
        return next(withHeaders(open, { from: fromHeader(domain) }));
      }),
    caughtBy: ["transport/from/missing", "transport/from/no-domain", "transport/from/no-mailbox"],
  },
  {
    name: "from-any-mailbox",
    fault: "The first domain behind an @ in From is the sender's, whatever stands around it.",
    section: "protocol §4.1, reading R-016",
    parts: () =>
      withChecks({ fromDomain: (header) => /@([a-z0-9.-]+)/i.exec(header ?? "")?.[1]?.toLowerCase() }),
    caughtBy: [
      "transport/from/display-name",
      "transport/from/angle-brackets",
      "transport/from/local-part",
      "transport/from/local-part-contains-mimi",
      "transport/from/two-fields",
      "transport/from/two-mailboxes",
    ],
  },
  {
    name: "from-case-matters",
    fault: "The domain in From is compared as it is written, so that a capital letter makes another one.",
    section: "protocol §4.1, reading R-016",
    parts: () =>
      withChecks({
        fromDomain(header) {
          const domain = fromDomain(header);
          return domain !== undefined && header?.endsWith(`@${domain}`) === true ? domain : undefined;
        },
      }),
    caughtBy: ["transport/from/domain-in-capitals"],
  },
  {
    name: "ignores-host",
    fault: "Requests are answered whichever provider the Host header names.",
    section: "protocol §4.1, reading R-013",
    parts: () => withChecks({ hostIsUs: yes }),
    caughtBy: ["transport/host/other-provider", "transport/host/two-fields"],
  },
  {
    name: "host-not-needed",
    fault: "A request without a Host header is taken to be for this provider.",
    section: "protocol §4.1, reading R-013",
    parts({ domain }) {
      makingListener((makeServer) => (options, handler) => {
        const server = makeServer({ ...options, requireHostHeader: false }, handler);
        server.prependListener("request", (request) => {
          if (request.headers.host !== undefined) return;
          request.headers.host = domain;
          request.rawHeaders.push("Host", domain);
        });
        return server;
      });
      return {};
    },
    caughtBy: ["transport/host/missing"],
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
    caughtBy: ["transport/host/with-port"],
  },
  {
    name: "plain-http-answered",
    fault: "Requests without TLS are answered too: there is no certificate that could be wrong.",
    section: "protocol §4.1",
    parts() {
      makingListener(plainToo);
      return { wrapHandler: certified };
    },
    caughtBy: ["transport/plain-http"],
  },
  {
    name: "shows-another-certificate",
    fault: "The server's certificate is one that it has signed itself, for another name.",
    section: "protocol §4.1, reading R-014",
    async parts() {
      const { chainPem, privateKeyPem } = await createSelfSigned({ domain: "localhost" });
      makingListener(
        (makeServer) => (options, handler) =>
          makeServer({ ...options, cert: chainPem, key: privateKeyPem }, handler),
      );
      return {};
    },
    caughtBy: ["transport/server-certificate"],
  },
  {
    name: "peers-not-verified",
    fault: "Requests go to whoever answers at another provider's address: its certificate is not verified.",
    section: "protocol §4.1, reading R-014",
    parts() {
      process.env.NODE_TLS_REJECT_UNAUTHORIZED = "0";
      return {};
    },
    caughtBy: [
      "transport/server-certificate/expired",
      "transport/server-certificate/self-signed",
      "transport/server-certificate/foreign-authority",
      "transport/server-certificate/other-provider",
      "follower/send/hub-certificate",
    ],
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
    caughtBy: ["hub/update/creator-adds-user"],
  },
];
