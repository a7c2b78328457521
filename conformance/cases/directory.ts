/**
 * The directory. Protocol 5.1.
 * @module
 */

import { DIRECTORY_PATH, ENDPOINTS } from "@openmimi/protocol";
import type { ConformanceCase } from "../src/case.ts";
import type { Checks } from "../src/checks.ts";
import type { CaseContext, PeerRequest } from "../src/context.ts";
import { readDirectory } from "../src/peers/target.ts";
import { fieldsOf } from "./sent-by-target.ts";

const shared = { level: "MUST", role: "provider", needs: { level: "L0" } } as const;

const fetchDirectory = (context: CaseContext, label: string, change: Partial<PeerRequest> = {}) =>
  context.peers.hub.send({
    label,
    method: "GET",
    url: `https://${context.target.domain}${DIRECTORY_PATH}`,
    ...change,
  });

/** The media type of an answer, without parameters; empty when there is none. */
function mediaTypeOf(check: Checks, label: string): string {
  const outcome = check.exchange(label)?.outcome;
  const [type = ""] = outcome?.kind === "answer" ? fieldsOf(outcome.headers, "content-type") : [];
  return (type.split(";", 1)[0] ?? "").trim().toLowerCase();
}

/** Names of variables that a template can have (readings R-019, R-020); those of other endpoints are fixed. */
const VARIABLES: Readonly<Record<string, readonly string[]>> = {
  requestConsent: ["targetUser", "targetDomain"],
  updateConsent: ["requesterUser", "requesterDomain"],
};

