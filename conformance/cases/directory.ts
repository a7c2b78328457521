/**
 * The directory. Protocol 5.1.
 * @module
 */

import { DIRECTORY_PATH, ENDPOINTS } from "@openmimi/protocol";
import type { ConformanceCase } from "../src/case.ts";
import type { CaseContext } from "../src/context.ts";
import { readDirectory } from "../src/peers/target.ts";

const fetchDirectory = (context: CaseContext, label: string) =>
  context.peers.hub.send({
    label,
    method: "GET",
    url: `https://${context.target.domain}${DIRECTORY_PATH}`,
  });

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
];
