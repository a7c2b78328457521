/**
 * The variable of a template in the path: percent-encoded, and decoded once. Protocol §5.1; readings.
 * @module
 */

import { userUri } from "@openmimi/protocol";
import type { ConformanceCase } from "../src/case.ts";
import { encodeSegment } from "../src/peers/target.ts";
import { nobody } from "./claim.ts";
import { letThrough, turnedDown } from "./knock.ts";

const requirements = ["PROTO-DIR-04"];
const readings = ["R-022"];

/** A user of the target whose URI holds an escape of its own (reading R-027). */
const spaced = (domain: string, name: string): string => `${userUri(domain, name)}%20x`;

export const transportPath: readonly ConformanceCase[] = [
  letThrough({
    id: "transport/path/equivalent-escapes",
    title: "Escapes in lower case, and of characters that need none, mean the same",
    requirements,
    readings: ["R-021", "R-022"],
    labels: ["escapes in lower case", "letters escaped"],
    changes(context) {
      const user = nobody(context);
      const lower = encodeSegment(user).replaceAll(/%[0-9A-F]{2}/g, (escaped) => escaped.toLowerCase());
      return {
        "escapes in lower case": { user, segment: lower },
        "letters escaped": { user, segment: encodeSegment(user).replace("mimi", "%6Dim%69") },
      };
    },
  }),
  letThrough({
    id: "transport/path/percent-in-uri",
    title: "A URI with an escape of its own is decoded once and no more",
    requirements,
    readings: ["R-022", "R-027"],
    labels: ["an escape in the URI"],
    changes: (context) => ({
      "an escape in the URI": { user: spaced(context.target.domain, context.name("nobody")) },
    }),
  }),
  letThrough({
    id: "transport/path/authority-form",
    title: "The path may name the URI without its scheme, segment by segment",
    requirements,
    readings: ["R-021"],
    level: "MAY",
    observed: { id: "R-021", letter: "b" },
    labels: ["without the scheme"],
    changes(context) {
      const user = nobody(context);
      return { "without the scheme": { user, segment: user.slice("mimi://".length) } };
    },
  }),
  ...[
    {
      what: "double-encoded",
      title: "A URI that is encoded twice is not decoded twice",
      segment: (uri: string) => encodeSegment(encodeSegment(uri)),
    },
    {
      what: "nul",
      title: "An encoded NUL in the path is refused",
      segment: (uri: string) => `${encodeSegment(uri)}%00`,
    },
    {
      what: "bad-utf-8",
      title: "A path that is no UTF-8 once decoded is refused",
      segment: (uri: string) => `${encodeSegment(uri)}%FF`,
    },
    {
      what: "overlong-utf-8",
      title: "A slash in overlong UTF-8 is no slash",
      segment: (uri: string) => encodeSegment(uri).replaceAll("%2F", "%C0%AF"),
    },
    {
      what: "broken-escape",
      title: "A path with a broken escape is refused",
      segment: (uri: string) => `${encodeSegment(uri)}%2`,
    },
    { what: "no-variable", title: "A path without the variable is refused", segment: () => "" },
    {
      what: "further-segment",
      title: "A path with a segment more is refused",
      segment: (uri: string) => `${encodeSegment(uri)}/x`,
    },
  ].map(({ what, title, segment }) =>
    turnedDown({
      id: `transport/path/${what}`,
      title,
      requirements,
      readings,
      change(context) {
        const user = nobody(context);
        return { user, segment: segment(user) };
      },
    }),
  ),
  turnedDown({
    id: "transport/path/unknown",
    title: "A path that the directory does not give is not found",
    requirements: ["PROTO-DIR-02"],
    readings: ["R-012"],
    change: () => ({ path: "/no-such-endpoint/x" }),
    status: [404],
  }),
];
