/**
 * Who speaks to whom: Host, From and certificates. Protocol 4.1.
 * @module
 */

import type { ConformanceCase } from "../src/case.ts";
import { claim } from "./claim.ts";

export const transport: readonly ConformanceCase[] = [
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
];
