/**
 * Faults with paths, methods, media types and sizes. Protocol §5, §5.1.
 * @module
 */

import { KeyMaterialRequest, toPathSegment } from "@openmimi/protocol";
import { decode, TlsError } from "@openmimi/tls";
import type { Mutant, Parts } from "../mutant.ts";
import { withChecks } from "../tools/checks.ts";
import { handling, targetOf } from "../tools/http.ts";
import { makingListener } from "../tools/listener.ts";

/** The provider that is asked for something else than the path says. */
function asking(change: (target: string, body: Uint8Array) => string): Parts {
  return handling((open, next) => {
    const target = change(targetOf(open.request, open.connection), open.body);
    return next({ ...open, connection: { ...open.connection, target } });
  });
}

/** Whom a claim is for, after its body; nothing for bodies that are no claims. */
function targetOfClaim(body: Uint8Array): string | undefined {
  try {
    return decode(KeyMaterialRequest, body).targetUser;
  } catch (error) {
    if (error instanceof TlsError) return undefined;
    throw error;
  }
}

export const httpFaults: readonly Mutant[] = [
  {
    name: "path-decoded-twice",
    fault: "The path is percent-decoded once by the router and once more by the handler.",
    section: "protocol §5.1, reading R-022",
    parts: () => asking((target) => target.replaceAll("%25", "%")),
    caughtBy: ["transport/path/percent-in-uri", "transport/path/double-encoded"],
  },
  {
    name: "path-as-written",
    fault: "Two ways to write the same octet in a path are two paths.",
    section: "protocol §5.1, reading R-022",
    parts: () =>
      handling(async (open, next) => {
        const odd = /%[0-9A-F]?[a-f]|%[4-7][1-9A-F]/.test(targetOf(open.request, open.connection));
        return odd ? new Response("no such path", { status: 404 }) : next(open);
      }),
    caughtBy: ["transport/path/equivalent-escapes"],
  },
  {
    name: "path-read-leniently",
    fault: "What cannot be decoded in a path is replaced by what may have been meant, or left out.",
    section: "protocol §5.1, reading R-022",
    parts: () =>
      asking((target) =>
        target
          .replaceAll("%C0%AF", "%2F")
          .replaceAll(/%00|%F[8-F]/g, "")
          .replaceAll(/%(?![0-9A-Fa-f]{2})[0-9A-Fa-f]?/g, ""),
      ),
    caughtBy: [
      "transport/path/nul",
      "transport/path/bad-utf-8",
      "transport/path/overlong-utf-8",
      "transport/path/broken-escape",
    ],
  },
  {
    name: "path-not-looked-at",
    fault: "A claim is found by its body, at whatever path it comes.",
    section: "protocol §5.1",
    parts: () =>
      asking((target, body) => {
        const user = targetOfClaim(body);
        return user === undefined ? target : `/v1/keyMaterial/${toPathSegment(user)}`;
      }),
    caughtBy: ["transport/path/no-variable", "transport/path/further-segment", "transport/path/unknown"],
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
    caughtBy: ["transport/method/put", "transport/method/delete"],
  },
  {
    name: "one-media-type-only",
    fault: "Only one media type is accepted, although no document names one.",
    section: "reading R-011",
    parts: () => withChecks({ mediaTypeAccepted: (type) => type === "application/octet-stream" }),
    caughtBy: ["transport/content-type/other"],
  },
  {
    name: "any-size",
    fault: "A body is read to its end before its size is looked at.",
    section: "readings R-010, R-012",
    parts: () => ({
      wrapHandler: (fetch) => async (request, connection) => {
        const { method, url, headers } = request;
        if (method !== "POST") return fetch(request, connection);
        const body = await request.arrayBuffer();
        return fetch(new Request(url, { method, headers, body }), connection);
      },
    }),
    caughtBy: ["transport/body/oversize"],
  },
  {
    name: "crashes-on-garbage",
    fault: "Octets that are no HTTP raise an error that nobody catches, and end the process.",
    section: "protocol §5",
    parts() {
      makingListener((makeServer) => (options, handler) => {
        const server = makeServer(options, handler);
        server.prependListener("clientError", (error: NodeJS.ErrnoException) => {
          if (error.code?.startsWith("HPE_") === true) process.exit(1);
        });
        return server;
      });
      return {};
    },
    caughtBy: ["transport/http/garbage"],
  },
];