export const directory: readonly ConformanceCase[] = [
  {
    id: "directory/published",
    title: "The directory is a JSON object at the well-known URI",
    requirements: ["PROTO-DIR-01"],
    readings: ["R-023"],
    level: "MUST",
    role: "provider",
    needs: { level: "L0" },
    async run(context) {
      await fetchDirectory(context, "directory");
    },
    judge: (_, check) => {
      const answered = check.answered("directory", { status: [200] });
      if (answered.holds !== "yes") return [answered];
      const isObject = readDirectory(check.octets("directory") ?? new Uint8Array()) !== undefined;
      return [
        answered,
        check.that(isObject, "a JSON object", isObject ? "one" : "something else", answered.at),
      ];
    },
  },
  {
    id: "directory/templates",
    title: "Every endpoint that the directory names is an https URL with one variable",
    requirements: ["PROTO-DIR-02", "PROTO-DIR-05"],
    readings: ["R-018", "R-019", "R-020", "R-023"],
    level: "MUST",
    role: "provider",
    needs: { level: "L0" },
    async run(context) {
      await fetchDirectory(context, "directory");
    },
    judge: (_, check) => {
      const answered = check.answered("directory", { status: [200] });
      const found = readDirectory(check.octets("directory") ?? new Uint8Array()) ?? {};
      if (answered.holds !== "yes") return [answered];
      // Reading R-023: what is missing is not offered. Without these a provider cannot take part in any room.
      const needed = ["keyMaterial", "update", "notify", "submitMessage", "groupInfo"];
      const named = Object.keys(ENDPOINTS).filter(
        (endpoint) => needed.includes(endpoint) || endpoint in found,
      );
      return named.map((endpoint) => {
        const template = found[endpoint];
        const good = template !== undefined && /^https:\/\/[^{}]*\{\w+\}[^{}]*$/.test(template);
        const expected = `${endpoint}: an https URL with one variable`;
        return check.that(good, expected, template ?? "no such member", answered.at);
      });
    },
  },
  {
    id: "directory/all-endpoints",
    title: "The directory names all ten endpoints",
    requirements: ["PROTO-DIR-02"],
    readings: ["R-023"],
    // Reading R-023: a provider need not offer every service.
    level: "MAY",
    role: "provider",
    needs: { level: "L0" },
    async run(context) {
      await fetchDirectory(context, "directory");
    },
    judge: (_, check) => {
      const found = readDirectory(check.octets("directory") ?? new Uint8Array()) ?? {};
      const named = Object.keys(ENDPOINTS).filter((endpoint) => endpoint in found);
      const at = check.exchange("directory")?.n;
      return [check.equals("endpoints that are offered", named, Object.keys(ENDPOINTS), at)];
    },
  },
  {
    ...shared,
    id: "directory/https",
    title: "Everything in the directory is an https URL",
    requirements: ["PROTO-DIR-05", "PROTO-TR-07"],
    readings: ["R-023"],
    async run(context) {
      await fetchDirectory(context, "directory");
    },
    judge(_, check) {
      const answered = check.answered("directory", { status: [200] });
      const found = readDirectory(check.octets("directory") ?? new Uint8Array());
      if (answered.holds !== "yes" || found === undefined) return [answered];
      const endpoints = Object.entries(found).filter(([name]) => name in ENDPOINTS);
      const odd = endpoints.filter(([, url]) => !url.startsWith("https://"));
      const saw = odd.map(([name, url]) => `${name}: ${url}`).join(", ");
      return [check.that(odd.length === 0, "https URLs only", saw === "" ? "only those" : saw, answered.at)];
    },
  },
  {
    ...shared,
    id: "directory/variables",
    title: "Every template has the one variable that its endpoint is about, as simple expansion",
    requirements: ["PROTO-DIR-02", "PROTO-DIR-04"],
    readings: ["R-018", "R-019", "R-020"],
    async run(context) {
      await fetchDirectory(context, "directory");
    },
    judge(_, check) {
      const answered = check.answered("directory", { status: [200] });
      const found = readDirectory(check.octets("directory") ?? new Uint8Array());
      if (answered.holds !== "yes" || found === undefined) return [answered];
      return Object.entries(ENDPOINTS).flatMap(([endpoint, variable]) => {
        const template = found[endpoint];
        if (template === undefined) return [];
        const names = VARIABLES[endpoint] ?? [variable];
        const expressions = template.match(/\{[^{}]*\}/g) ?? [];
        const good = expressions.length === 1 && names.some((name) => expressions[0] === `{${name}}`);
        const expected = `${endpoint}: ${names.map((name) => `{${name}}`).join(" or ")}`;
        return [check.that(good, expected, template, answered.at)];
      });
    },
  },
  {
    ...shared,
    id: "directory/media-type",
    title: "The directory says that it is JSON",
    requirements: ["PROTO-DIR-01"],
    readings: ["R-011"],
    level: "SHOULD",
    async run(context) {
      await fetchDirectory(context, "directory");
    },
    judge(_, check) {
      const answered = check.answered("directory", { status: [200] });
      if (answered.holds !== "yes") return [answered];
      const type = mediaTypeOf(check, "directory");
      return [check.that(type === "application/json", "application/json", type, answered.at)];
    },
  },
  {
    ...shared,
    id: "directory/without-client-certificate",
    title: "The directory is there for anybody, or only for providers that show who they are",
    requirements: ["PROTO-DIR-01"],
    readings: ["R-023"],
    async run(context) {
      await fetchDirectory(context, "with a certificate");
      await fetchDirectory(context, "without a certificate", { identity: "none", headers: { From: null } });
    },
    judge(_, check) {
      const label = "without a certificate";
      const open = check.answered(label, { status: [200] });
      const closed = check.turnedAway(label, { status: ["4xx"] });
      const [one, other] = [check.octets("with a certificate"), check.octets(label)];
      const same = one !== undefined && other !== undefined && Buffer.compare(one, other) === 0;
      return [
        check.answered("with a certificate", { status: [200] }),
        ...(open.holds === "yes"
          ? [
              check.reading("R-023", "a", open),
              check.that(same, "the same directory", same ? "it is" : "another one", open.at),
            ]
          : [check.reading("R-023", "b", closed)]),
      ];
    },
  },
  {
    ...shared,
    id: "directory/head",
    title: "HEAD is answered as GET, without the directory itself",
    requirements: ["PROTO-DIR-01"],
    readings: ["R-023"],
    level: "SHOULD",
    async run(context) {
      await fetchDirectory(context, "GET");
      await fetchDirectory(context, "HEAD", { method: "HEAD" });
    },
    judge(_, check) {
      const answered = check.answered("HEAD", { status: [200] });
      if (answered.holds !== "yes") return [answered];
      const [get, head] = [mediaTypeOf(check, "GET"), mediaTypeOf(check, "HEAD")];
      return [answered, check.equals("the media type", head, get, answered.at)];
    },
  },
  {
    ...shared,
    id: "directory/post",
    title: "The directory cannot be posted to",
    requirements: ["PROTO-DIR-01"],
    readings: ["R-012", "R-023"],
    twin: "directory/published",
    async run(context) {
      const body = new TextEncoder().encode("{}");
      const headers = { "Content-Type": "application/json" };
      await fetchDirectory(context, "before");
      await fetchDirectory(context, "POST", { method: "POST", headers, body });
      await fetchDirectory(context, "afterwards");
    },
    judge(_, check) {
      const [before, after] = [check.octets("before"), check.octets("afterwards")];
      const same = before !== undefined && after !== undefined && Buffer.compare(before, after) === 0;
      return [
        check.refused("POST", { status: ["4xx"] }),
        check.should(check.answered("POST", { status: [405] })),
        check.answered("afterwards", { status: [200] }),
        check.that(same, "the directory is what it was", same ? "it is" : "another one"),
      ];
    },
  },
];
