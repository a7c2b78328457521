/**
 * Claiming KeyPackages from the provider of their user. Protocol §5.2.
 * @module
 */

import { KeyMaterialResponse } from "@openmimi/protocol";
import type { ConformanceCase } from "../src/case.ts";
import { keyPackagesValid } from "../src/second-opinion/index.ts";
import { claim, knock, UNKNOWN_USER } from "./claim.ts";
import { keyMaterialAnswers } from "./key-material-answers.ts";
import { keyMaterialLeaves } from "./key-material-leaves.ts";
import { keyMaterialMalformed } from "./key-material-malformed.ts";
import { keyMaterialOnce } from "./key-material-once.ts";
import { keyMaterialRefused } from "./key-material-refused.ts";
import { keyMaterialRelay } from "./key-material-relay.ts";

const first: readonly ConformanceCase[] = [
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
      context.observe("the user", user.userUri);
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
      const user = check.observation("the user") ?? null;
      return [
        answered,
        check.equals("the user that the answer is about", response.userUri, user, answered.at),
        check.equals("the clients that are listed", listed, wanted, answered.at),
        await keyPackagesValid(packages, Date.parse(transcript.startedAt), answered.at),
      ];
    },
  },
  {
    id: "key-material/unknown-user",
    title: "A claim for a user who does not exist is answered so, or as if there were no consent",
    requirements: ["PROTO-KM-14", "PROTO-KM-19", "PROTO-KM-21"],
    readings: ["R-012", "R-038"],
    level: "MUST",
    role: "key-publisher",
    needs: { level: "L0" },
    async run(context) {
      await knock(context, "claim");
    },
    judge(_, check) {
      const answered = check.answered("claim", UNKNOWN_USER);
      const response = check.decoded("claim", KeyMaterialResponse);
      if (response === undefined) return [answered];
      return [answered, check.equals("clients that are listed", response.clients.length, 0, answered.at)];
    },
  },
];

export const keyMaterial: readonly ConformanceCase[] = [
  ...first,
  ...keyMaterialAnswers,
  ...keyMaterialLeaves,
  ...keyMaterialOnce,
  ...keyMaterialRefused,
  ...keyMaterialMalformed,
  ...keyMaterialRelay,
];
