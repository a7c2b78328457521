/**
 * Faults with the directory, one's own and those of others. Protocol §5.1.
 * @module
 */

import { DIRECTORY_PATH } from "@openmimi/protocol";
import type { Mutant, Parts } from "../mutant.ts";
import { handling, type OpenRequest, targetOf } from "../tools/http.ts";

type Templates = Readonly<Record<string, string>>;

/** The provider that answers requests for its directory in another way. */
function publishing(
  answer: (open: OpenRequest, next: (open: OpenRequest) => Promise<Response>) => Promise<Response>,
): Parts {
  return handling((open, next) =>
    targetOf(open.request, open.connection) === DIRECTORY_PATH ? answer(open, next) : next(open),
  );
}

/** The provider that has another directory. */
function publishingOther(change: (templates: Templates) => Templates): Parts {
  return publishing(async (open, next) => {
    const response = await next(open);
    if (response.status !== 200 || open.request.method === "HEAD") return response;
    return Response.json(change((await response.json()) as Templates));
  });
}

const mapped = (templates: Templates, change: (template: string) => string): Templates =>
  Object.fromEntries(Object.entries(templates).map(([name, template]) => [name, change(template)]));

const asGet = (open: OpenRequest): OpenRequest => {
  const { url, headers } = open.request;
  return { ...open, request: new Request(url, { method: "GET", headers }) };
};

export const directoryFaults: readonly Mutant[] = [
  {
    name: "directory-elsewhere",
    fault: "There is no directory at the well-known URI.",
    section: "protocol §5.1",
    parts: () => publishing(async () => new Response("not here", { status: 404 })),
    caughtBy: ["directory/published"],
  },
  {
    name: "directory-without-notify",
    fault: "The directory names no notify endpoint, though this provider takes part in rooms of others.",
    section: "protocol §5.1, reading R-023",
    parts: () => publishingOther(({ notify: _, ...others }) => others),
    caughtBy: ["directory/templates"],
  },
  {
    name: "directory-of-http-urls",
    fault: "One of the URLs in the directory is an http URL.",
    section: "protocol §5.1",
    parts: () =>
      publishingOther((templates) => ({
        ...templates,
        reportAbuse: mapped(templates, (url) => url.replace("https:", "http:")).update ?? "",
      })),
    caughtBy: ["directory/https"],
  },
  {
    name: "directory-with-one-variable-for-all",
    fault: "Every template calls its variable id.",
    section: "protocol §5.1, readings R-018, R-019",
    parts: () => publishingOther((templates) => mapped(templates, (url) => url.replace(/\{\w+\}/, "{id}"))),
    caughtBy: ["directory/variables"],
  },
  {
    name: "directory-as-text",
    fault: "The directory is sent as text/plain.",
    section: "protocol §5.1",
    parts: () =>
      publishing(async (open, next) => {
        const response = await next(open);
        const headers = new Headers(response.headers);
        headers.set("content-type", "text/plain");
        return new Response(await response.text(), { status: response.status, headers });
      }),
    caughtBy: ["directory/media-type"],
  },
  {
    name: "directory-by-post",
    fault: "The directory is given also to those who post something to it.",
    section: "protocol §5.1, reading R-012",
    parts: () => publishing((open, next) => next(open.request.method === "POST" ? asGet(open) : open)),
    caughtBy: ["directory/post"],
  },
  {
    name: "directory-without-head",
    fault: "HEAD is refused where GET is not.",
    section: "protocol §5.1, RFC 9110 §9.1",
    parts: () =>
      publishing(async (open, next) =>
        open.request.method === "HEAD" ? new Response(null, { status: 405 }) : next(open),
      ),
    caughtBy: ["directory/head"],
  },
  {
    name: "directory-for-strangers",
    fault: "Who shows no certificate gets another directory.",
    section: "protocol §5.1, reading R-023",
    parts: () =>
      publishing(async (open, next) =>
        open.connection.certificate === undefined ? Response.json({}) : next(open),
      ),
    caughtBy: ["directory/without-client-certificate"],
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
    caughtBy: ["hub/update/creator-adds-user"],
  },
];
