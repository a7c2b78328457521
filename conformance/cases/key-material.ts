/**
 * Claiming KeyPackages. Protocol 5.2.
 * @module
 */

import { KeyMaterialResponse } from "@openmimi/protocol";
import type { ConformanceCase } from "../src/case.ts";
import { keyPackagesValid } from "../src/second-opinion/index.ts";
import { claim } from "./claim.ts";

export const keyMaterial: readonly ConformanceCase[] = [
  {
    id: "key-material/claim",
    title: "A valid claim is answered with a KeyPackage of each of the user's clients",
    requirements: ["PROTO-KM-01", "PROTO-KM-09", "PROTO-KM-11"],
    readings: ["R-036", "R-038"],
    level: "MUST",
    role: "key-publisher",
    needs: { level: "L1", fixtures: ["user"] },
    async run(context) {
      const user = await context.fixture("user");
      context.observe("clients of the user", user.clientUris.toSorted());
      await claim(context, "claim", user.userUri);
    },
    judge: async (transcript, check) => {
      const answered = check.answered("claim", { code: ["success"] });
      const response = check.decoded("claim", KeyMaterialResponse);
      if (response === undefined) return [answered];
      const packages = response.clients.flatMap((one) =>
        one.clientStatus === "success" ? [one.keyPackage] : [],
      );
      const listed = response.clients.map(({ clientUri }) => clientUri).toSorted();
      const wanted = check.observation("clients of the user") ?? null;
      return [
        answered,
        check.equals("the clients that are listed", listed, wanted, answered.at),
        await keyPackagesValid(packages, Date.parse(transcript.startedAt), answered.at),
      ];
    },
  },
];
