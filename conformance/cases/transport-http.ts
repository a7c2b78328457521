/**
 * HTTP as far as the drafts leave it open: methods, media types, sizes, and octets that are no HTTP at all.
 * Protocol §4.1, §5; readings.
 * @module
 */

import type { ConformanceCase } from "../src/case.ts";
import { knock, nobody, REFUSED, UNKNOWN_USER, VALID } from "./claim.ts";
import { letThrough, turnedDown } from "./knock.ts";

/** More than anybody will take, announced but never sent. */
const TEBIBYTE = String(2 ** 40);

export const transportHttp: readonly ConformanceCase[] = [
  ...["GET", "PUT", "DELETE"].map((method) =>
    turnedDown({
      id: `transport/method/${method.toLowerCase()}`,
      title: `An endpoint that takes POST refuses ${method}`,
      requirements: ["PROTO-KM-01"],
      readings: ["R-012"],
      change: () => ({ method }),
      status: [405],
    }),
  ),
  letThrough({
    id: "transport/content-type/other",
    title: "Bodies are taken with any media type that can hold octets, and with none",
    requirements: ["PROTO-KM-01"],
    readings: ["R-011"],
    labels: ["a private type", "a type with a parameter", "no type"],
    changes: () => ({
      "a private type": { headers: { "Content-Type": "application/mimi-protocol" } },
      "a type with a parameter": { headers: { "Content-Type": "application/octet-stream; x=y" } },
      "no type": { headers: { "Content-Type": null } },
    }),
  }),
  turnedDown({
    id: "transport/body/empty",
    title: "A request without a body is refused",
    requirements: ["PROTO-TR-08"],
    readings: ["R-010", "R-012"],
    change: () => ({ body: new Uint8Array() }),
    status: [400],
  }),
  turnedDown({
    id: "transport/body/garbage",
    title: "A body of random octets is refused",
    requirements: ["PROTO-TR-08"],
    readings: ["R-010", "R-012"],
    change: ({ random }) => ({ body: Uint8Array.of(1, ...random.octets(300)) }),
    status: [400],
  }),
  {
    id: "transport/body/oversize",
    title: "A body of a size that nobody takes is refused before it has come",
    requirements: ["PROTO-TR-08"],
    readings: ["R-010", "R-012"],
    // A server may also wait for the rest, as long as it likes.
    level: "SHOULD",
    role: "provider",
    needs: { level: "L0" },
    twin: "key-material/unknown-user",
    async run(context) {
      await knock(context, REFUSED, { headers: { "Content-Length": TEBIBYTE }, timeoutMs: 5000 });
      await knock(context, VALID);
    },
    judge: (_, check) => [check.refused(REFUSED, { status: [413] }), check.answered(VALID, UNKNOWN_USER)],
  },
  {
    id: "transport/http/garbage",
    title: "Octets that are no HTTP do no harm",
    requirements: ["PROTO-TR-08"],
    readings: ["R-012"],
    level: "MUST",
    role: "provider",
    needs: { level: "L0" },
    twin: "key-material/unknown-user",
    async run(context) {
      const { peers, random } = context;
      // The directory is fetched before, so that whoever is gone afterwards is found out.
      await context.target.url("keyMaterial", nobody(context));
      await peers.hub.sendRaw("random octets", Buffer.concat([random.octets(200), Buffer.from("\r\n\r\n")]));
      await knock(context, VALID);
    },
    judge: (_, check) => [
      check.should(check.refused("random octets", { status: ["4xx"] })),
      check.answered(VALID, UNKNOWN_USER),
    ],
  },
];
